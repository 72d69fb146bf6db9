import { useFetcher } from "@remix-run/react";
import { useState } from "react";
import type { MoveVerb, Reply } from "../http/reply.ts";
import { type BulkChoice, moveFields } from "./bulk-choice.ts";
import { useReplyToast } from "./use-reply-toast.ts";

/** Sends moves of price changes to this page's action, and holds what became of the last one. */
export function useMoveChanges(
  rows: readonly { readonly changeId: string; readonly title: string }[],
) {
  const fetcher = useFetcher<Reply>();
  const [dismissed, setDismissed] = useState<Reply | null>(null);
  // Rows leave the page when they move: the names of those asked for are kept for the answer.
  const [titles, setTitles] = useState<ReadonlyMap<string, string>>(new Map());
  useReplyToast(fetcher.data);
  const { submit } = fetcher;
  const move = (intent: MoveVerb, choice: BulkChoice): void => {
    setTitles(new Map(rows.map((row) => [row.changeId, row.title])));
    void submit(moveFields(intent, choice), { method: "post" });
  };
  return {
    move,
    isMoving: fetcher.state !== "idle",
    /** Ids being moved now; rows of them show that they are busy. */
    movingIds: fetcher.formData?.getAll("id") ?? [],
    banner: {
      reply: fetcher.data === dismissed ? undefined : fetcher.data,
      titleOf: (changeId: string) => titles.get(changeId) ?? `Change ${changeId}`,
      onDismiss: () => setDismissed(fetcher.data ?? null),
    },
  };
}
