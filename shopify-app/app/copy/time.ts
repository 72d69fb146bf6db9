/** Instants and durations as people read them. Every text is made from the server's `now`, never a clock. */
import { plural } from "./money.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@calibr/shared/core/time/duration";

const full = new Intl.DateTimeFormat("en-US", {
  dateStyle: "medium",
  timeStyle: "medium",
  timeZone: "UTC",
});
const short = new Intl.DateTimeFormat("en-US", {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
  timeZone: "UTC",
});

/** How long ago, in one unit: "just now", "12 s ago", "3 min ago", "2 h ago", "5 d ago". */
export function agoWords(at: string, now: string): string {
  const ms = Date.parse(now) - Date.parse(at);
  if (Number.isNaN(ms)) return "unknown";
  if (ms < 5 * SECOND_MS) return "just now";
  return `${spanWords(ms)} ago`;
}

/** The exact instant, for tooltips and receipts: "Nov 23, 2026, 7:19:04 AM UTC". */
export function instantWords(at: string): string {
  return Number.isNaN(Date.parse(at)) ? "unknown" : `${full.format(new Date(at))} UTC`;
}

/** The instant without its year and seconds: "Nov 23, 07:19". */
export function shortInstantWords(at: string): string {
  return Number.isNaN(Date.parse(at)) ? "unknown" : short.format(new Date(at));
}

/** A day from today: "today", "in 12 days", or its date when it has passed. */
export function dayWords(at: string, now: string): string {
  const days = Math.floor((Date.parse(at) - Date.parse(now)) / DAY_MS);
  if (Number.isNaN(days) || days < 0) return shortInstantWords(at);
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

function spanWords(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return `${Math.floor(ms / DAY_MS)} d`;
}
