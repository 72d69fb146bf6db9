import type { TitleBarState } from "../messages.ts";
import { remoteButton } from "./remote-button.ts";
import { tell } from "./shell-link.ts";
import { WatchedElement } from "./watched-element.ts";

/** `<ui-title-bar>`: the page's title and actions in the Admin's title bar. */
export class TitleBar extends WatchedElement {
  protected read(): void {
    // Inside a modal it is the modal's header and footer (see modal.ts).
    if (this.closest("ui-modal") === null) tell({ kind: "title-bar", bar: titleBarState(this) });
  }

  protected left(): void {
    if (document.querySelector("ui-title-bar") === null) tell({ kind: "title-bar", bar: null });
  }
}

/** Reads title, breadcrumb, actions and grouped actions of a `<ui-title-bar>`. */
export function titleBarState(bar: Element): TitleBarState {
  const controls = [...bar.children].filter(isControl);
  const breadcrumb = controls.find((control) => control.getAttribute("variant") === "breadcrumb");
  return {
    title: bar.getAttribute("title"),
    breadcrumb: breadcrumb === undefined ? null : remoteButton(breadcrumb),
    actions: controls.filter((control) => control !== breadcrumb).map(remoteButton),
    groups: [...bar.querySelectorAll("section")].map((section) => ({
      label: section.getAttribute("label") ?? "More actions",
      actions: [...section.children].filter(isControl).map(remoteButton),
    })),
  };
}

function isControl(element: Element): element is HTMLElement {
  return element instanceof HTMLButtonElement || element instanceof HTMLAnchorElement;
}
