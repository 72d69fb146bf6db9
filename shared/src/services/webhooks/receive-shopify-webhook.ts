import type { Clock } from "../../ports/clock.ts";
import type { ShopDirectory } from "../../ports/shop-directory.ts";
import type { InShop } from "../../ports/shop-transaction.ts";

/** What receiving a webhook needs from outside. */
export interface ReceiveWebhookDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
  readonly directory: Pick<ShopDirectory, "shopIdOfDomain">;
}

/** A delivery whose signature was checked. */
export interface VerifiedWebhook {
  readonly webhookId: string;
  /** Lower case with a slash, e.g. products/update. */
  readonly topic: string;
  readonly domain: string;
  readonly triggeredAt: Date;
  readonly payload: unknown;
}

/**
 * Keeps a verified delivery once and wakes the worker, in one transaction; all work happens later.
 * @returns `unknown_shop` for a store that never installed: there is nothing to keep it under.
 */
export async function receiveShopifyWebhook(
  deps: ReceiveWebhookDeps,
  webhook: VerifiedWebhook,
): Promise<"kept" | "duplicate" | "unknown_shop"> {
  const shopId = await deps.directory.shopIdOfDomain(webhook.domain);
  if (shopId === null) return "unknown_shop";
  return deps.inShop(shopId, async (tx) => {
    const fresh = await tx.inbox.keep(
      [
        {
          eventId: webhook.webhookId,
          source: "shopify",
          topic: webhook.topic,
          payload: webhook.payload,
          occurredAt: webhook.triggeredAt,
          state: "new",
          note: null,
        },
      ],
      deps.clock.now(),
    );
    if (fresh.size === 0) return "duplicate";
    await tx.wake("inbox");
    return "kept";
  });
}
