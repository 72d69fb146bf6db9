import type { SaveBarState } from "../messages.ts";
import { confirmDialog } from "./dialog.ts";
import { byId, make, makeButton, makeIcon } from "./dom.ts";
import { tellFrame } from "./frame-link.ts";
import { pressable } from "./title-bar-view.ts";

let isUnsaved = false;

/** Shows the contextual save bar in the place of the search field, or takes it away. */
export function showSaveBar(bar: SaveBarState | null): void {
  isUnsaved = bar !== null;
  document.body.classList.toggle("unsaved", isUnsaved);
  const view = byId("save-bar");
  const search = document.querySelector<HTMLElement>(".top-bar .search");
  view.hidden = !isUnsaved;
  if (search !== null) search.hidden = isUnsaved;
  if (bar === null) return;
  const save = bar.save === null ? "" : pressable({ ...bar.save, label: "Save" }, "primary");
  view.replaceChildren(
    makeIcon("M10 4 3.5 16h13L10 4ZM10 9v3M10 14h.01"),
    make("span", "", "Unsaved changes"),
    discardButton(bar),
    save,
  );
}

/** True when nothing is unsaved or the person agrees to lose it. */
export async function agreesToLeave(): Promise<boolean> {
  if (!isUnsaved) return true;
  const isLeaving = await confirmDialog({
    heading: "Leave page with unsaved changes?",
    text: "Leaving this page will delete all unsaved changes.",
    confirmLabel: "Leave page",
    cancelLabel: "Stay",
    isCritical: true,
  });
  if (isLeaving) {
    showSaveBar(null);
    tellFrame({ kind: "discarded" });
  }
  return isLeaving;
}

/** Asks before the whole window leaves with unsaved changes. */
export function guardWindow(): void {
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved) event.preventDefault();
  });
}

function discardButton({ discard, isDiscardConfirmed }: SaveBarState): HTMLElement | string {
  if (discard === null) return "";
  if (!isDiscardConfirmed) return pressable({ ...discard, label: "Discard" }, "");
  return makeButton("Discard", "", () => {
    void confirmDialog({
      heading: "Discard all unsaved changes?",
      text: "If you discard changes, you’ll delete any edits you made since you last saved.",
      confirmLabel: "Discard changes",
      cancelLabel: "Continue editing",
      isCritical: true,
    }).then((isDiscarding) => {
      if (isDiscarding) tellFrame({ kind: "press", buttonId: discard.id });
    });
  });
}
