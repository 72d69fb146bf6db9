/** Fault runs side by side in one driven world, each with a seller and a shop of its own. */
import { detectionBound } from "../../../shared/src/core/offers/detection-bound.ts";
import type { Logger } from "../../../shared/src/ports/logger.ts";
import { createRandom } from "../../seed/random.ts";
import { type DrivenDatabase, type DrivenWorld, openDrivenWorld } from "../driven/driven-world.ts";
import { auditRun, type Finding } from "./audit-run.ts";
import { type FaultShop, openFaultShop } from "./fault-shop.ts";
import { makeMove, makeTrouble, scheduleDeaths } from "./make-trouble.ts";
import { NOISE_MS, planFaults, SILENT_MOVE_MS } from "./plan-faults.ts";
import { type MoveMade, type Notes, readFacts, type RunFacts } from "./read-facts.ts";

/** One run's end. */
export interface FaultRun {
  readonly facts: RunFacts;
  readonly findings: readonly Finding[];
}

/** Runs that shared a world. */
export interface FaultWorldEnd {
  readonly runs: readonly FaultRun[];
  /** How often a worker died in it. */
  readonly deaths: number;
}

/** Fault runs that share a world. */
export interface FaultWorldOptions {
  readonly database: DrivenDatabase;
  readonly logger: Logger;
  /** One run each. */
  readonly seeds: readonly number[];
}

const MINUTE_MS = 60_000;
const READY_MS_MAX = 10 * MINUTE_MS;
const WORKERS = 2;
// Wake-ups and timers are exact; looking at all rows each second only finds what they lost, and takes a third of the time.
const SWEEP_EVERY_MS = 5_000;
// A dead worker's claim on an ASIN ends by itself after this (LEASE_MS of the sweep).
const LEASE_MS = 90_000;
// A notification that a dying worker had received comes again after the queue's time of invisibility.
const TOLD_MS_MAX = 60_000;
// A fed price is followed by a look every two minutes, and a stuck feed is passed by after an hour.
const CALM_MS_MAX = 45 * MINUTE_MS;
const STUCK_MS_MAX = 150 * MINUTE_MS;

/** Runs until nothing is on its way any more, or for as long as it may take; then reads everybody's books. */
export async function runFaults(options: FaultWorldOptions): Promise<FaultWorldEnd> {
  const { database, logger, seeds } = options;
  const world = await openDrivenWorld({
    database,
    logger,
    workers: WORKERS,
    hasQueue: true,
    sweepEveryMs: SWEEP_EVERY_MS,
  });
  try {
    await layOutside(world);
    const shops: FaultShop[] = [];
    for (const seed of seeds) shops.push(await openFaultShop(world, planFaults(seed)));
    await world.driveUntil(() => isReady(world), {
      limitMs: READY_MS_MAX,
      what: "subscriptions and first pictures",
    });
    const startedAtMs = world.clock.now().getTime();
    const notes = { moves: [] as MoveMade[], silentAtMs: watchSilence(world) };
    await makeTrouble(world, shops, notes.moves);
    const deaths = scheduleDeaths(
      world,
      { shops, moves: notes.moves },
      createRandom(seeds[0] ?? 0).fork("deaths"),
    );
    await world.drive(NOISE_MS);
    await calm(world, shops, notes);
    return { runs: await audit(world, shops, { ...notes, startedAtMs }), deaths: deaths.count };
  } finally {
    await world.stop();
  }
}

/** What the test itself writes down: every picture that was stored, and which shops' prices go by feed. */
async function layOutside(world: DrivenWorld): Promise<void> {
  for (const statement of OUTSIDE) await world.ask(statement);
}

const OUTSIDE = [
  "CREATE SCHEMA IF NOT EXISTS outside",
  "CREATE TABLE IF NOT EXISTS outside.picture (shop_id int, asin text, observed_at timestamptz, received_at timestamptz)",
  "CREATE TABLE IF NOT EXISTS outside.fed_shop (shop_id int PRIMARY KEY)",
  "CREATE TABLE IF NOT EXISTS outside.broken (shop_id int, change_id bigint)",
  `CREATE OR REPLACE FUNCTION outside.note_picture() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
     INSERT INTO outside.picture VALUES (NEW.shop_id, NEW.asin, NEW.observed_at, NEW.received_at); RETURN NULL; END $$`,
  "CREATE OR REPLACE TRIGGER outside_picture AFTER INSERT OR UPDATE ON offer_current FOR EACH ROW EXECUTE FUNCTION outside.note_picture()",
  `CREATE OR REPLACE FUNCTION outside.feed_it() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
     IF EXISTS (SELECT 1 FROM outside.fed_shop f WHERE f.shop_id = NEW.shop_id) THEN NEW.way := 'feed'; END IF; RETURN NEW; END $$`,
  "CREATE OR REPLACE TRIGGER outside_feed BEFORE INSERT ON push FOR EACH ROW EXECUTE FUNCTION outside.feed_it()",
];

async function isReady(world: DrivenWorld): Promise<boolean> {
  const [row] = await world.ask<{ left: number }>(
    `SELECT count(*)::int AS left FROM connection c WHERE c.channel = 'amazon' AND (c.notifications <> 'subscribed' OR c.swept_at IS NULL)`,
  );
  return row?.left === 0;
}

