import { data } from "@remix-run/node";

/** What was saved; each word has a sentence in the copy. */
export type SavedWord =
  | "approval_policy"
  | "rule"
  | "paused"
  | "resumed"
  | "item_money"
  | "linked"
  | "link_dismissed"
  | "disconnected"
  | "data_deleting"
  | "import_requested"
  | "sweep_requested";

/** A move of price changes that a person asked for. */
export type MoveVerb = "approve" | "reject" | "undo";

/** A change that was left as it is, and why. */
export interface SkippedChange {
  readonly changeId: string;
  readonly code: string;
}

/** Everything an action of ours answers with. */
export type Reply =
  | { readonly kind: "saved"; readonly what: SavedWord }
  | { readonly kind: "invalid"; readonly fields: Readonly<Record<string, string>> }
  | { readonly kind: "refused"; readonly code: string }
  | {
      readonly kind: "moved";
      readonly verb: MoveVerb;
      readonly moved: number;
      readonly skipped: readonly SkippedChange[];
    }
  | { readonly kind: "opened"; readonly url: string };

const respond = (reply: Reply, status: number) => data(reply, { status });

/** Answers of actions, each with the HTTP status it means. */
export const reply = {
  /** It is stored. */
  saved: (what: SavedWord) => respond({ kind: "saved", what }, 200),
  /** Nothing was stored: these fields are wrong, each with its problem code. */
  invalid: (fields: Readonly<Record<string, string>>) => respond({ kind: "invalid", fields }, 422),
  /** Nothing was done, for this reason. */
  refused: (code: string, status = 409) => respond({ kind: "refused", code }, status),
  /** Some changes moved, the others did not and say why. */
  moved: (verb: MoveVerb, moved: number, skipped: readonly SkippedChange[]) =>
    respond({ kind: "moved", verb, moved, skipped }, 200),
  /** Go on at this address, in a window of its own. */
  opened: (url: string) => respond({ kind: "opened", url }, 200),
};
