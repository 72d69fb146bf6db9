import type { ShopId } from "../../core/ids.ts";

/** Purpose of a sealed OAuth code; a sealed text moved to another shop or use cannot be opened. */
export function amazonCodePurpose(shopId: ShopId): string {
  return `shop:${String(shopId)}|amazon_oauth_code`;
}

/** Purpose of a sealed Amazon refresh token. */
export function amazonTokenPurpose(shopId: ShopId): string {
  return `shop:${String(shopId)}|amazon_refresh_token`;
}

/** Purpose of a sealed Appstore ticket; the shop it is for stands inside. */
export const APPSTORE_TICKET_PURPOSE = "amazon_appstore_ticket";
