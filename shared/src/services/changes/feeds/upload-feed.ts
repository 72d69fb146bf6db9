import type { CurrencyCode } from "../../../core/money/currency.ts";
import { money } from "../../../core/money/money.ts";
import type { StoredMessage } from "../../../ports/feed-store.ts";
import type { FeedMessage } from "../../../ports/price-feeder.ts";
import type { ClaimedPush } from "../../../ports/push-store.ts";
import type { ShopTransaction } from "../../../ports/shop-transaction.ts";
import { gatePush } from "../gate-push.ts";
import { toChannelWalls } from "../walls-of-push.ts";
import type { FeedDeps, FeedStep } from "./feed-prices.ts";

const PAGE = 5_000;

/**
 * Asks the last gate once more about every price, then uploads the document. Nothing happens to prices yet: an upload
 * whose worker died is simply done again.
 */
export async function uploadFeed(
  deps: FeedDeps,
  step: FeedStep,
  signal: AbortSignal,
): Promise<void> {
  const { shopId, account, feed } = step;
  const messages = await deps.inShop(shopId, (tx) => lastLook(tx, feed.priceFeedId, step.now));
  if (messages.length === 0) {
    await deps.inShop(shopId, (tx) =>
      tx.feeds.change(feed.priceFeedId, { state: "closed", dueAt: null }),
    );
    return;
  }
  const documentId = await deps.feeder.upload(account, messages, signal);
  const at = deps.clock.now();
  await deps.inShop(shopId, (tx) =>
    tx.feeds.change(feed.priceFeedId, {
      state: "submitting",
      // As many as the report has to account for: the gate may have dropped some.
      messages: messages.length,
      documentId,
      documentAt: at,
      submitAt: null,
      dueAt: at,
    }),
  );
}

async function lastLook(
  tx: ShopTransaction,
  priceFeedId: string,
  now: Date,
): Promise<FeedMessage[]> {
  const messages: FeedMessage[] = [];
  let after = 0;
  for (;;) {
    const page = await tx.feeds.openMessages(priceFeedId, after, PAGE);
    const refused: { message: StoredMessage; push: ClaimedPush; code: string }[] = [];
    for (const { message, push } of page) {
      after = message.messageId;
      if (push.fence !== message.fence) continue;
      const gate = gatePush(push, now);
      if (gate.kind === "deny") refused.push({ message, push, code: gate.code });
      else messages.push(toFeedMessage(message, push, gate.currency));
    }
    await drop(tx, { priceFeedId, refused }, now);
    if (page.length < PAGE) return messages;
  }
}

async function drop(
  tx: ShopTransaction,
  work: {
    priceFeedId: string;
    refused: readonly { message: StoredMessage; push: ClaimedPush; code: string }[];
  },
  now: Date,
): Promise<void> {
  if (work.refused.length === 0) return;
  await tx.changes.move(
    work.refused.map(({ push, code }) => ({
      changeId: push.changeId,
      to: "failed",
      actor: "worker",
      code,
      facts: { price: `${push.currency} ${String(push.priceMinor)}` },
    })),
    now,
  );
  await tx.pushes.step(
    work.refused.map(({ push: { changeId, fence } }) => ({
      changeId,
      fence,
      stage: "done",
      nextAt: now,
      deadlineAt: null,
      receiptId: null,
      didRead: false,
    })),
    now,
  );
  await tx.feeds.settle(
    work.priceFeedId,
    work.refused.map(({ message, code }) => ({
      messageId: message.messageId,
      outcome: "dropped",
      issue: code,
    })),
  );
}

/** The message as it was gathered: what was counted is what is sent. */
function toFeedMessage(
  message: StoredMessage,
  push: ClaimedPush,
  currency: CurrencyCode,
): FeedMessage {
  const { minMinor, maxMinor } = message;
  const removesMax = maxMinor === null && push.raw.mirroredMaxMinor !== null;
  const walls = toChannelWalls({ minMinor, maxMinor, removesMax }, currency);
  return {
    messageId: message.messageId,
    push: {
      address: push.address,
      price: money(message.priceMinor, currency),
      ...(walls === undefined ? {} : { walls }),
      pushKey: `${push.listingId}:${String(message.version)}`,
    },
  };
}
