/**
 * The sandbox's only source of time: every stand-in reads it and sets its timers on it.
 *
 * States:
 * - `running` (the default): sandbox time follows the machine's clock multiplied by `speed`.
 * - `driven` (speed 0): sandbox time stands still and moves only by `advance`.
 * `setSpeed` leads from one to the other; `advance` works in both and leaves the speed as it was.
 *
 * Timers go by sandbox time in both states. Those due at the same instant run in the order in which
 * they were set.
 */

export interface SandboxClock {
  /** The current sandbox instant, to the millisecond. */
  now(): Date;
  /** Runs `run` once, `delayMs` of sandbox time from now. Returns a function that cancels it. */
  after(delayMs: number, run: () => void | Promise<void>): () => void;
  /**
   * Jumps `byMs` forward and runs every timer that falls due on the way, in order of its instant and
   * with `now()` standing at that instant, waiting for each before the next one. Timers set meanwhile
   * run too when they fall due within the same stretch. A timer that throws does not keep the others
   * from running; its error is thrown at the end. Calls made at once run one after another, so a timer
   * must not wait for an `advance` of its own clock.
   */
  advance(byMs: number): Promise<void>;
  /** The instant of the next timer; null when none is set. */
  nextDueAt(): Date | null;
  /** Sandbox milliseconds per real millisecond; 0 stops time, which then moves only by `advance`. */
  setSpeed(speed: number): void;
  /** Cancels every timer, so that nothing keeps the process alive. */
  stop(): void;
}

export interface SandboxClockOptions {
  /** The first sandbox instant; the machine's own time when left out. */
  readonly startAt?: Date;
  /** 1 when left out; 0 begins in the driven state, as a test wants it. */
  readonly speed?: number;
  /** Takes a timer's failure while time runs by itself; an uncaught error when left out. */
  readonly onError?: (error: unknown) => void;
}

/** Node fires a longer timeout at once: setTimeout takes a signed 32-bit number of milliseconds. */
const TIMEOUT_MS_MAX = 2_147_483_647;

export function createSandboxClock(options: SandboxClockOptions = {}): SandboxClock {
  const timeline = createTimeline((options.startAt ?? new Date()).getTime(), options.speed ?? 1);
  const timers = createTimerQueue();
  const onError = options.onError ?? throwUncaught;
  let wakeUp: NodeJS.Timeout | undefined;
  let lastTurn: Promise<unknown> = Promise.resolve();

  const scheduleWakeUp = (): void => {
    clearTimeout(wakeUp);
    const dueAtMs = timers.nextDueAtMs();
    const speed = timeline.speed();
    if (dueAtMs === undefined || speed === 0) return;
    const waitMs = Math.ceil(Math.max(0, dueAtMs - timeline.nowMs()) / speed);
    wakeUp = setTimeout(runDueByItself, Math.min(waitMs, TIMEOUT_MS_MAX));
  };

  /** While time runs by itself nobody waits for a timer: a slow one must not hold back the others. */
  const runDueByItself = (): void => {
    const untilMs = timeline.nowMs();
    for (let timer = timers.takeDue(untilMs); timer; timer = timers.takeDue(untilMs)) {
      void runTimer(timer, onError);
    }
    scheduleWakeUp();
  };

  const drive = async (byMs: number): Promise<void> => {
    const untilMs = Math.floor(timeline.nowMs()) + byMs;
    const errors: unknown[] = [];
    timeline.hold();
    scheduleWakeUp();
    for (let timer = timers.takeDue(untilMs); timer; timer = timers.takeDue(untilMs)) {
      timeline.moveTo(timer.dueAtMs);
      await runTimer(timer, (error) => errors.push(error));
    }
    timeline.moveTo(untilMs);
    timeline.release();
    scheduleWakeUp();
    throwCollected(errors);
  };

  return {
    now: () => new Date(Math.floor(timeline.nowMs())),
    after(delayMs, run) {
      if (!Number.isFinite(delayMs)) throw new RangeError(`clock.after: ${delayMs} ms is no delay`);
      // Whole milliseconds, as now() and nextDueAt() tell them: who advances to nextDueAt() must meet the timer.
      const dueAtMs = Math.floor(timeline.nowMs()) + Math.ceil(Math.max(0, delayMs));
      const cancel = timers.add(dueAtMs, run);
      scheduleWakeUp();
      return cancel;
    },
    advance(byMs) {
      if (!Number.isFinite(byMs) || byMs < 0) {
        return Promise.reject(new RangeError(`clock.advance: ${byMs} ms does not lead forward`));
      }
      const turn = lastTurn.then(() => drive(byMs));
      // The next turn starts even after a failed one; the caller of that one still sees its failure.
      lastTurn = turn.catch(() => undefined);
      return turn;
    },
    nextDueAt: () => toInstant(timers.nextDueAtMs()),
    setSpeed(speed) {
      timeline.setSpeed(speed);
      scheduleWakeUp();
    },
    stop() {
      timers.clear();
      scheduleWakeUp();
    },
  };
}

