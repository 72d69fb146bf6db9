import { expect, it } from "vitest";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, msBetween } from "./duration.ts";
import { contains, isEmpty, overlaps } from "./window.ts";

const at = (hour: number) => new Date(Date.UTC(2026, 10, 23, hour));

it("counts durations in milliseconds", () => {
  expect([MINUTE_MS, HOUR_MS, DAY_MS]).toEqual([60_000, 3_600_000, 86_400_000]);
  expect(addMs(at(1), HOUR_MS)).toEqual(at(2));
  expect(msBetween(at(3), at(1))).toBe(-2 * HOUR_MS);
});

it("holds its first instant and not its last", () => {
  const window = { from: at(1), until: at(2) };

  expect(contains(window, at(1))).toBe(true);
  expect(contains(window, at(2))).toBe(false);
  expect(contains(window, at(0))).toBe(false);
  expect(contains({ from: at(1), until: null }, at(23))).toBe(true);
});

it.each([
  [{ from: at(1), until: at(2) }, { from: at(2), until: at(3) }, false],
  [{ from: at(1), until: at(3) }, { from: at(2), until: at(4) }, true],
  [{ from: at(1), until: null }, { from: at(5), until: null }, true],
  [{ from: at(1), until: at(5) }, { from: at(3), until: at(3) }, false],
])("says whether %o and %o overlap: %s", (left, right, expected) => {
  expect(overlaps(left, right)).toBe(expected);
  expect(overlaps(right, left)).toBe(expected);
});

it("knows an empty window", () => {
  expect(isEmpty({ from: at(2), until: at(2) })).toBe(true);
  expect(isEmpty({ from: at(2), until: null })).toBe(false);
});
