import { isOn, remoteButton } from "./remote-button.ts";
import { ask, onShell, tell } from "./shell-link.ts";
import { WatchedElement } from "./watched-element.ts";

/** The Admin has one save bar: showing a second takes the place of the first. */
let showingBar: SaveBar | null = null;

function setShowingBar(bar: SaveBar): void {
  showingBar = bar;
}

/** `<ui-save-bar>`: hooks the page's Save and Discard buttons into the Admin's top bar. */
export class SaveBar extends WatchedElement {
  get showing(): boolean {
    return showingBar === this;
  }

  get discardConfirmation(): boolean {
    return isOn(this, "discardconfirmation");
  }

  set discardConfirmation(isConfirmed: boolean) {
    this.toggleAttribute("discardconfirmation", isConfirmed);
  }

  // At once and not after a turn of the event loop: a page may hide the bar right after showing it.
  show(): Promise<void> {
    if (!this.showing) {
      void showingBar?.hide();
      setShowingBar(this);
      this.read();
      this.dispatchEvent(new Event("show"));
    }
    return Promise.resolve();
  }

  hide(): Promise<void> {
    if (this.showing) {
      showingBar = null;
      tell({ kind: "save-bar", bar: null });
      this.dispatchEvent(new Event("hide"));
    }
    return Promise.resolve();
  }

  toggle(): Promise<void> {
    return this.showing ? this.hide() : this.show();
  }

  protected read(): void {
    if (!this.showing) return;
    const buttons = [...this.querySelectorAll("button")];
    const save = buttons.find((button) => button.getAttribute("variant") === "primary");
    const discard = buttons.find((button) => button !== save);
    tell({
      kind: "save-bar",
      bar: {
        save: save === undefined ? null : remoteButton(save),
        discard: discard === undefined ? null : remoteButton(discard),
        isDiscardConfirmed: this.discardConfirmation,
      },
    });
  }

  protected left(): void {
    void this.hide();
  }
}

/** `shopify.saveBar`: the same by id. */
export const saveBarApi = {
  show: (id: string): Promise<void> => saveBarById(id).show(),
  hide: (id: string): Promise<void> => saveBarById(id).hide(),
  toggle: (id: string): Promise<void> => saveBarById(id).toggle(),
  /** Resolves when nothing is unsaved or the merchant agrees to lose it; else stays pending. */
  async leaveConfirmation(): Promise<void> {
    if (showingBar === null) return;
    const { isLeaving } = await ask<"confirm-leave">({ kind: "confirm-leave" });
    if (!isLeaving) return new Promise(() => undefined);
    await showingBar.hide();
  },
};

/** The merchant agreed to lose the changes: the bar goes with them. */
export function installSaveBar(): void {
  onShell("discarded", () => void showingBar?.hide());
}

function saveBarById(id: string): SaveBar {
  const bar = document.getElementById(id);
  if (!(bar instanceof SaveBar)) throw new Error(`saveBar: no <ui-save-bar id="${id}">`);
  return bar;
}
