/** Middle and slow end of a set of durations; null when there are none. */
export interface Percentiles {
  readonly p50: number | null;
  readonly p95: number | null;
}

/** The smallest duration that at least half, and at least 95 %, of the durations do not exceed; whole ms. */
export function percentiles(durationsMs: readonly number[]): Percentiles {
  return { p50: percentile(durationsMs, 0.5), p95: percentile(durationsMs, 0.95) };
}

/** The nearest-rank percentile; null of an empty set. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((left, right) => left - right);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  return value === undefined ? null : Math.round(value);
}
