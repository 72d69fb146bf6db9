import type { ShopifyGlobal } from "@shopify/app-bridge-types";

type ReportListener = Parameters<NonNullable<ShopifyGlobal["webVitals"]["onReport"]>>[0];

const vitals = new Map<string, number>();
let reportListener: ReportListener = null;

/** `shopify.webVitals`: LCP, CLS, INP and FCP of this page, reported when it is hidden. */
export const webVitalsApi: ShopifyGlobal["webVitals"] = {
  onReport(listener) {
    reportListener = listener;
    return Promise.resolve();
  },
};

export function installWebVitals(): void {
  watch("paint", (entry) => {
    if (entry.name === "first-contentful-paint") vitals.set("FCP", entry.startTime);
  });
  watch("largest-contentful-paint", (entry) => vitals.set("LCP", entry.startTime));
  watch("event", (entry) => vitals.set("INP", Math.max(vitals.get("INP") ?? 0, entry.duration)));
  watch("layout-shift", (entry) => {
    const shift = entry.toJSON() as { value?: number; hadRecentInput?: boolean };
    if (shift.hadRecentInput !== true) {
      vitals.set("CLS", (vitals.get("CLS") ?? 0) + (shift.value ?? 0));
    }
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") report();
  });
}

function report(): void {
  const metrics = [...vitals].map(([name, value]) => ({ id: crypto.randomUUID(), name, value }));
  if (metrics.length > 0) void reportListener?.({ metrics });
}

function watch(type: string, take: (entry: PerformanceEntry) => void): void {
  if (!PerformanceObserver.supportedEntryTypes.includes(type)) return;
  new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({
    type,
    buffered: true,
  });
}
