import { Link } from "@remix-run/react";
import { Badge, Card, InlineStack, Text } from "@shopify/polaris";
import type { ReactNode } from "react";
import type { ListingView } from "@calibr/shared/ports/shop-views";
import { linkWords } from "../copy/links.ts";
import { outside, paths } from "../http/paths.ts";
import { MIRROR_WORDS, termLines } from "../copy/market.ts";
import { countWords } from "../copy/money.ts";
import { failureWords } from "../copy/failures.ts";
import { Ago } from "./ago.tsx";
import { AmazonState } from "./amazon-state.tsx";
import { StateBadge } from "./badges.tsx";
import { Price, PriceRange } from "./price-text.tsx";
import { ReasonList } from "./reason-list.tsx";
import { useTimeZone } from "./time-zone.tsx";

/** One listing: what it costs now, what others ask, and what Calibr last said. */
export function ListingCard(props: { listing: ListingView; name: string; now: string }) {
  const { listing, now } = props;
  return (
    <Card>
      <div className="listing-head">
        <Text as="h2" variant="headingMd">
          {props.name}
        </Text>
        <InlineStack gap="200" blockAlign="center">
          {listing.status !== "active" && <Badge tone="warning">Not active</Badge>}
          {listing.openChange !== null && (
            <Link to={paths.change(listing.openChange.changeId)}>
              <StateBadge state={listing.openChange.state} />
            </Link>
          )}
        </InlineStack>
      </div>
      {listing.amazon !== null && (
        <div className="under-head">
          <AmazonState facts={listing.amazon} now={now} />
        </div>
      )}
      <dl className="facts">
        <Fact name="Price now">
          <Price amount={listing.price} isStrong />
          {listing.priceSeenAt !== null && (
            <span className="quiet">
              {" "}
              seen <Ago at={listing.priceSeenAt} now={now} />
            </span>
          )}
        </Fact>
        {listing.channel === "amazon" && (
          <>
            <Fact name="Featured offer">
              <Price amount={listing.featuredLanded} />
              {listing.marketSeenAt !== null && (
                <span className="quiet">
                  {" "}
                  seen <Ago at={listing.marketSeenAt} now={now} />
                </span>
              )}
            </Fact>
            <Fact name="Lowest offer">
              <Price amount={listing.lowestLanded} />
            </Fact>
            <Fact name="ASIN">
              <AsinLink listing={listing} />
            </Fact>
          </>
        )}
        {listing.decision !== null && listing.decision.floor !== null && (
          <Fact name="Floor – ceiling">
            <PriceRange floor={listing.decision.floor} ceiling={listing.decision.ceiling} />
          </Fact>
        )}
        <LinkFact listing={listing} />
        <StockFact listing={listing} />
        <AmazonExtras listing={listing} />
      </dl>
      <TermNotes listing={listing} />
      <LastDecision listing={listing} now={now} />
    </Card>
  );
}

/** What ties the listing to the item, how surely, and how many units one sale hands over. */
function LinkFact({ listing }: { listing: ListingView }) {
  const words = linkWords(listing.linkEvidence);
  if (words === null) return null;
  const { linkConfidenceBps: bps, unitsPerSale } = listing;
  const isByHand = listing.linkEvidence === "merchant";
  const sure = bps === null || isByHand ? "" : `, ${String(Math.round(bps / 100))} % sure`;
  const pack = unitsPerSale === 1 ? "" : `, ${String(unitsPerSale)} units a sale`;
  return <Fact name="Linked by">{`${words}${sure}${pack}`}</Fact>;
}

/** Units that can be sold, and what else lies in or is on its way to Amazon's warehouses. */
function StockFact({ listing }: { listing: ListingView }) {
  const stock = listing.amazon?.stock ?? null;
  if (stock === null)
    return (
      <Fact name="In stock">{listing.quantity === null ? "–" : String(listing.quantity)}</Fact>
    );
  const rest = [
    ...(stock.inbound > 0 ? [`${countWords(stock.inbound)} on the way`] : []),
    ...(stock.reserved > 0 ? [`${countWords(stock.reserved)} reserved`] : []),
    ...(stock.unfulfillable > 0 ? [`${countWords(stock.unfulfillable)} unsellable`] : []),
  ];
  return (
    <Fact name="Stock at Amazon">
      {countWords(stock.fulfillable)}
      {rest.length > 0 && <span className="quiet">{`; ${rest.join(", ")}`}</span>}
    </Fact>
  );
}

/** Sales rank, and Amazon's own minimum and maximum for the price. */
function AmazonExtras({ listing: { amazon } }: { listing: ListingView }) {
  if (amazon === null) return null;
  const { rank, terms } = amazon;
  const hasLimits = terms !== null && (terms.min !== null || terms.max !== null);
  return (
    <>
      {rank !== null && (
        <Fact name="Sales rank">{`#${countWords(rank.rank)} in ${rank.category}`}</Fact>
      )}
      {hasLimits && (
        <Fact name="Limits at Amazon">
          <PriceRange floor={terms.min} ceiling={terms.max} />
          {terms.mirror !== null && (
            <span className="quiet">{` ${MIRROR_WORDS[terms.mirror]}`}</span>
          )}
        </Fact>
      )}
    </>
  );
}

/** Sale price, business prices and Automate Pricing: what else stands on the offer. */
function TermNotes({ listing: { amazon } }: { listing: ListingView }) {
  const zone = useTimeZone();
  const terms = amazon?.terms ?? null;
  if (amazon === null || terms === null) return null;
  const lines = [
    ...termLines(terms, amazon.isAutoPriced, zone),
    ...(terms.mirrorCode === null
      ? []
      : [`Your limits are not at Amazon yet: ${failureWords(terms.mirrorCode).title}.`]),
  ];
  if (lines.length === 0) return null;
  return (
    <ul className="bare-list notes">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function LastDecision({ listing, now }: { listing: ListingView; now: string }) {
  if (listing.decision === null) {
    return (
      <Text as="p" tone="subdued">
        Calibr has not looked at this listing yet.
      </Text>
    );
  }
  return (
    <div className="decision">
      <span className="decision-head">
        {listing.decision.kind === "propose" ? "Proposed" : "Held"}{" "}
        <Ago at={listing.decision.decidedAt} now={now} />
      </span>
      <ReasonList reasons={listing.decision.reasons} />
    </div>
  );
}

function AsinLink({ listing }: { listing: ListingView }) {
  if (listing.asin === null) return <span className="quiet">none</span>;
  const url = outside.amazonProduct({ marketplaceId: listing.marketplaceId, asin: listing.asin });
  if (url === null) return <span>{listing.asin}</span>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {listing.asin}
    </a>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
