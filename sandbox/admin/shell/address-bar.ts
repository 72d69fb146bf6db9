import { appFrame, tellFrame } from "./frame-link.ts";
import { markCurrentLink } from "./app-links.ts";
import { askSandbox, shellConfig } from "./shell-config.ts";

let isBridgeHeard = false;

/** The frame has loaded a page with App Bridge; null for a page that is only passed through. */
export function frameArrived(path: string | null): void {
  isBridgeHeard = path !== null;
  if (path !== null) followFrame(path);
}

/** Puts the frame's page into the Admin's address, so that a reload or a shared link finds it. */
export function followFrame(path: string): void {
  history.replaceState(null, "", shellConfig.appRoot + (path === "/" ? "" : path));
  markCurrentLink(path);
}

/** Moves the frame to a page of the app. */
export async function moveFrame(path: string): Promise<void> {
  if (isBridgeHeard) {
    tellFrame({ kind: "navigate", path });
    return;
  }
  await reloadFrame(path);
}

/** Loads the frame afresh, with a new signed address: the way out of a page that failed. */
export async function reloadFrame(path: string = currentPath()): Promise<void> {
  const { url } = (await askSandbox("embed-url", { path })) as { url: string };
  loadFrame(url);
}

/** Loads a signed address into the frame. */
export function loadFrame(url: string): void {
  isBridgeHeard = false;
  appFrame.src = url;
}

function currentPath(): string {
  const { pathname, search, hash } = location;
  return (pathname.slice(shellConfig.appRoot.length) || "/") + search + hash;
}

/** Leaves for an address that the app opened in the whole window. */
export function openInWindow(url: string): void {
  const target = new URL(url, location.href);
  // The app's scripts can only send people where a link could: to pages, never to `javascript:`.
  if (target.protocol !== "https:" && target.protocol !== "http:") return;
  location.assign(target);
}
