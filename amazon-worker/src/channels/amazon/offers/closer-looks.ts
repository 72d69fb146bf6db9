import { parseAsin } from "@calibr/shared/core/ids";
import { findMarketplace } from "@calibr/shared/core/marketplaces";
import { add, type Money, money } from "@calibr/shared/core/money/money";
import { makeOffer, type FeaturedSegment, type Offer } from "@calibr/shared/core/offers/offer";
import type { MarketSnapshot } from "@calibr/shared/core/offers/market-snapshot";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import type {
  AsinQuery,
  CloserLookSource,
  Expectation,
  ExpectationQuery,
  FeaturedRival,
  SummaryReading,
} from "@calibr/shared/ports/closer-look-source";
import { isAmazonRetail } from "./amazon-retail.ts";
import {
  type CompetitiveSummary,
  type FeaturedSummaryOffer,
  readCompetitiveSummary,
  type SummaryOffer,
} from "../answers/competitive-summary.ts";
import {
  type ExpectedPriceOffer,
  readFeaturedOfferExpectedPrices,
} from "../answers/expected-prices.ts";
import type { SpClient } from "../client/client.ts";
import { readCondition } from "./offer-document.ts";
import { readAsinOffers } from "./offer-sweep.ts";
import type { WaitingClock } from "../client/waiting.ts";

/** The small-budget calls of Amazon's pricing APIs. */
export function createAmazonCloserLooks(parts: {
  readonly client: SpClient;
  readonly clock: WaitingClock;
}): CloserLookSource {
  const { client, clock } = parts;
  return {
    async readExpectations(account, queries, signal) {
      const operation = "getFeaturedOfferExpectedPriceBatch";
      const body = { requests: queries.map(expectationRequest) };
      const answer = await client.call(account, { operation, body }, signal);
      const found = readFeaturedOfferExpectedPrices(answer);
      return queries.map((query) =>
        toExpectation(
          query,
          found.find(
            (each) => each.sku === query.sku && each.marketplaceId === query.marketplaceId,
          ),
        ),
      );
    },
    async readSummaries(account, queries, signal) {
      const body = { requests: queries.map(summaryRequest) };
      const answer = await client.call(
        account,
        { operation: "getCompetitiveSummary", body },
        signal,
      );
      const found = readCompetitiveSummary(answer);
      return queries.map((query) => {
        const summary = found.find(
          (each) => each.asin === query.asin && each.marketplaceId === query.marketplaceId,
        );
        return toReading(query, summary, { account, now: clock.now() });
      });
    },
    readAsinOffers: (account, queries, signal) =>
      readAsinOffers({ client, clock, account }, queries, signal),
  };
}

function expectationRequest({ marketplaceId, sku }: ExpectationQuery) {
  const uri = "/products/pricing/2022-05-01/offer/featuredOfferExpectedPrice";
  return { marketplaceId, sku: sku.toWellFormed(), method: "GET", uri };
}

function summaryRequest({ asin, marketplaceId }: AsinQuery) {
  return {
    asin,
    marketplaceId,
    includedData: ["featuredBuyingOptions", "referencePrices", "lowestPricedOffers"],
    lowestPricedOffersInputs: [{ itemCondition: "New", offerType: "Consumer" }],
    method: "GET",
    uri: "/products/pricing/2022-05-01/items/competitiveSummary",
  };
}

type Found = ReturnType<typeof readFeaturedOfferExpectedPrices>[number];

function toExpectation({ listingId }: ExpectationQuery, found: Found | undefined): Expectation {
  const [result] = found?.results ?? [];
  if (result === undefined) {
    const status = found?.problems[0]?.code ?? `HTTP_${String(found?.statusCode ?? 0)}`;
    return { listingId, status, price: null, competing: null, featured: null };
  }
  const { status, price } = result;
  const competing = toRival(result.competing);
  return { listingId, status, price, competing, featured: toRival(result.current) };
}

function toRival(offer: ExpectedPriceOffer | null): FeaturedRival | null {
  if (offer === null) return null;
  const { sellerId, listing, shipping } = offer;
  const isExact = listing !== null && shipping?.currency === listing.currency;
  return { sellerId, landed: isExact ? add(listing, shipping) : null };
}

interface SummaryContext {
  readonly account: ChannelAccount;
  readonly now: Date;
}

