import { randomUUID } from "node:crypto";
import type { SandboxPart } from "../http/part.ts";
import { adminApi } from "./admin-api.ts";
import { adminAsset, productPicture } from "./assets.ts";
import { signedFrameUrl } from "./admin-context.ts";
import type { AdminContext, AdminPartOptions } from "./admin-context.ts";
import { storeName } from "./embed-url.ts";
import { appPage } from "./page/app-page.ts";
import { appsPage, installPage } from "./page/apps-pages.ts";
import { homePage, leftOutPage, productsPage } from "./page/store-pages.ts";
import { emptyStoreData } from "./store-data.ts";
import type { AdminShop } from "./store-data.ts";

const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"];
const LOCAL_PATHS =
  /^\/(?:$|favicon\.ico$|store\/|admin-assets\/|shopifycloud\/|static\/|s\/files\/)/;
const PRODUCTS_SHOWN_MAX = 100;

/** Stands in for Shopify Admin and for the scripts and fonts of Shopify's CDN. */
export function createAdminPart(options: AdminPartOptions): SandboxPart {
  const context: AdminContext = {
    ...options,
    storeData: options.storeData ?? emptyStoreData(),
  };
  return {
    name: "admin",
    owns: (host, pathname) =>
      host === "admin.shopify.com" ||
      host === "cdn.shopify.com" ||
      (LOCAL_HOSTS.includes(host) && LOCAL_PATHS.test(pathname)),
    handle: (request) => handle(context, request),
  };
}

async function handle(context: AdminContext, request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (url.pathname === "/admin-assets/product.svg") {
    return productPicture(url.searchParams.get("title") ?? "");
  }
  const asset = adminAsset(url.pathname, context.app.iconSvg);
  if (asset !== undefined) return asset;
  if (url.pathname.startsWith("/admin-assets/")) return adminApi(context, request);
  if (url.hostname === "cdn.shopify.com") return new Response("Not found", { status: 404 });
  const home = canonicalAddress(context, url);
  if (home !== null) return redirect(home);
  return storePage(context, request, url);
}

/** The frame only trusts one origin: `127.0.0.1` instead of `localhost` would leave it speechless. */
function canonicalAddress({ shellOrigin }: AdminContext, url: URL): string | null {
  const isLocal = LOCAL_HOSTS.includes(url.hostname);
  if (!isLocal || url.origin === shellOrigin) return null;
  return shellOrigin + url.pathname + url.search;
}

async function storePage(context: AdminContext, request: Request, url: URL): Promise<Response> {
  const { app, apiKey, shops } = context;
  const [, name, page = ""] = /^\/store\/([^/]+)\/?(.*)$/.exec(url.pathname) ?? [];
  if (name === undefined) {
    return redirect(`/store/${storeName(shops[0].domain)}/apps/${app.handle}`);
  }
  const shop = shops.find(({ domain }) => storeName(domain) === name);
  if (shop === undefined) return notFound(`no store "${name}" in this sandbox`);
  const [section, key, ...rest] = page.split("/");
  if (section === "apps" && key === apiKey) {
    return redirect([`/store/${name}/apps/${app.handle}`, ...rest].join("/") + url.search);
  }
  if (request.method === "POST") {
    return (await changeInstallation(context, shop, page)) ?? notFound(`no action "${page}"`);
  }
  const isInstalled = await context.storeData.isInstalled(shop.domain);
  if (section === "apps" && key === app.handle && !isInstalled) {
    const { required } = await context.storeData.scopes(shop.domain);
    return document(installPage({ shop, app, scopes: required }));
  }
  if (section === "apps" && key === app.handle) {
    return document(framePage(context, shop, `/${rest.join("/")}${url.search}`));
  }
  return document(await ownPage(context, shop, page, url.searchParams.get("q") ?? ""));
}

/** The two buttons of the Admin that change whether the app is installed. */
async function changeInstallation(
  { app, storeData }: AdminContext,
  { domain }: AdminShop,
  page: string,
): Promise<Response | null> {
  const root = `/store/${storeName(domain)}`;
  if (page === `apps/${app.handle}/install`) {
    await storeData.install(domain);
    return seeOther(`${root}/apps/${app.handle}`);
  }
  if (page === `apps/${app.handle}/uninstall`) {
    await storeData.uninstall(domain);
    return seeOther(`${root}/settings/apps`);
  }
  return null;
}

function framePage(context: AdminContext, shop: AdminShop, path: string): string {
  const { app, appUrl } = context;
  const { id, firstName, lastName, email } = shop.staff;
  const sessionId = randomUUID();
  return appPage({
    shop,
    app,
    config: {
      shop: shop.domain,
      frameUrl: signedFrameUrl(context, { shop, path, sessionId }),
      appRoot: `/store/${storeName(shop.domain)}/apps/${app.handle}`,
      appOrigin: new URL(appUrl).origin,
      appName: app.name,
      currency: shop.currency,
      sessionId,
      staff: { id, name: `${firstName} ${lastName}`, email },
    },
  });
}

async function ownPage(
  { app, storeData }: AdminContext,
  shop: AdminShop,
  page: string,
  search: string,
): Promise<string> {
  if (page === "") {
    return homePage({ shop, app, productCount: await storeData.countProducts(shop.domain) });
  }
  if (page === "settings/apps" || page === "settings") {
    const { granted } = await storeData.scopes(shop.domain);
    const isInstalled = await storeData.isInstalled(shop.domain);
    return appsPage({ shop, app, scopes: granted, isInstalled });
  }
  if (page !== "products") return leftOutPage({ shop, app }, page);
  const query = { shop: shop.domain, search, limit: PRODUCTS_SHOWN_MAX };
  const [products, total] = await Promise.all([
    storeData.products(query),
    storeData.countProducts(shop.domain),
  ]);
  return productsPage({ shop, app, products, total, search });
}

function document(markup: string): Response {
  return new Response(markup, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      // The page carries a token of one minute: it is never worth keeping.
      "cache-control": "no-store",
    },
  });
}

function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { location } });
}

function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location } });
}

function notFound(reason: string): Response {
  return new Response(`Sandbox Admin: ${reason}\n`, { status: 404 });
}
