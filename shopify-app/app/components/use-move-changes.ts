import { useFetcher } from "@remix-run/react";
import { useCallback, useRef, useState } from "react";
import type { Reply } from "../http/reply.ts";
import { type BulkChoice, moveFields } from "./bulk-choice.ts";
import { useReplyToast } from "./use-reply-toast.ts";

/** Sends moves of price changes to this page's action, and holds what became of the last one. */
export function useMoveChanges(
  rows: readonly { readonly changeId: string; readonly title: string }[],
) {
  const fetcher = useFetcher<Reply>();
  const [dismissed, setDismissed] = useState<Reply | null>(null);
  const titles = useRef(new Map<string, string>());
  for (const row of rows) titles.current.set(row.changeId, row.title);
  useReplyToast(fetcher.data);
  const { submit } = fetcher;
  const move = useCallback(
    (intent: "approve" | "reject" | "undo", choice: BulkChoice) =>
      submit(moveFields(intent, choice), { method: "post" }),
    [submit],
  );
  return {
    move,
    isMoving: fetcher.state !== "idle",
    /** Ids being moved now; rows of them show that they are busy. */
    movingIds: fetcher.formData?.getAll("id") ?? [],
    banner: {
      reply: fetcher.data === dismissed ? undefined : fetcher.data,
      titleOf: (changeId: string) => titles.current.get(changeId) ?? `Change ${changeId}`,
      onDismiss: () => setDismissed(fetcher.data ?? null),
    },
  };
}
