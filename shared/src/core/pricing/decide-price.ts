import { equals, type Money, subtract } from "../money/money.ts";
import { moneyToText } from "../money/money-json.ts";
import { boundsFor } from "./bounds.ts";
import { checkInputs, type SoundInputs } from "./check-inputs.ts";
import type { PriceDecision } from "./decision.ts";
import { findTarget, type Target } from "./find-target.ts";
import type { DecisionInputs } from "./inputs.ts";
import { limitPrice, type Walls } from "./limit-price.ts";
import { asReasons, type Reason, reason, type Reasons } from "./reasons.ts";

/**
 * Grows when the same inputs may give another decision than before. Stored with each receipt, so that a
 * replay knows which engine spoke.
 */
export const ENGINE_VERSION = 1;

/**
 * What the price of one listing should be, from stored facts alone: propose a price or hold, always with
 * reasons. It reads no clock and asks nobody; the same inputs always give the same decision.
 *
 * A proposed price is never below the floor, never above the ceiling, and earns its margin exactly.
 * Anything blank, unknown, stale or contradictory holds.
 */
export function decidePrice(inputs: DecisionInputs): PriceDecision {
  const checked = checkInputs(inputs);
  if (checked.kind === "unsound") return hold(checked.because, { floor: null, ceiling: null });
  const { sound } = checked;
  const bounds = boundsFor(sound);
  if (bounds.kind === "none") return hold([bounds.because], bounds);
  const target = findTarget(sound);
  if (target.kind === "blocked") return hold([target.because], bounds);
  if (target.kind === "stay" && isInside(sound.currentPrice, bounds)) {
    return hold([target.because], bounds);
  }
  return decideWithin(sound, bounds, target);
}

function decideWithin(
  sound: SoundInputs,
  walls: Walls,
  target: Exclude<Target, { kind: "blocked" }>,
): PriceDecision {
  const { currentPrice } = sound;
  const wanted = target.kind === "go" ? target.price : currentPrice;
  const reference = target.kind === "go" ? target.reference : null;
  const limited = limitPrice(sound, walls, wanted);
  const before = target.kind === "go" ? target.reasons : [];
  if (limited.kind === "none") return hold([limited.because, ...before], walls);
  const { price } = limited;
  const held = notWorthIt(sound, walls, { price, reference });
  if (held !== null) return hold([held, ...before, ...limited.reasons], walls);
  // A price that only comes back inside the walls says so first, and then why it does not move further.
  const after = target.kind === "stay" ? [target.because] : [];
  const reasons = asReasons([...before, ...limited.reasons, ...after]);
  if (reasons === null) return hold([], walls);
  const { floor, ceiling } = walls;
  return { kind: "propose", price, floor, ceiling, reference, reasons };
}

type Candidate = { readonly price: Money; readonly reference: Money | null };

function notWorthIt(sound: SoundInputs, walls: Walls, candidate: Candidate): Reason | null {
  const { currentPrice, inputs } = sound;
  const { price, reference } = candidate;
  const facts = { price: moneyToText(price) };
  if (equals(price, currentPrice)) return reason("already_at_target", facts);
  const { takenBack } = inputs;
  if (takenBack !== null && equals(takenBack.price, price)) {
    const isSameReference =
      takenBack.reference === null || reference === null
        ? takenBack.reference === reference
        : equals(takenBack.reference, reference);
    if (isSameReference) return reason("undone_by_merchant", facts);
  }
  // Coming back inside the walls is never too small to do.
  const move = subtract(price, currentPrice).amountMinor;
  const size = move < 0n ? -move : move;
  if (size < inputs.rule.minChangeMinor && isInside(currentPrice, walls)) {
    return reason("change_too_small", { ...facts, current: moneyToText(currentPrice) });
  }
  return null;
}

function isInside(price: Money, walls: Walls): boolean {
  return (
    price.amountMinor >= walls.least.amountMinor && price.amountMinor <= walls.ceiling.amountMinor
  );
}

function hold(
  because: readonly Reason[],
  walls: { readonly floor: Money | null; readonly ceiling: Money | null },
): PriceDecision {
  // Every caller hands over at least one reason; "already there" is what is left when none applies.
  const reasons: Reasons = asReasons(because) ?? [reason("already_at_target")];
  return { kind: "hold", because: reasons, floor: walls.floor, ceiling: walls.ceiling };
}
