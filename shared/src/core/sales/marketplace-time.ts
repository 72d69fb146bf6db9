import { invariant } from "../assert.ts";
import { DAY_MS, HOUR_MS } from "../time/duration.ts";

/**
 * Calendar days in the time zone of a store. A day is its ISO text `YYYY-MM-DD`; it may be 23 or 25 hours
 * long. Rules of zones come from the platform's own IANA data.
 */
export type Day = string;

/** The first instant of a day and the first instant after it. */
export interface DaySpan {
  readonly from: Date;
  readonly until: Date;
}

/** The calendar day that `at` falls on in `timeZone`. @throws RangeError for a zone nobody knows. */
export function dayOf(at: Date, timeZone: string): Day {
  const parts = formatterOf(timeZone).formatToParts(at);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
  return `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
}

/** The day `days` after `day` (before it, when negative). Zones play no part. */
export function addDays(day: Day, days: number): Day {
  const moved = new Date(utcMidnightMs(day) + days * DAY_MS);
  return moved.toISOString().slice(0, 10);
}

/** Days from `from` up to and without `until`, in order; empty when `until` is not later. */
export function daysBetween(from: Day, until: Day): readonly Day[] {
  const days: Day[] = [];
  for (let day = from; day < until; day = addDays(day, 1)) days.push(day);
  return days;
}

/**
 * When `day` begins and ends in `timeZone`.
 *
 * A day begins at its first instant: where clocks spring over midnight (Cairo, São Paulo until 2019), that is
 * one o'clock. Spans of consecutive days meet exactly: every instant belongs to one day.
 */
export function spanOf(day: Day, timeZone: string): DaySpan {
  return { from: firstInstant(day, timeZone), until: firstInstant(addDays(day, 1), timeZone) };
}

/** The instant as local ISO text with its offset, e.g. `2026-11-01T00:00:00-07:00`; whole seconds. */
export function withOffset(at: Date, timeZone: string): string {
  const parts = formatterOf(timeZone).formatToParts(at);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
  const local = `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}:${part("second")}`;
  const wholeSecondMs = Math.floor(at.getTime() / 1_000) * 1_000;
  const offsetMinutes = Math.round((Date.parse(`${local}Z`) - wholeSecondMs) / 60_000);
  const sign = offsetMinutes < 0 ? "-" : "+";
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(Math.abs(offsetMinutes) / 60);
  return `${local}${sign}${two(hours)}:${two(Math.abs(offsetMinutes) % 60)}`;
}

// No zone is further than 14 hours ahead of or 12 behind UTC.
const REACH_MS = 15 * HOUR_MS;

/** The day changes once within the reach: halve the stretch until it is one millisecond. */
function firstInstant(day: Day, timeZone: string): Date {
  const midnightMs = utcMidnightMs(day);
  let beforeMs = midnightMs - REACH_MS;
  let afterMs = midnightMs + REACH_MS;
  while (afterMs - beforeMs > 1) {
    const middleMs = Math.floor((beforeMs + afterMs) / 2);
    if (dayOf(new Date(middleMs), timeZone) < day) beforeMs = middleMs;
    else afterMs = middleMs;
  }
  return new Date(afterMs);
}

function utcMidnightMs(day: Day): number {
  const ms = Date.parse(`${day}T00:00:00Z`);
  invariant(/^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(ms), `no calendar day: ${day}`);
  return ms;
}

// Making a formatter costs a hundred times as much as using one.
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "iso8601",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  formatters.set(timeZone, made);
  return made;
}
