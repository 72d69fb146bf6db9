import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { money } from "../money/money.ts";
import { feeAt, stepFor } from "./fee-at.ts";
import {
  AMAZON_US_GENERIC,
  type FeeSchedule,
  isScheduleValid,
  SHOPIFY_PAYMENTS_US,
} from "./fee-schedule.ts";
import { firstFeasibleFrom, floorForMargin } from "./floor-for-margin.ts";
import { isFeasible, type MarginTerms, netAt } from "./margin.ts";

const noShipping = (priceMinor: bigint) => ({ priceMinor, shippingMinor: 0n });

/** 8 % up to $10, 15 % above, on the whole price: Amazon's grocery and beauty rule. */
const WHOLE_AT_TEN: FeeSchedule = {
  ...AMAZON_US_GENERIC,
  method: "whole",
  tiers: [
    { upToMinor: 1000n, rateBps: 800 },
    { upToMinor: null, rateBps: 1500 },
  ],
};

function terms(parts: Partial<MarginTerms> & { readonly costMinor?: bigint } = {}): MarginTerms {
  const { costMinor = 1000n, ...rest } = parts;
  return {
    schedule: AMAZON_US_GENERIC,
    costs: { costMinor, otherMinor: 0n, shippingMinor: 0n, pointsMinor: 0n, returnReserveBps: 0 },
    minMarginBps: 1000,
    minProfitMinor: 0n,
    ...rest,
  };
}

describe("fees at a price", () => {
  it.each<[string, FeeSchedule, bigint, bigint]>([
    ["15 % of $20", AMAZON_US_GENERIC, 2000n, 300n],
    ["the minimum on a cheap thing", AMAZON_US_GENERIC, 100n, 30n],
    ["a broken cent rounded up", AMAZON_US_GENERIC, 2001n, 301n],
    ["2.9 % and 30 cents", SHOPIFY_PAYMENTS_US, 2000n, 88n],
    ["8 % at the step itself", WHOLE_AT_TEN, 1000n, 80n],
    ["15 % of everything one cent above the step", WHOLE_AT_TEN, 1001n, 151n],
    ["each slice at its own rate", { ...WHOLE_AT_TEN, method: "marginal" }, 2000n, 230n],
  ])("takes %s", (_what, schedule, price, total) => {
    expect(feeAt(schedule, noShipping(price)).totalMinor).toBe(total);
  });

  it("counts shipping into the base of the rate, not of fulfilment", () => {
    const schedule = {
      ...AMAZON_US_GENERIC,
      fulfilmentSteps: [
        { upToMinor: 999n, feeMinor: 250n },
        { upToMinor: null, feeMinor: 327n },
      ],
    };

    expect(feeAt(schedule, { priceMinor: 999n, shippingMinor: 501n })).toEqual({
      rateMinor: 225n,
      perSaleMinor: 0n,
      fulfilmentMinor: 250n,
      totalMinor: 475n,
    });
  });

  it("refuses a schedule that ends before the price", () => {
    expect(() => stepFor([{ upToMinor: 5n }], 6n)).toThrow("end with an open step");
  });
});

