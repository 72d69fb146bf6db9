/** What a toast says after an action. */
import { assertNever } from "@calibr/shared/core/assert";
import type { MoveVerb, Reply, SavedWord } from "../http/reply.ts";
import { failureWords } from "./failures.ts";
import { plural } from "./money.ts";

export const SAVED_WORDS: Readonly<Record<SavedWord, string>> = {
  approval_policy: "Approval policy saved",
  rule: "Pricing rule saved",
  paused: "Price changes paused",
  resumed: "Price changes resumed",
  item_money: "Prices and limits saved",
  linked: "Linked",
  link_dismissed: "Kept apart",
  disconnected: "Disconnected",
  data_deleting: "Amazon data is being deleted",
  import_requested: "Import started",
  sweep_requested: "Market check started",
};

const MOVED: Readonly<Record<MoveVerb, string>> = {
  approve: "approved",
  reject: "rejected",
  undo: "on the way back",
};

/** The toast of a reply; null when the page itself shows the answer. */
export function toastWords(reply: Reply): { text: string; isError: boolean } | null {
  switch (reply.kind) {
    case "saved":
      return { text: SAVED_WORDS[reply.what], isError: false };
    case "moved":
      if (reply.moved === 0) return null;
      return { text: `${plural(reply.moved, "price")} ${MOVED[reply.verb]}`, isError: false };
    case "refused":
      return { text: failureWords(reply.code).title, isError: true };
    case "invalid":
    case "opened":
      return null;
    default:
      return assertNever(reply);
  }
}
