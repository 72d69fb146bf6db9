/**
 * Instants and durations as people read them. Every text is made from the server's `now`, never a clock.
 * A zone is an IANA name, as Shopify says the store's; UTC where none is handed in.
 */
import { plural } from "./money.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@calibr/shared/core/time/duration";

export const UTC = "UTC";

const FULL: Intl.DateTimeFormatOptions = {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
};
const SHORT: Intl.DateTimeFormatOptions = {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
};
const DAY: Intl.DateTimeFormatOptions = { month: "short", day: "numeric" };

/** How long ago, in one unit: "just now", "12 s ago", "3 min ago", "2 h ago", "5 d ago". */
export function agoWords(at: string, now: string): string {
  const ms = Date.parse(now) - Date.parse(at);
  if (Number.isNaN(ms)) return "unknown";
  if (ms < 5 * SECOND_MS) return "just now";
  return `${spanWords(ms)} ago`;
}

/** The exact instant, for tooltips and receipts: "Nov 23, 2026, 7:19:04 AM UTC". */
export function instantWords(at: string, zone: string = UTC): string {
  return inZone(at, zone, FULL);
}

/** The instant without its year and seconds: "Nov 23, 07:19". Somewhere near, `zoneWords` says where. */
export function shortInstantWords(at: string, zone: string = UTC): string {
  return inZone(at, zone, SHORT);
}

/** What the clocks of a zone are called at an instant: "UTC", "EST", "GMT+1". */
export function zoneWords(at: string, zone: string): string {
  const parts = Number.isNaN(Date.parse(at)) ? [] : format(zone, FULL).formatToParts(new Date(at));
  return parts.find((part) => part.type === "timeZoneName")?.value ?? UTC;
}

/** A calendar day without its year: "Oct 25". A day belongs to no zone. */
export function dateWords(day: string): string {
  return inZone(`${day}T00:00:00Z`, UTC, DAY);
}

/** A day from today: "today", "in 12 days", or its date when it has passed. */
export function dayWords(at: string, now: string, zone: string = UTC): string {
  const days = Math.floor((Date.parse(at) - Date.parse(now)) / DAY_MS);
  if (Number.isNaN(days) || days < 0) return shortInstantWords(at, zone);
  return days === 0 ? "today" : `in ${plural(days, "day")}`;
}

/** A duration in its largest sensible unit: "850 ms", "4.2 s", "3 min". */
export function durationWords(ms: number): string {
  if (ms < SECOND_MS) return `${Math.round(ms)} ms`;
  if (ms < 10 * SECOND_MS) return `${(Math.round(ms / 100) / 10).toString()} s`;
  return spanWords(ms);
}

/** A bound in whole words, rounded up: "45 seconds", "17 minutes", "3 hours", "2 days". */
export function longSpanWords(ms: number): string {
  if (ms < MINUTE_MS) return plural(Math.max(1, Math.ceil(ms / SECOND_MS)), "second");
  if (ms < 2 * HOUR_MS) return plural(Math.ceil(ms / MINUTE_MS), "minute");
  if (ms < 2 * DAY_MS) return plural(Math.ceil(ms / HOUR_MS), "hour");
  return plural(Math.ceil(ms / DAY_MS), "day");
}

function inZone(at: string, zone: string, options: Intl.DateTimeFormatOptions): string {
  return Number.isNaN(Date.parse(at)) ? "unknown" : format(zone, options).format(new Date(at));
}

/** A zone that this runtime does not know reads as UTC: the words say which it is. */
function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US", { ...options, timeZone: zone });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return new Intl.DateTimeFormat("en-US", { ...options, timeZone: UTC });
  }
}

function spanWords(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return `${Math.floor(ms / DAY_MS)} d`;
}
