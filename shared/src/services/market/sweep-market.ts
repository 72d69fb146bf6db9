import { AppError, endsPermission } from "../../core/app-error.ts";
import type { ConnectionId, ShopId } from "../../core/ids.ts";
import { detectionBound, type WatchPace, watchPace } from "../../core/offers/detection-bound.ts";
import { addMs } from "../../core/time/duration.ts";
import type { ChannelAccount } from "../../ports/channel-account.ts";
import type { Clock } from "../../ports/clock.ts";
import type { StoredConnection } from "../../ports/connection-store.ts";
import type { Logger } from "../../ports/logger.ts";
import type {
  OfferQuery,
  OfferReading,
  OfferSource,
  SweepQuota,
} from "../../ports/offer-source.ts";
import type { InShop, ShopTransaction } from "../../ports/shop-transaction.ts";
import type { SweepRound, WatchCounts } from "../../ports/watch-store.ts";
import { failureCode, retryMs } from "../catalog/import-listings.ts";

/** What sweeping needs from outside. */
export interface SweepDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly offers: OfferSource;
  readonly worker: string;
}

// Longer than any call: what a worker that died had claimed is asked about again after this.
const LEASE_MS = 90_000;
// The alarm rings a little before the turn: the claim is made by then, and the quota lets the call go on time.
const EARLY_MS = 200;

/**
 * Asks about the ASINs of a shop that have been due longest, twenty a call, one call a turn of the quota, and
 * finds the same changes that a notification would have told. Nothing waits here: when the quota has no turn now,
 * the instant of the next one is stored and answered.
 *
 * A round of the whole catalogue is a row (sync_run) that any worker goes on with.
 * @returns when to come back, so that the caller can set its alarm; the rows are the truth.
 */
export async function sweepMarket(
  deps: SweepDeps,
  shopId: ShopId,
  signal: AbortSignal,
): Promise<{ nextAt: Date | null }> {
  while (!signal.aborted) {
    const call = await deps.inShop(shopId, (tx) => prepareCall(deps, tx));
    if (call === null) break;
    if (call.targets.length > 0) await makeCall(deps, { shopId, ...call }, signal);
  }
  return { nextAt: await deps.inShop(shopId, (tx) => tx.watches.nextAt(deps.clock.now())) };
}

interface Call {
  readonly connection: StoredConnection;
  readonly round: SweepRound;
  readonly pace: WatchPace;
  readonly isTold: boolean;
  readonly targets: readonly OfferQuery[];
}

/** Claims what the next call asks about; no targets when nothing is due after all; null when no account is due. */
async function prepareCall(deps: SweepDeps, tx: ShopTransaction): Promise<Call | null> {
  const now = deps.clock.now();
  const connectionId = await tx.watches.nextDue(now);
  const connection = connectionId === null ? null : await tx.connections.read(connectionId);
  if (connectionId === null || connection === null) return null;
  const round = await tx.watches.openRound(connectionId, now);
  const counts = await tx.watches.counts(connectionId);
  const pace = watchPace(loadOf(counts, deps.offers.sweepQuota));
  const silenced = await tx.watches.judgeSilence(connectionId, now, pace.unheardMs);
  if (silenced > 0) deps.logger.warn("asins_fell_silent", { connectionId, asins: silenced });
  if (round.isNew || silenced > 0) await savePromise(deps, tx, connectionId);
  const targets = await tx.watches.claim(connectionId, {
    worker: deps.worker,
    now,
    leaseUntil: addMs(now, LEASE_MS),
    limit: deps.offers.sweepQuota.perCall,
  });
  if (targets.length === 0) {
    await endRoundWhenOver(tx, { connection, round, now });
    await tx.watches.planNext(connectionId, null);
  }
  return { connection, round, pace, isTold: counts.isTold, targets };
}

function loadOf(counts: WatchCounts, quota: SweepQuota) {
  const unheard = counts.isTold ? counts.silent : counts.watched;
  return { heard: counts.watched - unheard, unheard, ...quota };
}

/** Stores how soon a change is seen: reckoned from the quota and what is watched, shown on the pages. */
async function savePromise(
  deps: SweepDeps,
  tx: ShopTransaction,
  connectionId: ConnectionId,
): Promise<void> {
  const counts = await tx.watches.counts(connectionId);
  const load = loadOf(counts, deps.offers.sweepQuota);
  await tx.watches.savePromise(connectionId, {
    ...counts,
    ...watchPace(load),
    ...detectionBound(load),
    at: deps.clock.now(),
  });
}

