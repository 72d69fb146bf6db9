import type { ChangeMove } from "../../../ports/change-store.ts";
import type { PriceFeed, StoredMessage } from "../../../ports/feed-store.ts";
import type { FeedMessage, PriceFeeder } from "../../../ports/price-feeder.ts";
import type { ClaimedPush } from "../../../ports/push-store.ts";
import type { ShopTransaction } from "../../../ports/shop-transaction.ts";
import type { GatedPush } from "../claim-pushes.ts";
import { planPush } from "../plan-push.ts";
import { toPricePush } from "../push-prices.ts";
import type { FeedDeps, FeedStep } from "./feed-prices.ts";

// As many as are decided in one transaction elsewhere.
const GATHER_MAX = 1_000;

/** Puts waiting pushes into the feed, past the last gate, until none waits or the feed is full by count or bytes. */
export async function gatherFeed(deps: FeedDeps, { shopId, feed, now }: FeedStep): Promise<void> {
  await deps.inShop(shopId, async (tx) => {
    const room = Math.min(GATHER_MAX, deps.feeder.limits.messagesMax - feed.messages);
    const taken = room > 0 ? await tx.feeds.takeWaiting(feed, room) : [];
    const gated = await gate(tx, taken, now);
    const { fitting, bytes } = fit(deps.feeder, feed, gated);
    await tx.changes.move(
      fitting.flatMap(({ moves }) => moves),
      now,
    );
    const messages = fitting.map(({ message }) => message);
    if (messages.length > 0) await tx.feeds.add(feed.priceFeedId, messages, bytes);
    const isFull = taken.length < GATHER_MAX || fitting.length < gated.length;
    const count = feed.messages + messages.length;
    const state = !isFull ? "gathering" : count > 0 ? "uploading" : "closed";
    await tx.feeds.change(feed.priceFeedId, { state, dueAt: state === "closed" ? null : now });
  });
}

type Gated = { readonly gated: GatedPush; readonly moves: readonly ChangeMove[] };

async function gate(
  tx: ShopTransaction,
  taken: readonly ClaimedPush[],
  now: Date,
): Promise<Gated[]> {
  const allowed: Gated[] = [];
  const dropped: { push: ClaimedPush; moves: readonly ChangeMove[] }[] = [];
  for (const push of taken) {
    const plan = planPush(push, now);
    const { moves } = plan;
    if (plan.action === "send")
      allowed.push({ gated: { push, currency: plan.currency, walls: plan.walls }, moves });
    else dropped.push({ push, moves });
  }
  await tx.changes.move(
    dropped.flatMap(({ moves }) => moves),
    now,
  );
  await tx.pushes.step(
    dropped.map(({ push: { changeId, fence } }) => ({
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
  return allowed;
}

/** What still goes in; the rest waits for the next feed as it stood. */
function fit(
  feeder: PriceFeeder,
  feed: PriceFeed,
  gated: readonly Gated[],
): { fitting: { message: StoredMessage; moves: readonly ChangeMove[] }[]; bytes: number } {
  const fitting: { message: StoredMessage; moves: readonly ChangeMove[] }[] = [];
  let bytes = 0;
  for (const each of gated) {
    const { push, walls } = each.gated;
    const messageId = feed.messages + fitting.length + 1;
    const message: FeedMessage = { messageId, push: toPricePush(each.gated) };
    const size = feeder.sizeOf(message);
    if (feed.bytes + bytes + size > feeder.limits.bytesMax) break;
    bytes += size;
    fitting.push({
      moves: each.moves,
      message: {
        messageId,
        changeId: push.changeId,
        listingId: push.listingId,
        version: push.version,
        fence: push.fence,
        priceMinor: push.priceMinor,
        minMinor: walls.minMinor,
        maxMinor: walls.maxMinor,
      },
    });
  }
  return { fitting, bytes };
}
