import { expect, it } from "vitest";
import { usd } from "../../testing/decision-inputs.ts";
import { AMAZON_US_GENERIC } from "../fees/fee-schedule.ts";
import { money } from "../money/money.ts";
import { checkLastGate, LAST_GATE_REASONS, type LastGateInputs } from "./last-gate.ts";

const open: LastGateInputs = {
  price: usd(2000n),
  listingCurrency: "USD",
  isListingActive: true,
  isPaused: false,
  isAutoPriced: false,
  hasActiveSale: false,
  mirror: { minMinor: null, maxMinor: null },
  floorMinor: 1335n,
  ceilingMinor: 3150n,
  handFloorMinor: null,
  handCeilingMinor: null,
  mapMinor: null,
  boundsCurrency: null,
  rawCost: { amountMinor: 1000n, currency: "USD" },
  otherCostsMinor: 0n,
  shippingMinor: 0n,
  pointsMinor: 0n,
  returnReserveBps: 0,
  feeRates: AMAZON_US_GENERIC,
  minMarginBps: 1000,
};

it("lets a sound price through", () => {
  expect(checkLastGate(open)).toEqual({ kind: "allow" });
});

const fees = (parts: Partial<LastGateInputs["feeRates"]>) => ({
  feeRates: { ...AMAZON_US_GENERIC, ...parts },
});

it.each<[string, Partial<LastGateInputs>]>([
  ["gate_paused", { isPaused: true }],
  ["gate_listing_inactive", { isListingActive: false }],
  ["gate_auto_priced", { isAutoPriced: true }],
  ["gate_sale_running", { hasActiveSale: true }],
  ["gate_price_not_positive", { price: usd(0n) }],
  ["gate_currency_mismatch", { listingCurrency: "EUR" }],
  ["gate_currency_mismatch", { price: money(2000n, "EUR"), listingCurrency: "EUR" }],
  ["gate_currency_mismatch", { handFloorMinor: 1500n }],
  ["gate_currency_mismatch", { rawCost: { amountMinor: 1000n, currency: null } }],
  ["gate_floor_blank", { floorMinor: null }],
  ["gate_floor_blank", { floorMinor: 0n }],
  ["gate_floor_blank", { handFloorMinor: -1n, boundsCurrency: "USD" }],
  ["gate_ceiling_blank", { ceilingMinor: null }],
  ["gate_ceiling_blank", { handCeilingMinor: 0n, boundsCurrency: "USD" }],
  ["gate_walls_crossed", { handCeilingMinor: 1000n, boundsCurrency: "USD" }],
  ["gate_below_floor", { price: usd(1334n) }],
  // The merchant raised the floor after the approval.
  ["gate_below_floor", { handFloorMinor: 2001n, boundsCurrency: "USD" }],
  ["gate_below_floor", { mapMinor: 2001n, boundsCurrency: "USD" }],
  ["gate_above_ceiling", { price: usd(3151n) }],
  // Amazon would refuse prices that this gate lets through.
  ["gate_mirror_narrow", { mirror: { minMinor: 1336n, maxMinor: null } }],
  ["gate_mirror_narrow", { mirror: { minMinor: 0n, maxMinor: null } }],
  ["gate_mirror_narrow", { mirror: { minMinor: null, maxMinor: 3149n } }],
  ["gate_cost_blank", { rawCost: { amountMinor: null, currency: null } }],
  ["gate_cost_blank", { rawCost: { amountMinor: 0n, currency: "USD" } }],
  ["gate_rates_invalid", { minMarginBps: null }],
  ["gate_rates_invalid", { returnReserveBps: -1 }],
  ["gate_rates_invalid", { otherCostsMinor: -500n }],
  ["gate_rates_invalid", fees({ tiers: [] })],
  ["gate_rates_invalid", fees({ tiers: [{ upToMinor: null, rateBps: 0.5 }] })],
  ["gate_rates_invalid", fees({ tiers: [{ upToMinor: 0n, rateBps: 1 }] })],
  ["gate_rates_invalid", fees({ fulfilmentSteps: [] })],
  ["gate_rates_invalid", fees({ fulfilmentSteps: [{ upToMinor: null, feeMinor: -1n }] })],
  ["gate_rates_invalid", fees({ taxIncludedBps: -1 })],
  // The cost rose after the approval: 20.00 − 3.00 − 2.00 = 15.00 is the most it may be.
  ["gate_loses_margin", { rawCost: { amountMinor: 1501n, currency: "USD" } }],
  ["gate_loses_margin", { ...fees({ minimumMinor: 1000n }) }],
])("denies with %s", (because, parts) => {
  expect(checkLastGate({ ...open, ...parts })).toEqual({ kind: "deny", because });
});

it("allows exactly what earns the margin", () => {
  const rawCost = { amountMinor: 1500n, currency: "USD" };

  expect(checkLastGate({ ...open, rawCost })).toEqual({ kind: "allow" });
});

it("lists each of its reasons once", () => {
  expect(new Set(LAST_GATE_REASONS).size).toBe(LAST_GATE_REASONS.length);
});
