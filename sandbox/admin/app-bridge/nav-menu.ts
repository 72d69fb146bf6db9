import { ownPath } from "./address.ts";
import { tell } from "./shell-link.ts";
import { WatchedElement } from "./watched-element.ts";

/** `<ui-nav-menu>` and `<s-app-nav>`: the app's links in the Admin's left navigation. */
export class NavMenu extends WatchedElement {
  protected read(): void {
    const anchors = [...this.querySelectorAll<HTMLAnchorElement>("a[href]")];
    const home = anchors.find((anchor) => anchor.getAttribute("rel") === "home");
    tell({
      kind: "nav",
      home: home === undefined ? null : ownPath(home.href),
      links: anchors
        .filter((anchor) => anchor !== home)
        .map((anchor) => ({ label: anchor.textContent.trim(), path: ownPath(anchor.href) })),
    });
  }

  protected left(): void {
    if (document.querySelector("ui-nav-menu, s-app-nav") === null) {
      tell({ kind: "nav", home: null, links: [] });
    }
  }
}

/** A class serves one element name only. */
export class AppNav extends NavMenu {}
