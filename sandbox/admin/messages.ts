/**
 * The words the app's frame (App Bridge stand-in) and the Admin shell say to each other. Each side
 * checks the origin of what it hears and names the origin it speaks to.
 */

/** Marks our envelopes among all other messages of a window. */
export const MESSAGE_MARK = "calibr-sandbox-admin";

export interface RemoteButton {
  readonly id: string;
  readonly label: string;
  readonly isPrimary: boolean;
  readonly isCritical: boolean;
  readonly isDisabled: boolean;
  readonly isLoading: boolean;
}

export interface NavLink {
  readonly label: string;
  /** Path and query inside the app. */
  readonly path: string;
}

export interface TitleBarState {
  readonly title: string | null;
  readonly breadcrumb: RemoteButton | null;
  readonly actions: readonly RemoteButton[];
  readonly groups: readonly { readonly label: string; readonly actions: readonly RemoteButton[] }[];
}

export interface SaveBarState {
  readonly save: RemoteButton | null;
  readonly discard: RemoteButton | null;
  /** Ask before discarding. */
  readonly isDiscardConfirmed: boolean;
}

export interface ToastState {
  readonly id: string;
  readonly text: string;
  readonly durationMs: number;
  readonly isError: boolean;
  readonly action: string | null;
}

/** What the frame tells the shell without expecting an answer. */
export type FrameNotice =
  | { readonly kind: "hello"; readonly path: string | null }
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "nav"; readonly links: readonly NavLink[]; readonly home: string | null }
  | { readonly kind: "title-bar"; readonly bar: TitleBarState | null }
  | { readonly kind: "save-bar"; readonly bar: SaveBarState | null }
  | { readonly kind: "toast-show"; readonly toast: ToastState }
  | { readonly kind: "toast-hide"; readonly id: string }
  | { readonly kind: "loading"; readonly isLoading: boolean }
  | { readonly kind: "overlay"; readonly isOpen: boolean }
  | { readonly kind: "open"; readonly url: string };

export interface PickerRow {
  readonly id: string;
  readonly heading: string;
  readonly details: readonly string[];
  readonly imageUrl: string | null;
  readonly isDisabled: boolean;
  readonly isSelected: boolean;
}

/** What the frame asks the shell; the answers' types are in `ShellAnswers`. */
export type FrameQuestion =
  | { readonly kind: "id-token" }
  | { readonly kind: "user" }
  | { readonly kind: "confirm-leave" }
  | {
      readonly kind: "pick-rows";
      readonly heading: string;
      readonly rows: readonly PickerRow[];
      readonly limit: number | null;
    }
  | {
      readonly kind: "pick-resources";
      readonly resource: "product" | "variant";
      readonly search: string;
      readonly selectedIds: readonly string[];
      readonly limit: number | null;
      readonly confirmLabel: string;
    }
  | { readonly kind: "scopes" }
  | { readonly kind: "scopes-request"; readonly scopes: readonly string[] }
  | { readonly kind: "scopes-revoke"; readonly scopes: readonly string[] };

export interface ScopesAnswer {
  readonly granted: string[];
  readonly required: string[];
  readonly optional: string[];
}

export interface ShellAnswers {
  "id-token": { readonly token: string; readonly lifeMs: number };
  user: { readonly id: number; readonly name: string; readonly email: string };
  "confirm-leave": { readonly isLeaving: boolean };
  "pick-rows": { readonly selectedIds: string[] } | null;
  "pick-resources": { readonly selection: unknown[] } | null;
  scopes: ScopesAnswer;
  "scopes-request": { readonly isGranted: boolean; readonly detail: ScopesAnswer };
  "scopes-revoke": { readonly detail: ScopesAnswer };
}

export type FrameMessage =
  | { readonly mark: typeof MESSAGE_MARK; readonly notice: FrameNotice }
  | { readonly mark: typeof MESSAGE_MARK; readonly question: FrameQuestion; readonly ask: string };

/** What the shell tells the frame. */
export type ShellNotice =
  | { readonly kind: "navigate"; readonly path: string }
  | { readonly kind: "press"; readonly buttonId: string }
  | { readonly kind: "discarded" }
  | { readonly kind: "toast-action"; readonly id: string }
  | { readonly kind: "toast-dismissed"; readonly id: string }
  | { readonly kind: "dismiss-overlay" };

export type ShellMessage =
  | { readonly mark: typeof MESSAGE_MARK; readonly notice: ShellNotice }
  | { readonly mark: typeof MESSAGE_MARK; readonly ask: string; readonly answer: unknown }
  | { readonly mark: typeof MESSAGE_MARK; readonly ask: string; readonly failure: string };

/** Whether something heard on `message` is one of ours. */
export function isOurs(data: unknown): data is { mark: typeof MESSAGE_MARK } {
  return typeof data === "object" && data !== null && "mark" in data && data.mark === MESSAGE_MARK;
}
