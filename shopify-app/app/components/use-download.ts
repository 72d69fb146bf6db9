import { useState } from "react";

/**
 * Saves what an address of ours answers as a file. A plain link cannot: only requests that App Bridge makes carry
 * the session token, and a frame may not navigate to a download.
 */
export function useDownload(url: string, fileName: string) {
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");
  const load = async (): Promise<void> => {
    setState("busy");
    try {
      const answer = await fetch(url);
      if (!answer.ok) throw new Error(`${url} answered ${String(answer.status)}`);
      const address = URL.createObjectURL(await answer.blob());
      const link = document.createElement("a");
      link.href = address;
      link.download = fileName;
      link.click();
      URL.revokeObjectURL(address);
      setState("idle");
    } catch {
      setState("failed");
    }
  };
  return { start: () => void load(), isBusy: state === "busy", hasFailed: state === "failed" };
}
