/**
 * `npm run torture -- --amazon`: seeded fault runs at the Amazon channel, many shops side by side in one driven
 * world, one world after the other. The runs are those of `npm test`; here there are more of them.
 */
import { emptyDatabase } from "../../scripts/database/empty-database.ts";
import { migrateDatabase } from "../../scripts/database/migrate-database.ts";
import { openTestServer } from "../../scripts/database/test-server.ts";
import { runFaults, type FaultRun } from "../e2e/faults/run-faults.ts";
import { type FaultSums, sumRuns } from "../e2e/faults/sum-runs.ts";

/** How many runs, from which seed on. */
export interface FaultOrder {
  readonly runs: number;
  /** Run n has seed + n. */
  readonly seed: number;
}

/** What the last line says. */
export interface FaultResult extends FaultSums {
  readonly seed: number;
  readonly deaths: number;
  readonly seconds: number;
}

// More shops in one world take as long as in two; fewer pay its beginning and its quiet minutes too often.
const RUNS_PER_WORLD = 50;
// Deaths and failing calls are what is meant to happen; the audit reads what came of them.
const QUIET = { debug() {}, info() {}, warn() {}, error() {} };

export async function tortureAmazon(
  order: FaultOrder,
  say: (line: string) => void,
): Promise<FaultResult> {
  const startedMs = performance.now();
  const seconds = (): number => Math.round((performance.now() - startedMs) / 1_000);
  const { server: database, close } = await openTestServer();
  const runs: FaultRun[] = [];
  let deaths = 0;
  try {
    while (runs.length < order.runs) {
      const count = Math.min(RUNS_PER_WORLD, order.runs - runs.length);
      const seeds = Array.from({ length: count }, (_, place) => order.seed + runs.length + place);
      await emptyDatabase(database);
      await migrateDatabase(database);
      const world = await runFaults({ database, logger: QUIET, seeds });
      deaths += world.deaths;
      runs.push(...world.runs);
      for (const { facts, findings } of world.runs)
        for (const { kind, sku, what } of findings)
          say(`run ${String(facts.seed)}: ${kind} ${sku} ${what}`);
      const { changes, findings } = sumRuns(runs);
      say(
        `${String(runs.length)} runs, ${String(changes)} changes, ${String(findings)} findings, ${String(seconds())} s`,
      );
    }
  } finally {
    await close();
  }
  return { seed: order.seed, ...sumRuns(runs), deaths, seconds: seconds() };
}
