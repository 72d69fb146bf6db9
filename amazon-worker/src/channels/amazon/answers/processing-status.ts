/**
 * How far Amazon is with a feed or a report. `done` says nothing about the lines in it; `cancelled` of a
 * report also stands for "no data"; `other` is a word that is new to us.
 */
export type ProcessingStatus =
  "in_queue" | "in_progress" | "done" | "cancelled" | "fatal" | "other";

/** Amazon's word for it as ours. */
export function processingStatusOf(word: string): ProcessingStatus {
  return STATUSES[word] ?? "other";
}

const STATUSES: Readonly<Record<string, ProcessingStatus | undefined>> = {
  IN_QUEUE: "in_queue",
  IN_PROGRESS: "in_progress",
  DONE: "done",
  CANCELLED: "cancelled",
  FATAL: "fatal",
};
