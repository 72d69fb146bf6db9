import type { ErrorCode } from "../../../core/app-error.ts";
import type { PriceFeed, StoredMessage } from "../../../ports/feed-store.ts";
import type { PushOutcome } from "../../../ports/price-channel.ts";
import type { PushResult } from "../push-prices.ts";
import { recordInShop } from "../record-push-results.ts";
import type { FeedDeps, FeedStep } from "./feed-prices.ts";

/** Pushes whose outcomes one transaction stores. */
const SETTLE_MAX = 1_000;
// What a feed without a clear end may still do is looked for this long after it.
const WATCH_MS_FIRST = 2 * 60_000;
const WATCH_MS = 6 * 60 * 60_000;

/** What became of one message, as its push hears it, and in the message's own word. */
export interface MessageEnd {
  readonly outcome: "accepted" | "refused" | "unknown";
  readonly sent: PushOutcome;
  readonly issue: string | null;
}

/**
 * Tells up to 1,000 pushes of a feed what became of them. Each is told once: a message is open until then.
 * @returns whether messages are left.
 */
export async function settleMessages(
  deps: FeedDeps,
  { shopId, feed }: FeedStep,
  endOf: (message: StoredMessage) => MessageEnd,
): Promise<boolean> {
  return deps.inShop(shopId, async (tx) => {
    const now = deps.clock.now();
    const open = await tx.feeds.openMessages(feed.priceFeedId, 0, SETTLE_MAX);
    const ends = open.map(({ message, push }) => ({ message, push, end: endOf(message) }));
    const results = ends
      .filter(({ message, push }) => message.fence === push.fence)
      .map(({ message, push, end }): PushResult => ({
        push,
        sent: end.sent,
        walls: { minMinor: message.minMinor, maxMinor: message.maxMinor, removesMax: false },
        wallsAt: feed.madeAt,
      }));
    const late = await recordInShop(tx, results, now);
    for (const changeId of late) deps.logger.warn("push_result_fenced_off", { shopId, changeId });
    await tx.feeds.settle(
      feed.priceFeedId,
      ends.map(({ message, end }) => ({
        messageId: message.messageId,
        outcome: end.outcome,
        issue: end.issue,
      })),
    );
    return open.length === SETTLE_MAX;
  });
}

/** All that is left of a feed. */
export async function settleAll(deps: FeedDeps, step: FeedStep, sent: PushOutcome): Promise<void> {
  const end: MessageEnd = { outcome: "unknown", sent, issue: null };
  while (await settleMessages(deps, step, () => end));
}

/**
 * Nobody knows what a feed did or may still do: its prices are read back before anything else, those that are not
 * there go by patch, and what it may still set is watched.
 */
export async function abandonFeed(
  deps: FeedDeps,
  step: FeedStep,
  endCode: NonNullable<PriceFeed["endCode"]>,
): Promise<void> {
  const { shopId, feed, now } = step;
  const nextAt = new Date(now.getTime() + WATCH_MS_FIRST);
  const until = new Date(now.getTime() + WATCH_MS);
  // Watched before anything of it is sent again.
  await deps.inShop(shopId, async (tx) => {
    await tx.feeds.watch(feed.priceFeedId, nextAt);
    await tx.feeds.endWatches(feed.priceFeedId, { nextAt, until });
  });
  await settleAll(deps, step, { kind: "unknown", code: UNCLEAR });
  await deps.inShop(shopId, (tx) =>
    tx.feeds.change(feed.priceFeedId, { state: "watching", endCode, endedAt: now, dueAt: nextAt }),
  );
}

const UNCLEAR: ErrorCode = "amazon_bad_answer";

/** A feed that the channel certainly did not carry out: its prices go by patch at once. */
export async function returnFeed(deps: FeedDeps, step: FeedStep): Promise<void> {
  const { shopId, feed, now } = step;
  await settleAll(deps, step, { kind: "not_sent", code: "no_turn", afterMs: 0 });
  await deps.inShop(shopId, async (tx) => {
    await tx.feeds.change(feed.priceFeedId, {
      state: "closed",
      endCode: "cancelled",
      endedAt: now,
      dueAt: null,
    });
    await tx.wake("push:amazon");
  });
}

/** A step that will never work: before the submission nothing was sent, after it nobody knows. */
export async function giveUpFeed(deps: FeedDeps, step: FeedStep): Promise<void> {
  const { feed } = step;
  if (feed.state === "watching") return closeFeed(deps, step);
  if (feed.state === "gathering" || feed.state === "uploading" || feed.state === "submitting")
    return feed.submitAt === null ? returnFeed(deps, step) : abandonFeed(deps, step, "lost");
  return abandonFeed(deps, step, "lost");
}

/** Nothing is left to do for a feed. */
export async function closeFeed(deps: FeedDeps, { shopId, feed }: FeedStep): Promise<void> {
  await deps.inShop(shopId, (tx) =>
    tx.feeds.change(feed.priceFeedId, { state: "closed", dueAt: null }),
  );
}
