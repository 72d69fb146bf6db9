/** Shopify's adapters over the stand-in keep to what every channel keeps to. */
import { ACCOUNT } from "@calibr/shared/adapters/shopify/shopify.fixture";
import { toListingId } from "@calibr/shared/core/ids";
import { money } from "@calibr/shared/core/money/money";
import type { ListingAddress } from "@calibr/shared/ports/price-channel";
import { describeListingSource } from "@calibr/shared/testing/listing-source.conformance";
import { describePriceChannel } from "@calibr/shared/testing/price-channel.conformance";
import { startShopifyStand } from "./harness/shopify-stand.ts";

const done = Promise.resolve();

describePriceChannel("Shopify", async () => {
  const stand = await startShopifyStand();
  // Those whose SKUs are words to the stand-in misbehave on purpose.
  const plain = [...stand.store().variants.values()].filter(({ sku }) => !sku.includes("SKU-"));
  const addressOf = (variantId: number, productId: number, place: number): ListingAddress => ({
    listingId: toListingId(String(place + 1)),
    marketplaceId: "",
    externalId: `gid://shopify/ProductVariant/${String(variantId)}`,
    parentId: `gid://shopify/Product/${String(productId)}`,
    productType: null,
  });
  return {
    channel: stand.adapters().channel,
    account: ACCOUNT,
    listings: plain.slice(0, 6).map(({ id, product, priceMinor }, place) => ({
      address: addressOf(id, product.id, place),
      price: money(BigInt(priceMinor), "USD"),
    })),
    missing: addressOf(999_999_999, 999_999_999, 9),
    // Shopify shows a price with the answer that took it.
    settle: () => done,
    loseAnswerOf: async ({ externalId }) => {
      const variant = plain.find(({ id }) => externalId.endsWith(`/${String(id)}`));
      await stand.control("edit_variant", { sku: variant?.sku, newSku: "SKU-DROP-AFTER-X" });
    },
    revoke: async () => {
      await stand.control("revoke_tokens");
    },
    stop: () => stand.close(),
  };
});

describeListingSource("Shopify", async () => {
  const stand = await startShopifyStand();
  const variants = [...stand.store().variants.values()];
  return {
    source: stand.adapters().source,
    account: ACCOUNT,
    marketplaceIds: [""],
    holds: variants.map(({ id, priceMinor }) => ({
      externalId: `gid://shopify/ProductVariant/${String(id)}`,
      priceMinor: BigInt(priceMinor),
    })),
    revoke: async () => {
      await stand.control("revoke_tokens");
    },
    stop: () => stand.close(),
  };
});
