import { frameContext } from "./frame-context.ts";
import { idToken } from "./id-token.ts";
import { onShell, tell } from "./shell-link.ts";

/** Parameters the Admin adds to the frame's address; they are no part of the app's own page. */
const ADMIN_PARAMS = "embedded hmac host id_token locale session shop timestamp".split(" ");

/** The page as the Admin's address bar shows it. */
export function ownPath(address: string = location.href): string {
  const url = new URL(address, location.href);
  for (const name of ADMIN_PARAMS) url.searchParams.delete(name);
  return url.pathname + url.search + url.hash;
}

let navigateListenerCount = 0;

/** Keeps the Admin's address bar on the frame's page, and lets the Admin move the frame. */
export function installAddress(): void {
  const report = (): void => tell({ kind: "path", path: ownPath() });
  for (const name of ["pushState", "replaceState"] as const) {
    const plain = history[name].bind(history);
    history[name] = (...change): void => {
      plain(...change);
      report();
    };
  }
  window.addEventListener("popstate", report);
  window.addEventListener("hashchange", report);
  countNavigateListeners();
  onShell("navigate", ({ path }) => navigateWithin(path));
}

/**
 * Moves to another page of the app: by the app's router when it listens for `shopify:navigate`
 * (the event's target is a link to the page), else by loading the page.
 */
export function navigateWithin(path: string): void {
  if (navigateListenerCount === 0) {
    void loadPage(path);
    return;
  }
  const known = [...document.querySelectorAll("ui-nav-menu a, s-app-nav a")].find(
    (link) => link instanceof HTMLAnchorElement && ownPath(link.href) === path,
  );
  const link = known ?? document.body.appendChild(temporaryLink(path));
  link.dispatchEvent(new Event("shopify:navigate", { bubbles: true, cancelable: true }));
  if (link !== known) link.remove();
}

async function loadPage(path: string): Promise<void> {
  const url = new URL(path, location.href);
  const { shop, host, locale } = frameContext;
  const params = { embedded: "1", shop, host, locale, id_token: await idToken() };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  location.assign(url);
}

function temporaryLink(path: string): HTMLAnchorElement {
  const link = document.createElement("a");
  link.href = path;
  link.hidden = true;
  return link;
}

function countNavigateListeners(): void {
  const add = window.addEventListener.bind(window);
  const remove = window.removeEventListener.bind(window);
  window.addEventListener = (...listening: Parameters<typeof add>): void => {
    if (listening[0] === "shopify:navigate") navigateListenerCount += 1;
    add(...listening);
  };
  window.removeEventListener = (...listening: Parameters<typeof remove>): void => {
    if (listening[0] === "shopify:navigate") navigateListenerCount -= 1;
    remove(...listening);
  };
}
