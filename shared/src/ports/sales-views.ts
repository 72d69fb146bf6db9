import type { SalesSourceName, SalesSourceState } from "./sales-store.ts";

/** What is known of one day's sales in one marketplace. A gap is not a zero. */
export interface SalesDayCoverage {
  readonly day: string;
  /** known: the day was over when its orders were read · running: it was not · gap: never read. */
  readonly orders: "known" | "running" | "gap";
  readonly traffic: "known" | "gap";
  /** True where traffic is by ASIN, which listings may share. */
  readonly isTrafficByAsin: boolean;
  /** True while units of the day have no price yet. */
  readonly isProvisional: boolean;
  /** Amazon's own totals against ours; null while they were not compared. */
  readonly check: {
    readonly result: "agrees" | "provisional" | "differs";
    readonly saidUnits: number;
    readonly ourUnits: number;
  } | null;
}

/** How well sales of one marketplace of a connection are known. */
export interface SalesCoverage {
  readonly marketplaceId: string;
  readonly sources: readonly {
    readonly source: SalesSourceName;
    readonly state: SalesSourceState;
    /** Error code of no_access and failing. */
    readonly code: string | null;
    readonly at: string;
  }[];
  /** Oldest day whose orders are known, of all time; null = none. */
  readonly knownSince: string | null;
  /** The last 30 days in the marketplace's own time, oldest first. */
  readonly days: readonly SalesDayCoverage[];
}
