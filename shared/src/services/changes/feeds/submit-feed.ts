import type { FeedSeen } from "../../../ports/price-feeder.ts";
import type { FeedDeps, FeedStep } from "./feed-prices.ts";
import { abandonFeed, giveUpFeed } from "./settle-feed.ts";

// Amazon keeps a document for two days; an hour before that it is uploaded again.
const DOCUMENT_MS_MAX = 47 * 60 * 60_000;
// Where a submission is not listed after this long, it did not arrive.
const LISTED_MS_MAX = 3 * 60_000;
const LOOK_AGAIN_MS = 60_000;
const POLL_MS_FIRST = 2 * 60_000;
// Clocks differ: a feed of ours may seem to have been made a little before we asked for it.
const CLOCK_MS = 2 * 60_000;
const SUBMITS_MAX = 5;

/**
 * Submits the document exactly once: announced in the row, then called, then stored. When the answer was lost, or the
 * worker died in between, the account's feeds are looked through before it is submitted again.
 */
export async function submitFeed(
  deps: FeedDeps,
  step: FeedStep,
  signal: AbortSignal,
): Promise<void> {
  const { shopId, account, feed, now } = step;
  if (feed.submitAt !== null)
    return findSubmission(deps, { ...step, since: feed.submitAt }, signal);
  const { documentId, documentAt } = feed;
  const isExpired = documentAt === null || now.getTime() - documentAt.getTime() > DOCUMENT_MS_MAX;
  if (documentId === null || isExpired) return uploadAgain(deps, step);
  if (feed.submits >= SUBMITS_MAX) return giveUpFeed(deps, step);
  await deps.inShop(shopId, (tx) =>
    tx.feeds.change(feed.priceFeedId, {
      submitAt: now,
      submits: feed.submits + 1,
      dueAt: new Date(now.getTime() + LOOK_AGAIN_MS),
    }),
  );
  const { marketplaceId } = feed;
  const submission = await deps.feeder.submit(account, { documentId, marketplaceId }, signal);
  const at = deps.clock.now();
  switch (submission.kind) {
    case "submitted":
      return adopt(deps, step, { feedId: submission.feedId, submittedAt: at });
    case "not_submitted": {
      // Back to before the announcement; a refused document is not submitted for ever.
      await deps.inShop(shopId, (tx) =>
        tx.feeds.change(feed.priceFeedId, {
          submitAt: null,
          submits: submission.error.retry === "never" ? feed.submits + 1 : feed.submits,
          dueAt: at,
        }),
      );
      throw submission.error;
    }
    case "unknown":
      deps.logger.warn("feed_submission_unknown", {
        shopId,
        priceFeedId: feed.priceFeedId,
        code: submission.error.code,
      });
  }
}

async function findSubmission(
  deps: FeedDeps,
  step: FeedStep & { readonly since: Date },
  signal: AbortSignal,
): Promise<void> {
  const { shopId, account, feed, since, now } = step;
  const from = new Date(since.getTime() - CLOCK_MS);
  const listed = await deps.feeder.submittedSince(account, from, signal);
  const known = await deps.inShop(shopId, (tx) => tx.feeds.knownFeedIds(account.connectionId));
  const strangers = listed.filter(
    (seen) => !known.has(seen.feedId) && isFor(seen, feed.marketplaceId),
  );
  const [only] = strangers;
  if (only !== undefined && strangers.length === 1)
    return adopt(deps, step, { feedId: only.feedId, submittedAt: only.createdAt });
  // Two could be it: nobody can say which, so the prices themselves are read.
  if (strangers.length > 1) return abandonFeed(deps, step, "lost");
  const isListed = now.getTime() - since.getTime() < LISTED_MS_MAX;
  await deps.inShop(shopId, (tx) =>
    tx.feeds.change(
      feed.priceFeedId,
      isListed
        ? { dueAt: new Date(now.getTime() + LOOK_AGAIN_MS) }
        : { submitAt: null, dueAt: now },
    ),
  );
}

function isFor(seen: FeedSeen, marketplaceId: string): boolean {
  return seen.marketplaceIds.length === 0 || seen.marketplaceIds.includes(marketplaceId);
}

async function adopt(
  deps: FeedDeps,
  { shopId, feed, now }: FeedStep,
  found: { feedId: string; submittedAt: Date },
): Promise<void> {
  await deps.inShop(shopId, (tx) =>
    tx.feeds.change(feed.priceFeedId, {
      ...found,
      state: "waiting",
      vendorStatus: "IN_QUEUE",
      dueAt: new Date(now.getTime() + POLL_MS_FIRST),
    }),
  );
}

async function uploadAgain(deps: FeedDeps, { shopId, feed, now }: FeedStep): Promise<void> {
  await deps.inShop(shopId, (tx) =>
    tx.feeds.change(feed.priceFeedId, { state: "uploading", documentId: null, dueAt: now }),
  );
}
