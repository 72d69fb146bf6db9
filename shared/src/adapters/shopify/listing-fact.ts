import { parseAsin } from "../../core/ids.ts";
import { parseMoney } from "../../core/money/money-text.ts";
import type { ListingFact } from "../../ports/listing-source.ts";
import type { CatalogBulkResult } from "./generated/catalog-bulk.ts";

/** Shopify has no marketplaces: a variant's own price stands under this id. */
export const SHOPIFY_MARKETPLACE_ID = "";

/** A variant as both catalogue documents select it. */
export type CatalogVariant = CatalogBulkResult["productVariants"]["edges"][number]["node"];

// What Shopify calls the only variant of a product without options.
const ONLY_VARIANT = "Default Title";

/** A variant in the import's words; `currency` is the shop's. */
export function toListingFact(
  variant: CatalogVariant,
  currency: string,
  observedAt: Date,
): ListingFact {
  const { product, inventoryItem, compareAtPrice } = variant;
  const cost = inventoryItem.unitCost;
  const costMinor = cost === null ? null : exactMinor(cost.amount, cost.currencyCode);
  const isOnly = variant.title === ONLY_VARIANT;
  return {
    marketplaceId: SHOPIFY_MARKETPLACE_ID,
    externalId: variant.id,
    parentId: product.id,
    sku: textOrNull(variant.sku),
    barcode: textOrNull(variant.barcode),
    asinField: asinFieldOf(variant),
    title: isOnly ? product.title : `${product.title} - ${variant.title}`,
    currency,
    status: product.status === "ACTIVE" ? "active" : "inactive",
    fulfilment: null,
    quantity: inventoryItem.tracked ? variant.inventoryQuantity : null,
    productType: null,
    priceMinor: exactMinor(variant.price, currency),
    compareAtMinor: compareAtPrice === null ? null : exactMinor(compareAtPrice, currency),
    costMinor,
    costCurrency: costMinor === null ? null : (cost?.currencyCode ?? null),
    isAutoPriced: false,
    saleUntil: null,
    observedAt,
  };
}

/** The first field that names an ASIN: the variant's own before its product's. */
function asinFieldOf(variant: CatalogVariant): string | null {
  const { product } = variant;
  const fields = [variant.asin, variant.amazonAsin, product.asin, product.amazonAsin];
  return fields.map((field) => parseAsin(field?.value.trim().toUpperCase())).find(Boolean) ?? null;
}

/** Minor units of a vendor decimal; null when it cannot be read exactly or is negative. */
function exactMinor(amount: string, currency: string): bigint | null {
  const parsed = parseMoney(amount, currency);
  if (parsed.kind === "refused" || parsed.money.amountMinor < 0n) return null;
  return parsed.money.amountMinor;
}

/** The text byte for byte; null when it is blank. */
function textOrNull(text: string | null): string | null {
  return text === null || text.trim() === "" ? null : text;
}
