import type {
  FrameNotice,
  FrameQuestion,
  ShellAnswers,
  ShellMessage,
  ShellNotice,
} from "../messages.ts";
import { MESSAGE_MARK, isOurs } from "../messages.ts";
import { frameContext } from "./frame-context.ts";

type NoticeOf<K extends ShellNotice["kind"]> = Extract<ShellNotice, { kind: K }>;
type QuestionOf<K extends FrameQuestion["kind"]> = Extract<FrameQuestion, { kind: K }>;

interface PendingAsk {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

const pendingAsks = new Map<string, PendingAsk>();
const noticeListeners = new Map<string, Set<(notice: ShellNotice) => void>>();

/** Tells the shell something; a page outside the Admin has nobody to tell. */
export function tell(notice: FrameNotice): void {
  if (!frameContext.isFramed) return;
  window.top?.postMessage({ mark: MESSAGE_MARK, notice }, frameContext.shellOrigin);
}

/** Asks the shell and waits for its answer, however long a person takes to give it. */
export function ask<K extends FrameQuestion["kind"]>(
  question: QuestionOf<K>,
): Promise<ShellAnswers[K]> {
  if (!frameContext.isFramed) {
    return Promise.reject(new Error(`${question.kind}: the app is not inside Shopify Admin`));
  }
  const id = crypto.randomUUID();
  return new Promise((resolve, reject) => {
    // The shell answers a question of this kind with this kind of answer (see ShellAnswers).
    pendingAsks.set(id, { resolve: resolve, reject });
    window.top?.postMessage({ mark: MESSAGE_MARK, question, ask: id }, frameContext.shellOrigin);
  });
}

/** Calls `listener` for every notice of this kind. Returns a function that stops it. */
export function onShell<K extends ShellNotice["kind"]>(
  kind: K,
  listener: (notice: NoticeOf<K>) => void,
): () => void {
  const listeners = noticeListeners.get(kind) ?? new Set();
  noticeListeners.set(kind, listeners);
  // Only notices of this kind are handed to this set (see hear).
  const entry = listener as (notice: ShellNotice) => void;
  listeners.add(entry);
  return () => listeners.delete(entry);
}

window.addEventListener("message", (event: MessageEvent<unknown>) => {
  if (event.origin !== frameContext.shellOrigin || event.source !== window.top) return;
  if (isOurs(event.data)) hear(event.data as ShellMessage);
});

function hear(message: ShellMessage): void {
  if ("notice" in message) {
    for (const listener of noticeListeners.get(message.notice.kind) ?? []) listener(message.notice);
    return;
  }
  const pending = pendingAsks.get(message.ask);
  pendingAsks.delete(message.ask);
  if ("failure" in message) pending?.reject(new Error(message.failure));
  else pending?.resolve(message.answer);
}
