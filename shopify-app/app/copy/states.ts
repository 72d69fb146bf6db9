/** Words of a price change's states, of what moved it there, and of who did. */
import type { PriceChangeState } from "@calibr/shared/core/changes/states";
import type { LastGateReason } from "@calibr/shared/core/guards/last-gate";
import type { ChangeEventView } from "@calibr/shared/ports/shop-views";
import { FAILURE_WORDS } from "./failures.ts";
import { type Facts, fillWords } from "./fill-words.ts";
import { REASON_WORDS } from "./reasons.ts";

export interface StateWords {
  readonly label: string;
  readonly text: string;
  readonly tone: "success" | "info" | "attention" | "warning" | "critical" | "new" | null;
}

export const STATE_WORDS: Readonly<Record<PriceChangeState, StateWords>> = {
  proposed: { label: "Waiting", text: "Proposed; waits for your approval.", tone: "attention" },
  approved: { label: "Approved", text: "Approved; about to be sent.", tone: "info" },
  sending: { label: "Sending", text: "Being sent to the channel.", tone: "info" },
  unknown: {
    label: "Checking",
    text: "Sent, but no answer arrived. Calibr reads the price back before anything else.",
    tone: "info",
  },
  accepted: {
    label: "Accepted",
    text: "The channel took it. Calibr watches until it is live.",
    tone: "info",
  },
  live: { label: "Live", text: "Seen on the channel.", tone: "success" },
  diverged: {
    label: "Not seen",
    text: "Accepted, but not seen on the channel in time.",
    tone: "warning",
  },
  overtaken: { label: "Overtaken", text: "Somebody else has written another price.", tone: "new" },
  failed: { label: "Failed", text: "The price was not changed.", tone: "critical" },
  rejected: { label: "Rejected", text: "Rejected; the price stays as it was.", tone: null },
  stale: { label: "Out of date", text: "The market moved before it was approved.", tone: null },
  superseded: { label: "Replaced", text: "A newer proposal took its place.", tone: null },
};

/** Codes a state can carry that are neither a decision's reason nor a failure of a channel. */
export const STATE_CODE_WORDS: Readonly<Record<StateCode, string>> = {
  worker_lost: "The process that sent it was stopped; its price is read back first.",
  worker_stopping: "The process was being stopped; another one goes on.",
  not_seen_in_time:
    "The channel accepted the price but did not show it in time. Check the listing there.",
  other_writer: "The channel shows {seen}, which Calibr did not write.",
  seen_in_read_back: "Found on the channel when read back.",
  not_seen_in_read_back: "Not on the channel when read back, so it is sent again.",
  undo: "Made way for an undo.",
  connection_disconnected: "The channel was disconnected, so nothing was sent.",
  own_older_message: "An older message of ours arrived late and set the price back.",
  feed_unclear: "The feed that carried it ended unclearly, so the channel is read back.",
  feed_stuck: "The feed that carried it is stuck, so the price goes by itself.",
  seen_late: "Seen on the channel after all.",
  gate_paused: "Price changes of this store are paused.",
  gate_listing_inactive: "The listing is not active, so nothing was sent.",
  gate_auto_priced: "Amazon’s own Automate Pricing moves this price, so nothing was sent.",
  gate_sale_running: "A sale price runs on this listing, so nothing was sent.",
  gate_mirror_narrow:
    "The limits for Amazon did not fit your floor and ceiling, so nothing was sent.",
  gate_price_not_positive: "The price was not more than zero, so nothing was sent.",
  gate_currency_mismatch: "The currencies did not agree at the last check, so nothing was sent.",
  gate_floor_blank: "There was no floor at the last check, so nothing was sent.",
  gate_ceiling_blank: "There was no ceiling at the last check, so nothing was sent.",
  gate_walls_crossed: "Your floor is above your ceiling, so nothing was sent.",
  gate_below_floor:
    "The price would have been below your floor as it stands now, so nothing was sent.",
  gate_above_ceiling:
    "The price would have been above your ceiling as it stands now, so nothing was sent.",
  gate_cost_blank: "The cost was missing at the last check, so nothing was sent.",
  gate_rates_invalid: "Fees or margin could not be checked, so nothing was sent.",
  gate_loses_margin: "The price would not have earned your margin after fees, so nothing was sent.",
};

export type StateCode =
  | LastGateReason
  | "worker_lost"
  | "worker_stopping"
  | "not_seen_in_time"
  | "other_writer"
  | "seen_in_read_back"
  | "not_seen_in_read_back"
  | "undo"
  | "connection_disconnected"
  | "own_older_message"
  | "feed_unclear"
  | "feed_stuck"
  | "seen_late";

/** The sentence of a state's code, wherever it stands; null when there is no code. */
export function stateCodeSentence(code: string | null, facts: Facts): string | null {
  if (code === null) return null;
  const own: Readonly<Record<string, string | undefined>> = STATE_CODE_WORDS;
  const failures: Readonly<Record<string, { text: string } | undefined>> = FAILURE_WORDS;
  const reasons: Readonly<Record<string, { text: string; plain?: string } | undefined>> =
    REASON_WORDS;
  const text = own[code];
  if (text !== undefined) return fillWords({ text }, facts);
  const reason = reasons[code];
  if (reason !== undefined) return fillWords(reason, facts);
  return failures[code]?.text ?? code;
}

/** Who moved a change, in a few words; a person is known only by Shopify's id. */
export function actorWords(event: Pick<ChangeEventView, "actor" | "facts">): string {
  switch (event.actor) {
    case "person":
      return "You or your staff";
    case "policy":
      return "Your approval policy";
    case "engine":
      return "Calibr’s engine";
    case "worker":
      return "Calibr";
    case "channel":
      return "The channel";
    default:
      return event.actor;
  }
}
