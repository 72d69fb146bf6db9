import fc from "fast-check";
import pg from "pg";
import { describe, expect, it } from "vitest";
import type { Channel } from "../core/channel.ts";
import { PRICE_CHANGE_STATES, type PriceChangeState } from "../core/changes/states.ts";
import type { LinkedProduct } from "../testing/pipeline-shop.ts";
import { usePipeline } from "../testing/use-pipeline.ts";
import { type Command, type Outcome, World } from "../testing/world.ts";

const RUNS = 100;
const SEED = 20_261_123;
const CHANNELS: readonly Channel[] = ["amazon", "shopify"];

const pipeline = usePipeline();

const channel = fc.constantFrom(...CHANNELS);
const outcome = fc.constantFrom<(Outcome | null)[]>(
  null,
  null,
  null,
  "accept_and_ignore",
  "ignore_for_good",
  "apply_then_unknown",
  { kind: "unknown", code: "amazon_unavailable" },
  { kind: "not_sent", code: "amazon_throttled", afterMs: 3_000 },
  { kind: "refused", code: "amazon_request_refused", vendorMessage: "no" },
);
const plain = <Name extends Command["do"]>(name: Name) => fc.record({ do: fc.constant(name) });
const priced = (name: "ready" | "rival" | "foreign" | "floor" | "cost", min: number, max: number) =>
  fc.record({
    do: fc.constant(name),
    minor: fc.integer({ min, max }),
    channel,
    isTold: fc.boolean(),
  });
const when = fc.constantFrom("before" as const, "after" as const);
const wait = fc.constantFrom(600, 2_000, 20_000, 95_000, 960_000);
const command = fc.oneof(
  { weight: 6, arbitrary: priced("ready", 2_000, 4_000) },
  { weight: 3, arbitrary: priced("rival", 1_800, 4_200) },
  { weight: 3, arbitrary: priced("foreign", 2_000, 4_000) },
  { weight: 1, arbitrary: priced("floor", 2_000, 3_300) },
  { weight: 2, arbitrary: priced("cost", 500, 2_500) },
  { weight: 3, arbitrary: plain("decide") },
  { weight: 1, arbitrary: plain("approve") },
  { weight: 2, arbitrary: plain("reject") },
  { weight: 2, arbitrary: plain("undo") },
  { weight: 1, arbitrary: plain("reap") },
  { weight: 9, arbitrary: fc.record({ do: fc.constant("push" as const), channel, outcome }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("die" as const), channel, when }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: wait }) },
) as fc.Arbitrary<Command>;

async function expectNothingLost(world: World): Promise<void> {
  const unfinished = await world.rows(
    "SELECT change_id, state FROM price_change WHERE state IN ('approved', 'sending', 'unknown', 'accepted')",
  );
  const forgotten = await world.rows(
    `SELECT c.change_id, c.state FROM price_change c JOIN price_change_event e USING (change_id)
      WHERE e.to_state = 'accepted' AND c.state NOT IN ('live', 'diverged', 'overtaken')`,
  );
  const heads = await world.rows<{
    listing_id: LinkedProduct["amazonId"];
    channel: Channel;
    head: string;
  }>(
    `SELECT l.listing_id, l.channel, h.price_minor AS head FROM listing l JOIN channel_head h USING (listing_id)
       JOIN LATERAL (SELECT c.state FROM push p JOIN price_change c USING (change_id) WHERE p.listing_id = l.listing_id
                      ORDER BY p.version DESC LIMIT 1) last ON last.state = 'live'`,
  );

  expect(unfinished).toEqual([]);
  expect(forgotten).toEqual([]);
  expect(await world.rows("SELECT * FROM broken_receipts()")).toEqual([]);
  for (const { listing_id, channel: on, head } of heads) {
    if (world.witnesses[on].unseen.has(listing_id)) continue;
    expect(`${on} ${head}`).toBe(
      `${on} ${String(pipeline.channels[on].shown.get(listing_id)?.minor)}`,
    );
  }
}

describe("any interleaving", () => {
  it("sends only approved prices inside their walls, one at a time, and loses none", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { minLength: 8, maxLength: 18, size: "max" }),
        async (commands) => {
          const world = await World.make(pipeline);
          for (const step of commands) {
            await world.run(step);
            const crowded = await world.rows(
              "SELECT listing_id FROM price_change WHERE state IN ('approved', 'sending', 'unknown', 'accepted') GROUP BY 1 HAVING count(*) > 1",
            );
            expect(crowded).toEqual([]);
          }
          await world.settle();

          expect(CHANNELS.flatMap((each) => world.witnesses[each].violations)).toEqual([]);
          await expectNothingLost(world);
          await world.leave();
        },
      ),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
  }, 120_000);

  it("went through every state on the way", async () => {
    const owner = new pg.Client({ connectionString: pipeline.database.ownerUrl });
    await owner.connect();
    const { rows } = await owner.query<{ to_state: PriceChangeState; n: number }>(
      "SELECT to_state, count(*)::int AS n FROM price_change_event GROUP BY 1",
    );
    await owner.end();

    const counts = new Map(rows.map((row) => [row.to_state, row.n]));
    expect(PRICE_CHANGE_STATES.filter((state) => (counts.get(state) ?? 0) < 1)).toEqual([]);
  });
});
