import { useFetcher } from "@remix-run/react";
import { Badge, BlockStack, Button, Card, InlineStack, Text, TextField } from "@shopify/polaris";
import { useState } from "react";
import type { LinkReviewView } from "@calibr/shared/ports/shop-views";
import { fieldWords } from "../copy/fields.ts";
import { EVIDENCE_WORDS, REVIEW_CAUSE_WORDS } from "../copy/links.ts";
import { outside } from "../http/paths.ts";
import type { Reply } from "../http/reply.ts";
import { Price } from "./price-text.tsx";
import { useReplyToast } from "./use-reply-toast.ts";

type Candidate = LinkReviewView["candidates"][number];

/** One Amazon listing, why it is in doubt, and the variants it may be. */
export function LinkReviewCard({ review }: { review: LinkReviewView }) {
  const fetcher = useFetcher<Reply>();
  useReplyToast(fetcher.data);
  const { listingId } = review;
  const sending = fetcher.state === "idle" ? null : fetcher.formData;
  const [asked, setAsked] = useState<string | null>(null);
  const send = (fields: Record<string, string>) =>
    void fetcher.submit({ listingId, ...fields }, { method: "post" });
  return (
    <Card>
      <BlockStack gap="400">
        <ListingHead review={review} />
        <Text as="p" tone="subdued">
          {REVIEW_CAUSE_WORDS[review.why]}
        </Text>
        {review.candidates.map((candidate) => (
          <CandidateRow
            key={candidate.listingId}
            candidate={candidate}
            problem={
              fetcher.data?.kind === "invalid" && asked === candidate.listingId
                ? fetcher.data.fields["units"]
                : undefined
            }
            isSending={sending?.get("variantId") === candidate.listingId}
            isBusy={sending !== null}
            onSame={(units) => {
              setAsked(candidate.listingId);
              send({ intent: "same", variantId: candidate.listingId, units });
            }}
          />
        ))}
        <InlineStack>
          <Button
            variant="plain"
            loading={sending?.get("intent") === "none"}
            disabled={sending !== null}
            onClick={() => send({ intent: "none" })}
          >
            None of these
          </Button>
        </InlineStack>
      </BlockStack>
    </Card>
  );
}

function ListingHead({ review }: { review: LinkReviewView }) {
  const { asin, marketplaceId } = review;
  const url = asin === null ? null : outside.amazonProduct({ marketplaceId, asin });
  return (
    <div className="listing-head">
      <div className="product-name">
        <Text as="h2" variant="headingSm">
          {review.title}
        </Text>
        <span className="meta">
          <span>Amazon</span>
          {review.sku !== null && <span className="sku">{review.sku}</span>}
          {asin !== null && url !== null && (
            <a href={url} target="_blank" rel="noreferrer">
              {asin}
            </a>
          )}
        </span>
      </div>
      {review.price !== null && <Price amount={review.price} />}
    </div>
  );
}

function CandidateRow(props: {
  candidate: Candidate;
  problem: string | undefined;
  isSending: boolean;
  isBusy: boolean;
  onSame: (units: string) => void;
}) {
  const { candidate } = props;
  const [units, setUnits] = useState(String(candidate.unitsPerSale));
  return (
    <div className="candidate">
      <div className="product-name">
        <span>{candidate.title}</span>
        <span className="meta">
          {candidate.sku !== null && <span className="sku">{candidate.sku}</span>}
          {candidate.price !== null && <Price amount={candidate.price} />}
          <Badge>{EVIDENCE_WORDS[candidate.evidence]}</Badge>
          <span>{`${String(Math.round(candidate.confidenceBps / 100))} % sure`}</span>
        </span>
      </div>
      <div className="candidate-answer">
        <TextField
          label="Units in one sale"
          value={units}
          onChange={setUnits}
          error={fieldWords(props.problem)}
          inputMode="numeric"
          autoComplete="off"
        />
        <Button
          loading={props.isSending}
          disabled={props.isBusy}
          onClick={() => props.onSame(units)}
        >
          Same product
        </Button>
      </div>
    </div>
  );
}