/** The weather clears, one more move of everybody is told, and everything comes to an end. */
async function calm(
  world: DrivenWorld,
  shops: readonly FaultShop[],
  { moves, silentAtMs }: { readonly moves: MoveMade[]; readonly silentAtMs: Notes["silentAtMs"] },
): Promise<void> {
  await world.amazon.control("clear-faults");
  for (const { sellerId } of shops) {
    await world.amazon.control("notification-noise", { sellerId });
    await world.amazon.control("ignore-writes", { sellerId, share: 0 });
  }
  const calmAtMs = world.clock.now().getTime();
  let isMoving = true;
  for (const listing of shops.flatMap((shop) => shop.listings)) {
    const again = (step: number): void => {
      const minor = listing.baseMinor + (step % 2 === 0 ? 40 : -40) + step;
      if (isMoving) makeMove(world, listing, { rival: 0, minor }, moves);
      // A silent market moves on until it has been found out.
      if (isMoving && listing.isSilent) world.clock.after(SILENT_MOVE_MS, () => again(step + 1));
    };
    world.clock.after(3 * MINUTE_MS, () => again(0));
  }
  await world.drive(4 * MINUTE_MS);
  const stuck = shops.some(({ plan }) =>
    plan.acts.some((act) => act.kind === "control" && act.verb === "stick-feed"),
  );
  const untilMs = calmAtMs + (stuck ? STUCK_MS_MAX : CALM_MS_MAX);
  const driveUntil = async (isDone: () => boolean | Promise<boolean>): Promise<void> => {
    while (world.clock.now().getTime() < untilMs && !(await isDone()))
      await world.drive(LOOK_EVERY_MS);
  };
  const silent = shops.flatMap(({ listings }) => listings).filter((listing) => listing.isSilent);
  await driveUntil(() => silent.every(({ asin }) => silentAtMs.has(asin)));
  isMoving = false;
  await world.amazon.control("release-feed");
  await driveUntil(async () => (await isSeen(world, moves)) && isQuiet(world));
}

const LOOK_EVERY_MS = MINUTE_MS / 2;

/** Notes when each ASIN is taken for silent, for as long as the world lasts. */
function watchSilence(world: DrivenWorld): Map<string, number> {
  const silentAtMs = new Map<string, number>();
  const look = async (): Promise<void> => {
    world.clock.after(LOOK_EVERY_MS, look);
    const rows = await world.ask<{ asin: string }>(
      "SELECT asin FROM asin_watch WHERE silent_since IS NOT NULL",
    );
    for (const { asin } of rows)
      if (!silentAtMs.has(asin)) silentAtMs.set(asin, world.clock.now().getTime());
  };
  world.clock.after(LOOK_EVERY_MS, look);
  return silentAtMs;
}

/** Whether the last move of every ASIN is in a picture. */
async function isSeen(world: DrivenWorld, moves: readonly MoveMade[]): Promise<boolean> {
  const lastMs = new Map(moves.map(({ asin, atMs }) => [asin, atMs]));
  const [row] = await world.ask<{ isSeen: boolean }>(
    `SELECT NOT EXISTS (SELECT 1 FROM jsonb_each_text($1::jsonb) AS m(asin, at) WHERE NOT EXISTS (
       SELECT 1 FROM outside.picture p WHERE p.asin = m.asin AND p.observed_at >= to_timestamp(m.at::float8 / 1000))) AS "isSeen"`,
    [JSON.stringify(Object.fromEntries(lastMs))],
  );
  return row?.isSeen === true;
}

async function isQuiet(world: DrivenWorld): Promise<boolean> {
  const [row] = await world.ask<{ quiet: boolean }>(`
    SELECT NOT EXISTS (SELECT 1 FROM dirty) AND NOT EXISTS (SELECT 1 FROM price_feed WHERE state <> 'closed')
       AND NOT EXISTS (SELECT 1 FROM push p JOIN price_change c USING (shop_id, change_id) WHERE p.stage <> 'done' AND c.state <> 'diverged') AS quiet`);
  return row?.quiet === true;
}

/** The product's own promises for a shop of so many ASINs, whichever of them are silent; one sweep may die with a worker. */
function boundsOf(world: DrivenWorld, asins: number): { changeMs: number; silenceMs: number } {
  const quota = world.workers[0]?.parts.amazon.offerSource.sweepQuota;
  if (quota === undefined) throw new Error("a driven world has a worker");
  const bounds = [0, 1, asins].map((unheard) =>
    detectionBound({ heard: asins - unheard, unheard, ...quota }),
  );
  return {
    changeMs: Math.max(...bounds.map((each) => each.changeMs)) + LEASE_MS,
    silenceMs: Math.max(...bounds.map((each) => each.silenceMs)) + LEASE_MS + LOOK_EVERY_MS,
  };
}

async function audit(
  world: DrivenWorld,
  shops: readonly FaultShop[],
  { startedAtMs, ...notes }: Notes & { readonly startedAtMs: number },
): Promise<FaultRun[]> {
  await world.ask(
    "INSERT INTO outside.broken SELECT c.shop_id, b.change_id FROM broken_receipts() b JOIN price_change c USING (change_id)",
  );
  const runs: FaultRun[] = [];
  for (const shop of shops) {
    const facts = await readFacts(world, shop, notes);
    const findings = auditRun(facts, {
      ...boundsOf(world, shop.listings.length),
      startedAtMs,
      toldMs: TOLD_MS_MAX,
      sweepTroubleUntilMs: startedAtMs + shop.plan.sweepTroubleUntilMs,
      endedAtMs: world.clock.now().getTime(),
    });
    runs.push({ facts, findings });
  }
  return runs;
}
