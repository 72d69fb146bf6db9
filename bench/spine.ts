import path from "node:path";
import { emptyDatabase } from "../scripts/database/empty-database.ts";
import { migrateDatabase } from "../scripts/database/migrate-database.ts";
import { DATA_DIR, openDatabase, PROJECT_ROOT } from "../scripts/database/open-database.ts";
import { linkAmazon, sweptOrNull } from "../sandbox/spine/link-amazon.ts";
import { type ChangeSeen, type Onlooker, openOnlooker } from "../sandbox/spine/onlooker.ts";
import { percentiles } from "../sandbox/spine/percentiles.ts";
import { findSubjects, moveRival } from "../sandbox/spine/subjects.ts";
import { demoIdentity } from "../sandbox/stack/identity.ts";
import { type Stack, startStack } from "../sandbox/stack/stack.ts";
import { waitFor } from "../sandbox/stack/wait.ts";
import { probe } from "./probes.ts";
import { atMost, type BenchReport, makeReport } from "./report.ts";

const SUBJECTS = 24;
const MOVES = 72;
// Two prices follow each move. Amazon takes five writes a second; at three of every two seconds nothing queues,
// so that what is measured is Calibr and not the quota.
const MOVE_EVERY_MS = 650;
const SETTLE_MS = 90_000;
const ACCEPTED_TO_LIVE_GOAL_MS = 5_000;

/**
 * How fast the spine is on the sandbox with Amazon's published quotas on: rivals move, policy approves inside
 * the merchant's band, both channels are pushed and read back.
 */
export async function benchSpine(say: (line: string) => void): Promise<BenchReport> {
  const database = await openDatabase({ name: "calibr_bench" });
  await emptyDatabase(database);
  await migrateDatabase(database);
  const stack = await startStack({
    root: PROJECT_ROOT,
    database,
    identity: demoIdentity(DATA_DIR),
    seed: 7,
    frontage: "direct",
    ports: { front: 4110, proxy: 4120, app: 3100 },
    logDir: path.join(DATA_DIR, "logs-bench"),
    onProgress: say,
  });
  const onlooker = await openOnlooker(database.ownerUrl);
  try {
    await linkAmazon(stack, onlooker);
    await waitFor("the first sweep to end", () => sweptOrNull(onlooker), { timeoutMs: SETTLE_MS });
    await onlooker.ask(
      `INSERT INTO shop_settings (shop_id, approval_mode, auto_max_move_bps) SELECT shop_id, 'auto', 5000 FROM shop
       ON CONFLICT (shop_id) DO UPDATE SET approval_mode = 'auto', auto_max_move_bps = 5000`,
    );
    const limits = await probe(database.ownerUrl, stack.world.origin);
    say(
      `probed: commit ${String(limits.commitMs)} ms, round trip ${String(limits.httpMs)} ms (p95)`,
    );
    const changes = await driveMoves(stack, onlooker, say);
    return report(changes, limits, say);
  } finally {
    await onlooker.close();
    await stack.close();
    await database.close();
  }
}

async function driveMoves(
  stack: Stack,
  onlooker: Onlooker,
  say: (line: string) => void,
): Promise<ChangeSeen[]> {
  const subjects = await findSubjects(onlooker, SUBJECTS);
  const lastBefore = Math.max(
    0,
    ...(await onlooker.changes()).map((change) => Number.parseInt(change.changeId, 10)),
  );
  for (let move = 0; move < MOVES; move += 1) {
    const subject = subjects[move % subjects.length];
    if (subject !== undefined) await moveRival(stack, subject, 99);
    await new Promise((resolve) => setTimeout(resolve, MOVE_EVERY_MS));
  }
  const mine = async () =>
    (await onlooker.changes()).filter(
      (change) => Number.parseInt(change.changeId, 10) > lastBefore && change.approvedAtMs !== null,
    );
  const settled = await waitFor(
    "every approved price to be live",
    async () => {
      const changes = await mine();
      return changes.length > 0 &&
        changes.every(
          (change) => !["approved", "sending", "unknown", "accepted"].includes(change.state),
        )
        ? changes
        : null;
    },
    { timeoutMs: SETTLE_MS },
  );
  say(`${String(MOVES)} moves, ${String(settled.length)} prices pushed`);
  return settled;
}

function report(
  changes: readonly ChangeSeen[],
  limits: { commitMs: number; httpMs: number },
  say: (line: string) => void,
): BenchReport {
  const live = changes.filter((change) => change.liveAtMs !== null);
  if (live.length < MOVES)
    throw new Error(
      `only ${String(live.length)} prices went live, at least ${String(MOVES)} are needed`,
    );
  const between = (from: keyof ChangeSeen, to: keyof ChangeSeen) =>
    percentiles(live.flatMap((change) => span(change[from], change[to])));
  const spans = {
    eventToDecided: between("eventAtMs", "decidedAtMs"),
    decidedToAccepted: between("decidedAtMs", "acceptedAtMs"),
    eventToAccepted: between("eventAtMs", "acceptedAtMs"),
    acceptedToLive: between("acceptedAtMs", "liveAtMs"),
  };
  for (const [name, span] of Object.entries(spans))
    say(`${name}: p50 ${String(span.p50)} ms, p95 ${String(span.p95)} ms`);
  // The fewest durable commits and round trips that each way takes: keep the event, decide; lease, write, store;
  // and for the proof Amazon's own 800 ms between receipt and shop window, a read-back and its commit.
  const { commitMs, httpMs } = limits;
  return makeReport("spine", {
    eventToDecidedMsP95: atMost(spans.eventToDecided.p95 ?? Infinity, 1_000, 2 * commitMs + httpMs),
    decidedToAcceptedMsP95: atMost(
      spans.decidedToAccepted.p95 ?? Infinity,
      4_000,
      2 * commitMs + httpMs,
    ),
    eventToAcceptedMsP95: atMost(
      spans.eventToAccepted.p95 ?? Infinity,
      5_000,
      4 * commitMs + 2 * httpMs,
    ),
    acceptedToLiveMsP95: atMost(
      spans.acceptedToLive.p95 ?? Infinity,
      ACCEPTED_TO_LIVE_GOAL_MS,
      800 + commitMs + httpMs,
    ),
  });
}

function span(from: unknown, to: unknown): number[] {
  return typeof from === "number" && typeof to === "number" ? [Math.max(0, to - from)] : [];
}
