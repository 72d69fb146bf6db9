import type {
  FrameMessage,
  FrameNotice,
  FrameQuestion,
  ShellAnswers,
  ShellNotice,
} from "../messages.ts";
import { MESSAGE_MARK, isOurs } from "../messages.ts";
import { byId } from "./dom.ts";
import { shellConfig } from "./shell-config.ts";

type Answerers = {
  [K in FrameQuestion["kind"]]: (
    question: Extract<FrameQuestion, { kind: K }>,
  ) => Promise<ShellAnswers[K]>;
};

type Listeners = {
  [K in FrameNotice["kind"]]: (notice: Extract<FrameNotice, { kind: K }>) => void;
};

export const appFrame = byId("app-frame") as HTMLIFrameElement;

/** Tells the app's frame something. */
export function tellFrame(notice: ShellNotice): void {
  appFrame.contentWindow?.postMessage({ mark: MESSAGE_MARK, notice }, shellConfig.appOrigin);
}

/** Listens to the app's frame and to frames inside it (dialogs), and to nobody else. */
export function listenToFrame(listeners: Listeners, answerers: Answerers): void {
  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    if (event.origin !== shellConfig.appOrigin || !isOurs(event.data)) return;
    const source = event.source as Window | null;
    const frame = appFrame.contentWindow;
    if (source === null || (source !== frame && source.parent !== frame)) return;
    const message = event.data as FrameMessage;
    if ("notice" in message) {
      // The table pairs every kind with the listener of that kind.
      const listen = listeners[message.notice.kind] as (notice: FrameNotice) => void;
      listen(message.notice);
      return;
    }
    const reply = (content: { answer: unknown } | { failure: string }): void => {
      source.postMessage({ mark: MESSAGE_MARK, ask: message.ask, ...content }, event.origin);
    };
    const answer = answerers[message.question.kind] as (q: FrameQuestion) => Promise<unknown>;
    answer(message.question).then(
      (value) => reply({ answer: value }),
      (error: unknown) => reply({ failure: String(error) }),
    );
  });
}
