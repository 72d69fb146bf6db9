import { beforeEach, describe, expect, it } from "vitest";
import { AppError, type ErrorCode, type Retry } from "../../core/app-error.ts";
import type { ConnectionId, ShopId } from "../../core/ids.ts";
import type { SubscriptionDesk, SubscriptionStanding } from "../../ports/notification-source.ts";
import { makeLinkedProduct, rowsOf } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { runTasks } from "../tasks/run-tasks.ts";
import { keepSubscribed } from "./keep-subscribed.ts";

const DAY_MS = 86_400_000;
const TYPES = [
  { type: "ANY_OFFER_CHANGED", role: "Pricing" },
  { type: "ORDER_CHANGE", role: "Inventory and Order Tracking" },
  { type: "ACCOUNT_STATUS_CHANGED", role: "Selling Partner Insights" },
];
const pipeline = usePipeline();
let shopId: ShopId;
let connectionId: ConnectionId;
/** What the desk says next, by type; by default each type is active. */
let standings: Map<string, () => Promise<SubscriptionStanding>>;
let asked: string[];
let consent: () => Promise<void>;

beforeEach(async () => {
  ({ shopId } = await makeLinkedProduct(pipeline));
  const [amazon] = await pipeline.inShop(shopId, (tx) => tx.connections.byChannel("amazon"));
  if (amazon === undefined) throw new Error("not connected");
  ({ connectionId } = amazon);
  standings = new Map();
  asked = [];
  consent = () => Promise.resolve();
  await plan();
});

const desk: SubscriptionDesk = {
  types: TYPES,
  ensure: (_account, type) => {
    asked.push(type);
    return standings.get(type)?.() ?? Promise.resolve(active(`sub of ${type}`));
  },
  remove: () => Promise.resolve(),
};
const active = (subscriptionId: string, isRemade = false): SubscriptionStanding => ({
  kind: "active",
  subscriptionId,
  destinationId: "d-1",
  isRemade,
});
const fails =
  (code: ErrorCode, retry: Retry = "never") =>
  () =>
    Promise.reject(new AppError({ code, retry, message: "no" }));
const plan = () =>
  pipeline.inShop(shopId, (tx) =>
    tx.tasks.plan({ connectionId, kind: "subscriptions", key: "" }, pipeline.clock.now()),
  );
const run = () =>
  runTasks(
    {
      ...pipeline,
      worker: "7",
      handlers: {
        subscriptions: (step, signal) =>
          keepSubscribed(
            { ...pipeline, desk, linker: { checkConsent: () => consent() } },
            step,
            signal,
          ),
      },
    },
    shopId,
    new AbortController().signal,
  );
const rows = <Row = Record<string, unknown>>(text: string) =>
  rowsOf<Row>(pipeline.pool, shopId, text);
const subscriptions = () =>
  rows("SELECT type, state, role, problem_code, repairs FROM amazon_subscription ORDER BY type");
const connection = () =>
  rows("SELECT status, problem_code, notifications FROM connection WHERE channel = 'amazon'");
const inMs = (ms: number) => new Date(pipeline.clock.now().getTime() + ms);

