import { navigateWithin, ownPath } from "./address.ts";
import { frameContext } from "./frame-context.ts";
import { idToken } from "./id-token.ts";
import { tell } from "./shell-link.ts";

/** Sends `window.open` and links to the Admin's pages (`shopify:admin/…`) and `_top` to the shell. */
export function installLeaving(): void {
  const plainOpen = window.open.bind(window);
  window.open = (address = "", target = "_blank", features): WindowProxy | null => {
    const href = String(address);
    const url = isAdminLink(href) ? adminAddress(href) : new URL(href, location.href).href;
    if (target === "_self" && new URL(url).origin === location.origin) {
      navigateWithin(ownPath(url));
      return window;
    }
    const leavesFrame = target === "_top" || target === "_parent" || target === "_self";
    if (!frameContext.isFramed || !leavesFrame) return plainOpen(url, target, features);
    tell({ kind: "open", url });
    return window.top;
  };
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    const href = link?.getAttribute("href") ?? "";
    if (event.defaultPrevented || !isAdminLink(href)) return;
    event.preventDefault();
    window.open(href, link?.getAttribute("target") ?? "_top");
  });
}

/** The bounce page asked for a token: go back to the page it names, now with one. */
export async function finishBounce(): Promise<void> {
  const reload = new URLSearchParams(location.search).get("shopify-reload") ?? "/";
  const url = new URL(reload, location.href);
  // The address came in a query: only the app's own pages may receive the token.
  if (url.origin !== location.origin) return;
  url.searchParams.set("id_token", await idToken());
  location.replace(url);
}

/** A page meant for the frame was opened by itself: go to the same page inside the Admin. */
export function moveIntoAdmin(): void {
  const app = `/store/${storeOfHost()}/apps/${frameContext.apiKey}`;
  location.replace(frameContext.shellOrigin + app + ownPath());
}

function isAdminLink(href: string): boolean {
  return /^shopify:(\/\/)?admin(\/|$)/.test(href);
}

function adminAddress(href: string): string {
  const page = href.replace(/^shopify:(\/\/)?admin\/?/, "");
  return `${frameContext.shellOrigin}/store/${storeOfHost()}/${page}`;
}

function storeOfHost(): string {
  return atob(frameContext.host).split("/").at(-1) ?? "";
}
