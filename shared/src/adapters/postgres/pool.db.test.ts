import { beforeEach, describe, expect, it } from "vitest";
import { type LinkedProduct, makeLinkedProduct } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { inShopTransaction } from "./pool.ts";
import type { QueryClient } from "./query-client.ts";

const pipeline = usePipeline();
let product: LinkedProduct;

beforeEach(async () => {
  product = await makeLinkedProduct(pipeline);
});

const inShop = <T>(work: (client: QueryClient) => Promise<T>) =>
  inShopTransaction(pipeline.pool, product.shopId, work);
const touchHead = (client: QueryClient, listingId: string) =>
  client.query(
    "UPDATE channel_head SET received_at = received_at WHERE shop_id = current_shop() AND listing_id = $1",
    [listingId],
  );

/** Resolves for everybody once that many have arrived. */
function meetingOf(count: number): () => Promise<void> {
  let arrived = 0;
  let open = (): void => {};
  const all = new Promise<void>((resolve) => (open = resolve));
  return () => {
    arrived += 1;
    if (arrived >= count) open();
    return all;
  };
}

describe("a transaction in a shop", () => {
  it("runs again when it and another one wait for each other's rows", async () => {
    const meet = meetingOf(2);
    let runs = 0;
    const crossing = (first: string, second: string) =>
      inShop(async (client) => {
        runs += 1;
        await touchHead(client, first);
        await meet();
        await touchHead(client, second);
        return second;
      });

    const ends = await Promise.all([
      crossing(product.amazonId, product.shopifyId),
      crossing(product.shopifyId, product.amazonId),
    ]);

    expect(ends).toEqual([product.shopifyId, product.amazonId]);
    // The one that lost may take its row again before the other has it, and lose once more.
    expect(runs).toBeGreaterThanOrEqual(3);
  });

  it("gives up on what fails for another reason at once", async () => {
    let runs = 0;

    const failing = inShop(async (client) => {
      runs += 1;
      await client.query("SELECT 1 / 0");
    });

    await expect(failing).rejects.toThrow("division by zero");
    expect(runs).toBe(1);
  });
});
