import { createHmac } from "node:crypto";

/** The query parameters that belong to Shopify Admin and never to the app's own address. */
export const EMBED_PARAMS = [
  "embedded",
  "hmac",
  "host",
  "id_token",
  "locale",
  "session",
  "shop",
  "timestamp",
] as const;

export interface EmbedUrlInput {
  /** Origin of the app, for example `http://localhost:3000`. */
  readonly appUrl: string;
  readonly apiSecret: string;
  /** Path, query and fragment inside the app, beginning with `/`. */
  readonly path: string;
  readonly shop: string;
  readonly locale: string;
  readonly idToken: string;
  readonly sessionId: string;
  readonly now: Date;
}

/** The address Shopify Admin gives the app's iframe: the page plus the signed embed parameters. */
export function embedUrl(input: EmbedUrlInput): string {
  const url = new URL(input.appUrl);
  const page = new URL(input.path, "https://path.invalid");
  url.pathname = page.pathname;
  url.search = page.search;
  url.hash = page.hash;
  for (const name of EMBED_PARAMS) url.searchParams.delete(name);
  url.searchParams.set("embedded", "1");
  url.searchParams.set("host", embedHost(input.shop));
  url.searchParams.set("id_token", input.idToken);
  url.searchParams.set("locale", input.locale);
  url.searchParams.set("session", input.sessionId);
  url.searchParams.set("shop", input.shop);
  url.searchParams.set("timestamp", String(Math.floor(input.now.getTime() / 1000)));
  url.searchParams.set("hmac", signQuery(url.searchParams, input.apiSecret));
  return url.href;
}

/** The `host` parameter: base64 without padding of the store's Admin address without its scheme. */
export function embedHost(shop: string): string {
  const address = `admin.shopify.com/store/${storeName(shop)}`;
  return Buffer.from(address).toString("base64").replace(/=+$/, "");
}

/** `calibr-demo` for `calibr-demo.myshopify.com`. */
export function storeName(shop: string): string {
  return shop.replace(/\.myshopify\.com$/, "");
}

/**
 * Hexadecimal HMAC-SHA256 over the sorted query without `hmac`.
 * Source: shopify.dev, "Verify the installation request", read 2026-11-23.
 */
export function signQuery(query: URLSearchParams, apiSecret: string): string {
  const message = [...query.entries()]
    .filter(([name]) => name !== "hmac")
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join("&");
  return createHmac("sha256", apiSecret).update(message).digest("hex");
}
