import type { ShopifyGlobal } from "@shopify/app-bridge-types";
import { frameContext } from "./frame-context.ts";
import { idToken } from "./id-token.ts";
import { modalApi } from "./modal.ts";
import { picker, resourcePicker } from "./pickers.ts";
import { saveBarApi } from "./save-bar.ts";
import { ask, tell } from "./shell-link.ts";
import { toastApi } from "./toast.ts";
import { webVitalsApi } from "./web-vitals.ts";

/** Parts of App Bridge that only make sense in Shopify's point of sale or mobile apps. */
type LeftOut = "pos" | "scanner" | "setSignals";

/** `window.shopify`, typed by Shopify's own declarations: a wrong stand-in does not compile. */
export function shopifyGlobal(): Omit<ShopifyGlobal, LeftOut> {
  const { apiKey, shop, host, locale } = frameContext;
  return {
    config: { apiKey, shop, host, locale },
    origin: location.origin,
    ready: Promise.resolve(),
    environment: { mobile: false, embedded: frameContext.isFramed, pos: false, intent: false },
    idToken,
    user: () => ask<"user">({ kind: "user" }),
    loading: (isLoading = true) => tell({ kind: "loading", isLoading }),
    toast: toastApi,
    modal: modalApi,
    saveBar: saveBarApi,
    resourcePicker,
    picker,
    scopes,
    webVitals: webVitalsApi,
    app: { extensions: () => Promise.resolve([]) },
    shopifyQL: { available: () => Promise.resolve(false) },
    support: { registerHandler: () => Promise.resolve() },
    reviews: {
      request: () =>
        Promise.resolve({
          success: false,
          code: "merchant-ineligible",
          message: "Reviews are not part of this stand-in",
        }),
    },
    intents: {
      register: () => () => undefined,
      request: { value: null, subscribe: () => () => undefined },
      invoke: () => Promise.reject(new Error("Intents are not part of this stand-in")),
    },
    tools: { register: () => () => undefined, unregister: () => undefined, clear: () => undefined },
  };
}

const scopes: ShopifyGlobal["scopes"] = {
  query: () => ask<"scopes">({ kind: "scopes" }),
  async request(wanted) {
    const { isGranted, detail } = await ask<"scopes-request">({
      kind: "scopes-request",
      scopes: wanted,
    });
    return { result: isGranted ? "granted-all" : "declined-all", detail };
  },
  revoke: (unwanted) => ask<"scopes-revoke">({ kind: "scopes-revoke", scopes: unwanted }),
};
