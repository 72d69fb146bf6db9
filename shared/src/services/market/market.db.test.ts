import { beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../core/app-error.ts";
import { makeWatchedMarket, type WatchedMarket } from "../../testing/watched-market.ts";
import { sweepMarket } from "./sweep-market.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";

const pipeline = usePipeline();
let market: WatchedMarket;

beforeEach(() => void pipeline.clock.advance(3_600_000));

const { signal } = new AbortController();
const inMs = (ms: number) => new Date(pipeline.clock.now().getTime() + ms);
const nowMs = () => pipeline.clock.now().getTime();
const watchOnly = async (asins: number) => (market = await makeWatchedMarket(pipeline, { asins }));
const connection = () =>
  market.rows<Record<string, unknown>>(
    "SELECT status, problem_code, sweep_due_at, swept_at FROM connection WHERE channel = 'amazon'",
  );
const runs = () =>
  market.rows(
    "SELECT state, counts, error_code FROM sync_run WHERE kind = 'sweep' ORDER BY run_id",
  );
const sweepFailing = (failure: Error, signalNow = signal) =>
  sweepMarket(
    {
      ...pipeline,
      worker: "1",
      offers: { ...market.offers, readOffers: () => Promise.reject(failure) },
    },
    market.shopId,
    signalNow,
  );

describe("a sweep", () => {
  it("finds without a notification what one would have told, and plans the next", async () => {
    await watchOnly(1);
    await market.move(market.asins[0] ?? "", 2_900n, true);

    const { nextAt } = await sweepMarket(
      { ...pipeline, ...market, worker: "1" },
      market.shopId,
      signal,
    );

    expect(nextAt).toEqual(inMs(600_000));
    expect(await runs()).toEqual([
      { state: "done", counts: { seen: 1, unreadable: 0 }, error_code: null },
    ]);
    expect(await connection()).toEqual([
      { status: "connected", problem_code: null, sweep_due_at: inMs(600_000), swept_at: inMs(0) },
    ]);
    expect(await market.rows("SELECT DISTINCT cause FROM dirty")).toContainEqual({
      cause: "sweep",
    });
  });

  it("asks for every ASIN once a round, twenty a call, a call a turn, and wastes no turn", async () => {
    await watchOnly(110);
    const startMs = nowMs();

    await market.runUntil(startMs + 60_000);

    expect(market.calls.map((call) => call.atMs - startMs)).toEqual([
      0, 2_000, 4_000, 6_000, 8_000, 10_000,
    ]);
    expect(market.calls.flatMap((call) => call.asins).sort()).toEqual([...market.asins].sort());
    expect(await runs()).toMatchObject([{ state: "done", counts: { seen: 110 } }]);
  });

  it("asks for the never seen first, then for silent ones, then for the oldest", async () => {
    await watchOnly(4);
    const [never, silent, oldest, newest] = market.asins;
    const at = inMs(-1_000).toISOString();
    await market.rows(
      `UPDATE asin_watch SET due_at = '${at}', swept_at = '${at}' WHERE asin <> '${String(never)}'`,
    );
    await market.rows(
      `UPDATE asin_watch SET silent_since = '${at}' WHERE asin = '${String(silent)}'`,
    );
    await market.rows(
      `UPDATE asin_watch SET swept_at = '${inMs(-9_000).toISOString()}' WHERE asin = '${String(oldest)}'`,
    );
    const one = { ...market.offers, sweepQuota: { callsPerSecond: 0.5, perCall: 1 } };
    for (let call = 0; call < 4; call += 1) {
      await sweepMarket({ ...pipeline, offers: one, worker: "1" }, market.shopId, signal);
      pipeline.clock.advance(2_000);
    }

    expect(market.calls.flatMap((call) => call.asins)).toEqual([never, silent, oldest, newest]);
  });

  it("asks for one SKU of an ASIN that several sell, and never for one SKU twice in a call", async () => {
    await watchOnly(2);
    const [asin] = market.asins;
    await market.rows(`UPDATE listing SET parent_id = '${String(asin)}' WHERE channel = 'amazon'`);
    await market.runUntil(nowMs() + 10_000);

    expect(market.calls.flatMap((call) => call.asins).filter((each) => each === asin)).toHaveLength(
      1,
    );
  });

  it("goes on with the round that a worker left that died", async () => {
    await watchOnly(2);
    const stopping = new AbortController();
    stopping.abort();
    await pipeline.inShop(market.shopId, (tx) =>
      tx.watches.openRound(market.connectionId, inMs(0)),
    );
    await pipeline.inShop(market.shopId, (tx) =>
      tx.watches.claim(market.connectionId, {
        worker: "9",
        now: inMs(0),
        leaseUntil: inMs(90_000),
        limit: 1,
      }),
    );

    await market.runUntil(nowMs() + 100_000);

    expect(await runs()).toMatchObject([{ state: "done", counts: { seen: 2 } }]);
  });

  it("run by two workers at once asks for no ASIN twice and keeps to one quota", async () => {
    await watchOnly(90);
    const startMs = nowMs();
    const worker = (id: string) =>
      sweepMarket({ ...pipeline, offers: market.offers, worker: id }, market.shopId, signal);
    while (nowMs() < startMs + 30_000) {
      await Promise.all([worker("1"), worker("2")]);
      pipeline.clock.advance(500);
    }

    const asked = market.calls.flatMap((call) => call.asins);
    expect([...asked].sort()).toEqual([...market.asins].sort());
    expect(await runs()).toMatchObject([{ state: "done", counts: { seen: 90 } }]);
  });

  it("without a turn of the quota waits as a row, which is no failure", async () => {
    await watchOnly(1);
    const throttled = new AppError({
      code: "amazon_throttled",
      retry: { afterMs: 30_000 },
      message: "slow",
    });

    const { nextAt } = await sweepFailing(throttled);

    expect(nextAt).toEqual(inMs(29_800));
    expect(await runs()).toMatchObject([{ state: "running", error_code: null }]);
    expect(await connection()).toMatchObject([{ problem_code: null }]);
  });

  it("that fails shows why, lets others go first and mends itself", async () => {
    await watchOnly(1);
    await sweepFailing(
      new AppError({ code: "amazon_unavailable", retry: "backoff", message: "no" }),
    );
    expect(await connection()).toMatchObject([
      { status: "connected", problem_code: "amazon_unavailable", sweep_due_at: inMs(60_000) },
    ]);
    expect(await runs()).toMatchObject([{ state: "failed", error_code: "amazon_unavailable" }]);

    await market.runUntil(nowMs() + 61_000);

    expect(await connection()).toMatchObject([{ problem_code: null }]);
    expect(await runs()).toMatchObject([{ state: "failed" }, { state: "done" }]);
  });

  it("of an account that was revoked disconnects it", async () => {
    await watchOnly(1);
    await sweepFailing(
      new AppError({ code: "amazon_authorization_revoked", retry: "never", message: "revoked" }),
    );

    expect(await connection()).toMatchObject([
      { status: "disconnected", problem_code: "amazon_authorization_revoked", sweep_due_at: null },
    ]);
  });

  it("that is refused keeps the permission, says why and asks again later", async () => {
    await watchOnly(1);
    await sweepFailing(
      new AppError({ code: "amazon_access_denied", retry: "never", message: "no" }),
    );

    expect(await connection()).toMatchObject([
      {
        status: "connected",
        problem_code: "amazon_access_denied",
        sweep_due_at: inMs(15 * 60_000),
      },
    ]);
  });

  it("that meets a bug of ours says unexpected", async () => {
    await watchOnly(1);
    await sweepFailing(new TypeError("no"));

    expect(await connection()).toMatchObject([{ status: "connected", problem_code: "unexpected" }]);
  });

  it("takes in ASINs that came and drops those that went", async () => {
    await watchOnly(2);
    await market.runUntil(nowMs() + 1_000);
    await market.rows(
      `UPDATE listing SET status = 'inactive' WHERE parent_id = '${String(market.asins[0])}'`,
    );
    await pipeline.inShop(market.shopId, (tx) =>
      tx.connections.requestDue(market.connectionId, "sweep", inMs(0)),
    );

    expect(await market.rows("SELECT asin FROM asin_watch")).toEqual([{ asin: market.asins[1] }]);
  });
});
