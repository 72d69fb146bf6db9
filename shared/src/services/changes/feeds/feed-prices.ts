import { AppError } from "../../../core/app-error.ts";
import type { ShopId } from "../../../core/ids.ts";
import type { ChannelAccount } from "../../../ports/channel-account.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { PriceFeed } from "../../../ports/feed-store.ts";
import type { Logger } from "../../../ports/logger.ts";
import type { PriceChannel } from "../../../ports/price-channel.ts";
import type { PriceFeeder } from "../../../ports/price-feeder.ts";
import type { InShop } from "../../../ports/shop-transaction.ts";
import type { TaskHandler } from "../../tasks/run-tasks.ts";
import { followFeed } from "./follow-feed.ts";
import { gatherFeed } from "./gather-feed.ts";
import { readFeedReport } from "./read-feed-report.ts";
import { giveUpFeed } from "./settle-feed.ts";
import { submitFeed } from "./submit-feed.ts";
import { uploadFeed } from "./upload-feed.ts";
import { watchFeed } from "./watch-feed.ts";

/** What feeding prices needs from outside. */
export interface FeedDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly feeder: PriceFeeder;
  /** Reads prices back while a feed may still set them. */
  readonly channel: Pick<PriceChannel, "readPrices" | "batchMax">;
}

/** A feed whose next step is due. */
export interface FeedStep {
  readonly shopId: ShopId;
  readonly account: ChannelAccount;
  readonly feed: PriceFeed;
  readonly now: Date;
}

// A step is short, but a feed of 25,000 is gathered in 25 of them.
const STEPS_MAX = 40;
const RETRY_MS = 30_000;
const RECONNECT_MS = 60_000;

/**
 * Brings prices by feed, step by step: gather → upload → submit → follow → read the report → (watch) → closed. Each
 * step is one transaction, or a call with a transaction before and after it, so that a worker may die between any two.
 *
 * What is never done twice is the submission: it is announced in the row before the call, and while its outcome is
 * unknown the account's feeds are looked through before anything else.
 */
export function feedPrices(parts: FeedDeps): TaskHandler {
  return async ({ shopId, account, inLease }, signal) => {
    // Everything a step stores, it stores as the holder of the task: a worker that was frozen submits nothing.
    const deps: FeedDeps = { ...parts, inShop: (_shop, work) => inLease(work) };
    const { connectionId } = account;
    await deps.inShop(shopId, (tx) => tx.feeds.hasten(connectionId, deps.clock.now()));
    for (let steps = 0; steps < STEPS_MAX && !signal.aborted; steps += 1) {
      const now = deps.clock.now();
      const feed = await deps.inShop(shopId, async (tx) => {
        await tx.feeds.open(connectionId, now);
        return tx.feeds.nextDue(connectionId, now);
      });
      if (feed === null) break;
      await stepOrPutOff(deps, { shopId, account, feed, now }, signal);
    }
    const outlook = await deps.inShop(shopId, (tx) => tx.feeds.outlook(connectionId));
    // The feeds' ids: the channel's notification that one has ended names it.
    return { dueAt: outlook.nextDueAt, progress: { feeds: outlook.feedIds } };
  };
}

/** One feed's trouble does not stop the account's other feeds. */
async function stepOrPutOff(deps: FeedDeps, step: FeedStep, signal: AbortSignal): Promise<void> {
  try {
    await runStep(deps, step, signal);
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    const { shopId, feed } = step;
    const { code, retry } = cause;
    deps.logger.warn("feed_step_failed", {
      shopId,
      priceFeedId: feed.priceFeedId,
      state: feed.state,
      code,
    });
    if (retry === "never" && !ENDED_PERMISSIONS.has(code)) return giveUpFeed(deps, step);
    const afterMs = typeof retry === "object" ? retry.afterMs : RETRY_MS;
    await putOff(deps, step, afterMs);
    if (retry !== "never") return;
    // The task waits until the account is connected again; then the feed goes on where it stood.
    const message = `price feed: ${cause.message}`;
    throw new AppError({ code, retry: { afterMs: RECONNECT_MS }, message, cause });
  }
}

const ENDED_PERMISSIONS: ReadonlySet<string> = new Set(["amazon_authorization_revoked"]);

async function putOff(deps: FeedDeps, { shopId, feed }: FeedStep, afterMs: number): Promise<void> {
  const dueAt = new Date(deps.clock.now().getTime() + afterMs);
  await deps.inShop(shopId, (tx) => tx.feeds.change(feed.priceFeedId, { dueAt }));
}

async function runStep(deps: FeedDeps, step: FeedStep, signal: AbortSignal): Promise<void> {
  switch (step.feed.state) {
    case "gathering":
      return gatherFeed(deps, step);
    case "uploading":
      return uploadFeed(deps, step, signal);
    case "submitting":
      return submitFeed(deps, step, signal);
    case "waiting":
      return followFeed(deps, step, signal);
    case "reading":
      return readFeedReport(deps, step, signal);
    case "watching":
      return watchFeed(deps, step, signal);
    case "closed":
      return;
  }
}
