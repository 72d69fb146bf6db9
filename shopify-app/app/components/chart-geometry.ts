/** Where the points of a price chart lie. Pure arithmetic on a box of 100 × 100; prices as plain numbers. */

/** One observed price. `atMs` is an instant, `minor` its minor units. */
export interface ChartPoint {
  readonly atMs: number;
  readonly minor: number;
}

/** A line before it is placed. */
export interface ChartSeries {
  readonly key: string;
  readonly points: readonly ChartPoint[];
}

/** The box the chart draws: its window of time and its range of prices, with room above and below. */
export interface ChartScale {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly lowMinor: number;
  readonly highMinor: number;
  /** Prices worth a line and a label, low to high. */
  readonly ticksMinor: readonly number[];
}

/** The scale that holds every point; null when there is none. */
export function chartScale(series: readonly ChartSeries[], nowMs: number): ChartScale | null {
  const points = series.flatMap((each) => each.points);
  if (points.length === 0) return null;
  const times = points.map((point) => point.atMs);
  const prices = points.map((point) => point.minor);
  const low = Math.min(...prices);
  const high = Math.max(...prices);
  // A flat line still needs a range: a twentieth of the price to either side.
  const room = Math.max((high - low) * 0.12, high === low ? high * 0.05 : 0, 1);
  const step = niceStep((high - low + 2 * room) / 4);
  const lowMinor = Math.max(0, Math.floor((low - room) / step) * step);
  const highMinor = Math.ceil((high + room) / step) * step;
  const count = Math.round((highMinor - lowMinor) / step);
  return {
    fromMs: Math.min(...times),
    untilMs: Math.max(nowMs, ...times),
    lowMinor,
    highMinor,
    ticksMinor: Array.from({ length: count + 1 }, (_each, place) => lowMinor + place * step),
  };
}

/** Left edge 0, right edge 100. */
export function chartX(scale: ChartScale, atMs: number): number {
  const span = scale.untilMs - scale.fromMs;
  return span === 0 ? 0 : round(((atMs - scale.fromMs) / span) * 100);
}

/** Top 0, bottom 100. */
export function chartY(scale: ChartScale, minor: number): number {
  const span = scale.highMinor - scale.lowMinor;
  return span === 0 ? 50 : round(((scale.highMinor - minor) / span) * 100);
}

/**
 * The line of one series. A price holds until the next one is seen, so the line goes in steps, and on to the
 * right edge. Points must be in order of time; "" when there is none.
 */
export function chartPath(scale: ChartScale, points: readonly ChartPoint[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  const start = `M${chartX(scale, first.atMs)} ${chartY(scale, first.minor)}`;
  const steps = rest.map((point) => `H${chartX(scale, point.atMs)}V${chartY(scale, point.minor)}`);
  return `${start}${steps.join("")}H100`;
}

/** The smallest of 1, 2, 5 times a power of ten that is not below `size`; at least one minor unit. */
export function niceStep(size: number): number {
  if (size <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(size));
  return ([1, 2, 5, 10].find((factor) => factor * power >= size) ?? 10) * power;
}

// Two decimals of a hundredth of the width are finer than any screen.
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
