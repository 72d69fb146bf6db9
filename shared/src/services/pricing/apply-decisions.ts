import type { PriceDecision } from "../../core/pricing/decision.ts";
import type { ChangeMove, NewChange } from "../../ports/change-store.ts";
import type { DecisionContext, NewDecision } from "../../ports/decision-store.ts";
import type { ShopSettings } from "../../ports/settings-store.ts";
import type { ShopTransaction } from "../../ports/shop-transaction.ts";
import { approveLocked } from "../changes/approve-changes.ts";

/** A decision with what it was made from and how it will be stored. */
export interface Decided {
  readonly context: DecisionContext;
  readonly decision: PriceDecision;
  readonly record: NewDecision;
}

/**
 * Stores decisions and lets them act on the ledger: a new price becomes a proposal (and ends the one it
 * replaces), the same move leaves the open proposal alone, a hold makes an open proposal stale. Proposals
 * inside the merchant's band are approved by policy, unless their price has just failed.
 */
export async function applyDecisions(
  tx: ShopTransaction,
  decided: readonly Decided[],
  now: Date,
): Promise<{ proposed: number; approvedByPolicy: number; held: number }> {
  const decisionIds = await tx.decisions.record(decided.map((one) => one.record));
  const ends: ChangeMove[] = [];
  const proposals: NewChange[] = [];
  for (const [place, one] of decided.entries()) {
    const { proposal } = one.context;
    if (one.decision.kind === "hold") {
      if (proposal !== null) ends.push(ending(one, proposal.changeId, "stale"));
      continue;
    }
    if (proposal !== null && isSameMove(proposal, one.context, one.decision)) continue;
    if (proposal !== null) ends.push(ending(one, proposal.changeId, "superseded"));
    const change = toChange(one, one.decision, decisionIds[place] ?? null);
    if (change !== null) proposals.push(change);
  }
  await tx.changes.move(ends, now);
  const changeIds = await tx.changes.propose(proposals, now);
  const approvedByPolicy = await approveByPolicy(tx, changeIds, now);
  const held = decided.filter((one) => one.decision.kind === "hold").length;
  return { proposed: proposals.length, approvedByPolicy, held };
}

/** From the price the channel shows to the price decided now: a proposal that starts elsewhere could never be approved. */
function isSameMove(
  proposal: NonNullable<DecisionContext["proposal"]>,
  context: DecisionContext,
  decision: Extract<PriceDecision, { kind: "propose" }>,
): boolean {
  return (
    proposal.newMinor === decision.price.amountMinor &&
    proposal.oldMinor === context.head?.priceMinor
  );
}

function ending(
  one: Decided,
  changeId: ChangeMove["changeId"],
  to: "stale" | "superseded",
): ChangeMove {
  return { changeId, to, actor: "engine", code: one.record.reasons[0]?.code ?? null, facts: {} };
}

function toChange(
  one: Decided,
  decision: Extract<PriceDecision, { kind: "propose" }>,
  decisionId: string | null,
): NewChange | null {
  const oldMinor = one.context.head?.priceMinor ?? null;
  // The engine never proposes for a listing whose price was never read (price_unknown holds it).
  if (oldMinor === null) return null;
  return {
    listingId: one.context.listingId,
    origin: "engine",
    decisionId,
    revertsChangeId: null,
    oldMinor,
    newMinor: decision.price.amountMinor,
    currency: decision.price.currency,
    floorMinor: decision.floor.amountMinor,
    ceilingMinor: decision.ceiling.amountMinor,
    reasons: decision.reasons,
    inputsHash: one.record.inputsHash,
    eventAt: one.context.eventAt,
    actor: "engine",
  };
}

async function approveByPolicy(
  tx: ShopTransaction,
  changeIds: Parameters<typeof tx.changes.lock>[0],
  now: Date,
): Promise<number> {
  if (changeIds.length === 0) return 0;
  const settings = await tx.settings.read();
  if (settings.approvalMode !== "auto") return 0;
  // A price that has just failed would fail again at once, as fast as the quota allows: it waits for a person, or for
  // another price.
  const inside = (await tx.changes.lock(changeIds)).filter(
    (change) => isInsideBand(settings, change) && !change.hasJustFailed,
  );
  if (inside.length > 0)
    await approveLocked(tx, inside, { actor: "policy", by: "inside the band", at: now });
  return inside.length;
}

function isInsideBand(
  settings: ShopSettings,
  change: { oldMinor: bigint; newMinor: bigint },
): boolean {
  if (change.oldMinor <= 0n) return false;
  const move = change.newMinor - change.oldMinor;
  const size = move < 0n ? -move : move;
  return size * 10_000n <= change.oldMinor * BigInt(settings.autoMaxMoveBps);
}
