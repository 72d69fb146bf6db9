import { AMAZON_US_GENERIC } from "../core/fees/fee-schedule.ts";
import { toAsin, toListingId, toMarketplaceId } from "../core/ids.ts";
import { currency } from "../core/money/currency.ts";
import { type Money, money } from "../core/money/money.ts";
import type { MarketSnapshot } from "../core/offers/market-snapshot.ts";
import { makeOffer, type Offer, type OfferParts } from "../core/offers/offer.ts";
import type { PriceDecision } from "../core/pricing/decision.ts";
import type { DecisionInputs } from "../core/pricing/inputs.ts";
import { CAUTIOUS_LIMITS, type PricingRule } from "../core/pricing/pricing-rule.ts";

/** The instant at which test decisions are made, unless they say otherwise. */
export const DECIDED_AT = new Date("2026-11-23T10:00:00.000Z");

/** US dollars from cents. */
export function usd(cents: bigint | number): Money {
  return money(BigInt(cents), "USD");
}

/** A fair rival's offer at $20.00, unless a test says otherwise. */
export function buildOffer(parts: Partial<OfferParts> & { readonly cents?: bigint } = {}): Offer {
  const { cents = 2000n, ...rest } = parts;
  const offer = makeOffer({
    sellerId: "ARIVAL",
    isOwn: false,
    isFeatured: false,
    isAmazonRetail: false,
    listing: usd(cents),
    shipping: usd(0n),
    points: null,
    fulfilment: "merchant",
    condition: "new",
    feedbackCount: 500,
    positivePercent: 97,
    handlingHoursMax: 24,
    isFeaturedMerchant: true,
    ...rest,
  });
  if (offer === null) throw new RangeError("A test offer must be in one currency.");
  return offer;
}

/** A market seen a minute ago; its featured price is that of the first featured offer. */
export function buildMarket(
  offers: readonly Offer[],
  parts: Partial<MarketSnapshot> = {},
): MarketSnapshot {
  return {
    asin: toAsin("B0CALIBR01"),
    marketplaceId: toMarketplaceId("ATVPDKIKX0DER"),
    condition: "new",
    currency: currency("USD"),
    offers,
    featuredLanded: offers.find((offer) => offer.isFeatured)?.landed ?? null,
    observedAt: new Date(DECIDED_AT.getTime() - 60_000),
    receivedAt: new Date(DECIDED_AT.getTime() - 59_000),
    source: "notification",
    ...parts,
  };
}

/** A rule that matches the featured offer with cautious limits. */
export function buildRule(parts: Partial<PricingRule> = {}): PricingRule {
  return {
    ...CAUTIOUS_LIMITS,
    version: 1,
    strategy: { kind: "match", beatByMinor: 0n },
    ...parts,
  };
}

/** An active Amazon listing at $21.00 that cost $10.00, facing a featured rival at $20.00. */
export function buildInputs(
  parts: {
    readonly listing?: Partial<DecisionInputs["listing"]>;
    readonly bounds?: Partial<DecisionInputs["bounds"]>;
    readonly costs?: Partial<DecisionInputs["costs"]>;
    readonly rule?: Partial<PricingRule>;
  } & Partial<Omit<DecisionInputs, "listing" | "bounds" | "costs" | "rule">> = {},
): DecisionInputs {
  const { listing, bounds, costs, rule, ...rest } = parts;
  return {
    decidedAt: DECIDED_AT,
    listing: {
      listingId: toListingId("11"),
      channel: "amazon",
      currency: "USD",
      isActive: true,
      asin: toAsin("B0CALIBR01"),
      currentPrice: usd(2100n),
      shipping: null,
      points: null,
      hasActiveSale: false,
      isAutoPriced: false,
      changeInFlight: null,
      ...listing,
    },
    bounds: { handFloor: null, handCeiling: null, map: null, recentPrice: null, ...bounds },
    costs: { cost: usd(1000n), other: null, returnReserveBps: 0, ...costs },
    fees: AMAZON_US_GENERIC,
    rule: buildRule(rule),
    market: buildMarket([buildOffer({ isFeatured: true })]),
    sisterSellerIds: [],
    sibling: null,
    takenBack: null,
    ...rest,
  };
}

/** The reason codes of a decision, in order, whatever it says. */
export function reasonCodes(decision: PriceDecision): string[] {
  const reasons = decision.kind === "propose" ? decision.reasons : decision.because;
  return reasons.map(({ code }) => code);
}

/** The price proposed, in minor units; null when the decision holds. */
export function proposedMinor(decision: PriceDecision): bigint | null {
  return decision.kind === "propose" ? decision.price.amountMinor : null;
}
