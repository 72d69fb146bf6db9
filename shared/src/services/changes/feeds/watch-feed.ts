import type { WatchedPrice } from "../../../ports/feed-store.ts";
import type { PriceReading } from "../../../ports/price-channel.ts";
import type { FeedDeps, FeedStep } from "./feed-prices.ts";
import { closeFeed } from "./settle-feed.ts";

// While a feed is stuck each listing in it is looked at once an hour; once it has ended, every half hour.
const WATCH_MS_STUCK = 60 * 60_000;
const WATCH_MS_ENDED = 30 * 60_000;
// Read-backs of one step: with five calls a second it takes a few seconds.
const BATCHES_MAX = 20;

/** Looks at what a feed that has ended may still have done, until its time is up. */
export async function watchFeed(
  deps: FeedDeps,
  step: FeedStep,
  signal: AbortSignal,
): Promise<void> {
  await lookAtWatched(deps, step, signal);
  const { shopId, feed } = step;
  const nextAt = await deps.inShop(shopId, (tx) => tx.feeds.nextWatchAt(feed.priceFeedId));
  if (nextAt === null) return closeFeed(deps, step);
  await deps.inShop(shopId, (tx) => tx.feeds.change(feed.priceFeedId, { dueAt: nextAt }));
}

/** Reads watched listings that are due, and repairs those that the feed has set back to an older price of ours. */
export async function lookAtWatched(
  deps: FeedDeps,
  { shopId, account, feed }: FeedStep,
  signal: AbortSignal,
): Promise<void> {
  for (let batch = 0; batch < BATCHES_MAX && !signal.aborted; batch += 1) {
    const now = deps.clock.now();
    const watched = await deps.inShop(shopId, (tx) =>
      tx.feeds.dueWatches(feed.priceFeedId, now, deps.channel.batchMax.read),
    );
    if (watched.length === 0) return;
    const addresses = watched.map(({ address }) => address);
    const readings = await deps.channel.readPrices(account, addresses, signal);
    const pairs = watched.map((each, place) => ({ watched: each, reading: readings[place] }));
    await repair(deps, { shopId, priceFeedId: feed.priceFeedId, pairs }, now);
  }
}

interface Repairs {
  readonly shopId: FeedStep["shopId"];
  readonly priceFeedId: string;
  readonly pairs: readonly { watched: WatchedPrice; reading: PriceReading | undefined }[];
}

async function repair(deps: FeedDeps, work: Repairs, now: Date): Promise<void> {
  const { shopId, priceFeedId, pairs } = work;
  await deps.inShop(shopId, async (tx) => {
    for (const { watched, reading } of pairs) {
      if (reading?.kind !== "price" || reading.price.amountMinor !== watched.priceMinor) continue;
      const { listingId } = watched.address;
      if (!(await tx.pushes.reopen(listingId, { minor: watched.priceMinor, at: now }))) continue;
      deps.logger.warn("price_set_back_by_feed", { shopId, listingId, priceFeedId });
      await tx.wake("push:amazon");
    }
    const isOver = ({ until }: WatchedPrice) => until !== null && until <= now;
    const over = pairs.filter(({ watched }) => isOver(watched));
    const going = pairs.filter(({ watched }) => !isOver(watched));
    const waitMs = going[0]?.watched.until === null ? WATCH_MS_STUCK : WATCH_MS_ENDED;
    const nextAt = new Date(now.getTime() + waitMs);
    const idsOf = (some: Repairs["pairs"]) => some.map(({ watched }) => watched.address.listingId);
    await tx.feeds.plan(priceFeedId, idsOf(going), nextAt);
    await tx.feeds.plan(priceFeedId, idsOf(over), null);
  });
}
