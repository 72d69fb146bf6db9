import { feeScheduleFor } from "../../core/fees/schedule-for.ts";
import { checkLastGate, type LastGateReason } from "../../core/guards/last-gate.ts";
import { type CurrencyCode, parseCurrency } from "../../core/money/currency.ts";
import type { ClaimedPush } from "../../ports/push-store.ts";
import { type MirroredWalls, wallsOfPush } from "./walls-of-push.ts";

/** The gate's word on a claimed push. */
export type GateVerdict =
  | { readonly kind: "allow"; readonly currency: CurrencyCode; readonly walls: MirroredWalls }
  | {
      readonly kind: "deny";
      readonly code: LastGateReason | "connection_disconnected";
      readonly facts: Readonly<Record<string, string>>;
    };

/**
 * Puts a claimed push before the last gate, with raw facts read again in the claim's own transaction.
 * Anything blank, unknown or crossed denies. The walls that go along are looked at too.
 */
export function gatePush(push: ClaimedPush, now: Date): GateVerdict {
  const { raw } = push;
  const walls = wallsOfPush(push);
  const facts = { price: `${push.currency} ${String(push.priceMinor)}` };
  if (raw.connectionStatus !== "connected")
    return { kind: "deny", code: "connection_disconnected", facts };
  const currency = parseCurrency(push.currency);
  if (currency === null) return { kind: "deny", code: "gate_currency_mismatch", facts };
  const verdict = checkLastGate({
    price: { amountMinor: push.priceMinor, currency },
    listingCurrency: raw.listingCurrency,
    isListingActive: raw.listingStatus === "active",
    isPaused: raw.isPaused,
    isAutoPriced: raw.isAutoPriced,
    hasActiveSale: raw.saleUntil !== null && raw.saleUntil > now,
    mirror: walls,
    floorMinor: push.floorMinor,
    ceilingMinor: push.ceilingMinor,
    handFloorMinor: raw.itemFloorMinor,
    handCeilingMinor: raw.itemCeilingMinor,
    mapMinor: raw.mapMinor,
    boundsCurrency: raw.boundsCurrency,
    rawCost: { amountMinor: raw.costMinor, currency: raw.costCurrency },
    otherCostsMinor: 0n,
    shippingMinor: 0n,
    pointsMinor: 0n,
    returnReserveBps: 0,
    feeRates: feeScheduleFor({
      channel: raw.channel,
      marketplaceId: push.address.marketplaceId,
      fulfilment: raw.fulfilment,
      currency,
    }),
    minMarginBps: raw.minMarginBps,
  });
  return verdict.kind === "allow"
    ? { kind: "allow", currency, walls }
    : { kind: "deny", code: verdict.because, facts };
}
