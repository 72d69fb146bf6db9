import type { AdminShop } from "../store-data.ts";
import { storeName } from "../embed-url.ts";
import { html, nothing } from "./html.ts";
import type { Markup } from "./html.ts";
import { icon, SANDBOX_MARK } from "./icons.ts";
import type { IconName } from "./icons.ts";

export interface AdminApp {
  readonly name: string;
  /** Last part of the app's address in the Admin. */
  readonly handle: string;
  /** The icon as a partner would upload it; a plain dial when left out. */
  readonly iconSvg?: string;
}

export interface AdminLayoutInput {
  readonly shop: AdminShop;
  readonly app: AdminApp;
  /** Which entry of the navigation is current: a section's path, or `apps/<handle>`. */
  readonly section: string;
  readonly title: string;
  readonly stage: Markup;
  /** Put before the stage, for scripts that must hear the frame's first message. */
  readonly head: Markup;
}

/** Sections that this stand-in really shows; the others are there for the eye and say so. */
const SECTIONS: readonly { path: string; label: string; icon: IconName; isShown: boolean }[] = [
  { path: "", label: "Home", icon: "home", isShown: true },
  { path: "orders", label: "Orders", icon: "orders", isShown: false },
  { path: "products", label: "Products", icon: "products", isShown: true },
  { path: "customers", label: "Customers", icon: "customers", isShown: false },
  { path: "marketing", label: "Marketing", icon: "marketing", isShown: false },
  { path: "discounts", label: "Discounts", icon: "discounts", isShown: false },
  { path: "content", label: "Content", icon: "content", isShown: false },
  { path: "markets", label: "Markets", icon: "markets", isShown: false },
  { path: "finance", label: "Finance", icon: "finance", isShown: false },
  { path: "analytics", label: "Analytics", icon: "analytics", isShown: false },
];

const BADGE = "Sandbox Admin: a stand-in for Shopify Admin";

/** The whole document: top bar, left navigation and whatever stands on the stage. */
export function adminLayout(input: AdminLayoutInput): string {
  const { shop, head, stage } = input;
  const page = html`<!doctype html>
    <html lang="${shop.locale}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${input.title} · ${shop.title} · Sandbox Admin</title>
        <link rel="icon" href="/admin-assets/app-icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/admin-assets/admin.css" />
        ${head}
      </head>
      <body>
        ${topBar(shop)}
        <div class="layout">
          ${sideNav(input)}
          <main class="stage">${stage}</main>
        </div>
        <div class="scrim" id="scrim" hidden></div>
      </body>
    </html>`;
  return page.text;
}

/** The section's label for its path, for honest empty pages. */
export function sectionLabel(path: string): string {
  const known = SECTIONS.find((section) => section.path === path)?.label;
  return known ?? (path.charAt(0).toUpperCase() + path.slice(1)).replace(/[-_]/g, " ");
}

function topBar(shop: AdminShop): Markup {
  const { firstName, lastName } = shop.staff;
  return html`<header class="top-bar">
    <div class="top-start">
      <button class="icon-button" id="menu-button" aria-label="Menu" aria-controls="side-nav">
        ${icon("menu")}
      </button>
      <a class="brand" href="/store/${storeName(shop.domain)}" title="${BADGE}">
        ${SANDBOX_MARK}<span>Sandbox Admin</span>
      </a>
    </div>
    <div class="top-middle">
      <div class="search" title="Search is not part of this stand-in">
        ${icon("search")}<span>Search</span><kbd>Ctrl K</kbd>
      </div>
      <div class="save-bar" id="save-bar" role="region" aria-label="Unsaved changes" hidden></div>
    </div>
    <div class="top-end">
      <span class="icon-button" title="Notifications are not part of this stand-in">
        ${icon("bell")}
      </span>
      <span class="account" title="Signed in as ${firstName} ${lastName}">
        <span class="account-name">${shop.title}</span>
        <span class="avatar">${initials(shop.title)}</span>
      </span>
    </div>
  </header>`;
}

function sideNav({ shop, app, section }: AdminLayoutInput): Markup {
  const root = `/store/${storeName(shop.domain)}`;
  const items = SECTIONS.map(({ path, label, icon: name, isShown }) =>
    navItem({
      href: path === "" ? root : `${root}/${path}`,
      label,
      icon: icon(name),
      isCurrent: section === path,
      isShown,
    }),
  );
  const appPath = `apps/${app.handle}`;
  return html`<nav class="side-nav" id="side-nav" aria-label="Admin">
    <ul class="nav-list">
      ${items}
    </ul>
    <h2 class="nav-heading">Apps</h2>
    <ul class="nav-list">
      ${navItem({
        href: `${root}/${appPath}`,
        label: app.name,
        icon: html`<img class="app-icon" src="/admin-assets/app-icon.svg" alt="" />`,
        isCurrent: section === appPath,
        isShown: true,
        extra: html`<ul class="app-links" id="app-links"></ul>`,
      })}
    </ul>
    <ul class="nav-list nav-bottom">
      ${navItem({
        href: `${root}/settings/apps`,
        label: "Settings",
        icon: icon("settings"),
        isCurrent: section === "settings/apps",
        isShown: true,
      })}
    </ul>
    <p class="badge">${BADGE}</p>
  </nav>`;
}

interface NavItem {
  readonly href: string;
  readonly label: string;
  readonly icon: Markup;
  readonly isCurrent: boolean;
  readonly isShown: boolean;
  readonly extra?: Markup;
}

function navItem(item: NavItem): Markup {
  const current = item.isCurrent ? html`aria-current="page"` : nothing;
  const note = item.isShown ? nothing : html`class="off" title="Not part of this stand-in"`;
  return html`<li>
    <a href="${item.href}" ${note} ${current}>${item.icon}<span>${item.label}</span></a>
    ${item.extra ?? nothing}
  </li>`;
}

/** Up to two letters: "CD" for "Calibr Demo". */
function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== "");
  return words
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join("");
}
