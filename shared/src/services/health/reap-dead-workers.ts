import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { ShopDirectory } from "../../ports/shop-directory.ts";
import type { InShop } from "../../ports/shop-transaction.ts";
import type { WorkerRegistry } from "../../ports/worker-registry.ts";

/** What reaping needs from outside. */
export interface ReapDeps {
  readonly registry: Pick<WorkerRegistry, "findDead" | "unlockJobs" | "remove">;
  readonly directory: Pick<ShopDirectory, "shopsLeasedBy">;
  readonly inShop: InShop;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Frees what dead workers left behind: their leases on pushes, tasks, imports, sweeps and links, and the queue
 * jobs of their pool. Their pushes become claimable at once as abandoned, so that they are read back.
 *
 * Safe to run in every worker at the same time, and again after a crash half-way: a worker's row goes last.
 * @returns how many dead workers were found.
 */
export async function reapDeadWorkers(deps: ReapDeps): Promise<number> {
  const dead = await deps.registry.findDead(deps.clock.now());
  for (const worker of dead) {
    let leases = 0;
    for (const shopId of await deps.directory.shopsLeasedBy(worker.workerId)) {
      leases += await deps.inShop(shopId, async (tx) => {
        const pushes = await tx.pushes.releaseLeasesOf(worker.workerId);
        const tasks = await tx.tasks.releaseLeasesOf(worker.workerId);
        return pushes + tasks + (await tx.connections.releaseLeasesOf(worker.workerId));
      });
    }
    if (worker.poolId !== null) await deps.registry.unlockJobs([worker.poolId]);
    await deps.registry.remove(worker.workerId);
    deps.logger.warn("dead_worker_reaped", { workerId: worker.workerId, leases });
  }
  return dead.length;
}
