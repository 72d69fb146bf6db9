import { z } from "zod";
import { fitting, listOf, name, part, readFrame, text, texts } from "./lenient.ts";

/** A product type that Amazon knows (Product Type Definitions API 2020-09-01). */
export interface ProductType {
  readonly name: string;
  readonly displayName: string | null;
  readonly marketplaceIds: readonly string[];
}

/** Where the rules of one product type are written; the addresses are good for a short while. */
export interface ProductTypeDefinition {
  readonly productType: string;
  readonly version: string | null;
  /** LISTING, LISTING_PRODUCT_ONLY or LISTING_OFFER_ONLY. */
  readonly requirements: string | null;
  readonly schema: SchemaLink;
  readonly metaSchema: SchemaLink | null;
}

export interface SchemaLink {
  readonly url: string;
  /** Base64 MD5 of the document: the same sum needs no second download. */
  readonly checksum: string | null;
}

const Link = z
  .object({ link: z.object({ resource: name }), checksum: text })
  .transform(({ link, checksum }): SchemaLink => ({ url: link.resource, checksum }));
const TypeEntry = z
  .object({ name, displayName: text, marketplaceIds: texts })
  .transform((entry): ProductType => entry);
const Types = z.object({ productTypes: z.array(z.unknown()) });
const Definition = z
  .object({
    productType: name,
    productTypeVersion: part(z.object({ version: text })),
    requirements: text,
    schema: Link,
    metaSchema: part(Link),
  })
  .transform(({ productTypeVersion, ...rest }): ProductTypeDefinition => ({
    ...rest,
    version: productTypeVersion?.version ?? null,
  }));
const Reason = z.object({ message: text, reasonCode: text });
const Restriction = z.object({
  marketplaceId: name,
  conditionType: text,
  reasons: listOf(Reason),
});
const Restrictions = z.object({ restrictions: z.array(z.unknown()) });

/** Why a seller may not list an ASIN in a marketplace (Listings Restrictions API 2021-08-01). */
export interface ListingRestriction {
  readonly marketplaceId: string;
  readonly condition: string | null;
  /** APPROVAL_REQUIRED, ASIN_NOT_FOUND, NOT_ELIGIBLE or a new word. */
  readonly reasonCodes: readonly string[];
}

/** The product types of a search. @throws AppError amazon_bad_answer when there is no list. */
export function readProductTypes(body: unknown): readonly ProductType[] {
  const { productTypes } = readFrame("searchDefinitionsProductTypes", Types, body);
  return fitting(productTypes, TypeEntry).entries;
}

/** One definition. @throws AppError amazon_bad_answer without product type or schema. */
export function readProductTypeDefinition(body: unknown): ProductTypeDefinition {
  return readFrame("getDefinitionsProductType", Definition, body);
}

/** What stands against a listing; empty when nothing does. @throws AppError amazon_bad_answer. */
export function readListingRestrictions(body: unknown): readonly ListingRestriction[] {
  const { restrictions } = readFrame("getListingsRestrictions", Restrictions, body);
  return fitting(restrictions, Restriction).entries.map((entry) => ({
    marketplaceId: entry.marketplaceId,
    condition: entry.conditionType,
    reasonCodes: entry.reasons.flatMap(({ reasonCode }) => reasonCode ?? []),
  }));
}
