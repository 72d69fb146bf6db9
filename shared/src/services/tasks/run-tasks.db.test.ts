import { beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../core/app-error.ts";
import type { ConnectionId, ShopId } from "../../core/ids.ts";
import { makeLinkedProduct, rowsOf } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { runTasks, type TaskHandler } from "./run-tasks.ts";

const pipeline = usePipeline();
let shopId: ShopId;
let connectionId: ConnectionId;

beforeEach(async () => {
  ({ shopId } = await makeLinkedProduct(pipeline));
  const [amazon] = await pipeline.inShop(shopId, (tx) => tx.connections.byChannel("amazon"));
  if (amazon === undefined) throw new Error("the product has an Amazon connection");
  ({ connectionId } = amazon);
  await plan();
});

const plan = (at = pipeline.clock.now()) =>
  pipeline.inShop(shopId, (tx) => tx.tasks.plan({ connectionId, kind: "orders", key: "" }, at));
const run = (orders: TaskHandler, signal = new AbortController().signal) =>
  runTasks({ ...pipeline, handlers: { orders }, worker: "7" }, shopId, signal);
const inMs = (ms: number) => new Date(pipeline.clock.now().getTime() + ms);
const rows = () =>
  rowsOf<{
    state: string;
    due_at: Date | null;
    progress: unknown;
    attempts: number;
    error_code: string | null;
  }>(pipeline.pool, shopId, "SELECT state, due_at, progress, attempts, error_code FROM task");
const failing = (retry: AppError["retry"], code: AppError["code"] = "amazon_unavailable") =>
  run(() => Promise.reject(new AppError({ code, retry, message: "no" })));

describe("a task", () => {
  it("runs its due step, remembers what the step says and sleeps until its next", async () => {
    const seen: unknown[] = [];
    const answer = await run((step) => {
      seen.push([step.connection.connectionId, step.account.accountId, step.progress]);
      return Promise.resolve({ dueAt: inMs(30_000), progress: { reportId: "R1" } });
    });

    expect(seen).toEqual([[connectionId, "A3CALIBRTEST01", {}]]);
    expect(answer).toEqual({ nextAt: inMs(30_000) });
    expect(await rows()).toEqual([
      {
        state: "waiting",
        due_at: inMs(30_000),
        progress: { reportId: "R1" },
        attempts: 0,
        error_code: null,
      },
    ]);
    expect(await pipeline.directory.dueWork(inMs(29_999))).not.toContainEqual({
      shopId,
      stage: "task",
    });
    expect(await pipeline.directory.dueWork(inMs(30_000))).toContainEqual({
      shopId,
      stage: "task",
    });
  });

  it("asked for while its step runs goes on at once, whatever the step planned", async () => {
    await run(async () => {
      await plan(inMs(1_000));
      return { dueAt: inMs(60_000), progress: {} };
    });

    expect(await rows()).toMatchObject([{ due_at: inMs(1_000) }]);
  });

  it("that is told to slow down comes back then, and that is no failure", async () => {
    await failing({ afterMs: 2_500 }, "amazon_throttled");

    expect(await rows()).toMatchObject([
      { due_at: inMs(2_500), attempts: 0, error_code: "amazon_throttled" },
    ]);
  });

  it("that fails waits longer each time and is laid aside for a person after half a day", async () => {
    const waits: number[] = [];
    for (;;) {
      await failing("backoff");
      const [row] = await rows();
      if (row?.due_at == null) break;
      waits.push(row.due_at.getTime() - pipeline.clock.now().getTime());
      pipeline.clock.advance(waits.at(-1) ?? 0);
    }

    expect(waits.slice(0, 4)).toEqual([5_000, 10_000, 20_000, 40_000]);
    expect(Math.max(...waits)).toBe(3_600_000);
    expect(await rows()).toMatchObject([{ state: "dead", error_code: "amazon_unavailable" }]);
    await plan();
    expect(await rows()).toMatchObject([{ state: "waiting", attempts: 0 }]);
  });

  it("refused for good is laid aside at once; consent taken back disconnects", async () => {
    await failing("never", "amazon_request_refused");
    expect(await rows()).toMatchObject([{ state: "dead", attempts: 1 }]);
    await plan();

    await failing("never", "amazon_authorization_revoked");

    const [amazon] = await pipeline.inShop(shopId, (tx) => tx.connections.byChannel("amazon"));
    expect(amazon).toMatchObject({
      status: "disconnected",
      problemCode: "amazon_authorization_revoked",
    });
    expect(await pipeline.directory.dueWork(inMs(1))).not.toContainEqual({ shopId, stage: "task" });
  });

  it("whose account was disconnected goes on where it was once somebody connects it again", async () => {
    await run(() => Promise.resolve({ dueAt: inMs(1_000), progress: { reportId: "R1" } }));
    pipeline.clock.advance(1_000);
    await failing("never", "amazon_authorization_revoked");
    const [gone] = await pipeline.inShop(shopId, (tx) => tx.connections.byChannel("amazon"));
    if (gone === undefined) throw new Error("the connection is gone");

    await pipeline.inShop(shopId, (tx) =>
      tx.connections.connect({
        channel: "amazon",
        accountId: gone.accountId,
        region: gone.region,
        tokenSealed: null,
        consentedAt: pipeline.clock.now(),
        importDueAt: null,
      }),
    );
    const seen: unknown[] = [];
    await run((step) => {
      seen.push(step.progress);
      return Promise.resolve({ dueAt: null, progress: {} });
    });

    expect(seen).toEqual([{ reportId: "R1" }]);
  });

  it("laid aside is tried again a day after somebody still wants it, and not before", async () => {
    const ensure = () =>
      pipeline.inShop(shopId, (tx) =>
        tx.tasks.ensure({ connectionId, kind: "orders", key: "" }, pipeline.clock.now()),
      );
    await failing("never", "amazon_request_refused");

    pipeline.clock.advance(23 * 3_600_000);
    await ensure();
    expect(await rows()).toMatchObject([{ state: "dead" }]);

    pipeline.clock.advance(3_600_000);
    await ensure();
    expect(await rows()).toMatchObject([
      { state: "waiting", attempts: 0, due_at: pipeline.clock.now() },
    ]);
  });

  it("refused for our own client secret disconnects nobody, says so and is tried again", async () => {
    await failing({ afterMs: 900_000 }, "amazon_client_secret_invalid");

    const [amazon] = await pipeline.inShop(shopId, (tx) => tx.connections.byChannel("amazon"));
    expect(amazon).toMatchObject({
      status: "connected",
      problemCode: "amazon_client_secret_invalid",
    });
    // The daily look takes the problem off again; it is asked for now.
    expect(
      await rowsOf(pipeline.pool, shopId, "SELECT kind, due_at FROM task ORDER BY kind"),
    ).toEqual([
      { kind: "orders", due_at: inMs(900_000) },
      { kind: "subscriptions", due_at: pipeline.clock.now() },
    ]);
  });

  it("of a worker that lost its lease stores nothing", async () => {
    const stopping = new AbortController();
    await run(async () => {
      await pipeline.inShop(shopId, (tx) => tx.tasks.releaseLeasesOf("7"));
      stopping.abort();
      return { dueAt: null, progress: { mine: true } };
    }, stopping.signal);

    expect(await rows()).toMatchObject([{ progress: {} }]);
  });

  it("stopped half-way is due at once for the next worker", async () => {
    const stopping = new AbortController();
    await run(() => {
      stopping.abort();
      return Promise.reject(new Error("aborted"));
    }, stopping.signal);

    expect(await rows()).toMatchObject([
      { state: "waiting", due_at: pipeline.clock.now(), attempts: 0, error_code: null },
    ]);
  });
});
