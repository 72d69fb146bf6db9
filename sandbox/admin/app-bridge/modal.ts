import type { ModalFrame } from "./modal-frame.ts";
import { modalFrame } from "./modal-frame.ts";
import { pressButton } from "./remote-button.ts";
import { onShell, tell } from "./shell-link.ts";
import { titleBarState } from "./title-bar.ts";
import { WatchedElement } from "./watched-element.ts";

let openModal: Modal | null = null;

function setOpenModal(modal: Modal): void {
  openModal = modal;
}

/**
 * `<ui-modal>`: a dialog over the page. Shopify draws it over the whole Admin; here it lies over the
 * app's frame while the shell darkens the rest, which looks and behaves the same.
 */
export class Modal extends WatchedElement {
  #content: HTMLElement = document.createElement("div");
  #frame: ModalFrame | null = null;
  #window: HTMLIFrameElement | null = null;
  #returnFocus: Element | null = null;

  /** Where React wrappers put the dialog's content; replaced content shows at once. */
  get content(): HTMLElement {
    return this.#content;
  }

  set content(content: HTMLElement) {
    if (this.#content.isConnected) this.#content.replaceWith(content);
    this.#content = content;
  }

  get variant(): string {
    return this.getAttribute("variant") ?? "base";
  }

  set variant(variant: string) {
    this.setAttribute("variant", variant);
  }

  get src(): string | undefined {
    return this.getAttribute("src") ?? undefined;
  }

  set src(src: string | undefined) {
    if (src === undefined) this.removeAttribute("src");
    else this.setAttribute("src", src);
  }

  get contentWindow(): Window | null {
    return this.#window?.contentWindow ?? null;
  }

  // At once and not after a turn of the event loop: a page may hide the modal right after showing it.
  show(): Promise<void> {
    if (this.#frame !== null) return Promise.resolve();
    void openModal?.hide();
    setOpenModal(this);
    this.#returnFocus = document.activeElement;
    this.#frame = modalFrame({
      press: pressButton,
      dismiss: () => void this.hide(),
    });
    this.#frame.host.append(this.#body());
    this.read();
    document.body.append(this.#frame.host);
    tell({ kind: "overlay", isOpen: true });
    this.#frame.host.shadowRoot?.querySelector<HTMLElement>("[role=dialog]")?.focus();
    this.dispatchEvent(new Event("show"));
    return Promise.resolve();
  }

  hide(): Promise<void> {
    if (this.#frame !== null) {
      this.#frame.host.remove();
      this.#frame = null;
      this.#window = null;
      if (openModal === this) openModal = null;
      tell({ kind: "overlay", isOpen: false });
      if (this.#returnFocus instanceof HTMLElement) this.#returnFocus.focus();
      this.dispatchEvent(new Event("hide"));
    }
    return Promise.resolve();
  }

  toggle(): Promise<void> {
    return this.#frame === null ? this.show() : this.hide();
  }

  protected read(): void {
    if (this.#frame === null) return;
    this.#frame.setVariant(this.localName === "s-app-window" ? "max" : this.variant);
    const bar = this.querySelector("ui-title-bar");
    this.#frame.describe(
      bar === null
        ? { title: null, breadcrumb: null, actions: [], groups: [] }
        : titleBarState(bar),
    );
    if (this.#window !== null && this.src !== undefined) {
      const next = new URL(this.src, location.href).href;
      if (this.#window.src !== next) this.#window.src = next;
    }
  }

  protected left(): void {
    void this.hide();
  }

  #body(): HTMLElement {
    if (this.src !== undefined) {
      this.#window = document.createElement("iframe");
      this.#window.src = new URL(this.src, location.href).href;
      this.#window.title = this.querySelector("ui-title-bar")?.getAttribute("title") ?? "Dialog";
      this.#window.style.cssText = "display:block;width:100%;height:min(70vh,600px);border:0";
      return this.#window;
    }
    if (this.#content.childNodes.length === 0) {
      // Plain markup: no framework holds these nodes, so they may move into the dialog.
      const chrome = ["ui-title-bar", "ui-save-bar"];
      const own = [...this.children].filter((child) => !chrome.includes(child.localName));
      this.#content.append(...own);
    }
    return this.#content;
  }
}

/** `<s-app-window>`: the full-screen dialog with a page of its own. */
export class AppWindow extends Modal {}

/** `shopify.modal`: the same by id. */
export const modalApi = {
  show: (id: string): Promise<void> => modalById(id).show(),
  hide: (id: string): Promise<void> => modalById(id).hide(),
  toggle: (id: string): Promise<void> => modalById(id).toggle(),
};

export function installModals(): void {
  onShell("dismiss-overlay", () => void openModal?.hide());
}

function modalById(id: string): Modal {
  const modal = document.getElementById(id);
  if (!(modal instanceof Modal)) throw new Error(`modal: no <ui-modal id="${id}">`);
  return modal;
}
