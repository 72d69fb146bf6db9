import { Link } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import type { ReactNode } from "react";
import type { ChangeView } from "@calibr/shared/ports/shop-views";
import { durationWords, instantWords } from "../copy/time.ts";
import { outside, paths } from "../http/paths.ts";
import { Ago } from "./ago.tsx";
import { ChannelTag } from "./badges.tsx";
import { Price } from "./price-text.tsx";
import { useTimeZone } from "./time-zone.tsx";

/** The facts of a change beside its story. */
export function ChangeFacts({ change, now }: { change: ChangeView; now: string }) {
  const { marketplaceId, asin } = change;
  const amazonUrl = asin === null ? null : outside.amazonProduct({ marketplaceId, asin });
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          Facts
        </Text>
        <dl className="facts facts-two">
          <Fact name="Channel">
            <ChannelTag channel={change.channel} />
          </Fact>
          <Fact name="SKU">{change.sku ?? "–"}</Fact>
          {amazonUrl !== null && (
            <Fact name="ASIN">
              <a href={amazonUrl} target="_blank" rel="noopener noreferrer">
                {asin}
              </a>
            </Fact>
          )}
          <Fact name="Floor">
            <Price amount={change.floor} />
          </Fact>
          <Fact name="Ceiling">
            {change.ceiling === null ? "None" : <Price amount={change.ceiling} />}
          </Fact>
          <Fact name="Proposed">
            <Ago at={change.proposedAt} now={now} />
          </Fact>
          <Took name="Approved after" from={change.proposedAt} until={change.approvedAt} />
          <Took name="Accepted after" from={change.approvedAt} until={change.acceptedAt} />
          <Took name="Live after" from={change.acceptedAt} until={change.liveAt} />
        </dl>
        <BlockStack gap="100">
          {change.itemId !== null && (
            <Link className="text-link" to={paths.product(change.itemId)}>
              Open the product
            </Link>
          )}
          {change.revertsChangeId !== null && (
            <Link
              to={paths.change(change.revertsChangeId)}
            >{`Takes back receipt ${change.revertsChangeId}`}</Link>
          )}
        </BlockStack>
      </BlockStack>
    </Card>
  );
}

function Took(props: { name: string; from: string | null; until: string | null }) {
  const zone = useTimeZone();
  if (props.from === null || props.until === null) return null;
  const ms = Math.max(0, Date.parse(props.until) - Date.parse(props.from));
  return (
    <Fact name={props.name}>
      <span title={instantWords(props.until, zone)}>{durationWords(ms)}</span>
    </Fact>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="breakable">{children}</dd>
    </div>
  );
}
