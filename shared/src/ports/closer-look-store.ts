import type { ConnectionId } from "../core/ids.ts";
import type {
  AsinQuery,
  Expectation,
  ExpectationQuery,
  SummaryReading,
} from "./closer-look-source.ts";
import type { OfferQuery } from "./offer-source.ts";

/** Which listings a look may choose from, and how old the last look may be. */
export interface LookScope {
  readonly connectionId: ConnectionId;
  readonly marketplaceId: string;
  readonly now: Date;
  /** Looked at before this: those that need it are due again. */
  readonly staleBefore: Date;
  /** The same for all others, in the order of their revenue. */
  readonly restBefore: Date;
  readonly limit: number;
}

/**
 * Who needs a closer look, and what was seen. First: suppressed, lost within a day, lost, at the floor, or in a price
 * war (five moves down within an hour); among equals who earns most, then whose look is oldest.
 */
export interface CloserLookStore {
  expectationTargets(scope: LookScope): Promise<ExpectationQuery[]>;
  summaryTargets(scope: LookScope): Promise<AsinQuery[]>;
  /** ASINs whose own SKU could not be read twice in a row, longest asked first. */
  unreadTargets(scope: LookScope): Promise<OfferQuery[]>;
  saveExpectations(expectations: readonly Expectation[], at: Date): Promise<void>;
  saveSummaries(summaries: readonly SummaryReading[], at: Date): Promise<void>;
}
