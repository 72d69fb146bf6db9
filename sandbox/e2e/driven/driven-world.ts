import { randomBytes } from "node:crypto";
import pg from "pg";
import type { WorkerConfig } from "../../../shared/src/config/worker-config.ts";
import type { ConnectionId, ShopId } from "../../../shared/src/core/ids.ts";
import type { Logger } from "../../../shared/src/ports/logger.ts";
import { connectShopify } from "../../../shared/src/services/connections/connect-shopify.ts";
import { amazonTokenPurpose } from "../../../shared/src/services/connections/seal-purposes.ts";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  type RunningAmazon,
  SELLER,
  startAmazon,
} from "../../amazon/testing/start-amazon.ts";
import type { SandboxClock } from "../../clock.ts";
import { type Activity, watchActivity } from "./activity.ts";
import { type DrivenWorker, startDrivenWorker } from "./driven-worker.ts";
import { rerouteToSandbox } from "./reroute-here.ts";

/** Connection strings of a migrated database. */
export interface DrivenDatabase {
  readonly ownerUrl: string;
  readonly workerUrl: string;
  readonly queueUrl: string;
}

/** What a driven world is made of. */
export interface DrivenOptions {
  readonly database: DrivenDatabase;
  readonly logger: Logger;
  /** Workers beside each other; one when left out. */
  readonly workers?: number;
  readonly hasQueue?: boolean;
  readonly listings?: Parameters<typeof startAmazon>[0];
  readonly acceptedToLiveMs?: number;
  /** How often workers look at their rows by themselves; each second, as the real one does, when left out. */
  readonly sweepEveryMs?: number;
}

/** A shop connected to one seller. */
export interface DrivenShop {
  readonly shopId: ShopId;
  readonly connectionId: ConnectionId;
  readonly sellerId: string;
}

/**
 * The worker's real code on real PostgreSQL against the sandbox's Amazon over HTTP, all by one clock that jumps
 * from one instant at which something happens to the next: hours of quota take seconds.
 */
export interface DrivenWorld {
  readonly amazon: RunningAmazon;
  readonly clock: SandboxClock;
  readonly workers: readonly DrivenWorker[];
  /** Connects a shop of its own to a seller; Amazon alone, its Shopify side is left disconnected. */
  connect(shop: { sellerId?: string; region?: string; importDue?: boolean }): Promise<DrivenShop>;
  ask<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /**
   * Moves time until `isDone`, which is asked once for every `everyMs` of driven time.
   * @throws Error when that takes longer than `limitMs` of driven time.
   */
  driveUntil(
    isDone: () => boolean | Promise<boolean>,
    limit: { readonly limitMs: number; readonly everyMs?: number; readonly what: string },
  ): Promise<void>;
  /** Moves time on by so much. */
  drive(ms: number): Promise<void>;
  /** The worker at this place dies on the spot, and another one starts there. */
  replaceWorker(place: number): Promise<void>;
  stop(): Promise<void>;
}

const SWEEP_EVERY_MS = 1_000;
let shops = 0;
let started = 0;

export async function openDrivenWorld(options: DrivenOptions): Promise<DrivenWorld> {
  const amazon = await startAmazon(options.listings ?? [], {
    metering: "sandbox",
    ...(options.acceptedToLiveMs === undefined
      ? {}
      : { acceptedToLiveMs: options.acceptedToLiveMs }),
  });
  const restore = rerouteToSandbox(amazon.origin);
  const activity = watchActivity();
  const { clock } = amazon;
  const pool = new pg.Pool({ connectionString: options.database.ownerUrl, max: 2 });
  const config = configOf(options, amazon.origin);
  const workers: DrivenWorker[] = [];
  const names: string[] = [];
  const start = async (place: number): Promise<void> => {
    started += 1;
    const name = `driven-${String(started)}`;
    const named = namedConfig(config, name);
    workers[place] = await startDrivenWorker({ config: named, clock, logger: options.logger });
    names[place] = name;
  };
  for (let place = 0; place < (options.workers ?? 1); place += 1) await start(place);
  const sweepEveryMs = options.sweepEveryMs ?? SWEEP_EVERY_MS;
  const driver = createDriver({ clock, activity, workers, pool, sweepEveryMs });
  return {
    amazon,
    clock,
    workers,
    connect: (shop) => connect({ amazon, clock, worker: workers[0] }, shop),
    ask: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await pool.query<Row>(text, values)).rows,
    ...driver,
    async replaceWorker(place) {
      const name = names[place];
      await workers[place]?.kill(async () => {
        await pool.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1",
          [name],
        );
      });
      await start(place);
    },
    async stop() {
      for (const worker of workers) {
        const stopped = worker.stop();
        // Whoever sleeps on the clock is woken by the abort; the queue's long poll by its end.
        await driver.settle();
        await stopped;
      }
      activity.stop();
      restore();
      await pool.end();
      await amazon.stop();
    },
  };
}

