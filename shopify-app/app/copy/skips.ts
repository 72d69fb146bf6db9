/** Why a change was left as it is when a person asked to move it. */
import type { SkipCode } from "@calibr/shared/services/changes/approve-changes";
import type { UndoSkipCode } from "@calibr/shared/services/changes/undo-changes";

export const SKIP_WORDS: Readonly<Record<SkipCode | UndoSkipCode, string>> = {
  not_found: "it is no longer there",
  not_proposed: "it no longer waits for approval",
  stale_inputs: "something has changed since it was proposed; Calibr decides it again",
  outside_bounds: "your floor or ceiling no longer allows it",
  in_flight: "another change of the same listing is still on its way",
  not_live: "it is not live",
  changed_since: "the price was changed again since",
  below_floor: "the old price is below your floor",
  above_ceiling: "the old price is above your ceiling",
};

/** The words of a skip; an unknown code shows itself. */
export function skipWords(code: string): string {
  const all: Readonly<Record<string, string | undefined>> = SKIP_WORDS;
  return all[code] ?? code;
}
