import { AppError, endsPermission } from "../../core/app-error.ts";
import type { Channel } from "../../core/channel.ts";
import type { ShopId } from "../../core/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type {
  PriceChannel,
  PricePush,
  PriceReading,
  PushOutcome,
} from "../../ports/price-channel.ts";
import type { ClaimedPush, WaitingAccount } from "../../ports/push-store.ts";
import type { InShop } from "../../ports/shop-transaction.ts";
import { chanceFor, claimPushes, type GatedPush } from "./claim-pushes.ts";
import { recordResults } from "./record-push-results.ts";
import { type MirroredWalls, toChannelWalls } from "./walls-of-push.ts";

/** What pushing needs from outside. */
export interface PushDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly channels: Readonly<Record<Channel, PriceChannel>>;
  /** This worker process; leases are held in its name. */
  readonly worker: string;
}

/** What a run of the stage did. */
export interface PushCounts {
  readonly claimed: number;
  readonly sent: number;
  readonly read: number;
  /** When there is something to do again; null = when woken. The rows are the truth. */
  readonly nextAt: Date | null;
}

/** What happened to a planned push at the channel. */
export type PushResult =
  | {
      readonly push: ClaimedPush;
      readonly sent: PushOutcome;
      /** The walls that went along, and when they were worked out, where that is not known from the push. */
      readonly walls?: MirroredWalls;
      readonly wallsAt?: Date;
    }
  | { readonly push: ClaimedPush; readonly seen: PriceReading };

/**
 * Which pushes of a shop. Sends and read-backs are stages of their own that run side by side: a long queue
 * of sends, or one call that hangs, does not keep prices that were accepted from being seen live.
 */
export interface PushTask {
  readonly shopId: ShopId;
  readonly channel: Channel;
  /** Both when left out. */
  readonly work?: "send" | "read";
}

// Longer than any call may take (clients give up after 30 s), so that a lease that ends means a dead worker.
const LEASE_MS = 90_000;
// A call is not begun when the lease could end under it: another worker may already have taken over.
const LEASE_LEFT_MS_MIN = 40_000;

/**
 * Brings approved prices of one shop to one channel and proves them: send, then read back until the price
 * is live or its time is up.
 *
 * The life of one push: the claim leases it with a new fence and passes the last gate in one transaction;
 * the HTTP call happens outside any transaction; the result is stored only while the fence is the newest.
 * A push whose holder vanished has an unknown outcome: it is read back before anything is sent again.
 *
 * Accounts take turns: each round serves every account that has work and turns left, so that the long row of one does
 * not hold up another's, and a claim is one batch, so that what hangs in it holds up few.
 */
export async function pushPrices(
  deps: PushDeps,
  task: PushTask,
  signal: AbortSignal,
): Promise<PushCounts> {
  const works = task.work === undefined ? (["send", "read"] as const) : [task.work];
  let counts = { claimed: 0, sent: 0, read: 0 };
  for (;;) {
    const waiting = await deps.inShop(task.shopId, async (tx) => {
      const { channel } = task;
      const now = deps.clock.now();
      const found: [Work, WaitingAccount[]][] = [];
      for (const work of works) found.push([work, await tx.pushes.waiting({ work, channel, now })]);
      return found;
    });
    const rounds: PushCounts[] = [];
    for (const [work, accounts] of waiting)
      rounds.push(await serveAccounts(deps, { task: { ...task, work }, accounts }, signal));
    const claimed = rounds.reduce((sum, round) => sum + round.claimed, 0);
    counts = {
      claimed: counts.claimed + claimed,
      sent: counts.sent + rounds.reduce((sum, round) => sum + round.sent, 0),
      read: counts.read + rounds.reduce((sum, round) => sum + round.read, 0),
    };
    if (claimed === 0 || signal.aborted) {
      return { ...counts, nextAt: earliest(rounds.map((round) => round.nextAt)) };
    }
  }
}

type Work = Required<PushTask>["work"];

async function serveAccounts(
  deps: PushDeps,
  round: { readonly task: Required<PushTask>; readonly accounts: readonly WaitingAccount[] },
  signal: AbortSignal,
): Promise<PushCounts> {
  const { task, accounts } = round;
  const { shopId, channel, work } = task;
  const served = { claimed: 0, sent: 0, read: 0 };
  const alarms: (Date | null)[] = [];
  for (const waiting of accounts) {
    if (signal.aborted) break;
    const chance = await chanceFor(deps.channels[channel], waiting, work);
    alarms.push(chance.nextAt);
    if (chance.limit === 0) continue;
    const leaseUntil = new Date(deps.clock.now().getTime() + LEASE_MS);
    const { account } = waiting;
    const { limit, previewLimit } = chance;
    const order = { shopId, channel, work, account, limit, previewLimit, leaseUntil };
    const batch = await claimPushes(deps, order);
    // Only first writes are left, and no preview has a turn.
    if (batch.claimed === 0) alarms.push(chance.previewAt);
    await sendBatches(deps, task, { sends: batch.sends, leaseUntil }, signal);
    await readBatches(deps, task, batch.reads, signal);
    served.claimed += batch.claimed;
    served.sent += batch.sends.length;
    served.read += batch.reads.length;
  }
  return { ...served, nextAt: earliest(alarms) };
}

/** The first of some instants; null when there is none. */
export function earliest(instants: readonly (Date | null)[]): Date | null {
  return instants.reduce(
    (first, at) => (at !== null && (first === null || at < first) ? at : first),
    null,
  );
}

