import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { money } from "../money/money.ts";
import {
  type BuyBoxSight,
  type BuyBoxTrail,
  currentHolding,
  holdings,
  withSight,
} from "./buy-box.ts";

const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 10, 0, second));
const sight = (second: number, winnerId: string | null): BuyBoxSight => ({
  at: at(second),
  state: winnerId === null ? "suppressed" : winnerId === "US" ? "won" : "lost",
  winnerId,
  landed: winnerId === null ? null : money(2_000n, "USD"),
});

function trailOf(sights: readonly BuyBoxSight[]): BuyBoxTrail {
  let trail: BuyBoxTrail | null = null;
  for (const each of sights) trail = withSight(trail, each) ?? trail;
  if (trail === null) throw new Error("no sights");
  return trail;
}

describe("the Buy Box of an ASIN", () => {
  it("is held since the first sight of the same holder", () => {
    const trail = trailOf([sight(0, "RIVAL"), sight(5, "US"), sight(9, "US")]);

    expect(currentHolding(trail)).toMatchObject({ state: "won", winnerId: "US", at: at(5) });
  });

  it("is told anew when a late picture shows that it was lost in between", () => {
    const trail = trailOf([sight(0, "US"), sight(9, "US"), sight(5, "RIVAL")]);

    expect(holdings(trail).map((each) => [each.state, each.at])).toEqual([
      ["won", at(0)],
      ["lost", at(5)],
      ["won", at(9)],
    ]);
  });

  it("is the same in whatever order and however often pictures come", () => {
    const anySights = fc
      .uniqueArray(fc.tuple(fc.nat(59), fc.constantFrom("US", "A1", "A2", null)), {
        minLength: 1,
        maxLength: 16,
        selector: ([second]) => second,
      })
      .map((all) => all.map(([second, winner]) => sight(second, winner)));
    const shuffled = anySights.chain((sights) =>
      fc.tuple(
        fc.constant(sights),
        fc.shuffledSubarray([...sights, ...sights], { minLength: sights.length * 2 }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([sights, other]) => {
        const sorted = [...sights].sort((a, b) => a.at.getTime() - b.at.getTime());

        expect(trailOf(other)).toEqual(trailOf(sorted));
      }),
    );
  });

  it("keeps since when it is held when old sights are let go, and leaves pictures older than those out", () => {
    const trail = trailOf(Array.from({ length: 40 }, (_, second) => sight(second, "US")));

    expect(trail.sights).toHaveLength(16);
    expect(currentHolding(trail).at).toEqual(at(0));
    expect(withSight(trail, sight(3, "RIVAL"))).toBeNull();
  });
});
