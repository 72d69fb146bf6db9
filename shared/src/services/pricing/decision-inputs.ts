import { feeScheduleFor } from "../../core/fees/schedule-for.ts";
import { parseAsin } from "../../core/ids.ts";
import { type CurrencyCode, parseCurrency } from "../../core/money/currency.ts";
import type { Money } from "../../core/money/money.ts";
import type { MarketSnapshot } from "../../core/offers/market-snapshot.ts";
import { decidePrice } from "../../core/pricing/decide-price.ts";
import type { DecisionInputs, SiblingFacts, TakenBack } from "../../core/pricing/inputs.ts";
import { decodeInputs } from "../../core/pricing/inputs-json.ts";
import type { PricingRule } from "../../core/pricing/pricing-rule.ts";
import { snapshotDecoder } from "../../core/offers/snapshot-json.ts";
import type { DecisionContext } from "../../ports/decision-store.ts";

/**
 * Turns a stored context into the inputs of a decision.
 *
 * What cannot be read becomes null, never a guess: the engine then holds and says what is missing.
 */
export function decisionInputs(
  context: DecisionContext,
  known: { now: Date; rule: PricingRule; sibling: SiblingFacts | null },
): DecisionInputs {
  const currency = parseCurrency(context.currency);
  const bounds = parseCurrency(context.boundsCurrency);
  return {
    decidedAt: known.now,
    listing: {
      listingId: context.listingId,
      channel: context.channel,
      currency: context.currency,
      isActive: context.status === "active" && context.connectionStatus === "connected",
      asin: parseAsin(context.asin),
      currentPrice: amount(context.head?.priceMinor ?? null, parseCurrency(context.head?.currency)),
      shipping: null,
      points: null,
      hasActiveSale: context.saleUntil !== null && context.saleUntil > known.now,
      isAutoPriced: context.isAutoPriced,
      changeInFlight: context.inFlight?.changeId ?? null,
    },
    bounds: {
      handFloor: amount(context.floorMinor, bounds),
      handCeiling: amount(context.ceilingMinor, bounds),
      map: amount(context.mapMinor, bounds),
      recentPrice: null,
    },
    costs: {
      cost:
        context.cost === null
          ? null
          : amount(context.cost.minor, parseCurrency(context.cost.currency)),
      other: null,
      returnReserveBps: 0,
    },
    fees: feeScheduleFor({
      channel: context.channel,
      marketplaceId: context.marketplaceId,
      fulfilment: context.fulfilment,
      // An unknown currency is held before fees matter; the schedule still needs one that exists.
      currency: currency ?? FALLBACK_CURRENCY,
    }),
    rule: known.rule,
    market: readSnapshot(context.snapshot),
    sisterSellerIds: context.ownSellerIds,
    sibling: known.sibling,
    takenBack: readTakenBack(context, currency),
  };
}

const FALLBACK_CURRENCY = parseCurrency("USD") ?? unreachableCurrency();

function unreachableCurrency(): never {
  throw new Error("USD is missing from the currency table");
}

function amount(minor: bigint | null, currency: CurrencyCode | null): Money | null {
  return minor === null || currency === null ? null : { amountMinor: minor, currency };
}

function readSnapshot(json: unknown): MarketSnapshot | null {
  if (json === null || json === undefined) return null;
  try {
    return snapshotDecoder(json, "snapshot");
  } catch {
    // Written by an older release or damaged: without a readable market the engine holds (no_market_data).
    return null;
  }
}

/** What the merchant took back, with the reference its decision answered, found by deciding it again. */
function readTakenBack(context: DecisionContext, currency: CurrencyCode | null): TakenBack | null {
  if (context.undone === null || currency === null) return null;
  const price = { amountMinor: context.undone.newMinor, currency };
  if (context.undone.inputs === null) return { price, reference: null };
  try {
    const decision = decidePrice(decodeInputs(context.undone.inputs));
    return { price, reference: decision.kind === "propose" ? decision.reference : null };
  } catch {
    // Inputs of an older engine that no longer decode: the price alone still says what was taken back.
    return { price, reference: null };
  }
}
