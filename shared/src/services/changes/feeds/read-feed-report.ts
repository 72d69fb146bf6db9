import type { ErrorCode } from "../../../core/app-error.ts";
import type { StoredMessage } from "../../../ports/feed-store.ts";
import type { FeedReport } from "../../../ports/price-feeder.ts";
import type { FeedDeps, FeedStep } from "./feed-prices.ts";
import { closeFeed, type MessageEnd, settleMessages } from "./settle-feed.ts";

// What a feed that we went round has set is looked for this long after its end.
const WATCH_MS_FIRST = 60_000;
const WATCH_MS = 6 * 60 * 60_000;

/**
 * Reads the processing report once, stores it, and tells each push what the channel said of its message. A report that
 * does not account for every message leaves those it does not name unknown: they are read back.
 */
export async function readFeedReport(
  deps: FeedDeps,
  step: FeedStep,
  signal: AbortSignal,
): Promise<void> {
  const { shopId, account, feed, now } = step;
  const stored = await deps.inShop(shopId, (tx) => tx.feeds.reportOf(feed.priceFeedId));
  if (stored === null) {
    // The call is one in 45 seconds: what it brought is stored before anything is made of it.
    const report = await deps.feeder.readReport(account, feed.resultDocumentId ?? "", signal);
    await deps.inShop(shopId, (tx) => tx.feeds.change(feed.priceFeedId, { report, dueAt: now }));
    return;
  }
  if (feed.isBypassed) return watchOn(deps, step);
  const judge = judgeBy(stored, feed.feedId ?? "", feed.messages);
  if (await settleMessages(deps, step, judge)) return;
  await deps.inShop(shopId, (tx) => tx.feeds.change(feed.priceFeedId, { endCode: "done" }));
  await closeFeed(deps, step);
}

const REFUSED: ErrorCode = "amazon_request_refused";
const UNCLEAR: ErrorCode = "amazon_bad_answer";

function judgeBy(
  report: FeedReport,
  feedId: string,
  messages: number,
): (message: StoredMessage) => MessageEnd {
  const refused = new Map(report.refused.map(({ messageId, words }) => [messageId, words]));
  const isAccounted =
    report.processed === messages &&
    report.accepted === messages - refused.size &&
    report.invalid === refused.size;
  return ({ messageId }) => {
    const words = refused.get(messageId);
    if (words !== undefined) {
      const sent = { kind: "refused", code: REFUSED, vendorMessage: words } as const;
      return { outcome: "refused", sent, issue: words };
    }
    if (!isAccounted)
      return { outcome: "unknown", sent: { kind: "unknown", code: UNCLEAR }, issue: null };
    const receiptId = `feed ${feedId} message ${String(messageId)}`;
    return { outcome: "accepted", sent: { kind: "accepted", receiptId }, issue: null };
  };
}

async function watchOn(deps: FeedDeps, { shopId, feed, now }: FeedStep): Promise<void> {
  const nextAt = new Date(now.getTime() + WATCH_MS_FIRST);
  const until = new Date(now.getTime() + WATCH_MS);
  await deps.inShop(shopId, async (tx) => {
    await tx.feeds.endWatches(feed.priceFeedId, { nextAt, until });
    await tx.feeds.change(feed.priceFeedId, { state: "watching", endCode: "done", dueAt: nextAt });
  });
}
