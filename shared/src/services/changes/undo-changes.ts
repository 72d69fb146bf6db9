import type { ChangeId, ShopId } from "../../core/ids.ts";
import type { LockedChange, NewChange } from "../../ports/change-store.ts";
import type { ChangeDeps } from "./approve-changes.ts";
import { approveLocked, missing } from "./approve-changes.ts";

/** Why a change was not taken back. */
export type UndoSkipCode =
  "not_found" | "not_live" | "changed_since" | "below_floor" | "above_ceiling" | "in_flight";

/** The changes that take others back, and what was left alone. */
export interface ChangesUndone {
  readonly kind: "done";
  /** Ids of the new changes that restore the old prices. */
  readonly undone: readonly ChangeId[];
  readonly skipped: readonly { readonly changeId: ChangeId; readonly code: UndoSkipCode }[];
}

/**
 * Takes live price changes back: each gets a new change to its old price, approved by the person who asked.
 *
 * Never clobbers what came later: a change is skipped when a newer change of its listing exists or when the
 * channel shows another price than the one the change made. The old price must still be inside the
 * merchant's walls; the last gate looks again before anything is sent.
 */
export async function undoChanges(
  deps: ChangeDeps,
  order: { shopId: ShopId; changeIds: readonly ChangeId[]; person: string },
): Promise<ChangesUndone> {
  return deps.inShop(order.shopId, async (tx) => {
    const at = deps.clock.now();
    const named = await tx.changes.lock(order.changeIds);
    // Locked before the look that counts: an approval given at this moment is either seen by it or comes too late.
    const proposals = await tx.changes.lockProposalsOf(named.map((change) => change.listingId));
    const found = await tx.changes.lock(order.changeIds);
    const ready: LockedChange[] = [];
    const skipped: { changeId: ChangeId; code: UndoSkipCode }[] = [];
    for (const change of found) {
      const code = whyNotUndoable(change);
      if (code === null) ready.push(change);
      else skipped.push({ changeId: change.changeId, code });
    }
    const restored = new Set(ready.map((change) => change.listingId));
    // An open proposal of the engine is about the price being taken back: it goes first.
    await tx.changes.move(
      proposals
        .filter((proposal) => restored.has(proposal.listingId))
        .map((proposal) => ({
          changeId: proposal.changeId,
          to: "superseded",
          actor: "person",
          code: "undo",
          facts: { by: order.person },
        })),
      at,
    );
    const undone = await tx.changes.propose(
      ready.map((change) => reversal(change, order.person, at)),
      at,
    );
    await approveLocked(tx, await tx.changes.lock(undone), {
      actor: "person",
      by: order.person,
      at,
    });
    return { kind: "done", undone, skipped: [...skipped, ...missing(order, found)] };
  });
}

function reversal(change: LockedChange, person: string, at: Date): NewChange {
  return {
    listingId: change.listingId,
    origin: "undo",
    decisionId: null,
    revertsChangeId: change.changeId,
    oldMinor: change.newMinor,
    newMinor: change.oldMinor,
    currency: change.currency,
    floorMinor: change.floorMinor,
    ceilingMinor: undoCeiling(change),
    reasons: [{ code: "undo_requested", facts: { by: person, reverts: change.changeId } }],
    inputsHash: change.inputsHash,
    eventAt: at,
    actor: "person",
  };
}

function whyNotUndoable(change: LockedChange): UndoSkipCode | null {
  if (change.state !== "live") return "not_live";
  if (change.hasInFlight) return "in_flight";
  if (change.hasNewer) return "changed_since";
  if (change.headMinor !== change.newMinor) return "changed_since";
  const floor =
    change.itemFloorMinor !== null && change.itemFloorMinor > change.floorMinor
      ? change.itemFloorMinor
      : change.floorMinor;
  if (change.oldMinor < floor) return "below_floor";
  if (change.itemCeilingMinor !== null && change.oldMinor > change.itemCeilingMinor)
    return "above_ceiling";
  return null;
}

/** The merchant's ceiling, or else no lower than the price that was live before: the cap on a move is not for going back. */
function undoCeiling(change: LockedChange): bigint {
  if (change.itemCeilingMinor !== null) return change.itemCeilingMinor;
  return change.ceilingMinor !== null && change.ceilingMinor > change.oldMinor
    ? change.ceilingMinor
    : change.oldMinor;
}
