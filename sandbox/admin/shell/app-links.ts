import type { NavLink } from "../messages.ts";
import { byId, make } from "./dom.ts";
import { shellConfig } from "./shell-config.ts";

const STORAGE_KEY = `app-links-${shellConfig.appRoot}`;

let linkPaths: string[] = [];

/** Lists the app's own links under its name in the left navigation. */
export function showAppLinks(links: readonly NavLink[]): void {
  const list = byId("app-links");
  linkPaths = links.map((link) => link.path);
  list.replaceChildren(
    ...links.map((link) => {
      const anchor = make("a", "", make("span", "", link.label));
      anchor.href = shellConfig.appRoot + link.path;
      return make("li", "", anchor);
    }),
  );
  if (links.length > 0) sessionStorage.setItem(STORAGE_KEY, JSON.stringify(links));
  markCurrentLink(location.pathname.slice(shellConfig.appRoot.length));
}

/** Shows the links of the last visit at once, before the app has loaded. */
export function showRememberedLinks(): void {
  const stored = sessionStorage.getItem(STORAGE_KEY);
  if (stored !== null) showAppLinks(JSON.parse(stored) as NavLink[]);
}

export interface NavMoves {
  /** A page of the app, to which the frame moves. */
  toApp(path: string): void;
  /** Another page of the Admin, for which the window leaves. */
  toAdmin(href: string): void;
}

/** Takes over the left navigation's links, so that unsaved changes can be asked about first. */
export function onNavLink(moves: NavMoves): void {
  byId("side-nav").addEventListener("click", (event) => {
    const anchor = event.target instanceof Element ? event.target.closest("a") : null;
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (anchor === null || !isPlain) return;
    event.preventDefault();
    if (!isOwn(anchor)) {
      moves.toAdmin(anchor.href);
      return;
    }
    const url = new URL(anchor.href);
    moves.toApp((url.pathname.slice(shellConfig.appRoot.length) || homePath) + url.search);
  });
}

let homePath = "/";

/** Where the app's name leads: the page the app calls its home. */
export function setHomePath(path: string | null): void {
  homePath = path ?? "/";
}

export function markCurrentLink(path: string): void {
  const here = path.split(/[?#]/)[0] ?? path;
  const matches = linkPaths.filter((link) => {
    const page = link.split(/[?#]/)[0] ?? link;
    return here === page || here.startsWith(`${page}/`);
  });
  // The longest match is the nearest: "/app/rules" wins over "/app" on "/app/rules/7".
  const best = matches.sort((a, b) => b.length - a.length).at(0);
  for (const anchor of byId("app-links").querySelectorAll("a")) {
    const isCurrent = best !== undefined && anchor.href.endsWith(shellConfig.appRoot + best);
    if (isCurrent) anchor.setAttribute("aria-current", "page");
    else anchor.removeAttribute("aria-current");
  }
}

function isOwn(anchor: HTMLAnchorElement): boolean {
  const { pathname, origin } = new URL(anchor.href);
  const { appRoot } = shellConfig;
  return origin === location.origin && (pathname === appRoot || pathname.startsWith(`${appRoot}/`));
}
