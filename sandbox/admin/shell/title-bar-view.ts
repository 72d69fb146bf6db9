import type { RemoteButton, TitleBarState } from "../messages.ts";
import { byId, make, makeButton, makeIcon } from "./dom.ts";
import { tellFrame } from "./frame-link.ts";
import { shellConfig } from "./shell-config.ts";

/** The width at which the style sheet folds the navigation away. */
const narrowScreen = matchMedia("(max-width: 768px)");
narrowScreen.addEventListener("change", () => showActions());

let shownBar: TitleBarState | null = null;

/** Shows the page's title and actions beside the app's icon. */
export function showTitleBar(bar: TitleBarState | null): void {
  const title = bar?.title ?? shellConfig.appName;
  const heading = make("h1", "", title);
  heading.id = "page-title";
  const crumb = bar?.breadcrumb;
  byId("crumbs").replaceChildren(
    ...(crumb == null ? [] : [pressable(crumb, ""), makeIcon("m8 6 4 4-4 4")]),
    heading,
  );
  shownBar = bar;
  showActions();
  document.title = `${title} · ${shellConfig.appName} · Sandbox Admin`;
}

/** On a narrow screen all but the primary action go into one menu. */
function showActions(): void {
  const all = shownBar?.actions ?? [];
  const groups = shownBar?.groups ?? [];
  const primary = all.filter((action) => action.isPrimary);
  const others = all.filter((action) => !action.isPrimary);
  const folded = [...others, ...groups.flatMap((group) => group.actions)];
  const menus = narrowScreen.matches ? [{ label: "More", actions: folded }] : groups;
  byId("title-actions").replaceChildren(
    ...menus
      .filter((menu) => menu.actions.length > 0)
      .map((menu) => actionMenu(menu.label, menu.actions)),
    ...(narrowScreen.matches ? [] : others.map((action) => pressable(action, ""))),
    ...primary.map((action) => pressable(action, "primary")),
  );
}

/** A button of the Admin that stands for a button of the app's page. */
export function pressable(button: RemoteButton, className: string): HTMLButtonElement {
  const view = makeButton(button.label, className, () =>
    tellFrame({ kind: "press", buttonId: button.id }),
  );
  view.disabled = button.isDisabled || button.isLoading;
  view.ariaBusy = String(button.isLoading);
  view.classList.toggle("critical", button.isCritical);
  return view;
}

function actionMenu(label: string, actions: readonly RemoteButton[]): HTMLElement {
  const menu = make("div", "menu", ...actions.map((action) => pressable(action, "")));
  menu.hidden = true;
  const anchor = make("div", "menu-anchor");
  const toggle = makeButton(label, "", () => {
    menu.hidden = !menu.hidden;
    toggle.ariaExpanded = String(!menu.hidden);
  });
  toggle.append(makeIcon("m6 8 4 4 4-4"));
  anchor.append(toggle, menu);
  document.addEventListener("click", (event) => {
    if (event.target instanceof Node && !toggle.contains(event.target)) menu.hidden = true;
  });
  return anchor;
}
