import type { ItemId, ShopId } from "../../core/ids.ts";
import { parseCurrency } from "../../core/money/currency.ts";
import { decidePrice } from "../../core/pricing/decide-price.ts";
import type { PriceDecision } from "../../core/pricing/decision.ts";
import type { SiblingFacts } from "../../core/pricing/inputs.ts";
import { encodeInputs } from "../../core/pricing/inputs-json.ts";
import type { PricingRule } from "../../core/pricing/pricing-rule.ts";
import { reason } from "../../core/pricing/reasons.ts";
import { decodeRule } from "../../core/pricing/rule-json.ts";
import { encodeCanonical } from "../../core/json/canonical.ts";
import type { Clock } from "../../ports/clock.ts";
import type { DecisionContext, LeaderPrice, NewDecision } from "../../ports/decision-store.ts";
import type { InShop, ShopTransaction } from "../../ports/shop-transaction.ts";
import { decisionInputs } from "./decision-inputs.ts";
import { applyDecisions, type Decided } from "./apply-decisions.ts";

/** What deciding needs from outside. */
export interface DecideDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
  /** Hex SHA-256 of a text. */
  readonly sha256: (text: string) => string;
}

/** What a run of the stage did. */
export interface DecideCounts {
  readonly decided: number;
  readonly proposed: number;
  readonly approvedByPolicy: number;
  readonly held: number;
}

/** Listings decided in one transaction; measured: larger batches gain nothing and hold locks longer. */
const BATCH_MAX = 1_000;

/**
 * Decides every dirty listing of one shop, batch by batch: claim, decide, store, propose and clear the
 * marks in one transaction each. A crash leaves the marks; a listing marked again meanwhile stays dirty.
 */
export async function decideDirty(
  deps: DecideDeps,
  shopId: ShopId,
  signal: AbortSignal,
): Promise<DecideCounts> {
  let counts: DecideCounts = { decided: 0, proposed: 0, approvedByPolicy: 0, held: 0 };
  while (!signal.aborted) {
    const batch = await deps.inShop(shopId, (tx) => decideBatch(deps, tx));
    counts = {
      decided: counts.decided + batch.decided,
      proposed: counts.proposed + batch.proposed,
      approvedByPolicy: counts.approvedByPolicy + batch.approvedByPolicy,
      held: counts.held + batch.held,
    };
    if (batch.decided < BATCH_MAX) return counts;
  }
  return counts;
}

async function decideBatch(deps: DecideDeps, tx: ShopTransaction): Promise<DecideCounts> {
  const contexts = await tx.decisions.claimDirty(BATCH_MAX);
  if (contexts.length === 0) return { decided: 0, proposed: 0, approvedByPolicy: 0, held: 0 };
  const now = deps.clock.now();
  const followed = new Map(
    (await tx.decisions.leaders(itemsOf(contexts))).map(
      (leader) => [leader.itemId, leader] as const,
    ),
  );
  const decided: Decided[] = [];
  // Amazon first: a Shopify listing that follows must see what its leader will be, not what it was.
  for (const context of leadersFirst(contexts)) {
    const leader = context.itemId === null ? undefined : followed.get(context.itemId);
    const one = decideOne(deps, context, {
      now,
      leader: context.channel === "shopify" ? leader : undefined,
    });
    decided.push(one);
    // An item sold in several Amazon stores has one leader; what the others decide moves nobody.
    if (leader?.listingId === context.listingId) {
      followed.set(leader.itemId, { ...leader, comingMinor: comingAfter(one, leader) });
    }
  }
  const applied = await applyDecisions(tx, decided, now);
  await tx.decisions.clearDirty(contexts);
  return { decided: decided.length, ...applied };
}

/** Where the leader's price goes after this decision: its new proposal, what is on its way, or nowhere. */
function comingAfter(one: Decided, leader: LeaderPrice): bigint | null {
  if (one.decision.kind === "propose") return one.decision.price.amountMinor;
  return one.context.inFlight === null ? null : leader.comingMinor;
}

function decideOne(
  deps: DecideDeps,
  context: DecisionContext,
  known: { now: Date; leader: LeaderPrice | undefined },
): Decided {
  const rule = readRule(context);
  if (rule === null) {
    const text = encodeCanonical({
      listingId: context.listingId,
      decidedAt: known.now,
      rule: null,
    });
    return withRecord(
      deps,
      context,
      { kind: "hold", because: [reason("rule_invalid")], floor: null, ceiling: null },
      { text, now: known.now },
    );
  }
  const inputs = decisionInputs(context, {
    now: known.now,
    rule,
    sibling: siblingOf(known.leader, known.now),
  });
  return withRecord(deps, context, decidePrice(inputs), {
    text: encodeInputs(inputs),
    now: known.now,
  });
}

function withRecord(
  deps: DecideDeps,
  context: DecisionContext,
  decision: PriceDecision,
  inputs: { text: string; now: Date },
): Decided {
  const record: NewDecision = {
    listingId: context.listingId,
    kind: decision.kind,
    reasons: decision.kind === "propose" ? decision.reasons : decision.because,
    inputs: inputs.text,
    inputsHash: deps.sha256(inputs.text),
    ruleVersion: context.rule?.version ?? 0,
    priceMinor: decision.kind === "propose" ? decision.price.amountMinor : null,
    floorMinor: decision.floor?.amountMinor ?? null,
    ceilingMinor: decision.ceiling?.amountMinor ?? null,
    currency: context.currency,
    cause: context.cause,
    eventAt: context.eventAt,
    decidedAt: inputs.now,
  };
  return { context, decision, record };
}

function readRule(context: DecisionContext): PricingRule | null {
  if (context.rule === null) return null;
  try {
    return decodeRule(context.rule.body);
  } catch {
    // A rule that does not decode must not be half-applied: the listing holds with rule_invalid.
    return null;
  }
}

function siblingOf(leader: LeaderPrice | undefined, now: Date): SiblingFacts | null {
  if (leader === undefined) return null;
  const currency = parseCurrency(leader.currency);
  const minor = leader.comingMinor ?? leader.headMinor;
  const price = minor === null || currency === null ? null : { amountMinor: minor, currency };
  return {
    listingId: leader.listingId,
    price,
    // We offer free shipping unless a channel says otherwise, so that landed is the price itself.
    landed: price,
    observedAt: leader.comingMinor === null ? (leader.observedAt ?? new Date(0)) : now,
  };
}

function leadersFirst(contexts: readonly DecisionContext[]): DecisionContext[] {
  return contexts.toSorted((left, right) => order(left) - order(right));
}

function order(context: DecisionContext): number {
  return context.channel === "amazon" ? 0 : 1;
}

function itemsOf(contexts: readonly DecisionContext[]): ItemId[] {
  return [
    ...new Set(contexts.flatMap((context) => (context.itemId === null ? [] : [context.itemId]))),
  ];
}
