import { DAY_MS, MINUTE_MS } from "../../core/time/duration.ts";
import type { Logger } from "../../ports/logger.ts";
import { onConnection, type Pool } from "./pool.ts";

/** Keeps the months of history: makes them ahead of time, and lets go of everything that is too old. */
export interface HistoryMonths {
  /**
   * Looks once a day and when the process starts; any other call does nothing. Never rejects: months are made long
   * before they are needed, and until then the default partition takes what has no month.
   */
  keep(now: Date): Promise<void>;
}

/** Months of prices, ranks and competitors' moves, and old rows of other tables, kept by the SQL functions that may. */
export function createHistoryMonths(pool: Pool, logger: Logger): HistoryMonths {
  let nextMs = -Infinity;
  return {
    async keep(now) {
      if (now.getTime() < nextMs) return;
      nextMs = now.getTime() + DAY_MS;
      try {
        await onConnection(pool, async (client) => {
          await client.query("SELECT keep_history_months($1)", [now]);
          await client.query("SELECT forget_old_rows($1)", [now]);
        });
      } catch (cause) {
        nextMs = now.getTime() + 10 * MINUTE_MS;
        logger.error("history_months_failed", {}, cause);
      }
    },
  };
}
