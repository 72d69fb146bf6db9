import path from "node:path";
import { emptyDatabase } from "../scripts/database/empty-database.ts";
import { migrateDatabase } from "../scripts/database/migrate-database.ts";
import { DATA_DIR, openDatabase } from "../scripts/database/open-database.ts";
import {
  type DrivenShop,
  type DrivenWorld,
  openDrivenWorld,
} from "../sandbox/e2e/driven/driven-world.ts";
import { approveAll, seedListings } from "./amazon-seed.ts";
import { atMost, type BenchReport, makeReport } from "./report.ts";

// Amazon's published plans (models, 2026-08): calls a second, and how many may go at once.
const SWEEP = { operation: "getListingOffersBatch", perSecond: 0.5, burst: 1, listingsPerCall: 20 };
const WRITE = { operation: "patchListingsItem", perSecond: 5, burst: 5, listingsPerCall: 1 };
type Plan = typeof SWEEP;

const RATIO_GOAL = 1.05;
const SPREAD_GOAL = 0.05;
/** Sellers of very different size. */
const FAIR_SIZES = [60, 80, 100, 150, 200, 300, 400, 600, 800, 1_200];

/** The shortest time that Amazon's published plan allows for so many listings, in milliseconds. */
function minimumMs(plan: Plan, listings: number): number {
  const calls = Math.ceil(listings / plan.listingsPerCall);
  return ((calls - plan.burst) / plan.perSecond) * 1_000;
}

/** One run's time beside the shortest that the published plan allows. */
interface Timed {
  readonly ms: number;
  readonly minimumMs: number;
  readonly own429: number;
}

/**
 * How near Amazon's published quotas the worker comes, by a driven clock: its real code on real PostgreSQL
 * against the sandbox over HTTP, where calls take no time, so that what is measured is the metering.
 */
export async function benchAmazon(say: (line: string) => void): Promise<BenchReport> {
  const database = await openDatabase({
    dataDir: path.join(DATA_DIR, "bench-amazon"),
    name: "calibr_bench_amazon",
  });
  try {
    const inWorld = async <Result>(
      workers: number,
      work: (world: DrivenWorld) => Promise<Result>,
    ): Promise<Result> => {
      await emptyDatabase(database);
      await migrateDatabase(database);
      const world = await openDrivenWorld({ database, logger: QUIET, workers });
      try {
        return await work(world);
      } finally {
        await world.stop();
      }
    };
    const measured = async (name: string, run: () => Promise<Timed>): Promise<Timed> => {
      const startedAt = performance.now();
      const timed = await run();
      say(
        `${name}: ${(timed.ms / 1_000).toFixed(1)} s by the clock, at best ${(timed.minimumMs / 1_000).toFixed(1)} s; ` +
          `${String(timed.own429)} × 429; took ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`,
      );
      return timed;
    };
    const sweep = (count: number, workers: number) => () =>
      inWorld(workers, (world) => timeSweep(world, count));
    const write = (count: number, workers: number) => () =>
      inWorld(workers, (world) => timeWrites(world, count));
    const sweep1k = await measured("sweep of 1,000", sweep(1_000, 1));
    const write1k = await measured("writing 1,000", write(1_000, 1));
    const sweepOfTwo = await measured("sweep of 1,000 by two workers", sweep(1_000, 2));
    const writeOfTwo = await measured("writing 1,000 by two workers", write(1_000, 2));
    const sellers = await inWorld(2, timeSellers);
    for (const [place, timed] of sellers.entries())
      await measured(`seller with ${String(FAIR_SIZES[place])}`, () => Promise.resolve(timed));
    const sweep10k = await measured("sweep of 10,000", sweep(10_000, 1));
    const write10k = await measured("writing 10,000", write(10_000, 1));
    const all = [sweep1k, write1k, sweepOfTwo, writeOfTwo, sweep10k, write10k, ...sellers];
    return makeReport("amazon", {
      sweepRatio1k: ratio(sweep1k),
      sweepRatio10k: ratio(sweep10k),
      writeRatio1k: ratio(write1k),
      writeRatio10k: ratio(write10k),
      twoWorkersRatio: worse(ratio(sweepOfTwo), ratio(writeOfTwo)),
      own429: atMost(
        all.reduce((sum, timed) => sum + timed.own429, 0),
        0,
        null,
        "calls",
      ),
      fairnessSpread: atMost(spread(sellers), SPREAD_GOAL, null, "share"),
    });
  } finally {
    await database.close();
  }
}

