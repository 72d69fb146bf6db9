import { firstFeasibleFrom } from "../fees/floor-for-margin.ts";
import { max, min, type Money, percentage, subtract, add } from "../money/money.ts";
import { moneyToText } from "../money/money-json.ts";
import { type Bounds, marginTermsOf } from "./bounds.ts";
import type { SoundInputs } from "./check-inputs.ts";
import { type Reason, reason } from "./reasons.ts";

/** The walls, once they are known. */
export type Walls = Extract<Bounds, { kind: "bounds" }>;

/** A price inside the walls and the step that earns its margin, or why there is none. */
export type Limited =
  | { readonly kind: "price"; readonly price: Money; readonly reasons: readonly Reason[] }
  | { readonly kind: "none"; readonly because: Reason };

/**
 * Brings a wanted price inside the walls, then within one step of the current price, then to the next
 * price that earns its margin exactly.
 *
 * The walls win over the step: a price outside them comes back in one move. A price that does not earn
 * its margin is only ever raised, never lowered to an earlier feasible one, so that a higher cost can
 * never lead to a lower price.
 */
export function limitPrice(sound: SoundInputs, walls: Walls, wanted: Money): Limited {
  const reasons: Reason[] = [];
  const inside = insideWalls(walls, wanted, reasons);
  const { least, most } = reach(sound, walls);
  const stepped = max(least, min(most, inside));
  if (stepped.amountMinor !== inside.amountMinor) {
    const facts = { wanted: moneyToText(inside), maxStepBps: String(sound.inputs.rule.maxStepBps) };
    reasons.push(reason("step_limited", facts));
  }
  const found = firstFeasibleFrom(marginTermsOf(sound), stepped.amountMinor);
  if (found === null || found > most.amountMinor) {
    const because = reason("no_feasible_price", {
      wanted: moneyToText(stepped),
      most: moneyToText(most),
    });
    return { kind: "none", because };
  }
  const price = { amountMinor: found, currency: stepped.currency };
  if (found !== stepped.amountMinor) {
    reasons.push(reason("moved_to_feasible", { wanted: moneyToText(stepped) }));
  }
  return { kind: "price", price, reasons };
}

function insideWalls(walls: Walls, wanted: Money, reasons: Reason[]): Money {
  const { least, leastSource, ceiling, ceilingSource } = walls;
  if (wanted.amountMinor < least.amountMinor) {
    const code = leastSource === "parity" ? "raised_to_parity" : "raised_to_floor";
    const facts = { wanted: moneyToText(wanted), floor: moneyToText(least), source: leastSource };
    reasons.push(reason(code, facts));
    return least;
  }
  if (wanted.amountMinor > ceiling.amountMinor) {
    reasons.push(
      reason("lowered_to_ceiling", {
        wanted: moneyToText(wanted),
        ceiling: moneyToText(ceiling),
        source: ceilingSource,
      }),
    );
    return ceiling;
  }
  return wanted;
}

function reach(sound: SoundInputs, walls: Walls): { least: Money; most: Money } {
  const { maxStepBps } = sound.inputs.rule;
  const { least, ceiling } = walls;
  if (maxStepBps === null) return { least, most: ceiling };
  const current = sound.currentPrice;
  const step = percentage(current, maxStepBps, "down");
  const intoWalls = (price: Money) => max(least, min(ceiling, price));
  return { least: intoWalls(subtract(current, step)), most: intoWalls(add(current, step)) };
}
