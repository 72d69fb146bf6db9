/**
 * The life of a price change.
 *
 * proposed → approved (a policy or a person said yes) | rejected (said no) | stale (the inputs moved)
 *   | superseded (a newer decision took its place)
 * approved → sending (a worker took it) | stale | failed (the last gate or the channel account refused)
 * sending → accepted (the channel took it) | failed (the channel refused, or we gave up)
 *   | unknown (we do not know whether it arrived: read back before anything else)
 * unknown → accepted (seen) | sending (not there: send again) | overtaken | failed
 * accepted → live (seen in a read-back) | diverged (not seen in time) | overtaken
 * diverged → live (seen late) | overtaken
 * live → overtaken (somebody else wrote another price)
 *
 * The same moves stand in the database (`price_change_move`); docs/states.md has the diagram. An undo is
 * a new price change that reverts this one, not a state.
 */
export const PRICE_CHANGE_STATES = [
  "proposed",
  "approved",
  "sending",
  "unknown",
  "accepted",
  "live",
  "diverged",
  "overtaken",
  "failed",
  "rejected",
  "stale",
  "superseded",
] as const;

/** Where a price change stands. */
export type PriceChangeState = (typeof PRICE_CHANGE_STATES)[number];

/** For each state, the states that may follow it; an empty list means that its life is over. */
export const LEGAL_MOVES: Readonly<Record<PriceChangeState, readonly PriceChangeState[]>> = {
  proposed: ["approved", "rejected", "stale", "superseded"],
  approved: ["sending", "stale", "failed"],
  sending: ["accepted", "failed", "unknown"],
  unknown: ["accepted", "sending", "overtaken", "failed"],
  accepted: ["live", "diverged", "overtaken"],
  live: ["overtaken"],
  diverged: ["live", "overtaken"],
  overtaken: [],
  failed: [],
  rejected: [],
  stale: [],
  superseded: [],
};

/** States between the yes and the channel's answer; at most one change of a listing is in one of them. */
export const IN_FLIGHT_STATES = [
  "approved",
  "sending",
  "unknown",
  "accepted",
] as const satisfies readonly PriceChangeState[];

/** Reads a stored state word; null when it is none. */
export function parsePriceChangeState(value: unknown): PriceChangeState | null {
  return PRICE_CHANGE_STATES.find((state) => state === value) ?? null;
}

/** A step from one state to another. */
export type Move = { readonly from: PriceChangeState; readonly to: PriceChangeState };

/** True when the move is allowed; staying in a state is no move. */
export function isLegalMove(move: Move): boolean {
  return LEGAL_MOVES[move.from].includes(move.to);
}

/** True between approval and the channel's proof: no second change of the listing may start. */
export function isInFlight(state: PriceChangeState): boolean {
  return IN_FLIGHT_STATES.some((each) => each === state);
}

/** True when nothing can happen to the change any more. */
export function isFinal(state: PriceChangeState): boolean {
  return LEGAL_MOVES[state].length === 0;
}

/** True when its price was seen on the channel and nobody has written another since. */
export function canBeUndone(state: PriceChangeState): boolean {
  return state === "live";
}
