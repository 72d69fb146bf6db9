/**
 * `npm run torture -- --amazon` runs the faults of the Amazon channel (amazon-faults.ts);
 * `npm run torture -- --kills N --seed S` kills the worker N times at random moments while rivals move and a
 * merchant approves and takes back, then reads the channels' own books. The last line is one JSON object;
 * ends with 1 when a price was shown twice, lost, or below its floor.
 */
import path from "node:path";
import { inspect, parseArgs } from "node:util";
import { emptyDatabase } from "../../scripts/database/empty-database.ts";
import { migrateDatabase } from "../../scripts/database/migrate-database.ts";
import { DATA_DIR, openDatabase, PROJECT_ROOT } from "../../scripts/database/open-database.ts";
import { createRandom } from "../seed/random.ts";
import { linkAmazon } from "../spine/link-amazon.ts";
import { type Onlooker, openOnlooker } from "../spine/onlooker.ts";
import { findSubjects } from "../spine/subjects.ts";
import { demoIdentity } from "../stack/identity.ts";
import { type Stack, startStack } from "../stack/stack.ts";
import { waitFor } from "../stack/wait.ts";
import { tortureAmazon } from "./amazon-faults.ts";
import { audit, faults } from "./audit.ts";
import { killRounds } from "./kill-rounds.ts";
import { keepApproving, moveRivals } from "./market-noise.ts";

const HELP = `npm run torture [-- --kills N] [--seed S] [--long]
  kills the worker at random moments of its work and checks that every approved price was shown exactly once
  --kills  how often (default 30; about two seconds each)
  --seed   other moments and another market (default 1)
  --long   1,000 kills instead, about forty minutes

npm run torture -- --amazon [--runs N] [--seed S] [--long]
  lets everything go wrong at Amazon by a driven clock and checks what is promised all the same
  --runs   how many shops with faults of their own (default 50)
  --seed   seed of the first; each next one has the next (default 1)
  --long   1,000 runs instead`;

const { values } = parseArgs({
  options: {
    amazon: { type: "boolean", default: false },
    runs: { type: "string" },
    kills: { type: "string" },
    seed: { type: "string", default: "1" },
    long: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const KILLS = { usual: 30, long: 1_000 } as const;
const RUNS = { usual: 50, long: 1_000 } as const;
const SUBJECTS = 40;
// Amazon takes five writes a second: a full queue needs its time after the last kill.
const SETTLE_MS = 180_000;
// One delay for all writes: the sandbox's Amazon then applies them in the order they came.
const ACCEPTED_TO_LIVE_MS = 800;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const seed = Number.parseInt(values.seed, 10);
  const count = (given: string | undefined, usual: { usual: number; long: number }): number =>
    Number.parseInt(given ?? String(values.long ? usual.long : usual.usual), 10);
  if (values.amazon) {
    const result = await tortureAmazon({ runs: count(values.runs, RUNS), seed }, say);
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return result.findings === 0 ? 0 : 1;
  }
  return killWorkers({ seed, kills: count(values.kills, KILLS) });
}

async function killWorkers(order: { seed: number; kills: number }): Promise<number> {
  const { seed } = order;
  const dataDir = path.join(DATA_DIR, "torture");
  say("starting PostgreSQL, sandbox, web app and worker");
  const database = await openDatabase({ dataDir, name: "calibr_torture" });
  await emptyDatabase(database);
  await migrateDatabase(database);
  const stack = await startStack({
    root: PROJECT_ROOT,
    database,
    identity: demoIdentity(dataDir),
    seed,
    frontage: "direct",
    ports: { front: 0, proxy: 0, app: 0 },
    logDir: path.join(dataDir, "logs"),
    onProgress: say,
  });
  const onlooker = await openOnlooker(database.ownerUrl);
  const merchantsOnlooker = await openOnlooker(database.ownerUrl);
  try {
    return await run({ stack, onlooker, merchantsOnlooker }, order);
  } finally {
    await stack.close();
    await onlooker.close();
    await merchantsOnlooker.close();
    await database.close();
  }
}

async function run(
  parts: { stack: Stack; onlooker: Onlooker; merchantsOnlooker: Onlooker },
  order: { seed: number; kills: number },
): Promise<number> {
  const { stack, onlooker, merchantsOnlooker } = parts;
  const random = createRandom(order.seed);
  await stack.control("amazon", "accepted-to-live", { ms: ACCEPTED_TO_LIVE_MS });
  await linkAmazon(stack, onlooker);
  const subjects = await findSubjects(onlooker, SUBJECTS);
  const startedMs = performance.now();
  const noise = [
    moveRivals(stack, subjects, random.fork("rivals")),
    keepApproving(stack, merchantsOnlooker, random.fork("merchant")),
  ];
  const kinds = await killRounds(stack, {
    kills: order.kills,
    random: random.fork("kills"),
    onRound: (done) => {
      if (done % 10 === 0) say(`${String(done)} kills`);
    },
  });
  for (const activity of noise) await activity.stop();
  say("no more kills; waiting until nothing is on its way");
  await waitFor("nothing to be on its way", () => isQuiet(onlooker), { timeoutMs: SETTLE_MS });
  const found = await audit(onlooker, stack.control, say);
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  const result = { kills: order.kills, seed: order.seed, seconds, kinds, ...found };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  return faults(found) === 0 ? 0 : 1;
}

async function isQuiet(onlooker: Onlooker): Promise<true | null> {
  const [row] = await onlooker.ask<{ isQuiet: boolean }>(
    `SELECT NOT EXISTS (SELECT 1 FROM push WHERE stage <> 'done') AND NOT EXISTS (SELECT 1 FROM dirty) AS "isQuiet"`,
  );
  return row?.isQuiet === true ? true : null;
}

main().then(
  (code) => process.exit(code),
  (cause: unknown) => {
    say(inspect(cause));
    process.exit(1);
  },
);
