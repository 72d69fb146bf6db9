import type { PriceFeed } from "../../../ports/feed-store.ts";
import type { FeedSeen } from "../../../ports/price-feeder.ts";
import type { FeedDeps, FeedStep } from "./feed-prices.ts";
import { abandonFeed, returnFeed, settleAll } from "./settle-feed.ts";
import { lookAtWatched } from "./watch-feed.ts";

const POLL_MS = 2 * 60_000;
const POLL_MS_STUCK = 10 * 60_000;
const CANCELLED_SOON_MS = 30_000;
// Twice what a feed usually takes. From then on it holds prices up that patching would have brought.
const QUEUE_MS_MAX = 60 * 60_000;
const PROGRESS_MS_MAX = 60 * 60_000;
// Amazon's support clears feeds that are stuck for days; one that is never heard of again is given up.
const LIFE_MS_MAX = 7 * 24 * 60 * 60_000;

/** Asks how far a feed is, and does not let a stuck one hold its prices. */
export async function followFeed(
  deps: FeedDeps,
  step: FeedStep,
  signal: AbortSignal,
): Promise<void> {
  const { shopId, account, feed } = step;
  if (feed.feedId === null) return abandonFeed(deps, step, "lost");
  const seen = await deps.feeder.look(account, feed.feedId, signal);
  await deps.inShop(shopId, (tx) =>
    tx.feeds.change(feed.priceFeedId, { vendorStatus: seen.status, startedAt: seen.startedAt }),
  );
  switch (seen.status) {
    case "IN_QUEUE":
      return waitInQueue(deps, { ...step, feedId: feed.feedId }, signal);
    case "IN_PROGRESS":
      return waitInProgress(deps, { ...step, seen }, signal);
    case "DONE":
      return ended(deps, step, seen);
    case "FATAL":
      // "Some, none, or all of the operations within the feed may have completed" (Feeds API model).
      return feed.isBypassed ? ended(deps, step, seen) : abandonFeed(deps, step, "fatal");
    case "CANCELLED":
      if (feed.isBypassed) return ended(deps, step, seen);
      return seen.startedAt === null
        ? returnFeed(deps, step)
        : abandonFeed(deps, step, "cancelled");
  }
}

async function waitInQueue(
  deps: FeedDeps,
  step: FeedStep & { readonly feedId: string },
  signal: AbortSignal,
): Promise<void> {
  const { account, feed, feedId, now } = step;
  if (feed.isBypassed || now.getTime() - sinceOf(feed).getTime() < QUEUE_MS_MAX)
    return again(deps, step, feed.isBypassed ? POLL_MS_STUCK : POLL_MS);
  // Whether it was cancelled, or had just begun, the next look tells.
  await deps.feeder.cancel(account, feedId, signal);
  await again(deps, step, CANCELLED_SOON_MS);
}

async function waitInProgress(
  deps: FeedDeps,
  step: FeedStep & { readonly seen: FeedSeen },
  signal: AbortSignal,
): Promise<void> {
  const { shopId, feed, seen, now } = step;
  const ageMs = now.getTime() - sinceOf(feed).getTime();
  if (ageMs > LIFE_MS_MAX) return abandonFeed(deps, step, "lost");
  if (feed.isBypassed) {
    await lookAtWatched(deps, step, signal);
    return again(deps, step, POLL_MS_STUCK);
  }
  const began = seen.startedAt ?? sinceOf(feed);
  if (now.getTime() - began.getTime() < PROGRESS_MS_MAX) return again(deps, step, POLL_MS);
  await bypass(deps, step);
  deps.logger.warn("feed_stuck", { shopId, priceFeedId: feed.priceFeedId });
}

/**
 * It cannot be cancelled, so its prices go round it: each is read back, and patched when it is not there. As long as
 * the feed is stuck it may still set its old prices, so every listing in it is watched.
 */
async function bypass(deps: FeedDeps, step: FeedStep): Promise<void> {
  const { shopId, feed, now } = step;
  const nextAt = new Date(now.getTime() + POLL_MS_STUCK);
  await deps.inShop(shopId, (tx) => tx.feeds.watch(feed.priceFeedId, nextAt));
  await settleAll(deps, step, { kind: "unknown", code: "amazon_unavailable" });
  // Last, so that a worker that dies before it begins the same again.
  await deps.inShop(shopId, (tx) =>
    tx.feeds.change(feed.priceFeedId, { isBypassed: true, dueAt: nextAt }),
  );
}

/** It ended with a report, or after we went round it. */
async function ended(deps: FeedDeps, step: FeedStep, seen: FeedSeen): Promise<void> {
  const { shopId, feed, now } = step;
  const { resultDocumentId } = seen;
  const endedAt = seen.endedAt ?? now;
  if (resultDocumentId === null) {
    await deps.inShop(shopId, (tx) => tx.feeds.change(feed.priceFeedId, { endedAt }));
    return abandonFeed(deps, step, seen.status === "DONE" ? "done" : "fatal");
  }
  await deps.inShop(shopId, (tx) =>
    tx.feeds.change(feed.priceFeedId, { state: "reading", resultDocumentId, endedAt, dueAt: now }),
  );
}

function sinceOf(feed: PriceFeed): Date {
  return feed.submittedAt ?? feed.madeAt;
}

async function again(
  deps: FeedDeps,
  { shopId, feed, now }: FeedStep,
  afterMs: number,
): Promise<void> {
  await deps.inShop(shopId, (tx) =>
    tx.feeds.change(feed.priceFeedId, { dueAt: new Date(now.getTime() + afterMs) }),
  );
}
