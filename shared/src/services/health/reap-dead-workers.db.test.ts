import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openWorkerRegistry } from "../../adapters/postgres/worker-registry.ts";
import { createPool, type Pool } from "../../adapters/postgres/pool.ts";
import { makeLinkedProduct, type Pipeline, rowsOf } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { createSteps } from "../../testing/pipeline-steps.ts";
import { Killed } from "../../testing/witness-channel.ts";
import { pushPrices } from "../changes/push-prices.ts";
import { reapDeadWorkers } from "./reap-dead-workers.ts";

const pipeline = usePipeline();
const steps = createSteps(pipeline);
let queue: Pool;
let owner: Pool;

beforeAll(async () => {
  queue = createPool({ url: pipeline.database.queueUrl, connectionsMax: 2, onIdleError: () => {} });
  owner = createPool({ url: pipeline.database.ownerUrl, connectionsMax: 2, onIdleError: () => {} });
});
afterAll(async () => {
  await queue.end();
  await owner.end();
});

const openRegistry = () =>
  openWorkerRegistry({
    ...pipeline,
    workerUrl: pipeline.database.workerUrl,
    workers: pipeline.pool,
    queue,
  });

describe("a worker that is killed", () => {
  it("is found at once; what it held is free, its queue jobs too, and the price goes live exactly once", async () => {
    const product = await makeLinkedProduct(pipeline);
    await steps.approved(product);
    const [doomed, survivor] = [await openRegistry(), await openRegistry()];
    const worker = doomed.current() ?? "";
    await doomed.setPool("pool-of-the-doomed");
    await hold(product.shopId, worker);
    await owner.query("SELECT graphile_worker.add_job('run_stage')");
    await owner.query(
      "UPDATE graphile_worker._private_jobs SET locked_by = 'pool-of-the-doomed', locked_at = now()",
    );
    const amazon = { ...pipeline.channels.amazon, pushPrices: () => Promise.reject(new Killed()) };
    const pushing = pushPrices(
      { ...pipeline, channels: { ...pipeline.channels, amazon }, worker },
      { shopId: product.shopId, channel: "amazon" },
      new AbortController().signal,
    );
    await expect(pushing).rejects.toThrow(Killed);
    expect(await reap(survivor)).toBe(0);

    await owner.query(
      "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN worker w ON w.worker_id = l.objid::bigint WHERE l.locktype = 'advisory' AND w.worker_id = $1",
      [worker],
    );
    await expect
      .poll(() => survivor.findDead(pipeline.clock.now()))
      .toEqual([{ workerId: worker, poolId: "pool-of-the-doomed" }]);

    expect(await reap(survivor)).toBe(1);
    expect(await reap(survivor)).toBe(0);
    const leases = await rowsOf(
      pipeline.pool,
      product.shopId,
      "SELECT 1 FROM push WHERE lease_until > '-infinity' UNION ALL SELECT 1 FROM connection WHERE lease_owner IS NOT NULL",
    );
    expect(leases).toEqual([]);
    expect(
      (await owner.query("SELECT 1 FROM graphile_worker._private_jobs WHERE locked_by IS NOT NULL"))
        .rowCount,
    ).toBe(0);
    const received = pipeline.channels.amazon.received.length;
    await steps.pushUntilLive(product);
    pipeline.clock.advance(2_000);
    await steps.pushUntilLive(product);
    expect(await steps.lastChange(product, product.amazonId)).toMatchObject({ state: "live" });
    expect(pipeline.channels.amazon.received.length).toBe(received + 1);
    await survivor.leave();
  });
});

function reap(registry: Awaited<ReturnType<typeof openRegistry>>): Promise<number> {
  return reapDeadWorkers({ ...pipeline, registry });
}

/** The worker imports while it pushes. */
async function hold(shopId: Parameters<Pipeline["inShop"]>[0], worker: string): Promise<void> {
  const now = pipeline.clock.now();
  await pipeline.inShop(shopId, (tx) =>
    tx.connections.claimDue("import", {
      worker,
      now,
      leaseUntil: new Date(now.getTime() + 1_800_000),
    }),
  );
}
