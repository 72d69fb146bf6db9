import type { ConnectionId, ShopId } from "../core/ids.ts";

/** A connected connection, named across shops. */
export interface SellerConnection {
  readonly shopId: ShopId;
  readonly connectionId: ConnectionId;
  /** na | eu | fe */
  readonly region: string;
}

/** The few questions that cross shops. Each answers with ids only; rows stay behind row-level security. */
export interface ShopDirectory {
  /** The shop of a verified myshopify domain; null when it never installed. */
  shopIdOfDomain(domain: string): Promise<ShopId | null>;
  /** Makes or finds the shop of a verified domain. */
  registerShop(domain: string): Promise<ShopId>;
  /** The shop that started an OAuth attempt, by the SHA-256 of its state. */
  shopOfLinkState(stateHash: Uint8Array): Promise<ShopId | null>;
  /** Every connected connection of an Amazon seller. */
  connectionsOfSeller(sellerId: string): Promise<SellerConnection[]>;
  /** Every connected connection that a subscription at Amazon belongs to. */
  connectionsOfSubscription(subscriptionId: string): Promise<SellerConnection[]>;
  /** Shops and stages with work that is due. */
  dueWork(now: Date): Promise<{ shopId: ShopId; stage: string }[]>;
  /** Shops in which a worker holds leases. */
  shopsLeasedBy(worker: string): Promise<ShopId[]>;
}
