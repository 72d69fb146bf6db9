/**
 * `npm run demo`: Calibr with its sandbox on this machine, no account needed. One URL to open.
 * `-- --once`: runs the main job by itself and ends; `--json`: the last line is its result as JSON.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { emptyDatabase } from "../scripts/database/empty-database.ts";
import { migrateDatabase } from "../scripts/database/migrate-database.ts";
import { DATA_DIR, openDatabase, PROJECT_ROOT } from "../scripts/database/open-database.ts";
import { openOnlooker } from "./spine/onlooker.ts";
import { runSpine } from "./spine/run-spine.ts";
import { demoIdentity } from "./stack/identity.ts";
import { startStack } from "./stack/stack.ts";
import { watchSources } from "./stack/watch-sources.ts";

const HELP = `npm run demo [-- --once] [--json] [--seed N]   npm run dev
  starts PostgreSQL, the sandbox, the web app and the worker, and prints the URL of the store's Admin
  --once   runs the main job by itself: link, watch, decide, approve, push, prove, undo
  --json   with --once: the last line is the result as one JSON object
  --seed   another demo store and market (default 7)
  --dev    restarts app and worker when their sources change (npm run dev)`;

const { values } = parseArgs({
  options: {
    once: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    seed: { type: "string", default: "7" },
    dev: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

// Progress goes to stderr, so that stdout holds the result and nothing else.
const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return;
  }
  say("starting PostgreSQL");
  const database = await openDatabase({ name: "calibr_demo" });
  // The sandbox begins anew with every start; rows of an earlier world would name tokens it never gave.
  await emptyDatabase(database);
  await migrateDatabase(database);
  const stack = await startStack({
    root: PROJECT_ROOT,
    database,
    identity: demoIdentity(DATA_DIR),
    seed: Number.parseInt(values.seed, 10),
    frontage: "proxy",
    ports: { front: 4010, proxy: 4020, app: 3000 },
    logDir: path.join(DATA_DIR, "logs"),
    onProgress: say,
  });
  const close = async (): Promise<void> => {
    await stack.close();
    await database.close();
  };
  if (values.once) {
    const onlooker = await openOnlooker(database.ownerUrl);
    try {
      const result = await runSpine(stack, onlooker, say);
      process.stdout.write(
        `${values.json ? JSON.stringify(result) : JSON.stringify(result, null, 2)}\n`,
      );
    } finally {
      await onlooker.close();
      await close();
    }
    return;
  }
  stack.world.market.start();
  process.stdout.write(`\n  Calibr is running. Open ${stack.adminUrl}\n\n`);
  say(`  logs: ${path.relative(PROJECT_ROOT, path.join(DATA_DIR, "logs"))}/   stop: Ctrl-C`);
  if (values.dev) {
    watchSources(
      PROJECT_ROOT,
      ["shared/src", "shopify-app/app", "shopify-app/server", "amazon-worker/src"],
      () => {
        say("sources changed: restarting");
        stack.restart().then(
          () => say("ready"),
          (cause: unknown) => say(String(cause)),
        );
      },
    );
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      say("stopping");
      close().then(
        () => process.exit(0),
        (cause: unknown) => {
          say(String(cause));
          process.exit(1);
        },
      );
    });
  }
}

main().then(
  () => {
    if (values.once || values.help) process.exit(0);
  },
  (cause: unknown) => {
    say(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
    process.exit(1);
  },
);