describe("a round over the subscriptions", () => {
  it("leaves each type's standing and comes again the next day", async () => {
    await run();

    expect(await subscriptions()).toMatchObject([
      { type: "ACCOUNT_STATUS_CHANGED", state: "active", problem_code: null },
      { type: "ANY_OFFER_CHANGED", state: "active", problem_code: null },
      { type: "ORDER_CHANGE", state: "active", problem_code: null },
    ]);
    expect(await connection()).toEqual([
      { status: "connected", problem_code: null, notifications: "subscribed" },
    ]);
    expect(await rows("SELECT due_at FROM task")).toEqual([{ due_at: inMs(DAY_MS) }]);
  });

  it("goes on where quota ended it, and asks for no type twice", async () => {
    standings.set("ORDER_CHANGE", fails("amazon_throttled", { afterMs: 900 }));

    await run();
    expect(await rows("SELECT due_at, attempts FROM task")).toEqual([
      { due_at: inMs(900), attempts: 0 },
    ]);
    standings.clear();
    pipeline.clock.advance(900);
    await run();

    expect(asked).toEqual([
      "ANY_OFFER_CHANGED",
      "ORDER_CHANGE",
      "ORDER_CHANGE",
      "ACCOUNT_STATUS_CHANGED",
    ]);
    expect(await subscriptions()).toHaveLength(3);
  });

  it("lets a type whose role is missing fail alone, by the role's name, and tries it within the hour", async () => {
    standings.set("ACCOUNT_STATUS_CHANGED", fails("amazon_access_denied"));

    await run();

    expect(await subscriptions()).toEqual([
      {
        type: "ACCOUNT_STATUS_CHANGED",
        state: "failed",
        role: "Selling Partner Insights",
        problem_code: "amazon_access_denied",
        repairs: 0,
      },
      expect.objectContaining({ type: "ANY_OFFER_CHANGED", state: "active" }),
      expect.objectContaining({ type: "ORDER_CHANGE", state: "active" }),
    ]);
    expect(await rows("SELECT state, due_at FROM task")).toEqual([
      { state: "waiting", due_at: inMs(DAY_MS / 24) },
    ]);
  });

  it("counts what had vanished or pointed elsewhere as repaired", async () => {
    await run();
    pipeline.clock.advance(DAY_MS);
    standings.set("ANY_OFFER_CHANGED", () => Promise.resolve(active("another")));
    standings.set("ORDER_CHANGE", () => Promise.resolve(active("led back", true)));

    await run();

    expect(await rows("SELECT type, repairs FROM amazon_subscription ORDER BY type")).toEqual([
      { type: "ACCOUNT_STATUS_CHANGED", repairs: 0 },
      { type: "ANY_OFFER_CHANGED", repairs: 1 },
      { type: "ORDER_CHANGE", repairs: 1 },
    ]);
  });

  it("says that sweeps alone watch where no queue is configured", async () => {
    for (const { type } of TYPES)
      standings.set(type, () =>
        Promise.resolve({ kind: "unsupported", code: "no_queue_configured" }),
      );

    await run();

    expect(await connection()).toMatchObject([{ notifications: "none", status: "connected" }]);
    expect(await subscriptions()).toMatchObject(
      TYPES.map(() => ({ state: "unsupported", problem_code: "no_queue_configured" })),
    );
  });

  it("says that Amazon refused when the leading type failed", async () => {
    standings.set("ANY_OFFER_CHANGED", fails("amazon_access_denied"));

    await run();

    expect(await connection()).toMatchObject([{ notifications: "failed" }]);
  });
});

describe("the daily look at a consent", () => {
  it("that was taken back disconnects, with everything else untouched", async () => {
    consent = fails("amazon_authorization_revoked");

    await run();

    expect(await connection()).toMatchObject([
      { status: "disconnected", problem_code: "amazon_authorization_revoked" },
    ]);
    expect(asked).toEqual([]);
    expect(await rows("SELECT 1 FROM listing WHERE status = 'active'")).toHaveLength(2);
  });

  it("names one that is over a year old, and stops when it was renewed", async () => {
    pipeline.clock.advance(365 * DAY_MS);
    await run();
    expect(await connection()).toMatchObject([
      { status: "connected", problem_code: "amazon_consent_ended" },
    ]);

    await rows(
      `UPDATE connection SET consented_at = '${pipeline.clock.now().toISOString()}' WHERE channel = 'amazon'`,
    );
    pipeline.clock.advance(DAY_MS);
    await run();

    expect(await connection()).toMatchObject([{ problem_code: null }]);
  });

  it("that fails for our own secret disconnects nobody, and says so until the secret is renewed", async () => {
    consent = fails("amazon_client_secret_invalid", { afterMs: 900_000 });

    await run();
    expect(await connection()).toMatchObject([
      { status: "connected", problem_code: "amazon_client_secret_invalid" },
    ]);
    consent = () => Promise.resolve();
    pipeline.clock.advance(900_000);
    await run();

    expect(await connection()).toMatchObject([{ status: "connected", problem_code: null }]);
  });
});
