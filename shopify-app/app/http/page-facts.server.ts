import { services } from "../services.server.ts";

/** What every page needs beside its view. */
export interface PageFacts {
  /** The server's clock, so that ages read the same when the page wakes up in the browser. */
  readonly now: string;
  /** What the browser says of itself, so that a phone gets its layout with the first paint. */
  readonly isPhone: boolean;
}

export function pageFacts(request: Request): PageFacts {
  const hint = request.headers.get("sec-ch-ua-mobile");
  const agent = request.headers.get("user-agent") ?? "";
  return {
    now: services.clock.now().toISOString(),
    isPhone: hint === "?1" || /\b(iPhone|Android.+Mobile|Mobile Safari)\b/.test(agent),
  };
}
