import type { Frame } from "playwright-core";

/** How a page felt: when its largest content stood, and how much it moved about while loading. */
export interface WebVitals {
  /** Largest contentful paint, ms since the frame began to load. */
  readonly lcpMs: number;
  /** Cumulative layout shift, a share without unit. */
  readonly cls: number;
}

/** Reads what the browser has measured in a frame so far. Source: W3C Largest Contentful Paint, Layout Instability. */
export function readWebVitals(frame: Frame): Promise<WebVitals> {
  return frame.evaluate(async () => {
    const entriesOf = (type: string): Promise<PerformanceEntryList> =>
      new Promise((resolve) => {
        const observer = new PerformanceObserver((list) => resolve(list.getEntries()));
        observer.observe({ type, buffered: true });
        // A page without such an entry never calls the observer.
        setTimeout(() => resolve([]), 500);
      });
    const [paints, shifts] = await Promise.all([
      entriesOf("largest-contentful-paint"),
      entriesOf("layout-shift"),
    ]);
    const shiftOf = (entry: PerformanceEntry): number =>
      "value" in entry && typeof entry.value === "number" ? entry.value : 0;
    return {
      lcpMs: Math.round(paints.at(-1)?.startTime ?? 0),
      cls: Math.round(shifts.reduce((sum, entry) => sum + shiftOf(entry), 0) * 1000) / 1000,
    };
  });
}
