/** What Shopify says a call cost, as its answers' `extensions.cost` have it. */
import { isRecord } from "./json-guards.ts";

/** Points asked for by one call, and the shop's bucket after it. */
export interface QueryCost {
  readonly requested: number;
  readonly available: number;
  readonly maximum: number;
  /** Points a second. */
  readonly restoreRate: number;
}

/**
 * Reads the cost of an answer.
 * @returns null when the answer names none, or not all of it, as some throttled answers do.
 */
export function readCost(body: unknown): QueryCost | null {
  const extensions = isRecord(body) ? body["extensions"] : null;
  const cost = isRecord(extensions) ? extensions["cost"] : null;
  if (!isRecord(cost) || !isRecord(cost["throttleStatus"])) return null;
  const status = cost["throttleStatus"];
  const requested = cost["requestedQueryCost"];
  const available = status["currentlyAvailable"];
  const maximum = status["maximumAvailable"];
  const restoreRate = status["restoreRate"];
  if (!isPoints(requested) || !isPoints(available) || !isPoints(maximum)) return null;
  if (!isPoints(restoreRate) || restoreRate === 0) return null;
  return { requested, available, maximum, restoreRate };
}

/** Milliseconds until the bucket holds what the call asked for; 0 when it does already. */
export function msUntilAffordable(cost: QueryCost): number {
  const missing = Math.min(cost.requested, cost.maximum) - cost.available;
  return missing <= 0 ? 0 : Math.ceil((missing / cost.restoreRate) * 1_000);
}

function isPoints(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
