/** The script of the page that embeds the app; served by ../part.ts. */
import type { FrameQuestion, ScopesAnswer, ShellAnswers } from "../messages.ts";
import {
  followFrame,
  frameArrived,
  loadFrame,
  moveFrame,
  openInWindow,
  reloadFrame,
} from "./address-bar.ts";
import { onNavLink, setHomePath, showAppLinks, showRememberedLinks } from "./app-links.ts";
import { confirmDialog } from "./dialog.ts";
import { byId } from "./dom.ts";
import { installDrawer } from "./drawer.ts";
import { appFrame, listenToFrame, tellFrame } from "./frame-link.ts";
import { pickRows } from "./picker-dialog.ts";
import { pickResources } from "./resource-picker.ts";
import { agreesToLeave, guardWindow, showSaveBar } from "./save-bar-view.ts";
import { askSandbox, shellConfig } from "./shell-config.ts";
import { showTitleBar } from "./title-bar-view.ts";
import { hideToast, showToast } from "./toast-view.ts";

const showLoading = (isLoading: boolean): void => {
  byId("loading-bar").classList.toggle("on", isLoading);
};

/** A new document in the frame starts with nothing of the old one's in the Admin's chrome. */
const clearChrome = (): void => {
  showSaveBar(null);
  showTitleBar(null);
  showLoading(false);
  document.body.classList.remove("overlay");
};

listenToFrame(
  {
    hello: ({ path }) => {
      clearChrome();
      frameArrived(path);
    },
    path: ({ path }) => followFrame(path),
    nav: ({ links, home }) => {
      showAppLinks(links);
      setHomePath(home);
    },
    "title-bar": ({ bar }) => showTitleBar(bar),
    "save-bar": ({ bar }) => showSaveBar(bar),
    "toast-show": ({ toast }) => showToast(toast),
    "toast-hide": ({ id }) => hideToast(id),
    loading: ({ isLoading }) => showLoading(isLoading),
    overlay: ({ isOpen }) => document.body.classList.toggle("overlay", isOpen),
    open: ({ url }) => openInWindow(url),
  },
  {
    "id-token": async () => (await askSandbox("id-token")) as ShellAnswers["id-token"],
    user: () => Promise.resolve(shellConfig.staff),
    "confirm-leave": async () => ({ isLeaving: await agreesToLeave() }),
    "pick-rows": pickOwnRows,
    "pick-resources": pickResources,
    scopes: async () => (await askSandbox("scopes")) as ScopesAnswer,
    "scopes-request": requestScopes,
    "scopes-revoke": async ({ scopes }) => ({
      detail: (await askSandbox("scopes-revoke", { scopes })) as ScopesAnswer,
    }),
  },
);

showRememberedLinks();
installDrawer();
guardWindow();
onNavLink({
  toApp: (path) => void leaveFor(() => moveFrame(path)),
  toAdmin: (href) => void leaveFor(() => openInWindow(href)),
});
byId("reload-frame").addEventListener("click", () => void reloadFrame());
document.addEventListener("click", (event) => {
  const isOutside = event.target !== appFrame && document.body.classList.contains("overlay");
  if (isOutside) tellFrame({ kind: "dismiss-overlay" });
});
// Only now: nothing the frame says may come before somebody listens.
loadFrame(shellConfig.frameUrl);

async function leaveFor(move: () => void | Promise<void>): Promise<void> {
  if (await agreesToLeave()) await move();
}

async function pickOwnRows(
  question: Extract<FrameQuestion, { kind: "pick-rows" }>,
): Promise<ShellAnswers["pick-rows"]> {
  const chosen = await pickRows({
    ...question,
    confirmLabel: "Select",
    search: null,
    selectedIds: [],
    rows: () => Promise.resolve(question.rows.map((row) => ({ ...row, children: [] }))),
  });
  return chosen === null ? null : { selectedIds: [...chosen] };
}

async function requestScopes({
  scopes,
}: Extract<FrameQuestion, { kind: "scopes-request" }>): Promise<ShellAnswers["scopes-request"]> {
  const isGranted = await confirmDialog({
    heading: `${shellConfig.appName} needs more access`,
    text: `Allow the app: ${scopes.join(", ")}.`,
    confirmLabel: "Update",
    cancelLabel: "Cancel",
  });
  const detail = await askSandbox(
    isGranted ? "scopes-grant" : "scopes",
    isGranted ? { scopes } : {},
  );
  return { isGranted, detail: detail as ScopesAnswer };
}
