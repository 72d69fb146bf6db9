/**
 * What the page knows before anything else runs: who the app is, in which store, and which window
 * plays Shopify Admin. Read once, while this script is `document.currentScript`.
 */
export interface FrameContext {
  readonly apiKey: string;
  readonly shop: string;
  /** Base64 of `admin.shopify.com/store/{name}`. */
  readonly host: string;
  readonly locale: string;
  /** The one origin this script speaks to and listens to. */
  readonly shellOrigin: string;
  /** Shown inside another window, as Shopify Admin does it. */
  readonly isFramed: boolean;
  /** Shown inside a modal of the app, so without a nav menu, title bar or address of its own. */
  readonly isNested: boolean;
  /** The bounce page of session token renewal: it only asks for a token and leaves. */
  readonly isBounce: boolean;
  /** The page was opened by the Admin's own link, not inside it. */
  readonly hasHostParam: boolean;
}

const CDN_ORIGIN = "https://cdn.shopify.com";
const STORAGE_PREFIX = "app-bridge-";

export const frameContext: FrameContext = readFrameContext();

function readFrameContext(): FrameContext {
  const script =
    document.currentScript instanceof HTMLScriptElement ? document.currentScript : null;
  const query = new URLSearchParams(location.search);
  const host = remembered("host", query.get("host"));
  return {
    apiKey: script?.dataset["apiKey"] ?? metaContent("shopify-api-key") ?? "",
    shop: remembered("shop", query.get("shop")),
    host,
    locale: remembered("locale", query.get("locale")) || "en",
    shellOrigin: shellOriginOf(script, host),
    isFramed: window.top !== window.self,
    isNested: window.parent !== window.top,
    isBounce: query.has("shopify-reload"),
    hasHostParam: query.has("host"),
  };
}

/** Served from Shopify's own address, the host names the Admin; elsewhere the server is the Admin. */
function shellOriginOf(script: HTMLScriptElement | null, host: string): string {
  const scriptOrigin = script === null ? CDN_ORIGIN : new URL(script.src, location.href).origin;
  if (scriptOrigin !== CDN_ORIGIN) return scriptOrigin;
  const admin = atob(host).split("/")[0];
  return `https://${admin === undefined || admin === "" ? "admin.shopify.com" : admin}`;
}

/** Later pages of the same tab are reached by plain links without the parameters. */
function remembered(name: string, given: string | null): string {
  try {
    if (given !== null) sessionStorage.setItem(STORAGE_PREFIX + name, given);
    return given ?? sessionStorage.getItem(STORAGE_PREFIX + name) ?? "";
  } catch {
    // Storage is blocked with third-party cookies: the parameters of this page must do.
    return given ?? "";
  }
}

function metaContent(name: string): string | undefined {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;
}