/** Its connections carry its name, so that they can be ended with it. */
function namedConfig(config: WorkerConfig, name: string): WorkerConfig {
  const named = (url: string): string => {
    const changed = new URL(url);
    changed.searchParams.set("application_name", name);
    return changed.href;
  };
  return {
    ...config,
    databaseUrl: named(config.databaseUrl),
    queueDatabaseUrl: named(config.queueDatabaseUrl),
  };
}

function configOf({ database, hasQueue }: DrivenOptions, origin: string): WorkerConfig {
  return {
    databaseUrl: database.workerUrl,
    queueDatabaseUrl: database.queueUrl,
    sealKeys: [{ id: "k1", secret: new Uint8Array(randomBytes(32)) }],
    shopify: { apiKey: "key", apiSecret: "secret", appUrl: "https://calibr.example" },
    amazon: {
      lwaClientId: CLIENT_ID,
      lwaClientSecret: CLIENT_SECRET,
      queueUrl: hasQueue === true ? `${origin}/sqs/000000000000/calibr-amazon` : null,
      eventBusAccountId: null,
    },
    logLevel: "silent",
  };
}

async function connect(
  world: { amazon: RunningAmazon; clock: SandboxClock; worker: DrivenWorker | undefined },
  shop: Parameters<DrivenWorld["connect"]>[0],
): Promise<DrivenShop> {
  const { amazon, clock, worker } = world;
  if (worker === undefined) throw new Error("a driven world has at least one worker");
  const { parts } = worker;
  shops += 1;
  const sellerId = shop.sellerId ?? SELLER;
  const shopId = await connectShopify(parts, { domain: `driven-${String(shops)}.myshopify.com` });
  const { refreshToken } = await amazon.control("authorize", { sellerId });
  const now = clock.now();
  const connectionId = await parts.inShop(shopId, async (tx) => {
    for (const each of await tx.connections.byChannel("shopify"))
      await tx.connections.disconnect(each.connectionId, null, now);
    return tx.connections.connect({
      channel: "amazon",
      accountId: sellerId,
      region: shop.region ?? "na",
      tokenSealed: parts.sealBox.seal(String(refreshToken), amazonTokenPurpose(shopId)),
      consentedAt: now,
      importDueAt: shop.importDue === false ? null : now,
    });
  });
  return { shopId, connectionId, sellerId };
}

function createDriver(parts: {
  readonly clock: SandboxClock;
  readonly activity: Activity;
  readonly workers: readonly DrivenWorker[];
  readonly pool: pg.Pool;
  readonly sweepEveryMs: number;
}) {
  const { clock, activity, workers, pool, sweepEveryMs } = parts;
  let sweepAtMs = 0;

  /** Everything that can happen without time passing happens: due rows each second, queue jobs at once. */
  const settle = async (): Promise<void> => {
    if (clock.now().getTime() >= sweepAtMs) {
      for (const worker of workers) await worker.sweep();
      sweepAtMs = clock.now().getTime() + sweepEveryMs;
    }
    do await activity.settled();
    while (await runJobs(pool, workers));
  };
  const step = async (untilMs: number): Promise<void> => {
    await settle();
    const nowMs = clock.now().getTime();
    const nextMs = Math.min(sweepAtMs, untilMs, clock.nextDueAt()?.getTime() ?? Infinity);
    await clock.advance(Math.max(0, nextMs - nowMs));
  };
  const driveUntil: DrivenWorld["driveUntil"] = async (isDone, limit) => {
    const endMs = clock.now().getTime() + limit.limitMs;
    for (;;) {
      await settle();
      if (await isDone()) return;
      const nowMs = clock.now().getTime();
      if (nowMs >= endMs) throw new Error(`${limit.what}: not within ${String(limit.limitMs)} ms`);
      const untilMs = Math.min(endMs, nowMs + (limit.everyMs ?? SWEEP_EVERY_MS));
      while (clock.now().getTime() < untilMs) await step(untilMs);
    }
  };
  return {
    settle,
    driveUntil,
    async drive(ms: number) {
      const untilMs = clock.now().getTime() + ms;
      while (clock.now().getTime() < untilMs) await step(untilMs);
      await settle();
    },
  };
}

/** The alarm clock: queue jobs wake their stages. @returns whether there was one. */
async function runJobs(pool: pg.Pool, workers: readonly DrivenWorker[]): Promise<boolean> {
  const { rows } = await pool.query<{ payload: { shopId: number; stage: string } }>(
    "DELETE FROM graphile_worker._private_jobs RETURNING payload",
  );
  rows.forEach(({ payload }, place) => {
    workers[place % workers.length]?.wake(payload.shopId, payload.stage);
  });
  return rows.length > 0;
}
