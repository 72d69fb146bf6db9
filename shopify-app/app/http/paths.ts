/** Every address inside the app, and the few outside it. Links are built here and nowhere else. */
import type { Channel } from "@calibr/shared/core/channel";
import type { PriceChangeState } from "@calibr/shared/core/changes/states";
import { findMarketplace } from "@calibr/shared/core/marketplaces";
import type { ProductFilter } from "@calibr/shared/ports/shop-views";
import type { SyncKind, SyncState } from "@calibr/shared/ports/sync-views";

type SyncQuery = {
  after?: string | null;
  connection?: string | null;
  kind?: SyncKind | null;
  state?: SyncState | null;
};

/** Pages and end points of the app. */
export const paths = {
  overview: () => "/app",
  approvals: (query: { after?: string | null; channel?: Channel | null; q?: string | null } = {}) =>
    withQuery("/app/approvals", query),
  products: (
    query: { after?: string | null; filter?: ProductFilter | null; q?: string | null } = {},
  ) => withQuery("/app/products", query),
  product: (itemId: string) => `/app/products/${encodeURIComponent(itemId)}`,
  links: (query: { after?: string | null } = {}) => withQuery("/app/links", query),
  connections: () => "/app/connections",
  syncs: (query: SyncQuery = {}) => withQuery("/app/syncs", query),
  sync: (runId: string, query: { after?: string | null } = {}) =>
    withQuery(`/app/syncs/${encodeURIComponent(runId)}`, query),
  /** All kept differences of a run as comma-separated values. */
  syncTable: (runId: string) => `/app/syncs/${encodeURIComponent(runId)}/csv`,
  activity: (query: { after?: string | null; state?: PriceChangeState | null } = {}) =>
    withQuery("/app/activity", query),
  change: (changeId: string) => `/app/changes/${encodeURIComponent(changeId)}`,
  /** Where Shopify's library sends a request that names no shop. */
  signIn: () => "/auth/login",
  /** Where Amazon sends the seller's browser after consent; registered with Amazon, so it never moves. */
  amazonCallback: () => "/auth/amazon/callback",
  /** Where a seller arrives who begins in Amazon's Appstore (Login URI); registered with Amazon, so it never moves. */
  amazonLogin: () => "/auth/amazon/login",
  /** Where the shop says yes to a seller who began there. */
  appstore: () => "/app/amazon",
  amazonResult: (result: string) => withQuery("/auth/amazon/callback", { result }),
} as const;

/** Pages of others that a merchant may want to compare with. */
export const outside = {
  /** A page of ours inside one store's admin. */
  inAdmin(page: {
    shopHandle: string;
    apiKey: string;
    path: string;
    query: Record<string, string>;
  }) {
    const { shopHandle, apiKey, path, query } = page;
    const root = `https://admin.shopify.com/store/${encodeURIComponent(shopHandle)}/apps/${encodeURIComponent(apiKey)}`;
    return withQuery(`${root}${path}`, query);
  },
  /** The public product page of an ASIN; null for a marketplace we do not know. */
  amazonProduct(listing: { marketplaceId: string; asin: string }): string | null {
    const marketplace = findMarketplace(listing.marketplaceId);
    if (marketplace === null) return null;
    return `https://www.${marketplace.domain}/dp/${encodeURIComponent(listing.asin)}`;
  },
} as const;

/** Leaves out what is null or blank, so that one page has one address. */
function withQuery(
  path: string,
  query: Readonly<Record<string, string | null | undefined>>,
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") search.set(name, value);
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}
