/** The stand-in for https://cdn.shopify.com/shopifycloud/app-bridge.js; served by ../part.ts. */
import { frameContext } from "./frame-context.ts";
import { installAddress, ownPath } from "./address.ts";
import { installAuthenticatedFetch } from "./authenticated-fetch.ts";
import { shopifyGlobal } from "./global.ts";
import { finishBounce, installLeaving, moveIntoAdmin } from "./leaving.ts";
import { AppWindow, Modal, installModals } from "./modal.ts";
import { AppNav, NavMenu } from "./nav-menu.ts";
import { installRemoteButtons } from "./remote-button.ts";
import { SaveBar, installSaveBar } from "./save-bar.ts";
import { installSaveBarForms } from "./save-bar-form.ts";
import { tell } from "./shell-link.ts";
import { TitleBar } from "./title-bar.ts";
import { installToasts } from "./toast.ts";
import { hideWatchedElements } from "./watched-element.ts";
import { installWebVitals } from "./web-vitals.ts";

// A page that loads the script twice (a document and its error page) keeps the first one.
if (!("shopify" in window)) install();

function install(): void {
  Object.assign(window, { shopify: shopifyGlobal() });
  installAuthenticatedFetch();
  installLeaving();
  installToasts();
  installRemoteButtons();
  if (frameContext.isBounce) {
    tell({ kind: "hello", path: null });
    void finishBounce();
    return;
  }
  if (!frameContext.isFramed) {
    if (frameContext.hasHostParam) moveIntoAdmin();
    return;
  }
  hideWatchedElements();
  installModals();
  installSaveBar();
  installSaveBarForms();
  installWebVitals();
  defineElements();
  if (frameContext.isNested) return;
  installAddress();
  tell({ kind: "hello", path: ownPath() });
}

function defineElements(): void {
  customElements.define("ui-modal", Modal);
  customElements.define("s-app-window", AppWindow);
  customElements.define("ui-save-bar", SaveBar);
  // A page inside a modal has no place of its own in the Admin's navigation.
  if (frameContext.isNested) return;
  customElements.define("ui-title-bar", TitleBar);
  customElements.define("ui-nav-menu", NavMenu);
  customElements.define("s-app-nav", AppNav);
}
