import { describe, expect, it, vi } from "vitest";
import { toShopId } from "@calibr/shared/core/ids";
import { STAGES } from "@calibr/shared/jobs/run-stage";
import { createStageRunner, type StageHandler, type StageHandlers } from "./stage-runner.ts";

const SHOP = toShopId(1);
const QUIET = { debug() {}, info() {}, warn() {}, error() {} };

/** Timers that go off when a test says so. */
function createTimers() {
  const pending = new Map<() => void, number>();
  return {
    pending,
    after(ms: number, call: () => void) {
      pending.set(call, ms);
      return () => pending.delete(call);
    },
    goOff() {
      const calls = [...pending.keys()];
      pending.clear();
      for (const call of calls) call();
    },
  };
}

function runnerOf(
  handler: StageHandler,
  nowMs = () => 0,
  { timers = createTimers(), signal = new AbortController().signal } = {},
) {
  const handlers = Object.fromEntries(STAGES.map((stage) => [stage, handler]));
  return createStageRunner({
    // Every stage has the same handler here.
    handlers: handlers as unknown as StageHandlers,
    logger: QUIET,
    signal,
    nowMs,
    retryAfterMs: 2_000,
    after: timers.after,
  });
}

describe("a stage of a shop", () => {
  it("never runs twice at once, and looks once more when it was woken meanwhile", async () => {
    const gate = Promise.withResolvers<undefined>();
    const handler = vi
      .fn<StageHandler>()
      .mockImplementationOnce(() => gate.promise)
      .mockResolvedValue(undefined);
    const runner = runnerOf(handler);

    const first = runner.wake(SHOP, "decide");
    const second = runner.wake(SHOP, "decide");
    expect(handler).toHaveBeenCalledTimes(1);
    gate.resolve(undefined);
    await Promise.all([first, second]);

    expect(handler).toHaveBeenCalledTimes(2);
  });

  it("that sends prices goes on in another lane while a call hangs", async () => {
    const hanging = Promise.withResolvers<undefined>();
    const handler = vi
      .fn<StageHandler>()
      .mockImplementationOnce(() => hanging.promise)
      .mockResolvedValue(undefined);
    const runner = runnerOf(handler);

    void runner.wake(SHOP, "push:amazon");
    await runner.wake(SHOP, "push:amazon");

    expect(handler).toHaveBeenCalledTimes(2);
    hanging.resolve(undefined);
    await runner.idle();
  });

  it("is another shop's business not at all", async () => {
    const hanging = Promise.withResolvers<undefined>();
    const handler = vi
      .fn<StageHandler>()
      .mockImplementationOnce(() => hanging.promise)
      .mockResolvedValue(undefined);
    const runner = runnerOf(handler);

    void runner.wake(SHOP, "sweep");
    await runner.wake(toShopId(2), "sweep");

    expect(handler).toHaveBeenCalledTimes(2);
    hanging.resolve(undefined);
    await runner.idle();
  });

  it("that failed rests before it is tried again", async () => {
    let nowMs = 0;
    const handler = vi
      .fn<StageHandler>()
      .mockRejectedValueOnce(new Error("lost"))
      .mockResolvedValue(undefined);
    const runner = runnerOf(handler, () => nowMs);

    await runner.wake(SHOP, "decide");
    await runner.wake(SHOP, "decide");
    expect(handler).toHaveBeenCalledTimes(1);
    nowMs = 2_001;
    await runner.wake(SHOP, "decide");

    expect(handler).toHaveBeenCalledTimes(2);
  });

  it("whose rows are due later is woken at that instant, once, by the latest answer", async () => {
    const timers = createTimers();
    const handler = vi
      .fn<StageHandler>()
      .mockResolvedValueOnce({ nextAt: new Date(9_000) })
      .mockResolvedValueOnce({ nextAt: new Date(5_000) })
      .mockResolvedValue(undefined);
    const runner = runnerOf(handler, () => 4_000, { timers });

    await runner.wake(SHOP, "task");
    await runner.wake(SHOP, "task");
    expect([...timers.pending.values()]).toEqual([1_000]);
    timers.goOff();
    await runner.idle();

    expect(handler).toHaveBeenCalledTimes(3);
    expect(timers.pending.size).toBe(0);
  });

  it("that has nothing waiting any more takes its timer back", async () => {
    const timers = createTimers();
    const handler = vi
      .fn<StageHandler>()
      .mockResolvedValueOnce({ nextAt: new Date(9_000) })
      .mockResolvedValueOnce({ nextAt: null });
    const runner = runnerOf(handler, () => 0, { timers });

    await runner.wake(SHOP, "task");
    await runner.wake(SHOP, "task");

    expect(timers.pending.size).toBe(0);
  });

  it("leaves no timer behind when the worker stops", async () => {
    const timers = createTimers();
    const stopping = new AbortController();
    const { signal } = stopping;
    const handler = vi.fn<StageHandler>().mockResolvedValue({ nextAt: new Date(9_000) });
    const runner = runnerOf(handler, () => 0, { timers, signal });
    await runner.wake(SHOP, "task");

    stopping.abort();

    expect(timers.pending.size).toBe(0);
  });
});
