import { storeName } from "../embed-url.ts";
import { html } from "./html.ts";
import type { Markup } from "./html.ts";
import { storePage } from "./store-pages.ts";
import type { StorePage } from "./store-pages.ts";

interface AppScopes extends StorePage {
  readonly scopes: readonly string[];
}

/** What a merchant sees before the app is installed: who it is and what it may do. */
export function installPage({ shop, app, scopes }: AppScopes): string {
  return storePage({ shop, app }, `apps/${app.handle}`, `Install ${app.name}`, [
    html`<section class="card hero">
      <img class="app-icon" src="/admin-assets/app-icon.svg" alt="" />
      <div>
        <h2>${app.name} will be able to</h2>
        ${scopeList(scopes)}
        <form method="post" action="${appPath({ shop, app })}/install">
          <button class="button primary">Install</button>
        </form>
      </div>
    </section>`,
  ]);
}

/** The store's installed apps, with the way to uninstall. */
export function appsPage(input: AppScopes & { readonly isInstalled: boolean }): string {
  const { shop, app, scopes, isInstalled } = input;
  const action = isInstalled ? "Uninstall" : "Install";
  return storePage({ shop, app }, "settings/apps", "Apps", [
    html`<section class="card hero">
      <img class="app-icon" src="/admin-assets/app-icon.svg" alt="" />
      <div>
        <h2>${app.name}</h2>
        <p>${isInstalled ? "Installed on this store. It may:" : "Not installed on this store."}</p>
        ${scopeList(isInstalled ? scopes : [])}
        <form method="post" action="${appPath({ shop, app })}/${action.toLowerCase()}">
          <button class="button ${isInstalled ? "critical" : "primary"}">${action}</button>
        </form>
      </div>
    </section>`,
  ]);
}

function appPath({ shop, app }: StorePage): string {
  return `/store/${storeName(shop.domain)}/apps/${app.handle}`;
}

function scopeList(scopes: readonly string[]): Markup {
  return html`<ul class="scopes">
    ${scopes.map((scope) => html`<li>${scope.replaceAll("_", " ")}</li>`)}
  </ul>`;
}
