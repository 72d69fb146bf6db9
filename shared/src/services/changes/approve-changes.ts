import type { ChangeId, ShopId } from "../../core/ids.ts";
import type { ChangeActor, LockedChange } from "../../ports/change-store.ts";
import type { Clock } from "../../ports/clock.ts";
import type { InShop, ShopTransaction } from "../../ports/shop-transaction.ts";

/** What moving changes needs from outside. */
export interface ChangeDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
}

/** Why a change was left as it is. */
export type SkipCode =
  "not_found" | "not_proposed" | "stale_inputs" | "outside_bounds" | "in_flight";

/** What was moved and what was not, with the reason of each. */
export interface ChangesMoved<Code extends string = SkipCode> {
  readonly kind: "done";
  readonly moved: readonly ChangeId[];
  readonly skipped: readonly { readonly changeId: ChangeId; readonly code: Code }[];
}

/** Which changes a person means: the ones named, or every open proposal. */
export type ChangeSelection = readonly ChangeId[] | "all";

/** Largest number of proposals one click may move; the next click takes the next ones. */
export const CHANGES_PER_CALL_MAX = 1_000;

/**
 * Approves proposals. An approval is bound to what the person saw: it is refused while something has
 * changed that the engine has not looked at yet, and when the merchant's bounds no longer allow the price.
 */
export async function approveChanges(
  deps: ChangeDeps,
  order: { shopId: ShopId; changeIds: ChangeSelection; person: string },
): Promise<ChangesMoved> {
  return deps.inShop(order.shopId, async (tx) => {
    const found = await lockSelection(tx, order.changeIds);
    const { ready, skipped } = sortForApproval(found);
    await approveLocked(tx, ready, { actor: "person", by: order.person, at: deps.clock.now() });
    return {
      kind: "done",
      moved: ready.map((change) => change.changeId),
      skipped: [...skipped, ...missing(order, found)],
    };
  });
}

/** Rejects proposals; the engine proposes again only when its inputs change. */
export async function rejectChanges(
  deps: ChangeDeps,
  order: { shopId: ShopId; changeIds: ChangeSelection; person: string },
): Promise<ChangesMoved> {
  return deps.inShop(order.shopId, async (tx) => {
    const found = await lockSelection(tx, order.changeIds);
    const ready = found.filter((change) => change.state === "proposed");
    await tx.changes.move(
      ready.map((change) => ({
        changeId: change.changeId,
        to: "rejected",
        actor: "person",
        code: null,
        facts: { by: order.person },
      })),
      deps.clock.now(),
    );
    // Listings that follow a rejected one were proposed to follow a price that will not come.
    await tx.market.markDirty(
      ready.map((change) => ({
        listingId: change.listingId,
        cause: "change_ended",
        eventAt: deps.clock.now(),
      })),
      deps.clock.now(),
    );
    if (ready.length > 0) await tx.wake("decide");
    const skipped = found
      .filter((change) => change.state !== "proposed")
      .map((change) => ({ changeId: change.changeId, code: "not_proposed" as const }));
    return {
      kind: "done",
      moved: ready.map((change) => change.changeId),
      skipped: [...skipped, ...missing(order, found)],
    };
  });
}

/** Approves changes that were locked and found fit, and wakes the pushes of their channels. */
export async function approveLocked(
  tx: ShopTransaction,
  ready: readonly LockedChange[],
  approval: { actor: Extract<ChangeActor, "person" | "policy">; by: string; at: Date },
): Promise<void> {
  await tx.changes.move(
    ready.map((change) => ({
      changeId: change.changeId,
      to: "approved",
      actor: approval.actor,
      code: null,
      facts: { by: approval.by, inputs: change.inputsHash },
    })),
    approval.at,
  );
  for (const channel of new Set(ready.map((change) => change.channel)))
    await tx.wake(`push:${channel}`);
}

/** Locks the changes a person named, or the open proposals. */
export async function lockSelection(
  tx: ShopTransaction,
  selection: ChangeSelection,
): Promise<LockedChange[]> {
  return selection === "all"
    ? tx.changes.lockProposals(CHANGES_PER_CALL_MAX)
    : tx.changes.lock(selection.slice(0, CHANGES_PER_CALL_MAX));
}

/** Ids that were named but are not in this shop. */
export function missing(
  order: { changeIds: ChangeSelection },
  found: readonly LockedChange[],
): { changeId: ChangeId; code: "not_found" }[] {
  if (order.changeIds === "all") return [];
  const known = new Set(found.map((change) => change.changeId));
  return order.changeIds
    .filter((id) => !known.has(id))
    .map((changeId) => ({ changeId, code: "not_found" }));
}

function sortForApproval(found: readonly LockedChange[]): {
  ready: LockedChange[];
  skipped: { changeId: ChangeId; code: SkipCode }[];
} {
  const ready: LockedChange[] = [];
  const skipped: { changeId: ChangeId; code: SkipCode }[] = [];
  for (const change of found) {
    const code = whyNotApprovable(change);
    if (code === null) ready.push(change);
    else skipped.push({ changeId: change.changeId, code });
  }
  return { ready, skipped };
}

function whyNotApprovable(change: LockedChange): SkipCode | null {
  if (change.state !== "proposed") return "not_proposed";
  if (change.hasInFlight) return "in_flight";
  if (change.isDirty) return "stale_inputs";
  if (change.headMinor !== null && change.headMinor !== change.oldMinor) return "stale_inputs";
  if (change.itemFloorMinor !== null && change.newMinor < change.itemFloorMinor)
    return "outside_bounds";
  if (change.itemCeilingMinor !== null && change.newMinor > change.itemCeilingMinor)
    return "outside_bounds";
  return null;
}
