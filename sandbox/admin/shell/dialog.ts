import { make, makeButton } from "./dom.ts";

export interface DialogInput {
  readonly heading: string;
  readonly body: HTMLElement;
  readonly confirmLabel: string;
  readonly cancelLabel: string;
  readonly isSmall?: boolean;
  readonly isCritical?: boolean;
  readonly count?: HTMLElement;
}

/** Shows one of the Admin's own dialogs. Resolves true when it was confirmed. */
export function openDialog(input: DialogInput): Promise<boolean> {
  const dialog = make("dialog", input.isSmall === true ? "small" : "");
  return new Promise((resolve) => {
    const finish = (isConfirmed: boolean): void => {
      resolve(isConfirmed);
      dialog.remove();
    };
    const close = makeButton("×", "close", () => finish(false));
    close.ariaLabel = "Close";
    const tone = input.isCritical === true ? " critical" : "";
    dialog.append(
      make("header", "", make("h2", "", input.heading), close),
      input.body,
      make(
        "footer",
        "",
        input.count ?? "",
        makeButton(input.cancelLabel, "button", () => finish(false)),
        makeButton(input.confirmLabel, `button primary${tone}`, () => finish(true)),
      ),
    );
    dialog.ariaLabel = input.heading;
    dialog.addEventListener("cancel", () => finish(false));
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A question with two answers and a sentence of explanation. */
export function confirmDialog(
  input: Omit<DialogInput, "body" | "isSmall"> & { text: string },
): Promise<boolean> {
  return openDialog({ ...input, isSmall: true, body: make("div", "body", input.text) });
}
