import { viewAppNotices } from "@calibr/shared/services/health/view-app-notices";
import { isDatabaseUp, services } from "../services.server.ts";

/** How this process is, and what the operator must know; no shop's data and no secret is in it. */
export interface AppHealth {
  readonly status: "ok" | "database_unreachable";
  /** Whole days until Amazon stops accepting the app's client secret; left out while no end is announced. */
  readonly amazonClientSecretDaysLeft?: number;
  /** Notifications that named nobody and wait for a person; left out when there are none. */
  readonly messagesSetAside?: number;
}

/** Asks the database; never throws. */
export async function appHealth(): Promise<AppHealth> {
  if (!(await isDatabaseUp())) return { status: "database_unreachable" };
  return { status: "ok", ...(await viewAppNotices(services)) };
}
