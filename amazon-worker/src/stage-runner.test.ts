import { describe, expect, it, vi } from "vitest";
import { toShopId } from "@calibr/shared/core/ids";
import { STAGES } from "@calibr/shared/jobs/run-stage";
import { createStageRunner, type StageHandler, type StageHandlers } from "./stage-runner.ts";

const SHOP = toShopId(1);
const QUIET = { debug() {}, info() {}, warn() {}, error() {} };

function runnerOf(handler: StageHandler, nowMs = () => 0) {
  const handlers = Object.fromEntries(STAGES.map((stage) => [stage, handler]));
  return createStageRunner({
    // Every stage has the same handler here.
    handlers: handlers as unknown as StageHandlers,
    logger: QUIET,
    signal: new AbortController().signal,
    nowMs,
    retryAfterMs: 2_000,
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
});
