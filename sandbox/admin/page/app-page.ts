import type { AdminShop } from "../store-data.ts";
import { adminLayout } from "./admin-layout.ts";
import type { AdminApp } from "./admin-layout.ts";
import { html, jsonScript } from "./html.ts";
import { icon } from "./icons.ts";

/** What the shell's script needs to know about its page. */
export interface ShellConfig {
  readonly shop: string;
  /** The signed address of the app's page. */
  readonly frameUrl: string;
  /** Address of the app in the Admin, without a slash at the end. */
  readonly appRoot: string;
  readonly appOrigin: string;
  readonly appName: string;
  readonly currency: string;
  readonly sessionId: string;
  readonly staff: { readonly id: number; readonly name: string; readonly email: string };
}

export interface AppPageInput {
  readonly shop: AdminShop;
  readonly app: AdminApp;
  readonly config: ShellConfig;
}

/** The page that embeds the app: title bar and frame. The script loads the frame once it listens. */
export function appPage({ shop, app, config }: AppPageInput): string {
  return adminLayout({
    shop,
    app,
    section: `apps/${app.handle}`,
    title: app.name,
    head: html`${jsonScript("shell-config", config)}
      <script src="/admin-assets/shell.js" defer></script>`,
    stage: html`<div class="app-stage">
      <div class="loading-bar" id="loading-bar" role="progressbar" aria-label="Loading"></div>
      <div class="title-bar">
        <img class="app-icon" src="/admin-assets/app-icon.svg" alt="" />
        <div class="crumbs" id="crumbs"><h1 id="page-title">${app.name}</h1></div>
        <div class="title-actions" id="title-actions"></div>
        <button
          class="icon-button small"
          id="reload-frame"
          title="Reload the app"
          aria-label="Reload the app"
        >
          ${icon("reload")}
        </button>
      </div>
      <iframe
        id="app-frame"
        name="app-iframe"
        title="${app.name}"
        allow="clipboard-write; clipboard-read"
      ></iframe>
      <div class="toasts" id="toasts" aria-live="polite"></div>
    </div>`,
  });
}
