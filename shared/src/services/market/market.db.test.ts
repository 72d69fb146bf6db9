import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../core/app-error.ts";
import type { MarketEvent, OfferReading, OfferSource } from "../../ports/offer-source.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import {
  type LinkedProduct,
  makeLinkedProduct,
  openPipeline,
  OUR_SELLER,
  type Pipeline,
  rowsOf,
  snapshotOf,
} from "../../testing/pipeline-shop.ts";
import { createSteps, type Steps } from "../../testing/pipeline-steps.ts";
import { ingestMarketEvents } from "./ingest-market-events.ts";
import { sweepMarket } from "./sweep-market.ts";

let database: TestDatabase;
let pipeline: Pipeline;
let steps: Steps;
let product: LinkedProduct;
let events = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  pipeline = openPipeline(database);
  steps = createSteps(pipeline);
});
afterAll(async () => {
  await pipeline.close();
  await database.drop();
});
beforeEach(async () => {
  product = await makeLinkedProduct(pipeline);
  await steps.decide(product);
  pipeline.clock.advance(1_000);
});

const rows = <Row = Record<string, unknown>>(text: string) =>
  rowsOf<Row>(pipeline.pool, product.shopId, text);
const market = (rivalMinor: bigint) =>
  snapshotOf(product.asin, { rivalMinor, observedAt: pipeline.clock.now() });

function event(given: Partial<MarketEvent> = {}): MarketEvent {
  events += 1;
  return {
    eventId: `market-${String(events)}`,
    topic: "ANY_OFFER_CHANGED",
    sellerId: OUR_SELLER,
    occurredAt: pipeline.clock.now(),
    payload: {},
    snapshot: market(2_900n),
    problem: null,
    ...given,
  };
}

describe("notifications", () => {
  it("for a seller nobody is connected to are counted and kept nowhere", async () => {
    const counts = await ingestMarketEvents(pipeline, [
      event({ sellerId: "ASTRANGER0001" }),
      event({ sellerId: "ASTRANGER0001" }),
    ]);

    expect(counts).toEqual({ kept: 0, duplicates: 0, marked: 0, strangers: 2 });
  });

  it("that cannot be read, or carry no market, are kept with the reason and disturb nothing", async () => {
    const poison = event({ snapshot: null, problem: "price is not a number" });
    const other = event({ snapshot: null, topic: "LISTINGS_ITEM_STATUS_CHANGE" });

    await ingestMarketEvents(pipeline, [poison, other, event()]);

    const kept = await rows("SELECT state, note FROM inbox ORDER BY event_id DESC LIMIT 3");
    expect(kept).toEqual(
      expect.arrayContaining([
        { state: "poison", note: "price is not a number" },
        { state: "ignored", note: "carries no market picture" },
        { state: "done", note: null },
      ]),
    );
    expect(await steps.decide(product)).toMatchObject({ proposed: 2 });
  });

  it("reach every shop that is connected to the seller, and no disconnected one", async () => {
    const other = await makeLinkedProduct(pipeline);
    await pipeline.inShop(other.shopId, async (tx) => {
      for (const each of await tx.connections.byChannel("amazon"))
        await tx.connections.disconnect(each.connectionId, null, pipeline.clock.now());
    });
    const one = event();

    await ingestMarketEvents(pipeline, [one]);

    const at = (of: LinkedProduct) =>
      rowsOf(pipeline.pool, of.shopId, `SELECT 1 FROM inbox WHERE event_id = '${one.eventId}'`);
    expect(await at(product)).toHaveLength(1);
    expect(await at(other)).toEqual([]);
  });

  it("of an inactive listing mark nothing", async () => {
    await rows("UPDATE listing SET status = 'inactive'");

    expect(await ingestMarketEvents(pipeline, [event()])).toMatchObject({ marked: 0 });
  });

  it("of one listing in one batch leave the newest picture, in any order", async () => {
    const early = event({ snapshot: market(2_700n) });
    pipeline.clock.advance(1_000);
    const late = event({ snapshot: market(2_800n) });

    await ingestMarketEvents(pipeline, [late, early]);

    expect(await rows("SELECT featured_landed_minor FROM offer_current")).toEqual([
      { featured_landed_minor: "2800" },
    ]);
  });
});

type Sweep = Pick<OfferSource, "sweep" | "ensureSubscribed">;

