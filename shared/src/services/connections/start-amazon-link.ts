import type { ShopId } from "../../core/ids.ts";
import { findMarketplace } from "../../core/marketplaces.ts";
import type { Clock } from "../../ports/clock.ts";
import type { InShop } from "../../ports/shop-transaction.ts";

/** How Amazon knows this app; none of it is secret. */
export interface AmazonApp {
  /** amzn1.sellerapps.app.… */
  readonly applicationId: string;
  /** Draft apps must say so on the consent page, published ones must not. */
  readonly stage: "draft" | "published";
}

/** What starting a link needs from outside. */
export interface StartLinkDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
  readonly randomBytes: (length: number) => Uint8Array;
  /** SHA-256 of bytes. */
  readonly sha256Bytes: (bytes: Uint8Array) => Uint8Array;
  readonly amazonApp: AmazonApp;
  /** Public origin of this app; Amazon sends the seller back to a page below it. */
  readonly appUrl: string;
}

/** The consent page to open, or why there is none. */
export type LinkStart =
  { readonly kind: "started"; readonly url: string } | { readonly kind: "unknown_marketplace" };

/** Path that is registered with Amazon as the app's redirect URI. */
export const AMAZON_CALLBACK_PATH = "/auth/amazon/callback";

/** How long an attempt may take: Amazon's whole flow is over after ten minutes. */
export const FLOW_MS = 10 * 60_000;

/**
 * Begins linking an Amazon account: keeps the hash of a fresh state and names Amazon's consent page.
 * Source: SP-API "Website authorization workflow", read 2026-11.
 */
export async function startAmazonLink(
  deps: StartLinkDeps,
  order: { shopId: ShopId; marketplaceId: string },
): Promise<LinkStart> {
  const marketplace = findMarketplace(order.marketplaceId);
  if (marketplace === null) return { kind: "unknown_marketplace" };
  const state = Buffer.from(deps.randomBytes(32)).toString("base64url");
  const redirectUri = new URL(AMAZON_CALLBACK_PATH, deps.appUrl).href;
  const startedAt = deps.clock.now();
  await deps.inShop(order.shopId, (tx) =>
    tx.connections.startLink({
      stateHash: deps.sha256Bytes(new TextEncoder().encode(state)),
      region: marketplace.region,
      redirectUri,
      startedAt,
      expiresAt: new Date(startedAt.getTime() + FLOW_MS),
    }),
  );
  const url = new URL(`https://${marketplace.sellerCentralHost}/apps/authorize/consent`);
  url.searchParams.set("application_id", deps.amazonApp.applicationId);
  url.searchParams.set("state", state);
  url.searchParams.set("redirect_uri", redirectUri);
  if (deps.amazonApp.stage === "draft") url.searchParams.set("version", "beta");
  return { kind: "started", url: url.href };
}
