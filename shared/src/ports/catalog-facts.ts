import type { ConnectionId } from "../core/ids.ts";
import type { AsinFact, FeeAnswer, FeeQuestion, StockFact } from "./catalog-source.ts";

/** Which listings' facts. */
export interface CatalogScope {
  readonly connectionId: ConnectionId;
  readonly marketplaceId: string;
}

/** What the channel says beside the listings themselves: catalogue pages, stock and fees. */
export interface CatalogFactStore {
  /** ASINs of listings that were never read, or last before `before`; longest ago first. */
  dueAsins(scope: CatalogScope, before: Date, limit: number): Promise<string[]>;
  /** Stores what was read; asked ASINs that are not among the facts are unknown to the catalogue. */
  saveAsins(
    marketplaceId: string,
    asked: readonly string[],
    facts: readonly AsinFact[],
    at: Date,
  ): Promise<void>;
  /** SKUs that the channel stores, whose stock was never read or last before `before`. */
  dueStock(scope: CatalogScope, before: Date, limit: number): Promise<string[]>;
  /** Stores stock; asked listings that are not among the facts have none. The listing's quantity follows. */
  saveStock(
    scope: CatalogScope,
    asked: readonly string[],
    facts: readonly StockFact[],
    at: Date,
  ): Promise<void>;
  /** Active listings whose fees were never asked, were asked at another price, or last before `before`. */
  dueFees(scope: CatalogScope, before: Date, limit: number): Promise<FeeQuestion[]>;
  saveFees(
    scope: CatalogScope,
    questions: readonly FeeQuestion[],
    answers: readonly FeeAnswer[],
    at: Date,
  ): Promise<void>;
}