function toReading(
  query: AsinQuery,
  summary: CompetitiveSummary | undefined,
  context: SummaryContext,
): SummaryReading {
  const unread = (vendorCode: string): SummaryReading => ({ query, snapshot: null, vendorCode });
  if (summary === undefined) return unread("no_answer");
  const marketplace = findMarketplace(query.marketplaceId);
  const asin = parseAsin(query.asin);
  if (summary.statusCode !== 200 || marketplace === null || asin === null)
    return unread(summary.problems[0]?.code ?? `HTTP_${String(summary.statusCode)}`);
  const featured = summary.featured.flatMap((each) => toOffer(each, context, each) ?? []);
  const listed = summary.lowest.flatMap(({ offers }) =>
    offers.flatMap((each) => toOffer(each, context, null) ?? []),
  );
  const others = listed.filter((offer) => !featured.some((each) => isSameOffer(each, offer)));
  const references = summary.references.flatMap(({ name, price }) => {
    const kind = REFERENCES[name];
    return kind === undefined || price === null ? [] : [{ kind, price }];
  });
  const snapshot: MarketSnapshot = {
    asin,
    marketplaceId: marketplace.id,
    condition: "new",
    currency: marketplace.currency,
    offers: [...featured, ...others],
    featuredLanded: mostSeen(featured)?.landed ?? null,
    observedAt: context.now,
    receivedAt: context.now,
    source: "sweep",
    ...(references.length === 0 ? {} : { references }),
  };
  return { query, snapshot, vendorCode: null };
}

const REFERENCES: Readonly<Record<string, "competitive" | "was" | "competitive_threshold">> = {
  CompetitivePrice: "competitive",
  WasPrice: "was",
  CompetitivePriceThreshold: "competitive_threshold",
};

function isSameOffer(left: Offer, right: Offer): boolean {
  return (
    left.sellerId === right.sellerId &&
    left.fulfilment === right.fulfilment &&
    left.landed.amountMinor === right.landed.amountMinor
  );
}

/** "The Buy Box price" is not one number: the one that most views of the page see stands for it. */
function mostSeen(featured: readonly Offer[]): Offer | null {
  const views = (offer: Offer): number =>
    (offer.segments ?? []).reduce((sum, each) => sum + (each.viewsBps ?? 0), 0);
  const [most] = [...featured].sort((left, right) => views(right) - views(left));
  return most ?? null;
}

/** An offer in the normal shape; null when its price is not exact or it has two currencies. */
function toOffer(
  offer: SummaryOffer,
  { account }: SummaryContext,
  featured: FeaturedSummaryOffer | null,
): Offer | null {
  const { listing, sellerId } = offer;
  if (listing === null) return null;
  const segments = (featured?.segments ?? []).map(toSegment);
  const promotions = offer.promotions.map(({ type, amountOff, offBps }) => ({
    kind: type,
    amountOff,
    offBps,
  }));
  const prime = PRIME[offer.primeEligibility ?? ""];
  return makeOffer({
    sellerId,
    isOwn: sellerId === account.accountId,
    isFeatured: featured !== null,
    isAmazonRetail: isAmazonRetail(sellerId),
    listing,
    shipping: offer.shipping ?? money(0n, listing.currency),
    points: pointsOf(offer, listing),
    fulfilment: offer.fulfilment ?? "merchant",
    condition: readCondition(offer.condition) ?? "new",
    feedbackCount: null,
    positivePercent: null,
    handlingHoursMax: null,
    isFeaturedMerchant: featured !== null,
    ...(prime === undefined ? {} : { prime }),
    ...(promotions.length === 0 ? {} : { promotions }),
    ...(segments.length === 0 ? {} : { segments }),
  });
}

const PRIME: Readonly<Record<string, "national" | "regional" | "none">> = {
  NATIONAL: "national",
  REGIONAL: "regional",
  NONE: "none",
};

function toSegment(segment: FeaturedSummaryOffer["segments"][number]): FeaturedSegment {
  const { membership, viewsBps } = segment;
  if (membership === "PRIME") return { membership: "prime", viewsBps };
  return { membership: membership === "NON_PRIME" ? "non_prime" : "default", viewsBps };
}

// One Amazon point is worth one yen (amazon.co.jp, "Amazon Points").
function pointsOf({ points }: SummaryOffer, listing: Money): Money | null {
  if (points === null) return null;
  if (points.worth !== null) return points.worth;
  const number = points.number ?? 0;
  return number > 0 && listing.currency === "JPY" ? money(BigInt(number), "JPY") : null;
}
