/**
 * Branded ids. A plain string or number becomes an id only here, at an edge, so that a SKU can never
 * be passed where an ASIN is meant.
 *
 * Each id has two parsers: `parse…` answers null for text from outside, `to…` throws for values that
 * our own rows promised to be right.
 */
import { InvariantError } from "./assert.ts";

declare const brand: unique symbol;

/** A base type that carries a name, so that two ids of one base type do not mix. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** Our own key of a shop; a positive 32-bit integer. */
export type ShopId = Brand<number, "ShopId">;
/** Our own key of a listing; the decimal digits of a positive bigint. */
export type ListingId = Brand<string, "ListingId">;
/** Our own key of an item (the merchant's SKU that ties listings together); digits of a bigint. */
export type ItemId = Brand<string, "ItemId">;
/** Our own key of a price change; digits of a bigint. */
export type ChangeId = Brand<string, "ChangeId">;
/** Our own key of a connection to a channel account; digits of a bigint. */
export type ConnectionId = Brand<string, "ConnectionId">;
/** The seller's own key of an Amazon listing: any printable text, kept byte for byte. */
export type SellerSku = Brand<string, "SellerSku">;
/** Amazon's key of a catalogue item: ten capital letters or digits. */
export type Asin = Brand<string, "Asin">;
/** Amazon's key of a country store, such as `ATVPDKIKX0DER`. */
export type MarketplaceId = Brand<string, "MarketplaceId">;
/** Shopify's key of a variant: `gid://shopify/ProductVariant/123`. */
export type VariantGid = Brand<string, "VariantGid">;
/** Shopify's key of a product: `gid://shopify/Product/123`. */
export type ProductGid = Brand<string, "ProductGid">;

// PostgreSQL's int4 and int8: a larger number could never be one of our keys.
const INT4_MAX = 2_147_483_647;
const INT8_MAX = 9_223_372_036_854_775_807n;

// Amazon's own limit is 40 characters for new SKUs; older ones are longer. 255 fits our column
// and still stops a whole file that was pasted into the field.
const SELLER_SKU_LENGTH_MAX = 255;

/** Reads a shop id from a number or its digits; null when it is not a positive int4. */
export function parseShopId(value: unknown): ShopId | null {
  const digits = typeof value === "number" ? String(value) : value;
  if (typeof digits !== "string" || !/^[1-9]\d{0,9}$/.test(digits)) return null;
  const id = Number.parseInt(digits, 10);
  return id <= INT4_MAX ? (id as ShopId) : null;
}

/** Reads a listing id from a bigint or its digits; null when it is not a positive int8. */
export function parseListingId(value: unknown): ListingId | null {
  return parseDigits(value) as ListingId | null;
}

/** Reads an item id from a bigint or its digits; null when it is not a positive int8. */
export function parseItemId(value: unknown): ItemId | null {
  return parseDigits(value) as ItemId | null;
}

/** Reads a price change id from a bigint or its digits; null when it is not a positive int8. */
export function parseChangeId(value: unknown): ChangeId | null {
  return parseDigits(value) as ChangeId | null;
}

/** Reads a connection id from a bigint or its digits; null when it is not a positive int8. */
export function parseConnectionId(value: unknown): ConnectionId | null {
  return parseDigits(value) as ConnectionId | null;
}

/**
 * Reads a seller SKU without touching it: spaces, slashes and emoji are legal and significant.
 * @returns null when blank, longer than 255 UTF-16 units, or holding a control character.
 */
export function parseSellerSku(value: unknown): SellerSku | null {
  if (typeof value !== "string" || value.trim() === "") return null;
  if (value.length > SELLER_SKU_LENGTH_MAX || /\p{Cc}/u.test(value)) return null;
  return value as SellerSku;
}

/** Reads an ASIN; surrounding spaces and lower case are forgiven; null when it is not one. */
export function parseAsin(value: unknown): Asin | null {
  if (typeof value !== "string") return null;
  const asin = value.trim().toUpperCase();
  return /^[A-Z0-9]{10}$/.test(asin) ? (asin as Asin) : null;
}

/** Reads the shape of an Amazon marketplace id; `marketplaces.ts` says whether we know it. */
export function parseMarketplaceId(value: unknown): MarketplaceId | null {
  if (typeof value !== "string") return null;
  return /^[A-Z0-9]{10,16}$/.test(value) ? (value as MarketplaceId) : null;
}

/** Reads a Shopify variant gid; null when it is a bare number or another kind of gid. */
export function parseVariantGid(value: unknown): VariantGid | null {
  if (typeof value !== "string") return null;
  return /^gid:\/\/shopify\/ProductVariant\/[1-9]\d*$/.test(value) ? (value as VariantGid) : null;
}

/** Reads a Shopify product gid; null when it is a bare number or another kind of gid. */
export function parseProductGid(value: unknown): ProductGid | null {
  if (typeof value !== "string") return null;
  return /^gid:\/\/shopify\/Product\/[1-9]\d*$/.test(value) ? (value as ProductGid) : null;
}

/** A shop id that must be right. @throws InvariantError otherwise. */
export const toShopId = orThrow("a shop id", parseShopId);
/** A listing id that must be right. @throws InvariantError otherwise. */
export const toListingId = orThrow("a listing id", parseListingId);
/** An item id that must be right. @throws InvariantError otherwise. */
export const toItemId = orThrow("an item id", parseItemId);
/** A price change id that must be right. @throws InvariantError otherwise. */
export const toChangeId = orThrow("a price change id", parseChangeId);
/** A connection id that must be right. @throws InvariantError otherwise. */
export const toConnectionId = orThrow("a connection id", parseConnectionId);
/** A seller SKU that must be right. @throws InvariantError otherwise. */
export const toSellerSku = orThrow("a seller SKU", parseSellerSku);
/** An ASIN that must be right. @throws InvariantError otherwise. */
export const toAsin = orThrow("an ASIN", parseAsin);
/** A marketplace id that must be right. @throws InvariantError otherwise. */
export const toMarketplaceId = orThrow("a marketplace id", parseMarketplaceId);
/** A variant gid that must be right. @throws InvariantError otherwise. */
export const toVariantGid = orThrow("a variant gid", parseVariantGid);
/** A product gid that must be right. @throws InvariantError otherwise. */
export const toProductGid = orThrow("a product gid", parseProductGid);

function parseDigits(value: unknown): string | null {
  const digits = typeof value === "bigint" ? String(value) : value;
  if (typeof digits !== "string" || !/^[1-9]\d{0,18}$/.test(digits)) return null;
  return BigInt(digits) <= INT8_MAX ? digits : null;
}

function orThrow<Id>(what: string, parse: (value: unknown) => Id | null): (value: unknown) => Id {
  return (value) => {
    const id = parse(value);
    if (id === null)
      throw new InvariantError(`Expected ${what}, found ${JSON.stringify(String(value))}.`);
    return id;
  };
}
