import { beforeEach, describe, expect, it } from "vitest";
import { undoChanges } from "./undo-changes.ts";
import { type LinkedProduct, makeLinkedProduct } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { createSteps } from "../../testing/pipeline-steps.ts";
import { inShopTransaction } from "../../adapters/postgres/pool.ts";
import type { QueryClient } from "../../adapters/postgres/query-client.ts";

const pipeline = usePipeline();
const steps = createSteps(pipeline);
let product: LinkedProduct;

beforeEach(async () => {
  product = await makeLinkedProduct(pipeline);
});

const inShop = <T>(work: (client: QueryClient) => Promise<T>) =>
  inShopTransaction(pipeline.pool, product.shopId, work);
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

describe("an undo", () => {
  it("takes a price back although the engine proposes another one at that moment", async () => {
    await steps.approved(product);
    await steps.pushUntilLive(product);
    const { change_id: changeId, floor_minor: floor } = await steps.lastChange(
      product,
      product.amazonId,
    );
    const proposed = meetingOf(2);
    const undoWaits = meetingOf(2);
    const engine = inShop(async (client) => {
      await client.query(
        `INSERT INTO price_change (shop_id, listing_id, version, origin, old_minor, new_minor, currency, floor_minor, reasons,
           inputs_hash, event_at, state, state_at, state_actor, proposed_at)
         VALUES (current_shop(), $1, 2, 'engine', 2900, 2800, 'USD', $2, '[]', '\\x00', now(), 'proposed', now(), 'engine', now())`,
        [product.amazonId, floor],
      );
      await proposed();
      await undoWaits();
    });
    await proposed();

    const undo = undoChanges(pipeline, {
      shopId: product.shopId,
      changeIds: [changeId],
      person: "ana",
    });
    await expect.poll(waitingForALock).toBe(1);
    await Promise.all([undoWaits(), engine]);

    expect(await undo).toMatchObject({ undone: [expect.any(String)], skipped: [] });
    const states = (await steps.changesOf(product))
      .filter((change) => change.listing_id === product.amazonId)
      .map((change) => change.state);
    expect(states).toEqual(["live", "superseded", "approved"]);
  });
});

async function waitingForALock(): Promise<number> {
  const { rows } = await pipeline.pool.query(
    "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'",
  );
  return rows.length;
}
