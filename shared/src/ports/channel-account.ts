import type { ConnectionId, ShopId } from "../core/ids.ts";

/** The account a call is made for. */
export interface ChannelAccount {
  readonly shopId: ShopId;
  readonly connectionId: ConnectionId;
  /** Amazon seller id, or the shop's myshopify domain. */
  readonly accountId: string;
  /** Amazon region (na, eu, fe); empty for Shopify. */
  readonly region: string;
}