async function makeCall(
  deps: SweepDeps,
  call: Call & { shopId: ShopId },
  signal: AbortSignal,
): Promise<void> {
  const { shopId, connection } = call;
  const { connectionId, accountId, region } = connection;
  const account: ChannelAccount = { shopId, connectionId, accountId, region };
  try {
    const readings = await deps.offers.readOffers(account, call.targets, signal);
    await deps.inShop(shopId, (tx) => storeReadings(deps, tx, { ...call, readings }));
  } catch (cause) {
    await deps.inShop(shopId, (tx) => giveBack(deps, tx, { ...call, cause, signal }));
  }
}

async function storeReadings(
  deps: SweepDeps,
  tx: ShopTransaction,
  call: Call & { readings: readonly OfferReading[] },
): Promise<void> {
  const { connection, round, readings } = call;
  const at = deps.clock.now();
  await tx.watches.hold(connection.connectionId);
  const snapshots = readings.flatMap((reading) =>
    reading.kind === "market" ? [reading.snapshot] : [],
  );
  const marked = await tx.market.recordSnapshots(snapshots, "sweep");
  await tx.watches.finish(connection.connectionId, readings.map(toSwept), {
    ...call.pace,
    isTold: call.isTold,
    at,
  });
  await tx.connections.countRun(round.runId, {
    seen: readings.length,
    unreadable: readings.length - snapshots.length,
  });
  if (connection.problemCode !== null)
    await tx.connections.noteProblem(connection.connectionId, null, at);
  await endRoundWhenOver(tx, { connection, round, now: at });
  // Due again by what its rows say; another account of the shop that has been due for longer goes first.
  await tx.watches.planNext(connection.connectionId, null);
  if (marked > 0) await tx.wake("decide");
}

function toSwept(reading: OfferReading) {
  const { marketplaceId, asin } = reading.query;
  const unreadCode = reading.kind === "unreadable" ? reading.vendorCode : null;
  return { marketplaceId, asin, unreadCode };
}

async function endRoundWhenOver(
  tx: ShopTransaction,
  at: { connection: StoredConnection; round: SweepRound; now: Date },
): Promise<void> {
  const { connection, round, now } = at;
  const { connectionId } = connection;
  if ((await tx.watches.leftInRound(connectionId, round.startedAt)) > 0) return;
  await tx.connections.endRun(round.runId, { state: "done", errorCode: null, at: now });
  await tx.watches.noteRound(connectionId, now);
  for (const { marketplaceId } of connection.marketplaces)
    await tx.tasks.ensure({ connectionId, kind: "shortlist", key: marketplaceId }, now);
}

/**
 * Gives the claimed ASINs back. Without a turn of the quota they stay as due as they are, and the account's alarm
 * is set to the turn. After a failure they wait as long as it advises, so that one bad answer cannot keep the
 * others from being asked; an account that is refused for good is disconnected.
 */
async function giveBack(
  deps: SweepDeps,
  tx: ShopTransaction,
  call: Call & { cause: unknown; signal: AbortSignal },
): Promise<void> {
  const { connection, round, targets, cause } = call;
  const { connectionId } = connection;
  const at = deps.clock.now();
  await tx.watches.hold(connectionId);
  if (call.signal.aborted) {
    // The next worker goes on with the round at once.
    await tx.watches.release(connectionId, targets, null);
    return;
  }
  if (
    cause instanceof AppError &&
    cause.code === "amazon_throttled" &&
    typeof cause.retry === "object"
  ) {
    await tx.watches.release(connectionId, targets, null);
    await tx.watches.planNext(connectionId, addMs(at, Math.max(1, cause.retry.afterMs - EARLY_MS)));
    return;
  }
  const code = failureCode(cause, false);
  deps.logger.error("sweep_failed", { connectionId, code }, cause);
  const againAt = addMs(at, retryMs(cause));
  await tx.watches.release(connectionId, targets, againAt);
  await tx.connections.endRun(round.runId, { state: "failed", errorCode: code, at });
  if (endsPermission(code)) await tx.connections.disconnect(connectionId, code, at);
  else await tx.connections.noteProblem(connectionId, code, at);
  await tx.watches.planNext(connectionId, againAt);
}
