import {
  instant,
  integer,
  list,
  nullable,
  object,
  oneOf,
  text,
  type Decoder,
} from "../json/decode.ts";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, msBetween } from "../time/duration.ts";

/**
 * Which stretch of order changes to ask for next. What was read is always one stretch without a hole,
 * `[knownFrom, knownUntil)`: it grows to the future by recent windows and to the past by history windows. An
 * order bought within it changed within it or later, so every order bought within it is known.
 */
export interface OrderWindow {
  readonly kind: "recent" | "history";
  readonly from: Date;
  readonly until: Date;
}

/** A window whose report Amazon is making. */
export interface OpenReport extends OrderWindow {
  readonly reportId: string;
  readonly askedAt: Date;
}

/** What the steps of reading orders remember. */
export interface OrderProgress {
  readonly version: 1;
  /** What was read is of these; when the account gains one, reading starts over. */
  readonly marketplaceIds: readonly string[];
  /** How far back history is to be read. */
  readonly goal: Date;
  readonly knownFrom: Date | null;
  readonly knownUntil: Date | null;
  /** When a recent window last reached far back for changes that came late. */
  readonly deepAt: Date | null;
  /** From where to read again, because our totals are not Amazon's; null = nowhere. */
  readonly againFrom: Date | null;
  readonly open: OpenReport | null;
  /** Reports in a row that failed. */
  readonly failures: number;
  /** Day (UTC) of the last check of totals, and the marketplaces still to check. */
  readonly checkedOn: string;
  readonly toCheck: readonly string[];
}

/** Amazon gives at most 30 days in one orders report. */
const WINDOW_MS_MAX = 30 * DAY_MS;
/** How often new changes are read; ORDER_CHANGE brings it forward. */
const RECENT_EVERY_MS = 15 * MINUTE_MS;
/** Two years are offered; one serves a year's comparison and is what 13 reports give. */
const HISTORY_MS = 365 * DAY_MS;
// Amazon's report runs behind its orders by minutes, now and then by more: hence a little overlap each time
// and a lot once a day.
const OVERLAP_MS = HOUR_MS;
const DEEP_OVERLAP_MS = 3 * DAY_MS;
// Asked for by a notification: createReport allows one call a minute, shared with other reports.
const SOONEST_MS = 2 * MINUTE_MS;

/** Progress of an account that was never read. */
export function startProgress(marketplaceIds: readonly string[], now: Date): OrderProgress {
  return {
    version: 1,
    marketplaceIds,
    goal: addMs(now, -HISTORY_MS),
    knownFrom: null,
    knownUntil: null,
    deepAt: null,
    againFrom: null,
    open: null,
    failures: 0,
    checkedOn: "",
    toCheck: [],
  };
}

/** Whether steps follow each other without being woken: history is left to read, or totals to compare. */
export function isBusy(progress: OrderProgress, now: Date): boolean {
  const { knownFrom, goal, toCheck } = progress;
  return knownFrom === null || knownFrom > goal || toCheck.length > 0 || isCheckDue(progress, now);
}

/** Whether totals were not compared today. */
export function isCheckDue(progress: OrderProgress, now: Date): boolean {
  return progress.checkedOn !== now.toISOString().slice(0, 10);
}

/** When the next step is due: at once while there is work, else at the next look for changes. */
export function nextStepAt(progress: OrderProgress, now: Date): Date {
  const { knownUntil } = progress;
  if (knownUntil === null || isBusy(progress, now)) return now;
  const regular = addMs(knownUntil, RECENT_EVERY_MS);
  return regular > now ? regular : now;
}

/** The window to ask for now; null when it is too soon for any. */
export function nextWindow(progress: OrderProgress, now: Date): OrderWindow | null {
  const { knownFrom, knownUntil, goal } = progress;
  if (knownFrom === null || knownUntil === null)
    return { kind: "recent", from: addMs(now, -WINDOW_MS_MAX), until: now };
  // An idle account's step before its time was woken by a notification: there is something to read.
  const gapMs = isBusy(progress, now) ? RECENT_EVERY_MS : SOONEST_MS;
  if (msBetween(knownUntil, now) >= gapMs) return recentWindow(progress, knownUntil, now);
  if (knownFrom <= goal) return null;
  const from = addMs(knownFrom, -WINDOW_MS_MAX);
  return { kind: "history", from: from > goal ? from : goal, until: knownFrom };
}

function recentWindow(progress: OrderProgress, knownUntil: Date, now: Date): OrderWindow {
  const { deepAt, againFrom } = progress;
  const isDeep = deepAt === null || msBetween(deepAt, now) >= DAY_MS;
  let from = addMs(knownUntil, isDeep ? -DEEP_OVERLAP_MS : -OVERLAP_MS);
  if (againFrom !== null && againFrom < from) from = againFrom;
  // Never so far back that one window could not bring us forward.
  const earliest = addMs(knownUntil, -WINDOW_MS_MAX / 2);
  if (from < earliest) from = earliest;
  const last = addMs(from, WINDOW_MS_MAX);
  return { kind: "recent", from, until: last < now ? last : now };
}

/** Progress after all of a window was read. */
export function withWindowRead(progress: OrderProgress, read: OpenReport): OrderProgress {
  const { knownFrom, knownUntil, againFrom, deepAt } = progress;
  const reachedBack = knownUntil === null ? Infinity : msBetween(read.from, knownUntil);
  return {
    ...progress,
    open: null,
    failures: 0,
    knownFrom: knownFrom === null || read.from < knownFrom ? read.from : knownFrom,
    knownUntil: knownUntil === null || read.until > knownUntil ? read.until : knownUntil,
    againFrom: againFrom !== null && read.from <= againFrom ? null : againFrom,
    deepAt: read.kind === "recent" && reachedBack >= DEEP_OVERLAP_MS ? read.askedAt : deepAt,
  };
}

/** Reads stored progress; null when there is none, or of another version: reading then starts over. */
export function decodeOrderProgress(stored: Readonly<Record<string, unknown>>): OrderProgress | null {
  return stored["version"] === 1 ? decode(stored, "orders") : null;
} // prettier-ignore

const windowFields = {
  kind: oneOf(["recent", "history"]),
  from: instant,
  until: instant,
};
const one: Decoder<1> = (value, path) => {
  integer(value, path);
  return 1;
};
const decode = object<OrderProgress>({
  version: one,
  marketplaceIds: list(text),
  goal: instant,
  knownFrom: nullable(instant),
  knownUntil: nullable(instant),
  deepAt: nullable(instant),
  againFrom: nullable(instant),
  open: nullable(object<OpenReport>({ ...windowFields, reportId: text, askedAt: instant })),
  failures: integer,
  checkedOn: text,
  toCheck: list(text),
});
