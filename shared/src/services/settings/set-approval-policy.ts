import type { ShopId } from "../../core/ids.ts";
import type { InShop } from "../../ports/shop-transaction.ts";

/** What changing settings needs from outside. */
export interface SettingsDeps {
  readonly inShop: InShop;
}

/** Why a field of the policy form was not taken. */
export type PolicyProblem = "unknown_mode" | "not_a_percentage" | "out_of_range";

/** What became of the form. */
export type PolicyOutcome =
  | { readonly kind: "saved" }
  | {
      readonly kind: "invalid";
      readonly fields: { readonly mode?: PolicyProblem; readonly autoMaxMove?: PolicyProblem };
    };

// Half of the price: a larger automatic move is a typing mistake, not a policy. The database holds the same.
const AUTO_MOVE_BPS_MAX = 5_000;

/**
 * Sets who approves: always a person (`ask`), or policy for moves up to a percentage of the old price
 * (`auto`). `autoMaxMove` is percent as typed, with up to two decimals.
 */
export async function setApprovalPolicy(
  deps: SettingsDeps,
  order: { shopId: ShopId; mode: string; autoMaxMove: string },
): Promise<PolicyOutcome> {
  const { mode } = order;
  if (mode !== "ask" && mode !== "auto")
    return { kind: "invalid", fields: { mode: "unknown_mode" } };
  const autoMaxMoveBps = percentToBps(order.autoMaxMove);
  if (autoMaxMoveBps === null)
    return { kind: "invalid", fields: { autoMaxMove: "not_a_percentage" } };
  if (autoMaxMoveBps < 1 || autoMaxMoveBps > AUTO_MOVE_BPS_MAX) {
    return { kind: "invalid", fields: { autoMaxMove: "out_of_range" } };
  }
  await deps.inShop(order.shopId, async (tx) => {
    const settings = await tx.settings.read();
    await tx.settings.write({ ...settings, approvalMode: mode, autoMaxMoveBps });
  });
  return { kind: "saved" };
}

/** Stops or resumes every push of the shop; decisions and read-backs go on. */
export async function setPaused(
  deps: SettingsDeps,
  order: { shopId: ShopId; isPaused: boolean },
): Promise<void> {
  await deps.inShop(order.shopId, async (tx) => {
    const settings = await tx.settings.read();
    await tx.settings.write({ ...settings, isPaused: order.isPaused });
    if (!order.isPaused) {
      await tx.wake("push:amazon");
      await tx.wake("push:shopify");
    }
  });
}

/** Reads "5", "2.5" or "2,5" percent as basis points, exactly; null when it is anything else. */
export function percentToBps(text: string): number | null {
  const match = /^(-?)(\d{1,4})(?:[.,](\d{1,2}))?$/.exec(text.trim());
  if (match === null) return null;
  const [, sign = "", whole = "", fraction = ""] = match;
  const bps = Number.parseInt(whole + fraction.padEnd(2, "0"), 10);
  return sign === "-" ? -bps : bps;
}
