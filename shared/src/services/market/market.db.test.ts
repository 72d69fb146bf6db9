import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../core/app-error.ts";
import type { OfferReading, OfferSource } from "../../ports/offer-source.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import {
  type LinkedProduct,
  makeLinkedProduct,
  openPipeline,
  type Pipeline,
  rowsOf,
  snapshotOf,
} from "../../testing/pipeline-shop.ts";
import { createSteps, type Steps } from "../../testing/pipeline-steps.ts";
import { sweepMarket } from "./sweep-market.ts";

let database: TestDatabase;
let pipeline: Pipeline;
let steps: Steps;
let product: LinkedProduct;

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

type Sweep = Pick<OfferSource, "sweep">;

function source(given: { readings?: readonly OfferReading[][]; failure?: Error }): Sweep {
  return {
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
      "SELECT status, problem_code, sweep_due_at, swept_at IS NOT NULL AS was_swept FROM connection WHERE channel = 'amazon'",
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
