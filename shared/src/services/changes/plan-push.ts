import type { CurrencyCode } from "../../core/money/currency.ts";
import type { ChangeMove } from "../../ports/change-store.ts";
import type { ClaimedPush } from "../../ports/push-store.ts";
import { gatePush } from "./gate-push.ts";
import type { MirroredWalls } from "./walls-of-push.ts";

/** What a claimed push needs: its moves come first, then the call, if there is one. */
export type Plan = { readonly moves: readonly ChangeMove[] } & (
  | { readonly action: "send"; readonly currency: CurrencyCode; readonly walls: MirroredWalls }
  | { readonly action: "read"; readonly stateAfter: ClaimedPush["changeState"] }
  | { readonly action: "drop" }
);

/** What to do with a claimed push, from what the ledger says of its change. */
export function planPush(push: ClaimedPush, now: Date): Plan {
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
      const gate = gatePush(push, now);
      if (gate.kind === "deny") {
        return { action: "drop", moves: [move("failed", gate.code, gate.facts)] };
      }
      const moves =
        push.changeState === "sending"
          ? []
          : [move("sending", resendCode(push), { fence: push.fence })];
      return { action: "send", moves, currency: gate.currency, walls: gate.walls };
    }
    case "accepted":
      // Accepted and ignored: the same price once more, through the gate; one whose sender vanished is read back.
      if (push.stage !== "send" || push.wasAbandoned)
        return { action: "read", moves: [], stateAfter: "accepted" };
      return planAgain(push, (code, facts) => move("diverged", code, facts), now);
    case "live":
      // Set back by an older message of our own: sent once more, then read back like any other.
      if (push.hasNewer) return { action: "drop", moves: [] };
      if (push.stage !== "send" || push.wasAbandoned)
        return { action: "read", moves: [], stateAfter: "live" };
      return planAgain(
        push,
        (code, facts) => ({ ...move("overtaken", code, facts), actor: "channel" }),
        now,
      );
    case "diverged":
      return push.hasNewer
        ? { action: "drop", moves: [] }
        : { action: "read", moves: [], stateAfter: "diverged" };
    case "proposed":
    case "overtaken":
    case "failed":
    case "rejected":
    case "stale":
    case "superseded":
      // The change ended while its push was still open: nothing is left to do.
      return { action: "drop", moves: [] };
  }
}

/** Sends a price again that was sent before; what the gate refuses now ends the change. */
function planAgain(
  push: ClaimedPush,
  end: (code: string, facts: ChangeMove["facts"]) => ChangeMove,
  now: Date,
): Plan {
  const gate = gatePush(push, now);
  if (gate.kind === "deny") return { action: "drop", moves: [end(gate.code, gate.facts)] };
  return { action: "send", moves: [], currency: gate.currency, walls: gate.walls };
}

function resendCode(push: ClaimedPush): string | null {
  return push.changeState === "unknown" ? "not_seen_in_read_back" : null;
}
