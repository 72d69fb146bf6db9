import type { ShopId } from "../core/ids.ts";

/** A shop as its Admin API is addressed. */
export interface ShopAccess {
  readonly shopId: ShopId;
  /** `name.myshopify.com`, from a verified token or our own rows; never from a request's parameters. */
  readonly domain: string;
}

/** The app's own permission to act for one shop while no merchant is present. */
export interface OfflineSession {
  /** Null after Shopify refused it and it was blanked. */
  readonly accessToken: string | null;
  /** Null: it does not end. */
  readonly expiresAt: Date | null;
  readonly refreshToken: string | null;
  readonly refreshExpiresAt: Date | null;
  /** Granted scopes, comma-separated. */
  readonly scope: string | null;
}

/** Where offline sessions are kept, sealed. */
export interface OfflineSessions {
  /** The shop's session; null when the app is not installed there. */
  load(shop: ShopAccess): Promise<OfflineSession | null>;
  /**
   * Holds the shop's renewal lock, which all processes respect, reads the session anew and stores what
   * `renew` makes of it in one transaction; nothing is stored when `renew` throws or answers null.
   * @returns the session as it stands afterwards; null when there is none.
   */
  renewUnderLock(
    shop: ShopAccess,
    renew: (current: OfflineSession) => Promise<OfflineSession | null>,
  ): Promise<OfflineSession | null>;
}
