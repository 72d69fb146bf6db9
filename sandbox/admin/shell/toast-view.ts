import type { ToastState } from "../messages.ts";
import { byId, make, makeButton } from "./dom.ts";
import { tellFrame } from "./frame-link.ts";

/** More at once would cover the page; the oldest makes room. */
const SHOWN_MAX = 3;

export function showToast(toast: ToastState): void {
  const list = byId("toasts");
  const view = make("div", toast.isError ? "toast error" : "toast", make("span", "", toast.text));
  view.dataset["toastId"] = toast.id;
  view.role = toast.isError ? "alert" : "status";
  if (toast.action !== null) {
    view.append(
      makeButton(toast.action, "action", () => {
        tellFrame({ kind: "toast-action", id: toast.id });
        hideToast(toast.id);
      }),
    );
  }
  const dismiss = makeButton("×", "", () => hideToast(toast.id));
  dismiss.ariaLabel = "Dismiss";
  view.append(dismiss);
  list.append(view);
  if (list.children.length > SHOWN_MAX) list.firstElementChild?.remove();
  setTimeout(() => hideToast(toast.id), toast.durationMs);
}

export function hideToast(id: string): void {
  const view = byId("toasts").querySelector(`[data-toast-id="${CSS.escape(id)}"]`);
  if (view === null) return;
  view.remove();
  tellFrame({ kind: "toast-dismissed", id });
}
