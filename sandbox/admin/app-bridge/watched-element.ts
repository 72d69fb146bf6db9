/**
 * A custom element that describes something the Admin shows: invisible in the page, and read again
 * whenever its attributes or children change.
 */
export abstract class WatchedElement extends HTMLElement {
  #isReadingDue = false;
  readonly #observer = new MutationObserver(() => this.readSoon());

  /** Called after every change, once per task, while the element is in the page. */
  protected abstract read(): void;
  /** Called when the element has left the page. */
  protected abstract left(): void;

  connectedCallback(): void {
    this.#observer.observe(this, {
      attributes: true,
      characterData: true,
      childList: true,
      subtree: true,
    });
    this.readSoon();
  }

  disconnectedCallback(): void {
    this.#observer.disconnect();
    this.left();
  }

  protected readSoon(): void {
    if (this.#isReadingDue) return;
    this.#isReadingDue = true;
    queueMicrotask(() => {
      this.#isReadingDue = false;
      if (this.isConnected) this.read();
    });
  }
}

/** Hides every such element without touching the page's markup, which a framework may compare. */
export function hideWatchedElements(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    "ui-nav-menu, s-app-nav, ui-title-bar, ui-save-bar, ui-modal, s-app-window { display: none }",
  );
  document.adoptedStyleSheets.push(sheet);
}
