import fc from "fast-check";
import { expect, it } from "vitest";
import { mergeLines, type OrderLine } from "./order.ts";
import { checkTotals } from "./traffic.ts";

type Line = Omit<OrderLine, "lineKey">;

const line = (given: Partial<Line> = {}): Line => ({
  externalId: "SKU",
  parentId: null,
  status: "shipped",
  quantity: 1,
  items: 1,
  currency: "USD",
  itemMinor: 1_000n,
  taxMinor: 80n,
  promoMinor: 0n,
  shippingMinor: 0n,
  ...given,
});

it("merges rows of one SKU into their sum, keyed by the SKU", () => {
  expect(mergeLines([line({ quantity: 2, itemMinor: 2_000n }), line(), line({ externalId: "B" })])).toMatchObject([
    { lineKey: "B", quantity: 1, items: 1 },
    { lineKey: "SKU", quantity: 3, items: 2, itemMinor: 3_000n, taxMinor: 160n },
  ]);
}); // prettier-ignore

it.each([
  ["a cancelled part", line({ status: "cancelled", quantity: 0, itemMinor: null, currency: null }), { status: "shipped", quantity: 1, itemMinor: 1_000n, items: 2 }],
  ["a part without a price", line({ status: "pending", itemMinor: null, currency: null }), { status: "pending", quantity: 2, itemMinor: null }],
  ["a part in another currency", line({ currency: "CAD" }), { quantity: 2, currency: null, itemMinor: null }],
])("with %s says what is known of the whole", (_what, other, whole) => {
  expect(mergeLines([line(), other])).toMatchObject([whole]);
  expect(mergeLines([other, line()])).toMatchObject([whole]);
}); // prettier-ignore

it("does not depend on the order of rows", () => {
  const some = fc.record({
    externalId: fc.constantFrom("A", "B"),
    status: fc.constantFrom("pending", "ordered", "shipped", "cancelled"),
    quantity: fc.integer({ min: 0, max: 5 }),
    itemMinor: fc.option(fc.bigInt({ min: 0n, max: 999n })),
  } as const);
  fc.assert(
    fc.property(fc.array(fc.tuple(some, fc.integer()), { maxLength: 6 }), (rows) => {
      const lines = rows.map(([given]) => line(given));
      const mixed = [...rows].sort(([, left], [, right]) => left - right).map(([given]) => line(given));
      // Which cancelled part is kept does not matter: none of it counts.
      const facts = (merged: readonly OrderLine[]) =>
        merged.map(({ lineKey, status, quantity, itemMinor, items }) =>
          status === "cancelled" ? { lineKey, status, items } : { lineKey, status, quantity, itemMinor, items },
        );

      expect(facts(mergeLines(mixed))).toEqual(facts(mergeLines(lines)));
    }),
  );
}); // prettier-ignore

it.each([
  [{ saidUnits: 100, ourUnits: 100 }, "agrees"],
  [{ saidUnits: 100, ourUnits: 98 }, "agrees"],
  [{ saidUnits: 1, ourUnits: 3 }, "agrees"],
  [{ saidUnits: 0, ourUnits: 3 }, "differs"],
  [{ saidUnits: 100, ourUnits: 97 }, "differs"],
  [{ saidUnits: 1_000, ourUnits: 985 }, "agrees"],
  [{ saidUnits: 10, ourUnits: 10, unpricedUnits: 1, ourRevenueMinor: 1n }, "provisional"],
  [{ saidUnits: 10, ourUnits: 10, ourRevenueMinor: 9_700n }, "differs"],
  [{ saidUnits: 10, ourUnits: 10, ourRevenueMinor: 9_900n }, "agrees"],
  [{ saidUnits: 10, ourUnits: 10, saidRevenueMinor: null, ourRevenueMinor: 1n }, "agrees"],
] as const)("compares totals %o: %s", (pair, result) => {
  expect(
    checkTotals({ saidRevenueMinor: 10_000n, ourRevenueMinor: 10_000n, unpricedUnits: 0, ...pair }),
  ).toBe(result);
});
