import { isOn } from "./remote-button.ts";
import { SaveBar } from "./save-bar.ts";

/** Each `<form data-save-bar>` has a save bar of its own, made when its first field changes. */
const formBars = new WeakMap<HTMLFormElement, SaveBar>();

/** Shows the save bar while a `<form data-save-bar>` differs from what the page came with. */
export function installSaveBarForms(): void {
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
      const form = event.target instanceof Element ? event.target.closest("form") : null;
      if (form !== null && isOn(form, "data-save-bar")) void barOf(form).show();
    });
  }
  for (const kind of ["submit", "reset"]) {
    document.addEventListener(kind, (event) => {
      if (event.target instanceof HTMLFormElement) void formBars.get(event.target)?.hide();
    });
  }
}

function barOf(form: HTMLFormElement): SaveBar {
  const known = formBars.get(form);
  if (known !== undefined) return known;
  const bar = document.createElement("ui-save-bar");
  if (!(bar instanceof SaveBar)) throw new Error("<ui-save-bar> is not defined");
  bar.discardConfirmation = isOn(form, "data-discard-confirmation");
  bar.append(
    control("Save", () => form.requestSubmit(), true),
    control("Discard", () => form.reset(), false),
  );
  document.body.append(bar);
  formBars.set(form, bar);
  return bar;
}

function control(label: string, run: () => void, isPrimary: boolean): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  if (isPrimary) button.setAttribute("variant", "primary");
  button.addEventListener("click", run);
  return button;
}