function toInstant(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms);
}

interface Timer {
  readonly dueAtMs: number;
  readonly order: number;
  readonly run: () => void | Promise<void>;
}

/** Sandbox time as a function of the machine's monotonic clock; `hold` stops it while it is driven. */
function createTimeline(startAtMs: number, startSpeed: number) {
  let chosenSpeed = checkedSpeed(startSpeed);
  let isHeld = false;
  let anchorMs = startAtMs;
  let anchorRealMs = performance.now();

  const speed = (): number => (isHeld ? 0 : chosenSpeed);
  const nowMs = (): number => anchorMs + (performance.now() - anchorRealMs) * speed();
  const anchorAt = (atMs: number): void => {
    anchorMs = atMs;
    anchorRealMs = performance.now();
  };

  return {
    speed,
    nowMs,
    /** Never backwards: a timer that was already overdue runs at the present instant. */
    moveTo: (atMs: number): void => anchorAt(Math.max(nowMs(), atMs)),
    hold(): void {
      anchorAt(Math.floor(nowMs()));
      isHeld = true;
    },
    release(): void {
      isHeld = false;
      anchorAt(anchorMs);
    },
    setSpeed(next: number): void {
      anchorAt(nowMs());
      chosenSpeed = checkedSpeed(next);
    },
  };
}

/** Timers kept with the next one last: inserting costs a binary search, taking the next one a pop. */
function createTimerQueue() {
  const waiting: Timer[] = [];
  let nextOrder = 0;

  const indexOf = (timer: Timer): number => {
    let low = 0;
    let high = waiting.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = waiting[middle];
      if (other !== undefined && isLater(other, timer)) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    add(dueAtMs: number, run: Timer["run"]): () => void {
      const timer: Timer = { dueAtMs, order: nextOrder, run };
      nextOrder += 1;
      waiting.splice(indexOf(timer), 0, timer);
      return () => {
        const index = indexOf(timer);
        if (waiting[index] === timer) waiting.splice(index, 1);
      };
    },
    takeDue(untilMs: number): Timer | undefined {
      const next = waiting.at(-1);
      return next !== undefined && next.dueAtMs <= untilMs ? waiting.pop() : undefined;
    },
    nextDueAtMs: (): number | undefined => waiting.at(-1)?.dueAtMs,
    clear(): void {
      waiting.length = 0;
    },
  };
}

function isLater(a: Timer, b: Timer): boolean {
  return a.dueAtMs > b.dueAtMs || (a.dueAtMs === b.dueAtMs && a.order > b.order);
}

async function runTimer(timer: Timer, onError: (error: unknown) => void): Promise<void> {
  try {
    await timer.run();
  } catch (error) {
    onError(error);
  }
}

function throwCollected(errors: readonly unknown[]): void {
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, "sandbox clock: several timers failed");
}

function throwUncaught(error: unknown): void {
  // A new task, so that the error reaches the process instead of a promise that nobody holds.
  setImmediate(() => {
    throw error;
  });
}

function checkedSpeed(speed: number): number {
  if (!Number.isFinite(speed) || speed < 0)
    throw new RangeError(`clock speed ${speed} is no speed`);
  return speed;
}
