import { beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../core/app-error.ts";
import { money } from "../../core/money/money.ts";
import type { CloserLookSource } from "../../ports/closer-look-source.ts";
import { snapshotOf, US } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { makeWatchedMarket, type WatchedMarket } from "../../testing/watched-market.ts";
import { runTasks } from "../tasks/run-tasks.ts";
import { createCloserLook } from "./look-closer.ts";

const pipeline = usePipeline();
let market: WatchedMarket;

beforeEach(async () => {
  pipeline.clock.advance(3_600_000);
  market = await makeWatchedMarket(pipeline, { asins: 3 });
  await pipeline.inShop(market.shopId, (tx) =>
    tx.tasks.plan(
      { connectionId: market.connectionId, kind: "shortlist", key: US },
      pipeline.clock.now(),
    ),
  );
});

const inMs = (ms: number) => new Date(pipeline.clock.now().getTime() + ms);

/** A source that answers everything; `asked` keeps what it was asked. */
function source(change: Partial<CloserLookSource> = {}) {
  const asked: { skus: string[]; asins: string[]; byAsin: string[] } = {
    skus: [],
    asins: [],
    byAsin: [],
  };
  const looks: CloserLookSource = {
    readExpectations: (_account, queries) => {
      asked.skus.push(...queries.map((each) => each.sku));
      const rival = { sellerId: "ARIVAL0000001", landed: money(2_900n, "USD") };
      return Promise.resolve(
        queries.map(({ listingId }) => ({
          listingId,
          status: "VALID_FOEP",
          price: money(2_890n, "USD"),
          competing: rival,
          featured: rival,
        })),
      );
    },
    readSummaries: (_account, queries) => {
      asked.asins.push(...queries.map((each) => each.asin));
      return Promise.resolve(
        queries.map((query) => {
          const snapshot = snapshotOf(query.asin, {
            rivalMinor: 2_900n,
            observedAt: pipeline.clock.now(),
          });
          const offers = snapshot.offers.map((offer) => ({
            ...offer,
            isFeatured: true,
            segments: [
              offer.isOwn
                ? ({ membership: "prime", viewsBps: 6_500 } as const)
                : ({ membership: "non_prime", viewsBps: 3_500 } as const),
            ],
          }));
          return { query, snapshot: { ...snapshot, offers }, vendorCode: null };
        }),
      );
    },
    readAsinOffers: (_account, queries) => {
      asked.byAsin.push(...queries.map((each) => each.asin));
      return Promise.resolve(
        queries.map((query) => ({
          kind: "market" as const,
          query,
          snapshot: market.look(query.asin),
        })),
      );
    },
    ...change,
  };
  return { looks, asked };
}

const step = (looks: CloserLookSource) =>
  runTasks(
    { ...pipeline, handlers: { shortlist: createCloserLook({ ...pipeline, looks }) }, worker: "1" },
    market.shopId,
    new AbortController().signal,
  );

describe("the shortlist", () => {
  it("looks at every listing once a day, and stores what it saw", async () => {
    const { looks, asked } = source();

    expect(await step(looks)).toEqual({ nextAt: inMs(30_000) });

    expect(asked.skus).toHaveLength(3);
    expect([...asked.asins].sort()).toEqual([...market.asins].sort());
    expect(
      await market.rows(
        "SELECT DISTINCT status, price_minor, currency, competing_id, competing_minor FROM featured_expectation",
      ),
    ).toEqual([
      {
        status: "VALID_FOEP",
        price_minor: "2890",
        currency: "USD",
        competing_id: "ARIVAL0000001",
        competing_minor: "2900",
      },
    ]);
    expect(await market.rows("SELECT DISTINCT own_views_bps FROM competitive_summary")).toEqual([
      { own_views_bps: 6_500 },
    ]);
    pipeline.clock.advance(30_000);
    expect(await step(looks)).toEqual({ nextAt: inMs(900_000) });
    expect(asked.skus).toHaveLength(3);
  });

  it("puts those first that are suppressed, then lost, and looks at them again each hour", async () => {
    const [lost, suppressed, fine] = market.asins;
    const state = (asin: string | undefined, word: string) =>
      market.rows(
        `INSERT INTO buy_box (shop_id, marketplace_id, asin, state, currency, since, seen_at, trail_since, sights)
         SELECT current_shop(), '${US}', '${String(asin)}', '${word}', 'USD', now(), now(), now(), '[]'`,
      );
    await state(lost, "lost");
    await state(suppressed, "suppressed");
    await state(fine, "won");
    const { looks, asked } = source();
    await step(looks);
    expect(asked.asins).toEqual([suppressed, lost, fine]);

    pipeline.clock.advance(3_700_000);
    await step(looks);

    expect(asked.asins.slice(3)).toEqual([suppressed, lost]);
  });

  it("reads by ASIN what two sweeps in a row could not read by SKU", async () => {
    const [unread = ""] = market.asins;
    await market.rows(`UPDATE asin_watch SET unread = 2 WHERE asin = '${unread}'`);
    const { looks, asked } = source();

    await step(looks);

    expect(asked.byAsin).toEqual([unread]);
    expect(await market.rows("SELECT asin FROM offer_current")).toEqual([{ asin: unread }]);
  });

  it("of one kind without a turn never keeps the others, and comes back at the turn", async () => {
    const throttled = new AppError({
      code: "amazon_throttled",
      retry: { afterMs: 12_000 },
      message: "later",
    });
    const { looks, asked } = source({ readExpectations: () => Promise.reject(throttled) });

    expect(await step(looks)).toEqual({ nextAt: inMs(12_000) });
    expect(asked.asins).toHaveLength(3);
  });

  it("of one kind that is refused never keeps the others, and is asked again a day later", async () => {
    const refused = new AppError({ code: "amazon_access_denied", retry: "never", message: "no" });
    const { looks, asked } = source({ readExpectations: () => Promise.reject(refused) });

    await step(looks);
    expect(asked.asins).toHaveLength(3);
    pipeline.clock.advance(30_000);
    await step(looks);

    expect(await market.rows("SELECT state FROM task WHERE kind = 'shortlist'")).toEqual([
      { state: "waiting" },
    ]);
  });
});