describe("a fee schedule", () => {
  const open = { upToMinor: null, rateBps: 1500 };
  it.each<[string, Partial<FeeSchedule>]>([
    ["has no tier", { tiers: [] }],
    ["does not end open", { tiers: [{ upToMinor: 5n, rateBps: 1 }] }],
    ["is open too early", { tiers: [open, open] }],
    [
      "does not ascend",
      { tiers: [{ upToMinor: 5n, rateBps: 1 }, { upToMinor: 5n, rateBps: 1 }, open] },
    ],
    ["has a broken rate", { tiers: [{ upToMinor: null, rateBps: 1.5 }] }],
    ["has a negative minimum", { minimumMinor: -1n }],
    ["has a negative fixed fee", { perSaleMinor: -1n }],
    ["has a negative fulfilment fee", { fulfilmentSteps: [{ upToMinor: null, feeMinor: -1n }] }],
    ["has an impossible tax", { taxIncludedBps: 10_001 }],
  ])("is invalid when it %s", (_what, part) => {
    expect(isScheduleValid({ ...AMAZON_US_GENERIC, ...part })).toBe(false);
  });

  it("is valid as shipped, with a source and a date", () => {
    for (const schedule of [AMAZON_US_GENERIC, SHOPIFY_PAYMENTS_US, WHOLE_AT_TEN]) {
      expect(isScheduleValid(schedule)).toBe(true);
      expect(schedule.source).toMatch(/^https:/);
      expect(schedule.readOn).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });
});

describe("net income", () => {
  it("takes tax, fees, points, returns and costs off", () => {
    const costs = {
      costMinor: 500n,
      otherMinor: 50n,
      shippingMinor: 200n,
      pointsMinor: 10n,
      returnReserveBps: 100,
    };
    const schedule = { ...AMAZON_US_GENERIC, taxIncludedBps: 2000 };

    // 2200 / 1.2 = 1833 − 330 fee − 20 returns − 10 points − 550 costs.
    expect(netAt(terms({ costs, schedule }), 2000n)).toBe(923n);
  });

  it("is never feasible at nothing or less", () => {
    expect(isFeasible(terms({ costMinor: -5000n }), 0n)).toBe(false);
  });
});

describe("the floor for a margin", () => {
  it("solves cost, fee and margin together", () => {
    // 13.35 − 2.01 fee − 1.34 margin = 10.00; 13.34 − 2.01 − 1.34 = 9.99.
    expect(floorForMargin(terms())).toEqual({ kind: "floor", price: money(1335n, "USD") });
  });

  it("is unreachable when fee and margin take everything", () => {
    expect(floorForMargin(terms({ minMarginBps: 8500 }))).toEqual({ kind: "unreachable" });
    expect(floorForMargin(terms({ minMarginBps: 9999 }))).toEqual({ kind: "unreachable" });
  });

  it("stays below a fee step when it can, and jumps over the hole when it cannot", () => {
    const tight = { schedule: WHOLE_AT_TEN, minMarginBps: 0 };

    expect(floorForMargin(terms({ ...tight, costMinor: 920n }))).toMatchObject({
      price: money(1000n, "USD"),
    });
    expect(floorForMargin(terms({ ...tight, costMinor: 921n }))).toMatchObject({
      price: money(1084n, "USD"),
    });
  });

  it("finds the next feasible price inside a hole above the floor", () => {
    const hole = terms({ schedule: WHOLE_AT_TEN, minMarginBps: 0, costMinor: 900n });

    expect(floorForMargin(hole)).toMatchObject({ price: money(979n, "USD") });
    expect(isFeasible(hole, 1001n)).toBe(false);
    expect(firstFeasibleFrom(hole, 1001n)).toBe(1059n);
    expect(firstFeasibleFrom(hole, -3n)).toBe(979n);
  });

  const bps = (max: number) => fc.integer({ min: 0, max });
  const anyTerms = fc
    .record({
      method: fc.constantFrom("marginal" as const, "whole" as const),
      steps: fc.uniqueArray(fc.bigInt({ min: 1n, max: 900n }), { maxLength: 3 }),
      rates: fc.array(bps(4500), { minLength: 4, maxLength: 4 }),
      fulfilmentAt: fc.option(fc.bigInt({ min: 1n, max: 900n })),
      fees: fc.array(fc.bigInt({ min: 0n, max: 120n }), { minLength: 4, maxLength: 4 }),
      tax: fc.constantFrom(0, 0, 2000),
      cost: fc.bigInt({ min: 0n, max: 700n }),
      shipping: fc.bigInt({ min: 0n, max: 300n }),
      reserve: bps(500),
      margin: bps(3000),
      profit: fc.bigInt({ min: 0n, max: 50n }),
    })
    .map((r): MarginTerms => {
      const cuts = [...r.steps].sort((a, b) => (a < b ? -1 : 1));
      const [minimumMinor = 0n, perSaleMinor = 0n, low = 0n, high = 0n] = r.fees;
      const tiers = [...cuts, null].map((upToMinor, i) => ({
        upToMinor,
        rateBps: r.rates[i] ?? 0,
      }));
      const last = { upToMinor: null, feeMinor: high };
      return {
        schedule: {
          ...AMAZON_US_GENERIC,
          method: r.method,
          tiers,
          minimumMinor,
          perSaleMinor,
          fulfilmentSteps:
            r.fulfilmentAt === null ? [last] : [{ upToMinor: r.fulfilmentAt, feeMinor: low }, last],
          taxIncludedBps: r.tax,
        },
        costs: {
          costMinor: r.cost,
          otherMinor: 0n,
          shippingMinor: r.shipping,
          pointsMinor: 0n,
          returnReserveBps: r.reserve,
        },
        minMarginBps: r.margin,
        minProfitMinor: r.profit,
      };
    });

  it("equals the answer of trying every price", () => {
    fc.assert(
      fc.property(anyTerms, fc.bigInt({ min: 1n, max: 1200n }), (each, from) => {
        let tried: bigint | null = null;
        for (let price = from; price <= 6000n && tried === null; price += 1n) {
          if (isFeasible(each, price)) tried = price;
        }
        const solved = firstFeasibleFrom(each, from);
        if (tried === null) expect(solved === null || solved > 6000n).toBe(true);
        else expect(solved).toBe(tried);
      }),
      { numRuns: 1500 },
    );
  });

  it("never falls when the cost rises", () => {
    fc.assert(
      fc.property(anyTerms, fc.bigInt({ min: 1n, max: 200n }), (each, more) => {
        const dearer = {
          ...each,
          costs: { ...each.costs, costMinor: each.costs.costMinor + more },
        };
        const [before, after] = [firstFeasibleFrom(each, 1n), firstFeasibleFrom(dearer, 1n)];
        return after === null || (before !== null && before <= after);
      }),
    );
  });
});
