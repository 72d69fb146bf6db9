import type { Channel } from "../../core/channel.ts";
import { breakEven, feedShare } from "../../core/changes/choose-way.ts";
import type { ConnectionId, ShopId } from "../../core/ids.ts";
import type { CurrencyCode } from "../../core/money/currency.ts";
import type { ChangeMove } from "../../ports/change-store.ts";
import type { PriceChannel, Turns } from "../../ports/price-channel.ts";
import type { ClaimedPush, WaitingAccount } from "../../ports/push-store.ts";
import type { ShopTransaction } from "../../ports/shop-transaction.ts";
import { planPush } from "./plan-push.ts";
import type { PushDeps } from "./push-prices.ts";
import type { MirroredWalls } from "./walls-of-push.ts";

/** A push that has passed the last gate; the gate has proven that its currency is one we know. */
export type GatedPush = {
  readonly push: ClaimedPush;
  readonly currency: CurrencyCode;
  readonly walls: MirroredWalls;
};

/** What a claim brought. */
export interface ClaimedBatch {
  readonly sends: readonly GatedPush[];
  readonly reads: readonly ClaimedPush[];
  readonly claimed: number;
}

/** Which work of which account. */
export interface ClaimOrder {
  readonly shopId: ShopId;
  readonly channel: Channel;
  readonly work: "send" | "read";
  readonly account: WaitingAccount["account"];
  readonly limit: number;
  readonly previewLimit: number;
  readonly leaseUntil: Date;
}

/** An account that may be claimed for now, or when it may be. */
export type Chance = {
  readonly limit: number;
  /** How many of them may be first writes, and when the next of those may go. */
  readonly previewLimit: number;
  readonly previewAt: Date | null;
  readonly nextAt: Date | null;
};

/**
 * How many pushes of an account to claim: no more than its quota has turns for, so that what is claimed is also sent,
 * and what cannot be sent yet stays a row that anybody may take.
 */
export async function chanceFor(
  channel: PriceChannel,
  waiting: WaitingAccount,
  work: "send" | "read",
): Promise<Chance> {
  const none = { limit: 0, previewLimit: 0, previewAt: null };
  if (!waiting.isDue) return { ...none, nextAt: waiting.nextAt };
  const batchMax = work === "send" ? channel.batchMax.push : channel.batchMax.read;
  const kind = work === "send" ? "push" : "read";
  const turns: Turns | undefined = await channel.turns?.(waiting.account, kind);
  if (turns === undefined)
    return { ...none, limit: batchMax, previewLimit: batchMax, nextAt: null };
  if (turns.count < 1) return { ...none, nextAt: turns.nextAt };
  // One turn reads a whole batch, but sends one price.
  const limit = work === "read" ? batchMax : Math.min(batchMax, turns.count);
  const { previews } = turns;
  const previewLimit = previews === undefined ? limit : previews.count;
  return { limit, previewLimit, previewAt: previews?.nextAt ?? null, nextAt: null };
}

// Previews come one a second, and each takes a turn of the patches too: of many first writes at once this many are
// tried out, as a sample. The others go without; the answer to the write itself says the same.
const PREVIEWS_MAX = 20;
// Nor is a price late for its preview: it waits so long for a turn.
const PREVIEW_WAIT_MS = 2_000;
// Speeds are looked up only for rows that could be worth a feed.
const WORTH_A_FEED = 1_500;

/** Chooses how new pushes go, claims due ones and asks the last gate, in one transaction. */
export async function claimPushes(deps: PushDeps, order: ClaimOrder): Promise<ClaimedBatch> {
  const { shopId, account, work } = order;
  return deps.inShop(shopId, async (tx) => {
    const now = deps.clock.now();
    const { connectionId } = account;
    const channel = deps.channels[order.channel];
    if (work === "send" && channel.hasFeeds === true) await chooseWays(tx, connectionId, now);
    const { limit, previewLimit, leaseUntil } = order;
    const claimed = await tx.pushes.claim({
      work,
      connectionId,
      worker: deps.worker,
      now,
      leaseUntil,
      limit,
      previewLimit,
      unpreviewedIfDueBy: new Date(now.getTime() - PREVIEW_WAIT_MS),
    });
    const batch = await gateClaimed(tx, claimed, now);
    return { ...batch, claimed: claimed.length };
  });
}

async function chooseWays(
  tx: ShopTransaction,
  connectionId: ConnectionId,
  now: Date,
): Promise<void> {
  const queue = await tx.pushes.routable(connectionId);
  if (queue.unrouted === 0) return;
  const isMany = queue.unrouted >= WORTH_A_FEED;
  const speeds = isMany ? await tx.feeds.speeds(connectionId, now) : null;
  const mayFeed = speeds !== null && !speeds.hasFailedLately;
  const feedMax = mayFeed ? feedShare({ ...queue, breakEven: breakEven(speeds) }) : 0;
  const byFeed = await tx.pushes.route({ connectionId, feedMax, previewsMax: PREVIEWS_MAX });
  if (byFeed === 0) return;
  await tx.tasks.plan({ connectionId, kind: "feed", key: "" }, now);
  await tx.wake("task");
}

async function gateClaimed(
  tx: ShopTransaction,
  claimed: readonly ClaimedPush[],
  now: Date,
): Promise<Pick<ClaimedBatch, "sends" | "reads">> {
  const sends: GatedPush[] = [];
  const reads: ClaimedPush[] = [];
  const dropped: ClaimedPush[] = [];
  const moves: ChangeMove[] = [];
  for (const push of claimed) {
    const plan = planPush(push, now);
    moves.push(...plan.moves);
    if (plan.action === "send") {
      const changeState = push.changeState === "approved" ? "sending" : stateAfter(push);
      sends.push({ push: { ...push, changeState }, currency: plan.currency, walls: plan.walls });
    } else if (plan.action === "read") reads.push({ ...push, changeState: plan.stateAfter });
    else dropped.push(push);
  }
  await tx.changes.move(moves, now);
  await tx.pushes.step(
    dropped.map((push) => ({
      changeId: push.changeId,
      fence: push.fence,
      stage: "done",
      nextAt: now,
      deadlineAt: null,
      receiptId: null,
      didRead: false,
    })),
    now,
  );
  return { sends, reads };
}

/** An unknown one that is sent again is `sending`; an accepted or live one stays what it is. */
function stateAfter(push: ClaimedPush): ClaimedPush["changeState"] {
  return push.changeState === "unknown" ? "sending" : push.changeState;
}
