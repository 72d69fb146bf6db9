import { useFetcher } from "@remix-run/react";
import { useEffect, useRef } from "react";
import { failureWords } from "../copy/failures.ts";
import type { Reply } from "../http/reply.ts";

/** The way to Amazon's consent page, which opens in a tab of its own: Amazon does not allow itself in a frame. */
export function useAmazonConsent() {
  const fetcher = useFetcher<Reply>();
  const tab = useRef<Window | null>(null);
  const { data } = fetcher;
  const url = data?.kind === "opened" ? data.url : null;
  useEffect(() => {
    if (url === null || tab.current === null || tab.current.closed) return;
    tab.current.location.href = url;
    tab.current = null;
  }, [url]);
  return {
    /** The consent page, once it is known: for browsers that let no tab open. */
    url,
    isStarting: fetcher.state !== "idle",
    problem: data?.kind === "refused" ? failureWords(data.code).text : undefined,
    start(marketplaceId: string): void {
      // Opened while the click is still being handled, or the browser would block it.
      tab.current = window.open("about:blank", "_blank");
      if (tab.current !== null) tab.current.opener = null;
      void fetcher.submit({ intent: "link", marketplaceId }, { method: "post" });
    },
  };
}
