import type { RemoteButton, TitleBarState } from "../messages.ts";

export interface ModalFrame {
  /** Laid over the page; the content goes in as its child. */
  readonly host: HTMLElement;
  describe(bar: TitleBarState): void;
  setVariant(variant: string): void;
}

export interface ModalFrameHooks {
  readonly press: (buttonId: string) => void;
  readonly dismiss: () => void;
}

/** A dialog's chrome in a shadow tree, so that neither the app's style sheets nor ours leak. */
export function modalFrame(hooks: ModalFrameHooks): ModalFrame {
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(MODAL_CSS);
  root.adoptedStyleSheets = [sheet];

  const heading = part("h2", "heading");
  const close = part("button", "close");
  close.setAttribute("aria-label", "Close");
  close.textContent = "×";
  close.addEventListener("click", hooks.dismiss);
  const header = part("header", "header", heading, close);
  const body = part("div", "body", document.createElement("slot"));
  const footer = part("footer", "footer");
  const dialog = part("div", "dialog", header, body, footer);
  dialog.setAttribute("role", "dialog");
  dialog.setAttribute("aria-modal", "true");
  dialog.tabIndex = -1;
  const backdrop = part("div", "backdrop");
  backdrop.addEventListener("click", hooks.dismiss);
  root.append(backdrop, dialog);
  host.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hooks.dismiss();
  });

  return {
    host,
    describe(bar) {
      heading.textContent = bar.title ?? "";
      dialog.setAttribute("aria-label", bar.title ?? "Dialog");
      const actions = [...bar.groups.flatMap((group) => group.actions), ...bar.actions];
      // The primary action stands last, at the edge, whatever its place in the markup.
      actions.sort((a, b) => Number(a.isPrimary) - Number(b.isPrimary));
      footer.replaceChildren(...actions.map((action) => footerButton(action, hooks.press)));
      footer.hidden = actions.length === 0;
    },
    setVariant(variant) {
      dialog.dataset["variant"] = variant;
    },
  };
}

function footerButton(action: RemoteButton, press: (id: string) => void): HTMLElement {
  const button = part("button", "action");
  button.textContent = action.label;
  button.classList.toggle("primary", action.isPrimary);
  button.classList.toggle("critical", action.isCritical);
  button.toggleAttribute("disabled", action.isDisabled || action.isLoading);
  button.setAttribute("aria-busy", String(action.isLoading));
  button.addEventListener("click", () => press(action.id));
  return button;
}

function part(tag: string, name: string, ...children: Node[]): HTMLElement {
  const element = document.createElement(tag);
  element.className = name;
  element.append(...children);
  return element;
}

const MODAL_CSS = `
  /* Under the popovers of Polaris (400), which its fields open inside a modal too. */
  :host { position: fixed; inset: 0; z-index: 390; display: grid; place-items: center;
    font: 400 13px/20px Inter, -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, sans-serif;
    color: #303030 }
  [hidden] { display: none !important }
  .backdrop { position: absolute; inset: 0; background: rgb(0 0 0 / .5); animation: fade .15s }
  .dialog { position: relative; display: flex; flex-direction: column; background: #fff;
    width: min(620px, calc(100% - 32px)); max-height: calc(100% - 48px); border-radius: 16px;
    overflow: hidden; box-shadow: 0 20px 40px -8px rgb(0 0 0 / .35); outline: none;
    animation: rise .18s cubic-bezier(.2, .8, .2, 1) }
  .dialog[data-variant=small] { width: min(380px, calc(100% - 32px)) }
  .dialog[data-variant=large] { width: min(980px, calc(100% - 32px)) }
  .dialog[data-variant=max] { width: 100%; height: 100%; max-height: 100%; border-radius: 0 }
  .header { display: flex; align-items: center; gap: 8px; padding: 12px 12px 12px 16px;
    background: #f3f3f3; border-bottom: 1px solid #e3e3e3 }
  .heading { flex: 1; margin: 0; font-size: 14px; font-weight: 650; overflow-wrap: anywhere }
  .body { flex: 1; overflow: auto; overscroll-behavior: contain }
  .footer { display: flex; justify-content: flex-end; flex-wrap: wrap; gap: 8px; padding: 16px;
    border-top: 1px solid #e3e3e3 }
  button { font: inherit; cursor: pointer; border: 0; background: none; color: inherit }
  button:focus-visible { outline: 2px solid #005bd3; outline-offset: 1px }
  .close { width: 28px; height: 28px; border-radius: 8px; font-size: 22px; line-height: 1;
    color: #616161 }
  .close:hover { background: #e3e3e3 }
  .action { min-height: 28px; padding: 4px 12px; border-radius: 8px; font-weight: 550;
    font-size: 12px; background: #fff; box-shadow: 0 0 0 1px #d4d4d4, 0 1px 0 #c4c4c4 }
  .action:hover { background: #f7f7f7 }
  .primary { background: #303030; color: #fff; box-shadow: 0 1px 0 #000 }
  .primary:hover { background: #1a1a1a }
  .critical.primary { background: #c70a24; box-shadow: 0 1px 0 #8e0b21 }
  .critical:not(.primary) { color: #b5071f }
  .action:disabled { background: #ebebeb; color: #a3a3a3; box-shadow: none; cursor: default }
  @keyframes fade { from { opacity: 0 } }
  @keyframes rise { from { opacity: 0; transform: translateY(12px) scale(.98) } }
  @media (prefers-reduced-motion: reduce) { .backdrop, .dialog { animation: none } }
`;
