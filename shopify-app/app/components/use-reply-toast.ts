import { useAppBridge } from "@shopify/app-bridge-react";
import { useEffect } from "react";
import { toastWords } from "../copy/replies.ts";
import type { Reply } from "../http/reply.ts";

/** Shows one toast for each new reply of an action. */
export function useReplyToast(reply: Reply | undefined): void {
  const shopify = useAppBridge();
  useEffect(() => {
    if (reply === undefined) return;
    const words = toastWords(reply);
    if (words !== null) shopify.toast.show(words.text, { isError: words.isError });
  }, [reply, shopify]);
}
