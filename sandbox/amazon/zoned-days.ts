/** Calendar days of a marketplace: reports and sales are cut at its local midnight. */
const ZONES: Readonly<Record<string, string>> = {
  GB: "Europe/London",
  IE: "Europe/Dublin",
  ZA: "Africa/Johannesburg",
  EG: "Africa/Cairo",
  TR: "Europe/Istanbul",
  SA: "Asia/Riyadh",
  AE: "Asia/Dubai",
  IN: "Asia/Kolkata",
  JP: "Asia/Tokyo",
  AU: "Australia/Sydney",
  SG: "Asia/Singapore",
};
const REGION_ZONES = {
  na: "America/Los_Angeles",
  eu: "Europe/Paris",
  fe: "Asia/Tokyo",
} as const;

export function timeZoneOf(marketplace: {
  readonly country: string;
  readonly region: keyof typeof REGION_ZONES;
}): string {
  return ZONES[marketplace.country] ?? REGION_ZONES[marketplace.region];
}

export interface CalendarDay {
  readonly year: number;
  /** 1–12 */
  readonly month: number;
  readonly day: number;
}

export function isTimeZone(zone: string): boolean {
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** The calendar day on which an instant lies. */
export function dayAt(instant: Date, zone: string): CalendarDay {
  const [year, month, day] = partsOf(instant, zone);
  return { year, month, day };
}

/** `2026-11-23` */
export function dayText({ year, month, day }: CalendarDay): string {
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** The instant of midnight at the start of a day; months and days may run over, as in `Date.UTC`. */
export function startOfDay({ year, month, day }: CalendarDay, zone: string): Date {
  const wantedMs = Date.UTC(year, month - 1, day);
  let atMs = wantedMs;
  // Twice: the first guess may lie on the other side of a change of the clocks.
  for (let turn = 0; turn < 2; turn += 1) atMs = wantedMs - offsetMs(new Date(atMs), zone);
  return new Date(atMs);
}

/** How far local time is ahead of UTC. */
export function offsetMs(instant: Date, zone: string): number {
  const [year, month, day, hour, minute, second] = partsOf(instant, zone);
  const localMs = Date.UTC(year, month - 1, day, hour, minute, second);
  return localMs - Math.floor(instant.getTime() / 1000) * 1000;
}

type Parts = readonly [number, number, number, number, number, number];

function partsOf(instant: Date, zone: string): Parts {
  const parts = new Map(
    formatterOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)] as const),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  return [part("year"), part("month"), part("day"), part("hour"), part("minute"), part("second")];
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formatters.set(timeZone, made);
  return made;
}
