import type { ToastOptions } from "@shopify/app-bridge-types";
import { onShell, tell } from "./shell-link.ts";

/** App Bridge's own default. */
const DURATION_MS = 5_000;

const shownToasts = new Map<string, ToastOptions>();
let nextToastNumber = 1;

/** `shopify.toast`. */
export const toastApi = {
  show(text: string, options: ToastOptions = {}): string {
    const id = `toast-${nextToastNumber}`;
    nextToastNumber += 1;
    shownToasts.set(id, options);
    tell({
      kind: "toast-show",
      toast: {
        id,
        text,
        durationMs: options.duration ?? DURATION_MS,
        isError: options.isError ?? false,
        action: options.action ?? null,
      },
    });
    return id;
  },
  hide(id: string): void {
    tell({ kind: "toast-hide", id });
  },
};

export function installToasts(): void {
  onShell("toast-action", ({ id }) => shownToasts.get(id)?.onAction?.());
  onShell("toast-dismissed", ({ id }) => {
    shownToasts.get(id)?.onDismiss?.();
    shownToasts.delete(id);
  });
}
