import { afterEach, describe, expect, it, vi } from "vitest";
import { createSandboxClock } from "./clock.ts";

const startAt = new Date("2026-03-01T00:00:00.000Z");
const driven = () => createSandboxClock({ startAt, speed: 0 });
const sinceStartMs = (at: Date) => at.getTime() - startAt.getTime();

describe("driven clock", () => {
  it("stands still until it is advanced", async () => {
    const clock = driven();

    await clock.advance(1_500);

    expect(sinceStartMs(clock.now())).toBe(1_500);
  });

  it("runs due timers by instant, then in the order they were set, each at its own instant", async () => {
    const clock = driven();
    const ran: [string, number][] = [];
    const note = (name: string) => () => void ran.push([name, sinceStartMs(clock.now())]);
    clock.after(30, note("late"));
    clock.after(10, note("first of two"));
    clock.after(10, note("second of two"));
    clock.after(50, note("not due"));

    await clock.advance(40);

    expect(ran).toEqual([
      ["first of two", 10],
      ["second of two", 10],
      ["late", 30],
    ]);
  });

  it("runs the timer that it names as next, also when its delay was no whole number", async () => {
    const clock = driven();
    const ran: number[] = [];
    clock.after(10.4, () => void ran.push(sinceStartMs(clock.now())));

    await clock.advance((clock.nextDueAt()?.getTime() ?? 0) - startAt.getTime());

    expect(ran).toEqual([11]);
  });

  it("waits for each asynchronous timer before the next one", async () => {
    const clock = driven();
    const ran: string[] = [];
    clock.after(1, async () => {
      await Promise.resolve();
      await Promise.resolve();
      ran.push("slow");
    });
    clock.after(2, () => void ran.push("quick"));

    await clock.advance(2);

    expect(ran).toEqual(["slow", "quick"]);
  });

  it("runs timers that are set on the way when they fall due in the same stretch", async () => {
    const clock = driven();
    const at: number[] = [];
    const again = (): void => {
      at.push(sinceStartMs(clock.now()));
      clock.after(10, again);
    };
    clock.after(10, again);

    await clock.advance(35);

    expect(at).toEqual([10, 20, 30]);
  });

  it("does not run a cancelled timer, and cancelling twice harms no other", async () => {
    const clock = driven();
    const ran: string[] = [];
    const cancel = clock.after(5, () => void ran.push("cancelled"));
    clock.after(5, () => void ran.push("kept"));

    cancel();
    cancel();
    await clock.advance(10);

    expect(ran).toEqual(["kept"]);
  });

  it("runs the others when one throws, and throws its error at the end", async () => {
    const clock = driven();
    const ran: string[] = [];
    clock.after(1, () => {
      throw new Error("broken timer");
    });
    clock.after(2, () => void ran.push("after the broken one"));

    await expect(clock.advance(5)).rejects.toThrow("broken timer");

    expect(ran).toEqual(["after the broken one"]);
    expect(sinceStartMs(clock.now())).toBe(5);
  });

  it("adds up stretches that are asked for at once", async () => {
    const clock = driven();

    await Promise.all([clock.advance(10), clock.advance(20)]);

    expect(sinceStartMs(clock.now())).toBe(30);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("refuses to advance by %s", async (byMs) => {
    await expect(driven().advance(byMs)).rejects.toThrow(RangeError);
  });
});

describe("running clock", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("follows the machine's clock times the speed and runs timers by itself", () => {
    vi.useFakeTimers();
    const clock = createSandboxClock({ startAt, speed: 60 });
    const at: number[] = [];
    clock.after(60_000, () => void at.push(sinceStartMs(clock.now())));

    vi.advanceTimersByTime(2_000);

    expect(at).toEqual([60_000]);
    expect(sinceStartMs(clock.now())).toBe(120_000);
  });

  it("keeps its instant when the speed changes and stops at speed 0", () => {
    vi.useFakeTimers();
    const clock = createSandboxClock({ startAt });
    vi.advanceTimersByTime(1_000);

    clock.setSpeed(10);
    vi.advanceTimersByTime(1_000);
    clock.setSpeed(0);
    vi.advanceTimersByTime(5_000);

    expect(sinceStartMs(clock.now())).toBe(11_000);
  });

  it("goes on at its speed after a jump", async () => {
    vi.useFakeTimers();
    const clock = createSandboxClock({ startAt });

    await clock.advance(3_600_000);
    vi.advanceTimersByTime(500);

    expect(sinceStartMs(clock.now())).toBe(3_600_500);
  });

  it("waits out a delay longer than Node's longest timeout", () => {
    vi.useFakeTimers();
    const clock = createSandboxClock({ startAt });
    let hasRun = false;
    clock.after(2 ** 31 + 5_000, () => {
      hasRun = true;
    });

    vi.advanceTimersByTime(2 ** 31);
    expect(hasRun).toBe(false);
    vi.advanceTimersByTime(5_000);
    expect(hasRun).toBe(true);
  });

  it("hands a timer's failure to onError and goes on", async () => {
    vi.useFakeTimers();
    const errors: unknown[] = [];
    const clock = createSandboxClock({ startAt, onError: (error) => errors.push(error) });
    clock.after(1, () => Promise.reject(new Error("late failure")));

    await vi.advanceTimersByTimeAsync(10);

    expect(errors).toEqual([new Error("late failure")]);
  });

  it("names the instant of its next timer, whatever the order they were set in", () => {
    const clock = createSandboxClock({ startAt, speed: 0 });
    expect(clock.nextDueAt()).toBeNull();

    clock.after(500, () => undefined);
    const cancel = clock.after(20, () => undefined);

    expect(clock.nextDueAt()).toEqual(new Date(startAt.getTime() + 20));
    cancel();
    expect(clock.nextDueAt()).toEqual(new Date(startAt.getTime() + 500));
  });

  it("leaves nothing to run after stop", () => {
    vi.useFakeTimers();
    const clock = createSandboxClock({ startAt });
    clock.after(10, () => undefined);

    clock.stop();

    expect(vi.getTimerCount()).toBe(0);
  });
});
