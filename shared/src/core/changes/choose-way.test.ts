import { expect, it } from "vitest";
import { breakEven, feedShare } from "./choose-way.ts";

it("takes nine thousand prices for the break-even while nothing was measured", () => {
  expect(breakEven({ patchesPerSecond: null, feedMs: [] })).toBe(9_000);
});

it.each([
  ["fast feeds", { patchesPerSecond: null, feedMs: [600_000, 660_000, 590_000] }, 3_000],
  ["slow patches", { patchesPerSecond: 2, feedMs: [1_800_000] }, 3_600],
  // One feed of eight hours among usual ones says nothing about the next.
  ["one stuck feed", { patchesPerSecond: 5, feedMs: [28_800_000, 1_800_000, 1_700_000] }, 9_000],
  ["a feed of seconds", { patchesPerSecond: 5, feedMs: [10_000] }, 1_500],
])("measures it from %s", (_what, speeds, expected) => {
  expect(breakEven(speeds)).toBe(expected);
});

it.each([
  // Patching alone is done sooner than any feed.
  [{ unrouted: 8_999, patching: 0, breakEven: 9_000 }, 0],
  // Too few are left over for a feed of their own.
  [{ unrouted: 10_000, patching: 0, breakEven: 9_000 }, 0],
  [{ unrouted: 25_000, patching: 0, breakEven: 9_000 }, 16_000],
  [{ unrouted: 2_000, patching: 9_000, breakEven: 9_000 }, 2_000],
  [{ unrouted: 2_000, patching: 60_000, breakEven: 9_000 }, 2_000],
])("sends by feed what patching cannot bring in time: %o", (queue, expected) => {
  expect(feedShare(queue)).toBe(expected);
});
