/**
 * productVariantsBulkUpdate and inventoryItemUpdate: the writes of prices and costs.
 * One product per call; without `allowPartialUpdates` one bad variant stops them all.
 */
import type { CallContext } from "./call-context.ts";
import { inventoryItemNode, productNode, variantNode } from "./catalog-nodes.ts";
import { notImitated } from "./call-context.ts";
import { parseDecimal } from "./decimal.ts";
import { idOf } from "./gid.ts";
import { sentinelOf } from "./sentinels.ts";
import type { StoreProduct } from "./state.ts";
import { changeVariants } from "./store-writer.ts";
import type { VariantChange } from "./store-writer.ts";

export interface VariantInput {
  readonly id?: string | null;
  readonly price?: string | null;
  readonly compareAtPrice?: string | null;
  readonly barcode?: string | null;
  readonly inventoryItem?: { readonly cost?: string | null; readonly sku?: string | null } | null;
}

export interface BulkUpdateArguments {
  readonly productId: string;
  readonly variants: readonly VariantInput[];
  readonly allowPartialUpdates?: boolean | null;
}

interface UserError {
  readonly field: readonly string[] | null;
  readonly message: string;
  readonly code: string;
}

const IMITATED_INPUTS = new Set(["id", "price", "compareAtPrice", "barcode", "inventoryItem"]);

export function productVariantsBulkUpdate(context: CallContext, args: BulkUpdateArguments): object {
  const { store, world } = context;
  const product = store.products.get(idOf("Product", args.productId) ?? 0);
  if (product === undefined) {
    return {
      product: null,
      productVariants: null,
      userErrors: [userError(["productId"], "Product does not exist", "PRODUCT_DOES_NOT_EXIST")],
    };
  }
  const changes: VariantChange[] = [];
  const userErrors: UserError[] = [];
  for (const [index, input] of args.variants.entries()) {
    const read = readVariantInput(context, { product, input, index });
    if (Array.isArray(read)) userErrors.push(...read);
    else changes.push(read);
  }
  const isStopped = userErrors.length > 0 && args.allowPartialUpdates !== true;
  if (isStopped) {
    return { product: () => productNode(context, product), productVariants: null, userErrors };
  }
  const effective = changes.flatMap(withSentinel);
  if (effective.length > 0) {
    changeVariants(world, store, { product, variants: effective, by: context.writer });
  }
  return {
    product: () => productNode(context, product),
    productVariants: () => changes.map((change) => answeredVariant(context, change)),
    userErrors,
  };
}

function readVariantInput(
  context: CallContext,
  { product, input, index }: { product: StoreProduct; input: VariantInput; index: number },
): VariantChange | UserError[] {
  const at = (name: string): string[] => ["variants", String(index), name];
  const odd = Object.keys(input).find((name) => !IMITATED_INPUTS.has(name));
  if (odd !== undefined) throw notImitated(`ProductVariantsBulkInput.${odd}`);
  if (input.id == null) {
    const message = "Product variant is missing ID attribute";
    return [userError(at("id"), message, "PRODUCT_VARIANT_ID_MISSING")];
  }
  const variant = context.store.variants.get(idOf("ProductVariant", input.id) ?? 0);
  if (variant === undefined) {
    const message = "Product variant does not exist";
    return [userError(at("id"), message, "PRODUCT_VARIANT_DOES_NOT_EXIST")];
  }
  if (variant.product !== product) {
    const message = "Product variant does not belong to the product";
    return [userError(at("id"), message, "MUST_BE_FOR_THIS_PRODUCT")];
  }
  const { decimals } = context.store;
  const money = (text: string): number => parseDecimal(text, decimals) ?? 0;
  const problems: UserError[] = [];
  if (input.price != null && money(input.price) < 0) {
    const message = "Price must be greater than or equal to 0";
    problems.push(userError(at("price"), message, "NEGATIVE_PRICE_VALUE"));
  }
  if (input.compareAtPrice != null && money(input.compareAtPrice) < 0) {
    const message = "Compare at price must be greater than or equal to 0";
    problems.push(userError(at("compareAtPrice"), message, "GREATER_THAN_OR_EQUAL_TO"));
  }
  if (sentinelOf(variant.sku) === "refused") {
    problems.push(userError(at("price"), "Price is refused by this store", "INVALID_VALUE"));
  }
  if (problems.length > 0) return problems;
  const { cost, sku } = input.inventoryItem ?? {};
  return {
    variant,
    ...(input.price == null ? {} : { priceMinor: money(input.price) }),
    ...(input.compareAtPrice === undefined
      ? {}
      : { compareAtMinor: input.compareAtPrice === null ? null : money(input.compareAtPrice) }),
    ...(cost === undefined ? {} : { costMinor: cost === null ? null : money(cost) }),
    ...(input.barcode == null ? {} : { barcode: input.barcode }),
    ...(sku == null ? {} : { sku }),
  };
}

/** What really happens to a variant whose SKU asks for a silent failure. */
function withSentinel(change: VariantChange): VariantChange[] {
  const effect = sentinelOf(change.variant.sku);
  if (effect === "ignored") return [];
  if (effect === "diverged" && change.priceMinor !== undefined) {
    return [{ ...change, priceMinor: change.priceMinor + 1 }];
  }
  return [change];
}

/** The answer repeats what was asked for, also where a sentinel made something else of it. */
function answeredVariant(context: CallContext, change: VariantChange): object {
  const { variant } = change;
  return variantNode(context, {
    ...variant,
    priceMinor: change.priceMinor ?? variant.priceMinor,
    compareAtMinor:
      change.compareAtMinor === undefined ? variant.compareAtMinor : change.compareAtMinor,
  });
}

export function inventoryItemUpdate(
  context: CallContext,
  { id, input }: { id: string; input: Readonly<Record<string, unknown>> },
): object {
  const odd = Object.keys(input).find((name) => name !== "cost");
  if (odd !== undefined) throw notImitated(`InventoryItemInput.${odd}`);
  const itemId = idOf("InventoryItem", id);
  const variant = [...context.store.variants.values()].find(
    (candidate) => candidate.inventoryItemId === itemId,
  );
  if (variant === undefined) {
    const message = "The inventory item couldn't be found.";
    return { inventoryItem: null, userErrors: [{ field: ["id"], message }] };
  }
  const cost = typeof input["cost"] === "string" ? input["cost"] : null;
  const costMinor = cost === null ? null : (parseDecimal(cost, context.store.decimals) ?? null);
  if (costMinor !== null && costMinor < 0) {
    const message = "Cost must be greater than or equal to 0";
    return { inventoryItem: null, userErrors: [{ field: ["input", "cost"], message }] };
  }
  changeVariants(context.world, context.store, {
    product: variant.product,
    variants: [{ variant, costMinor }],
    by: context.writer,
  });
  return { inventoryItem: inventoryItemNode(context, variant), userErrors: [] };
}

function userError(field: readonly string[], message: string, code: string): UserError {
  return { field, message, code };
}
