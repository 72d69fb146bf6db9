import type { ShopId } from "../../core/ids.ts";
import { parseMoney } from "../../core/money/money-text.ts";
import { PRODUCT_DELETED, PRODUCT_SEEN } from "../../jobs/product-webhook.ts";
import type { Clock } from "../../ports/clock.ts";
import type { StoredEvent } from "../../ports/inbox-store.ts";
import type { Logger } from "../../ports/logger.ts";
import type { InShop, ShopTransaction } from "../../ports/shop-transaction.ts";

/** What processing the inbox needs from outside. */
export interface ProcessInboxDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
  readonly logger: Logger;
}

const BATCH_MAX = 100;

type Ending = { readonly state: "done" | "ignored" | "poison"; readonly note: string | null };

/**
 * Works off the Shopify deliveries a shop has received, oldest first, a batch to a transaction. A delivery
 * that cannot be read is set aside with the reason and never blocks the ones behind it.
 */
export async function processInbox(
  deps: ProcessInboxDeps,
  shopId: ShopId,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const done = await deps.inShop(shopId, async (tx) => {
      const events = await tx.inbox.claimNew(BATCH_MAX);
      for (const event of events) {
        const ending = await processOne(deps, tx, event);
        await tx.inbox.finish([event.eventId], ending.state, ending.note);
      }
      return events.length;
    });
    if (done < BATCH_MAX) return;
  }
}

async function processOne(
  deps: ProcessInboxDeps,
  tx: ShopTransaction,
  event: StoredEvent,
): Promise<Ending> {
  switch (event.topic) {
    case "products/update":
    case "products/create":
      return productSeen(deps, tx, event);
    case "products/delete":
      return productDeleted(tx, event);
    case "app/uninstalled":
      return (await tx.connections.forgetShop(deps.clock.now(), event.occurredAt))
        ? { state: "done", note: null }
        : { state: "ignored", note: "the shop has installed the app again since" };
    default:
      deps.logger.info("webhook_not_acted_on", { shopId: tx.shopId, topic: event.topic });
      return { state: "ignored", note: `no handler for ${event.topic}` };
  }
}

/**
 * A product changed at Shopify, perhaps by our own push. Its prices are what the channel shows now: kept
 * when newer than what we know. A price that is not the one we wrote makes the listing worth deciding again.
 */
async function productSeen(
  deps: ProcessInboxDeps,
  tx: ShopTransaction,
  event: StoredEvent,
): Promise<Ending> {
  const payload = PRODUCT_SEEN.safeParse(event.payload);
  if (!payload.success) return { state: "poison", note: payload.error.message.slice(0, 500) };
  const now = deps.clock.now();
  const gids = payload.data.variants.map(
    (variant) => `gid://shopify/ProductVariant/${String(variant.id)}`,
  );
  const listings = new Map(
    (await tx.catalog.byExternalId("shopify", gids)).map((listing) => [
      listing.externalId,
      listing,
    ]),
  );
  const seen = payload.data.variants.flatMap((variant, place) => {
    const listing = listings.get(gids[place] ?? "");
    if (listing === undefined) return [];
    const price = parseMoney(variant.price, listing.currency);
    if (price.kind === "refused") return [];
    const said = new Date(variant.updated_at ?? payload.data.updated_at ?? event.occurredAt);
    return [
      {
        listing,
        priceMinor: price.money.amountMinor,
        observedAt: Number.isNaN(said.getTime()) ? event.occurredAt : said,
      },
    ];
  });
  await tx.pushes.recordSeen(
    seen.map(({ listing, priceMinor, observedAt }) => ({
      listingId: listing.listingId,
      priceMinor,
      currency: listing.currency,
      observedAt,
      receivedAt: now,
      source: "webhook",
      confirmedVersion: null,
    })),
  );
  const moved = seen.filter(
    ({ listing, priceMinor }) => listing.headMinor !== priceMinor && !listing.hasPushUnderWay,
  );
  await tx.market.markDirty(
    moved.map(({ listing, observedAt }) => ({
      listingId: listing.listingId,
      cause: "price_seen",
      eventAt: observedAt,
    })),
    now,
  );
  await tx.changes.noteOvertaken(
    moved.map(({ listing }) => listing.listingId),
    now,
  );
  if (moved.length > 0) await tx.wake("decide");
  const isNews = listings.size < gids.length;
  if (isNews) await tx.connections.requestShopifyImport(now);
  return { state: "done", note: null };
}

async function productDeleted(tx: ShopTransaction, event: StoredEvent): Promise<Ending> {
  const payload = PRODUCT_DELETED.safeParse(event.payload);
  if (!payload.success) return { state: "poison", note: payload.error.message.slice(0, 500) };
  await tx.catalog.markProductDeleted(`gid://shopify/Product/${String(payload.data.id)}`);
  return { state: "done", note: null };
}