async function sendBatches(
  deps: PushDeps,
  task: PushTask,
  work: { sends: readonly GatedPush[]; leaseUntil: Date },
  signal: AbortSignal,
): Promise<void> {
  const channel = deps.channels[task.channel];
  for (const claimed of inBatches(work.sends, channel.batchMax.push)) {
    await sendClaimed(deps, task, { claimed, leaseUntil: work.leaseUntil }, signal);
  }
}

async function sendClaimed(
  deps: PushDeps,
  task: PushTask,
  work: { claimed: readonly GatedPush[]; leaseUntil: Date },
  signal: AbortSignal,
): Promise<void> {
  const mayBegin = !signal.aborted && leaseHolds(deps.clock, work.leaseUntil);
  const batch = mayBegin ? await stillOurs(deps, task.shopId, work.claimed) : work.claimed;
  if (batch.length === 0) return;
  const outcomes = mayBegin
    ? await sendBatch(deps, deps.channels[task.channel], batch, signal)
    : batch.map(() => NOT_BEGUN);
  const pushes = batch.map((gated) => gated.push);
  await recordResults(
    deps,
    task.shopId,
    pair(pushes, outcomes, (push, sent) => ({ push, sent })),
  );
}

/**
 * The pushes that nobody took over since the claim. A worker that was frozen after its claim, and taken for
 * dead, would else wake and send a price that has meanwhile gone live and been taken back.
 */
async function stillOurs(
  deps: PushDeps,
  shopId: ShopId,
  claimed: readonly GatedPush[],
): Promise<readonly GatedPush[]> {
  const held = await deps.inShop(shopId, (tx) =>
    tx.pushes.stillHeld(
      claimed.map(({ push }) => push),
      deps.clock.now(),
    ),
  );
  return claimed.filter(({ push: { changeId } }) => {
    if (held.has(changeId)) return true;
    deps.logger.warn("push_lease_lost", { shopId, changeId });
    return false;
  });
}

const NOT_BEGUN: PushOutcome = { kind: "not_sent", code: "worker_stopping", afterMs: 0 };

async function sendBatch(
  deps: PushDeps,
  channel: PriceChannel,
  batch: readonly GatedPush[],
  signal: AbortSignal,
): Promise<PushOutcome[]> {
  const [first] = batch;
  if (first === undefined) return [];
  try {
    return await channel.pushPrices(first.push.account, batch.map(toPricePush), signal);
  } catch (cause) {
    const failure = await noteAccountFailure(deps, first.push, cause);
    // Part of the batch may have gone out before the failure: only a read-back can tell.
    return batch.map(() => ({ kind: "unknown", code: failure.code }));
  }
}

/** A gated push as its channel takes it. */
export function toPricePush({ push, currency, walls }: GatedPush): PricePush {
  const mirrored = toChannelWalls(walls, currency);
  return {
    address: push.address,
    price: { amountMinor: push.priceMinor, currency },
    ...(mirrored === undefined ? {} : { walls: mirrored }),
    ...(push.needsPreview ? { needsPreview: true } : {}),
    pushKey: `${push.listingId}:${String(push.version)}`,
  };
}

async function readBatches(
  deps: PushDeps,
  task: PushTask,
  reads: readonly ClaimedPush[],
  signal: AbortSignal,
): Promise<void> {
  const channel = deps.channels[task.channel];
  for (const batch of inBatches(reads, channel.batchMax.read)) {
    const [first] = batch;
    if (first === undefined) continue;
    let readings: PriceReading[];
    try {
      readings = await channel.readPrices(
        first.account,
        batch.map((push) => push.address),
        signal,
      );
    } catch (cause) {
      const failure = await noteAccountFailure(deps, first, cause);
      readings = batch.map(() => ({ kind: "unreadable", code: failure.code }));
    }
    await recordResults(
      deps,
      task.shopId,
      pair(batch, readings, (push, seen) => ({ push, seen })),
    );
  }
}

/** A failure of the whole account: shown on the connection; a revoked one is disconnected. Bugs are rethrown. */
async function noteAccountFailure(
  deps: PushDeps,
  push: ClaimedPush,
  cause: unknown,
): Promise<AppError> {
  if (!(cause instanceof AppError)) throw cause;
  deps.logger.warn("channel_account_failed", {
    shopId: push.account.shopId,
    connectionId: push.connectionId,
    code: cause.code,
  });
  await deps.inShop(push.account.shopId, async (tx) => {
    if (endsPermission(cause.code))
      await tx.connections.disconnect(push.connectionId, cause.code, deps.clock.now());
    else await tx.connections.noteProblem(push.connectionId, cause.code, deps.clock.now());
  });
  return cause;
}

function leaseHolds(clock: Clock, leaseUntil: Date): boolean {
  return leaseUntil.getTime() - clock.now().getTime() > LEASE_LEFT_MS_MIN;
}

function inBatches<T>(all: readonly T[], size: number): T[][] {
  const batches: T[][] = [];
  for (let from = 0; from < all.length; from += size) batches.push(all.slice(from, from + size));
  return batches;
}

function pair<Result, Made>(
  pushes: readonly ClaimedPush[],
  results: readonly Result[],
  make: (push: ClaimedPush, result: Result) => Made,
): Made[] {
  return pushes.flatMap((push, place) => {
    const result = results[place];
    // An adapter that answers too few is treated as a lost worker: the lease ends and the push is read back.
    return result === undefined ? [] : [make(push, result)];
  });
}