const QUIET = { debug() {}, info() {}, warn() {}, error() {} };

/** From the moment the market of every listing is due until its last picture is stored. */
async function timeSweep(world: DrivenWorld, count: number): Promise<Timed> {
  const shop = await world.connect({ importDue: false });
  await seedListings(world, shop, count);
  const startedAt = world.clock.now();
  await world.workers[0]?.parts.inShop(shop.shopId, (tx) =>
    tx.connections.requestDue(shop.connectionId, "sweep", startedAt),
  );
  const seen =
    "SELECT count(*)::int AS n, max(received_at) AS last FROM offer_current WHERE shop_id = $1";
  const read = () => world.ask<{ n: number; last: Date }>(seen, [shop.shopId]);
  await world.driveUntil(async () => ((await read())[0]?.n ?? 0) >= count, {
    what: `the sweep of ${String(count)} listings`,
    limitMs: 3 * minimumMs(SWEEP, count),
    everyMs: 10_000,
  });
  const last = (await read())[0]?.last ?? world.clock.now();
  return {
    ms: last.getTime() - startedAt.getTime(),
    minimumMs: minimumMs(SWEEP, count),
    own429: await own429(world),
  };
}

/** From the approval of a price for every listing until Amazon has taken the last. */
async function timeWrites(world: DrivenWorld, count: number): Promise<Timed> {
  const shop = await world.connect({ importDue: false });
  await seedListings(world, shop, count);
  return (await timeApproved(world, [{ shop, count }]))[0] ?? never();
}

/** Ten sellers of very different size approve at the same instant; each has its own plan at Amazon. */
async function timeSellers(world: DrivenWorld): Promise<readonly Timed[]> {
  const shops: { shop: DrivenShop; count: number }[] = [];
  for (const [place, count] of FAIR_SIZES.entries()) {
    const sellerId = `A3FAIR${String(place).padStart(8, "0")}`;
    await world.amazon.control("add-seller", { sellerId });
    const shop = await world.connect({ sellerId, importDue: false });
    await seedListings(world, shop, count);
    shops.push({ shop, count });
  }
  return timeApproved(world, shops);
}

async function timeApproved(
  world: DrivenWorld,
  shops: readonly { shop: DrivenShop; count: number }[],
): Promise<readonly Timed[]> {
  // The largest first, so that the small ones find the line taken.
  for (const { shop } of shops.toReversed()) await approveAll(world, shop);
  // What autovacuum does within a minute of an import; nobody approves prices sooner.
  await world.ask("ANALYZE");
  const startedAt = world.clock.now();
  const all = shops.reduce((sum, { count }) => sum + count, 0);
  const taken =
    "SELECT shop_id, count(accepted_at)::int AS n, max(accepted_at) AS last FROM price_change GROUP BY shop_id";
  const read = () => world.ask<{ shop_id: number; n: number; last: Date }>(taken);
  await world.driveUntil(async () => (await read()).reduce((sum, row) => sum + row.n, 0) >= all, {
    what: `the prices of ${String(all)} listings`,
    limitMs: 3 * Math.max(...shops.map(({ count }) => minimumMs(WRITE, count))),
    everyMs: 10_000,
  });
  const byShop = new Map((await read()).map((row) => [row.shop_id, row.last]));
  const refused = await own429(world);
  return shops.map(({ shop, count }, place) => ({
    ms: (byShop.get(shop.shopId)?.getTime() ?? Infinity) - startedAt.getTime(),
    minimumMs: minimumMs(WRITE, count),
    own429: place === 0 ? refused : 0,
  }));
}

async function own429(world: DrivenWorld): Promise<number> {
  const { calls } = await world.amazon.control("calls");
  const counts = Object.values(calls as Record<string, { own429: number }>);
  return counts.reduce((sum, each) => sum + each.own429, 0);
}

function ratio(timed: Timed) {
  const value = Math.round((timed.ms / timed.minimumMs) * 1_000) / 1_000;
  return atMost(value, RATIO_GOAL, 1, "of the published minimum");
}

function worse<Measure extends { readonly value: number }>(left: Measure, right: Measure): Measure {
  return left.value >= right.value ? left : right;
}

/** How far apart the sellers' ratios are: 0 when each had the same share of its own quota. */
function spread(sellers: readonly Timed[]): number {
  const ratios = sellers.map((timed) => timed.ms / timed.minimumMs);
  return Math.round((Math.max(...ratios) / Math.min(...ratios) - 1) * 1_000) / 1_000;
}

function never(): never {
  throw new Error("one shop was timed");
}
