import { Link } from "@remix-run/react";
import { Badge, Card, InlineStack, Text } from "@shopify/polaris";
import type { ReactNode } from "react";
import { findMarketplace } from "@calibr/shared/core/marketplaces";
import type { ListingView } from "@calibr/shared/ports/shop-views";
import { CHANNEL_NAMES } from "../copy/channels.ts";
import { countryName } from "../copy/countries.ts";
import { linkWords } from "../copy/links.ts";
import { outside, paths } from "../http/paths.ts";
import { Ago } from "./ago.tsx";
import { StateBadge } from "./badges.tsx";
import { Price, PriceRange } from "./price-text.tsx";
import { ReasonList } from "./reason-list.tsx";

/** One listing: what it costs now, what others ask, and what Calibr last said. */
export function ListingCard({ listing, now }: { listing: ListingView; now: string }) {
  const marketplace = findMarketplace(listing.marketplaceId);
  const place = marketplace === null ? "" : ` ${countryName(marketplace.country)}`;
  return (
    <Card>
      <div className="listing-head">
        <Text as="h2" variant="headingMd">{`${CHANNEL_NAMES[listing.channel]}${place}`}</Text>
        <InlineStack gap="200" blockAlign="center">
          {listing.status !== "active" && <Badge tone="warning">Not active</Badge>}
          {listing.openChange !== null && (
            <Link to={paths.change(listing.openChange.changeId)}>
              <StateBadge state={listing.openChange.state} />
            </Link>
          )}
        </InlineStack>
      </div>
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
        {listing.decision !== null && (
          <Fact name="Floor – ceiling">
            <PriceRange floor={listing.decision.floor} ceiling={listing.decision.ceiling} />
          </Fact>
        )}
        <LinkFact listing={listing} />
        <Fact name="In stock">{listing.quantity === null ? "–" : String(listing.quantity)}</Fact>
      </dl>
      <LastDecision listing={listing} now={now} />
    </Card>
  );
}

/** What ties the listing to the item, how surely, and how many units one sale hands over. */
function LinkFact({ listing }: { listing: ListingView }) {
  const words = linkWords(listing.linkEvidence);
  if (words === null) return null;
  const { linkConfidenceBps: bps, unitsPerSale } = listing;
  const sure = bps === null ? "" : `, ${String(Math.round(bps / 100))} % sure`;
  const pack = unitsPerSale === 1 ? "" : `, ${String(unitsPerSale)} units a sale`;
  return <Fact name="Linked by">{`${words}${sure}${pack}`}</Fact>;
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
