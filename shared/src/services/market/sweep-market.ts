import { AppError } from "../../core/app-error.ts";
import type { ShopId } from "../../core/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import type { StoredConnection } from "../../ports/connection-store.ts";
import type { Logger } from "../../ports/logger.ts";
import type { OfferReading, OfferSource } from "../../ports/offer-source.ts";
import type { ChannelAccount } from "../../ports/channel-account.ts";
import type { InShop } from "../../ports/shop-transaction.ts";
import { failureCode, retryMs } from "../catalog/import-listings.ts";

/** What sweeping needs from outside. */
export interface SweepDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly offers: Pick<OfferSource, "sweep">;
  readonly worker: string;
}

const LEASE_MS = 30 * 60_000;
// Notifications lead; the sweep finds what they missed. Ten minutes is also the shortest time in which
// 6,000 listings can be swept at the published quota (20 listings every two seconds).
const NEXT_SWEEP_MS = 10 * 60_000;
const TARGETS_MAX = 6_000;

/**
 * Reads the market of every listing of a shop's due connections, longest unseen first, and finds the same
 * changes that a notification would have told. Each batch is stored and wakes the engine at once.
 */
export async function sweepMarket(
  deps: SweepDeps,
  shopId: ShopId,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const now = deps.clock.now();
    const connection = await deps.inShop(shopId, (tx) =>
      tx.connections.claimDue("sweep", {
        worker: deps.worker,
        now,
        leaseUntil: new Date(now.getTime() + LEASE_MS),
      }),
    );
    if (connection === null) return;
    await sweepConnection(deps, { shopId, connection }, signal);
  }
}

async function sweepConnection(
  deps: SweepDeps,
  task: { shopId: ShopId; connection: StoredConnection },
  signal: AbortSignal,
): Promise<void> {
  const { shopId, connection } = task;
  const { connectionId } = connection;
  const account: ChannelAccount = {
    shopId,
    connectionId,
    accountId: connection.accountId,
    region: connection.region,
  };
  const { runId, targets } = await deps.inShop(shopId, async (tx) => ({
    runId: await tx.connections.startRun(connectionId, "sweep", deps.clock.now()),
    targets: await tx.catalog.sweepTargets(connectionId, TARGETS_MAX),
  }));
  try {
    for await (const readings of deps.offers.sweep(account, targets, signal)) {
      await storeReadings(deps, { shopId, runId }, readings);
    }
    await deps.inShop(shopId, async (tx) => {
      const at = deps.clock.now();
      await tx.connections.endRun(runId, { state: "done", errorCode: null, at });
      await tx.connections.noteProblem(connectionId, null, at);
      await tx.connections.finishDue(connectionId, "sweep", {
        at,
        nextDueAt: new Date(at.getTime() + NEXT_SWEEP_MS),
      });
    });
  } catch (cause) {
    const code = failureCode(cause, signal.aborted);
    deps.logger.error("sweep_failed", { shopId, connectionId, code }, cause);
    await deps.inShop(shopId, async (tx) => {
      const at = deps.clock.now();
      if (signal.aborted) {
        await tx.connections.endRun(runId, { state: "failed", errorCode: code, at });
        await tx.connections.finishDue(connectionId, "sweep", { at: null, nextDueAt: at });
        return;
      }
      await tx.connections.endRun(runId, { state: "failed", errorCode: code, at });
      if (cause instanceof AppError && cause.retry === "never")
        await tx.connections.disconnect(connectionId, code, at);
      else await tx.connections.noteProblem(connectionId, code, at);
      await tx.connections.finishDue(connectionId, "sweep", {
        at: null,
        nextDueAt: new Date(at.getTime() + retryMs(cause)),
      });
    });
  }
}

async function storeReadings(
  deps: SweepDeps,
  run: { shopId: ShopId; runId: string },
  readings: readonly OfferReading[],
): Promise<void> {
  const snapshots = readings.flatMap((reading) =>
    reading.kind === "market" ? [reading.snapshot] : [],
  );
  await deps.inShop(run.shopId, async (tx) => {
    const marked = await tx.market.recordSnapshots(snapshots, "sweep");
    await tx.connections.countRun(run.runId, {
      seen: readings.length,
      unreadable: readings.length - snapshots.length,
    });
    if (marked > 0) await tx.wake("decide");
  });
}
