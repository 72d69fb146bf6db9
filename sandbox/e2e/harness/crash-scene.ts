import { readFileSync } from "node:fs";
import path from "node:path";
import { createTestDatabase } from "@calibr/shared/testing/database";
import { DATA_DIR, PROJECT_ROOT } from "../../../scripts/database/open-database.ts";
import { linkAmazon, sweptOrNull } from "../../spine/link-amazon.ts";
import { type ChangeSeen, type Onlooker, openOnlooker } from "../../spine/onlooker.ts";
import { demoIdentity } from "../../stack/identity.ts";
import { type Stack, startStack } from "../../stack/stack.ts";
import { waitFor } from "../../stack/wait.ts";
import { type PriceHistory, priceHistory } from "../../torture/price-history.ts";

export type ChannelName = ChangeSeen["channel"];

/** How fast a worker came back. */
export interface Comeback {
  /** From the start of the process to its line `worker_started`. */
  readonly bootMs: number;
  /** From the start of the process to the first change of the watched row. */
  readonly progressMs: number;
}

/** A linked shop with open proposals, its channels and its worker, ready to be hurt. */
export interface CrashScene {
  readonly stack: Stack;
  readonly onlooker: Onlooker;
  readonly ownerUrl: string;
  /** An open proposal of a product that this scene has not used yet. */
  nextProposal(channel: ChannelName): Promise<ChangeSeen>;
  approve(changes: readonly ChangeSeen[]): Promise<void>;
  /** Resolves when the change is live; fails when it ended otherwise. */
  live(change: ChangeSeen): Promise<void>;
  /** Starts a worker and watches when it begins and when what `watched` says first differs. */
  comeBack(watched: () => Promise<string>): Promise<Comeback>;
  /** What a worker does to a push: its lease, its stage and its change's state. */
  pushMark(change: ChangeSeen): Promise<string>;
  /** What the channel itself says, once every write it took has had its effect. */
  history(change: ChangeSeen): Promise<PriceHistory>;
  /** Lines of the workers' logs that name an event. */
  logged(event: string): readonly { readonly time: string }[];
  close(): Promise<void>;
}

const LIVE_MS = 30_000;
const SWEEP_MS = 90_000;
const COME_BACK_MS = 15_000;
// Enough for every test of a file; the first import proposes more than a hundred.
const PROPOSALS_NEEDED = 20;
const ENDED = ["failed", "rejected", "stale", "superseded", "diverged", "overtaken"];

/** Starts everything on a database of its own, links Amazon and waits for proposals on both channels. */
export async function openCrashScene(): Promise<CrashScene> {
  const database = await createTestDatabase();
  const logDir = path.join(DATA_DIR, "logs", "crash");
  const stack = await startStack({
    root: PROJECT_ROOT,
    database,
    identity: demoIdentity(path.join(DATA_DIR, "crash")),
    seed: 7,
    frontage: "direct",
    ports: { front: 0, proxy: 0, app: 0 },
    logDir,
    onProgress: () => {},
  });
  const onlooker = await openOnlooker(database.ownerUrl);
  const used = new Set<string>();
  await linkAmazon(stack, onlooker);
  // While the first sweep runs, a proposal may be replaced between reading and approving it.
  await waitFor("the first sweep to end", () => sweptOrNull(onlooker), { timeoutMs: SWEEP_MS });
  await waitFor("proposals on both channels", () => enoughProposals(onlooker), {
    timeoutMs: LIVE_MS,
  });
  const logged: CrashScene["logged"] = (event) => linesOf(path.join(logDir, "worker.log"), event);

  return {
    stack,
    onlooker,
    ownerUrl: database.ownerUrl,
    logged,
    nextProposal: (channel) =>
      waitFor(`an unused proposal on ${channel}`, () => takeProposal(onlooker, channel, used), {
        timeoutMs: LIVE_MS,
      }),
    async approve(changes) {
      const id = changes.map((change) => change.changeId);
      const answer = await stack.merchant.submit("/app/approvals", { intent: "approve", id });
      const [row] = await onlooker.ask<{ n: number }>(
        "SELECT count(*)::int AS n FROM price_change WHERE change_id = ANY($1) AND approved_at IS NOT NULL",
        [id],
      );
      if (row?.n !== id.length) throw new Error(`not all were approved: ${answer.slice(0, 400)}`);
    },
    live: (change) => becomesLive(onlooker, change),
    async comeBack(watched) {
      const before = await watched();
      const [startedMs, lines] = [performance.now(), logged("worker_started").length];
      stack.startWorker();
      const sinceStart = (): number => Math.round(performance.now() - startedMs);
      let bootMs: number | null = null;
      let progressMs: number | null = null;
      await waitFor(
        "the worker to start and to go on",
        async () => {
          if (bootMs === null && logged("worker_started").length > lines) bootMs = sinceStart();
          if (progressMs === null && (await watched()) !== before) progressMs = sinceStart();
          return bootMs === null || progressMs === null ? null : true;
        },
        { timeoutMs: COME_BACK_MS, everyMs: 5 },
      );
      return { bootMs: bootMs ?? 0, progressMs: progressMs ?? 0 };
    },
    async pushMark(change) {
      const [row] = await onlooker.ask<{ mark: string }>(
        `SELECT concat_ws('/', p.fence, p.stage, p.lease_until, c.state) AS mark
           FROM price_change c JOIN push p ON p.shop_id = c.shop_id AND p.change_id = c.change_id
          WHERE c.change_id = $1`,
        [change.changeId],
      );
      return row?.mark ?? "no push";
    },
    history: (change) =>
      waitFor(
        "the channel to have done what it took",
        async () => {
          const history = await priceHistory(stack.control, change);
          return history.pending === 0 ? history : null;
        },
        { timeoutMs: LIVE_MS },
      ),
    async close() {
      await stack.close();
      await onlooker.close();
      await database.drop();
    },
  };
}