function source(given: {
  readings?: readonly OfferReading[][];
  failure?: Error;
  subscribed?: "subscribed" | "no_queue_configured";
}): Sweep {
  return {
    ensureSubscribed: () => Promise.resolve(given.subscribed ?? "subscribed"),
    async *sweep() {
      for (const batch of given.readings ?? []) yield await Promise.resolve(batch);
      if (given.failure !== undefined) throw given.failure;
    },
  };
}

describe("a sweep", () => {
  const sweep = (offers: Sweep) =>
    sweepMarket({ ...pipeline, offers, worker: "1" }, product.shopId, new AbortController().signal);
  const query = () => ({ marketplaceId: "ATVPDKIKX0DER", sku: "X", asin: product.asin });
  const connection = () =>
    rows(
      "SELECT status, problem_code, notifications, sweep_due_at, swept_at IS NOT NULL AS was_swept FROM connection WHERE channel = 'amazon'",
    );
  const inMs = (ms: number) => new Date(pipeline.clock.now().getTime() + ms);
  beforeEach(async () => {
    await pipeline.inShop(product.shopId, async (tx) => {
      for (const each of await tx.connections.byChannel("amazon"))
        await tx.connections.requestDue(each.connectionId, "sweep", pipeline.clock.now());
    });
  });

  it("finds without a notification what one would have told, and plans the next", async () => {
    await sweep(
      source({
        readings: [
          [{ kind: "market", query: query(), snapshot: market(2_900n) }],
          [{ kind: "unreadable", query: query(), vendorCode: "InternalFailure" }],
        ],
      }),
    );

    expect(await steps.decide(product)).toMatchObject({ proposed: 2 });
    expect(await rows("SELECT state, counts FROM sync_run WHERE kind = 'sweep'")).toEqual([
      { state: "done", counts: { seen: 2, unreadable: 1 } },
    ]);
    expect(await connection()).toEqual([
      {
        status: "connected",
        problem_code: null,
        notifications: "subscribed",
        sweep_due_at: inMs(600_000),
        was_swept: true,
      },
    ]);
  });

  it("asks for the listings whose market was seen longest ago first", async () => {
    const asked: string[] = [];
    const offers: Sweep = {
      ...source({}),
      async *sweep(_account, queries) {
        asked.push(...queries.map((each) => each.asin));
        yield await Promise.resolve([]);
      },
    };

    await sweep(offers);

    expect(asked).toEqual([product.asin]);
  });

  it("says when there is no queue to subscribe", async () => {
    await sweep(source({ subscribed: "no_queue_configured" }));

    expect(await connection()).toMatchObject([{ notifications: "none" }]);
  });

  it("that fails keeps what it read, shows why and tries again", async () => {
    const failure = new AppError({
      code: "amazon_throttled",
      retry: { afterMs: 30_000 },
      message: "slow",
    });

    await sweep(
      source({
        readings: [[{ kind: "market", query: query(), snapshot: market(2_900n) }]],
        failure,
      }),
    );

    expect(await steps.decide(product)).toMatchObject({ proposed: 2 });
    expect(await connection()).toMatchObject([
      { status: "connected", problem_code: "amazon_throttled", sweep_due_at: inMs(30_000) },
    ]);
    expect(await rows("SELECT state, error_code FROM sync_run WHERE kind = 'sweep'")).toEqual([
      { state: "failed", error_code: "amazon_throttled" },
    ]);
  });

  it("that mends itself takes the problem off the connection", async () => {
    await sweep(
      source({
        failure: new AppError({
          code: "amazon_throttled",
          retry: { afterMs: 1_000 },
          message: "slow",
        }),
      }),
    );
    pipeline.clock.advance(2_000);

    await sweep(source({}));

    expect(await connection()).toMatchObject([{ problem_code: null }]);
  });

  it("of an account that was revoked disconnects it", async () => {
    await sweep(
      source({
        failure: new AppError({
          code: "amazon_authorization_revoked",
          retry: "never",
          message: "revoked",
        }),
      }),
    );

    expect(await connection()).toMatchObject([
      { status: "disconnected", problem_code: "amazon_authorization_revoked", sweep_due_at: null },
    ]);
  });

  it("that meets a bug of ours says unexpected", async () => {
    await sweep(source({ failure: new TypeError("no") }));

    expect(await connection()).toMatchObject([{ status: "connected", problem_code: "unexpected" }]);
  });
});
