import { beforeEach, describe, expect, it } from "vitest";
import { makeWatchedMarket, type WatchedMarket } from "../../testing/watched-market.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";

const pipeline = usePipeline();

beforeEach(() => void pipeline.clock.advance(86_400_000));

const MINUTE_MS = 60_000;
const nowMs = () => pipeline.clock.now().getTime();
const promise = async (market: WatchedMarket) => {
  const [row] = await market.rows<{
    watched: number;
    silent: number;
    is_told: boolean;
    change_ms: number;
    unheard_change_ms: number;
    silence_ms: number;
  }>("SELECT watched, silent, is_told, change_ms, unheard_change_ms, silence_ms FROM market_watch");
  if (row === undefined) throw new Error("nothing is promised");
  return row;
};
const watchOf = async (market: WatchedMarket, asin: string) => {
  const [row] = await market.rows<{
    told: number;
    missed: number;
    pending: number;
    silent_since: Date | null;
    heard_at: Date | null;
  }>(`SELECT told, missed, pending, silent_since, heard_at FROM asin_watch WHERE asin = '${asin}'`);
  if (row === undefined) throw new Error(`${asin} is not watched`);
  return row;
};

/** A small seeded generator (mulberry32): the same seed moves the same market. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe("the silent-ASIN radar", () => {
  it.each([1])(
    "sees every move within the bound and marks exactly the silent, one in five untold (seed %i)",
    async (seed) => {
      const random = seeded(seed);
      // A slow quota, so that a round is long and the bound has to be earned.
      const market = await makeWatchedMarket(pipeline, {
        asins: 15,
        callsPerSecond: 0.02,
        perCall: 1,
      });
      await market.runUntil(nowMs() + 15 * MINUTE_MS);
      const silent = new Set(market.asins.slice(0, 3));
      const moves: { asin: string; atMs: number; minor: string }[] = [];
      for (let step = 0; step < 36; step += 1) {
        for (const asin of market.asins) {
          if (random() > 0.25) continue;
          const minor = BigInt(2_000 + Math.floor(random() * 2_000));
          moves.push({ asin, atMs: nowMs(), minor: String(minor) });
          await market.move(asin, minor, silent.has(asin));
        }
        await market.runUntil(nowMs() + 7 * MINUTE_MS);
      }
      const { change_ms, unheard_change_ms, silence_ms } = await promise(market);
      const longestMs = Math.max(change_ms, unheard_change_ms);
      await market.runUntil(nowMs() + silence_ms);

      // A move that another one soon replaced had no time to be seen; of the others each was.
      const seen = await market.rows<{ asin: string; price: string; at: Date }>(
        "SELECT asin, to_minor AS price, observed_at AS at FROM competitor_move",
      );
      const unseen = moves.filter((move, place) => {
        const next = moves.slice(place + 1).find((each) => each.asin === move.asin);
        if (next !== undefined && next.atMs - move.atMs < longestMs) return false;
        const before = moves.slice(0, place).findLast((each) => each.asin === move.asin);
        if (before?.minor === move.minor) return false;
        return !seen.some(
          ({ asin, price, at }) =>
            asin === move.asin &&
            price === move.minor &&
            at.getTime() >= move.atMs &&
            at.getTime() <= move.atMs + longestMs,
        );
      });
      expect(unseen).toEqual([]);
      const marked = await market.rows<{ asin: string }>(
        "SELECT asin FROM asin_watch WHERE silent_since IS NOT NULL ORDER BY asin",
      );
      expect(marked.map((row) => row.asin)).toEqual([...silent].sort());
      expect(await promise(market)).toMatchObject({ watched: 15, silent: 3, is_told: true });
    },
    60_000,
  );

  it("holds a find against nobody while its notification may still come", async () => {
    const market = await makeWatchedMarket(pipeline, { asins: 1 });
    const [asin = ""] = market.asins;
    await market.runUntil(nowMs() + MINUTE_MS);
    const late = await market.move(asin, 2_800n, true);
    await market.runUntil(nowMs() + 10 * MINUTE_MS);
    expect(await watchOf(market, asin)).toMatchObject({ pending: 1, missed: 0 });

    await pipeline.inShop(market.shopId, (tx) =>
      tx.market.recordSnapshots([late], "offer_changed"),
    );
    await market.runUntil(nowMs() + 30 * MINUTE_MS);

    expect(await watchOf(market, asin)).toMatchObject({ pending: 0, told: 1, missed: 0 });
  });

  it("marks an ASIN that spoke once after three misses in a row, and unmarks it when it speaks again", async () => {
    const market = await makeWatchedMarket(pipeline, { asins: 1 });
    const [asin = ""] = market.asins;
    await market.runUntil(nowMs() + MINUTE_MS);
    await market.move(asin, 2_900n, false);
    for (const minor of [2_800n, 2_700n]) {
      await market.move(asin, minor, true);
      await market.runUntil(nowMs() + 16 * MINUTE_MS);
    }
    expect(await watchOf(market, asin)).toMatchObject({ told: 1, missed: 2, silent_since: null });
    await market.move(asin, 2_600n, true);
    await market.runUntil(nowMs() + 16 * MINUTE_MS);
    expect((await watchOf(market, asin)).silent_since).not.toBeNull();
    expect(await promise(market)).toMatchObject({ silent: 1 });

    await market.move(asin, 2_500n, false);

    expect(await watchOf(market, asin)).toMatchObject({ told: 2, missed: 3, silent_since: null });
  });

  it("without a queue holds nothing against anybody, and says what sweeps alone can promise", async () => {
    const market = await makeWatchedMarket(pipeline, { asins: 3, hasQueue: false });
    for (let turn = 0n; turn < 5n; turn += 1n) {
      for (const asin of market.asins) await market.move(asin, 2_900n - turn, true);
      await market.runUntil(nowMs() + 10 * MINUTE_MS);
    }

    expect(await promise(market)).toMatchObject({
      is_told: false,
      silent: 0,
      unheard_change_ms: 196_000,
    });
    for (const asin of market.asins)
      expect(await watchOf(market, asin)).toMatchObject({
        missed: 0,
        pending: 0,
        silent_since: null,
      });
  });
});