async function enoughProposals(onlooker: Onlooker): Promise<true | null> {
  const [row] = await onlooker.ask<{ enough: boolean }>(
    `SELECT count(*) FILTER (WHERE l.channel = 'amazon') >= $1 AND count(*) FILTER (WHERE l.channel = 'shopify') >= $1
            AND NOT EXISTS (SELECT 1 FROM dirty) AS enough
       FROM price_change c JOIN listing l USING (shop_id, listing_id) WHERE c.state = 'proposed'`,
    [PROPOSALS_NEEDED],
  );
  return row?.enough === true ? true : null;
}

/** Leaves out SKUs that make the sandbox misbehave, and products of which another listing was used. */
async function takeProposal(
  onlooker: Onlooker,
  channel: ChannelName,
  used: Set<string>,
): Promise<ChangeSeen | null> {
  const rows = await onlooker.ask<{ changeId: string; itemId: string }>(
    `SELECT c.change_id::text AS "changeId", l.item_id::text AS "itemId"
       FROM price_change c JOIN listing l USING (shop_id, listing_id)
      WHERE c.state = 'proposed' AND l.channel = $1 AND l.external_id !~ 'SKU-|,' AND l.sku !~ 'SKU-'
        AND NOT EXISTS (SELECT 1 FROM dirty d WHERE d.listing_id = c.listing_id)
        AND EXISTS (SELECT 1 FROM listing a WHERE a.item_id = l.item_id AND a.channel = 'amazon' AND a.parent_id IS NOT NULL)
      ORDER BY c.change_id`,
    [channel],
  );
  const free = rows.find((row) => !used.has(row.itemId));
  if (free === undefined) return null;
  used.add(free.itemId);
  return (await onlooker.changes()).find((change) => change.changeId === free.changeId) ?? null;
}

function becomesLive(onlooker: Onlooker, { changeId, channel }: ChangeSeen): Promise<void> {
  return waitFor(
    `change ${changeId} to be live on ${channel}`,
    async () => {
      const [row] = await onlooker.ask<{ state: string; code: string | null }>(
        "SELECT state, state_code AS code FROM price_change WHERE change_id = $1",
        [changeId],
      );
      if (row === undefined || ENDED.includes(row.state)) {
        throw new Error(
          `change ${changeId} ended as ${row?.state ?? "nothing"} (${row?.code ?? "no code"})`,
        );
      }
      return row.state === "live" ? undefined : null;
    },
    { timeoutMs: LIVE_MS, everyMs: 25 },
  );
}

function linesOf(file: string, event: string): { time: string }[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("{") && line.includes(`"event":"${event}"`))
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as { time: string }];
      } catch {
        // The last line may be half-written.
        return [];
      }
    });
}
