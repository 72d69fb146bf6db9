import type { CurrencyCode } from "../../core/money/currency.ts";
import type { ChangeMove } from "../../ports/change-store.ts";
import type { ClaimedPush } from "../../ports/push-store.ts";
import { gatePush } from "./gate-push.ts";

/** What a claimed push needs: its moves come first, then the call, if there is one. */
export type Plan = { readonly moves: readonly ChangeMove[] } & (
  | { readonly action: "send"; readonly currency: CurrencyCode }
  | { readonly action: "read"; readonly stateAfter: ClaimedPush["changeState"] }
  | { readonly action: "drop" }
);

/** What to do with a claimed push, from what the ledger says of its change. */
export function planPush(push: ClaimedPush): Plan {
  const move = (
    to: ChangeMove["to"],
    code: string | null,
    facts: ChangeMove["facts"] = {},
  ): ChangeMove => ({
    changeId: push.changeId,
    to,
    actor: "worker",
    code,
    facts,
  });
  switch (push.changeState) {
    case "approved":
    case "sending":
    case "unknown": {
      // A free one whose stage is `send` again was read back and found not to have arrived. One whose reader
      // vanished was not.
      if (push.changeState === "unknown" && (push.stage !== "send" || push.wasAbandoned)) {
        return { action: "read", moves: [], stateAfter: "unknown" };
      }
      if (push.changeState === "sending" && push.wasAbandoned) {
        return { action: "read", moves: [move("unknown", "worker_lost")], stateAfter: "unknown" };
      }
      const gate = gatePush(push);
      if (gate.kind === "deny") {
        return { action: "drop", moves: [move("failed", gate.code, gate.facts)] };
      }
      const moves =
        push.changeState === "sending"
          ? []
          : [move("sending", resendCode(push), { fence: push.fence })];
      return { action: "send", moves, currency: gate.currency };
    }
    case "accepted":
    case "diverged":
      return { action: "read", moves: [], stateAfter: push.changeState };
    case "proposed":
    case "live":
    case "overtaken":
    case "failed":
    case "rejected":
    case "stale":
    case "superseded":
      // The change ended while its push was still open: nothing is left to do.
      return { action: "drop", moves: [] };
  }
}

function resendCode(push: ClaimedPush): string | null {
  return push.changeState === "unknown" ? "not_seen_in_read_back" : null;
}
