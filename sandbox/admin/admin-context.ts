import { embedUrl } from "./embed-url.ts";
import type { AdminApp } from "./page/admin-layout.ts";
import { mintSessionToken } from "./session-token.ts";
import type { AdminShop, AdminStoreData } from "./store-data.ts";

export interface AdminPartOptions {
  readonly apiKey: string;
  readonly apiSecret: string;
  /** Origin the frame loads the app from: the dev proxy for a person, the app itself for tests. */
  readonly appUrl: string;
  /** Origin a person types to reach the sandbox, for example `http://localhost:4010`. */
  readonly shellOrigin: string;
  readonly app: AdminApp;
  /** The first shop is the one that `/` leads to. */
  readonly shops: readonly [AdminShop, ...AdminShop[]];
  /** A store without products when left out. */
  readonly storeData?: AdminStoreData;
  /**
   * Time of the tokens. It is the machine's own, not the sandbox clock's: the app compares a token's
   * expiry with the time of the process it runs in, which no sandbox clock drives.
   */
  readonly now: () => Date;
}

export interface AdminContext extends AdminPartOptions {
  readonly storeData: AdminStoreData;
}

/** The address of a page of the app as the Admin frames it, signed at this moment. */
export function signedFrameUrl(
  { apiKey, apiSecret, appUrl, now }: AdminContext,
  { shop, path, sessionId }: { shop: AdminShop; path: string; sessionId: string },
): string {
  const signedAt = now();
  const { domain, staff, locale } = shop;
  const token = { apiKey, apiSecret, shop: domain, userId: staff.id, sessionId, now: signedAt };
  const idToken = mintSessionToken(token);
  return embedUrl({
    appUrl,
    apiSecret,
    path,
    shop: domain,
    locale,
    idToken,
    sessionId,
    now: signedAt,
  });
}
