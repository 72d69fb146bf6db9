import { msBetween, MINUTE_MS } from "@calibr/shared/core/time/duration";
import type { ConnectionsView } from "@calibr/shared/ports/connection-views";

// Amazon's whole consent takes ten minutes at most; after that the attempt is over whatever its row says.
const ATTEMPT_MS = 10 * MINUTE_MS;

/** Where the newest attempt to link Amazon stands. */
export type LinkProgress = "none" | "waiting" | "finishing" | "failed" | "expired";

/** Reads the attempt; `none` also when it ended well, because the connection itself shows then. */
export function linkProgress(view: Pick<ConnectionsView, "link">, now: string): LinkProgress {
  const { link } = view;
  if (link === null || link.status === "linked") return "none";
  if (link.status === "failed") return "failed";
  const age = msBetween(new Date(link.startedAt), new Date(now));
  if (age > ATTEMPT_MS) return link.status === "code_received" ? "expired" : "none";
  return link.status === "code_received" ? "finishing" : "waiting";
}

/** True while the page should look for news of the attempt. */
export function isLinking(view: Pick<ConnectionsView, "link">, now: string): boolean {
  const progress = linkProgress(view, now);
  return progress === "waiting" || progress === "finishing";
}
