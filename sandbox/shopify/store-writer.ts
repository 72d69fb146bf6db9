/** The one place that changes a price or a cost: it moves `updatedAt`, keeps the ledger and tells subscribers. */
import { gid } from "./gid.ts";
import type { Writer } from "./ledger.ts";
import type { StoreProduct, StoreState, StoreVariant } from "./state.ts";
import { emitProductUpdate } from "./webhook-events.ts";
import type { ShopifyWorld } from "./world-state.ts";

export interface VariantChange {
  readonly variant: StoreVariant;
  readonly priceMinor?: number;
  readonly compareAtMinor?: number | null;
  readonly costMinor?: number | null;
  readonly barcode?: string;
  readonly sku?: string;
}

/** Applies the changes of one product and sends one products/update. */
export function changeVariants(
  world: ShopifyWorld,
  store: StoreState,
  change: { product: StoreProduct; variants: readonly VariantChange[]; by: Writer },
): void {
  // Shopify stores whole seconds.
  const at = new Date(Math.floor(world.clock.now().getTime() / 1000) * 1000);
  for (const wanted of change.variants) {
    const { variant } = wanted;
    const before = { price: variant.priceMinor, compareAt: variant.compareAtMinor };
    variant.priceMinor = wanted.priceMinor ?? variant.priceMinor;
    if (wanted.compareAtMinor !== undefined) variant.compareAtMinor = wanted.compareAtMinor;
    if (wanted.costMinor !== undefined) variant.costMinor = wanted.costMinor;
    variant.barcode = wanted.barcode ?? variant.barcode;
    variant.sku = wanted.sku ?? variant.sku;
    variant.updatedAt = at;
    if (wanted.priceMinor === undefined && wanted.compareAtMinor === undefined) continue;
    world.ledger.wrote({
      at: world.clock.now(),
      shop: store.domain,
      sku: variant.sku,
      variantId: gid("ProductVariant", variant.id),
      oldMinor: before.price,
      newMinor: variant.priceMinor,
      oldCompareAtMinor: before.compareAt,
      newCompareAtMinor: variant.compareAtMinor,
      by: change.by,
    });
  }
  change.product.updatedAt = at;
  emitProductUpdate(world, store, change.product);
}
