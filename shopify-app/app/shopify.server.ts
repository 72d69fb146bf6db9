import "@shopify/shopify-app-remix/adapters/node";
import {
  ApiVersion,
  AppDistribution,
  LogSeverity,
  shopifyApp,
} from "@shopify/shopify-app-remix/server";
import { connectShop } from "./http/connect-shop.server.ts";
import { config, logger, sessionStorage } from "./services.server.ts";

/** The one app of Shopify's library: session tokens, token exchange and embedded redirects. */
export const shopify = shopifyApp({
  apiKey: config.shopify.apiKey,
  apiSecretKey: config.shopify.apiSecret,
  appUrl: config.shopify.appUrl,
  apiVersion: ApiVersion.October26,
  authPathPrefix: "/auth",
  sessionStorage,
  distribution: AppDistribution.AppStore,
  isEmbeddedApp: true,
  useOnlineTokens: false,
  future: {
    unstable_newEmbeddedAuthStrategy: true,
    // Public apps made after 2026-04-01 must use tokens that expire; both processes renew them under a lock.
    expiringOfflineAccessTokens: true,
  },
  hooks: {
    // Runs after every token exchange, about hourly: the service finds what is already there.
    afterAuth: async ({ session }) => {
      await connectShop(session.shop);
    },
  },
  // Never Debug: at that level the library prints whole session tokens.
  logger: { level: LogSeverity.Info, httpRequests: false, log: logFromLibrary },
});

async function logFromLibrary(severity: LogSeverity, message: string): Promise<void> {
  if (severity === LogSeverity.Error) logger.error("shopify_library", { message });
  else if (severity === LogSeverity.Warning) logger.warn("shopify_library", { message });
  else logger.debug("shopify_library", { message });
  return Promise.resolve();
}
