import { type Asin, parseAsin } from "@calibr/shared/core/ids";
import { z } from "zod";
import { count, fitting, listOf, name, type Page, readFrame, text, texts } from "./lenient.ts";

/** A product page of Amazon's catalogue (Catalog Items API 2022-04-01), as one marketplace shows it. */
export interface CatalogItem {
  readonly asin: Asin;
  readonly title: string | null;
  readonly brand: string | null;
  /** Amazon's word: BASE_PRODUCT, VARIATION_PARENT, PRODUCT_BUNDLE, OTHER or a new one. */
  readonly classification: string | null;
  readonly displayGroup: string | null;
  readonly packageQuantity: number | null;
  readonly productType: string | null;
  readonly images: readonly CatalogImage[];
  /** EAN, UPC, GTIN, ISBN… as Amazon spells them. */
  readonly identifiers: readonly CatalogIdentifier[];
  readonly ranks: readonly SalesRank[];
  readonly parentAsins: readonly Asin[];
  readonly childAsins: readonly Asin[];
}

export interface CatalogImage {
  /** MAIN, PT01…, SWCH or a new word. */
  readonly variant: string | null;
  readonly url: string;
  readonly heightPx: number | null;
  readonly widthPx: number | null;
}

export interface CatalogIdentifier {
  readonly type: string;
  readonly value: string;
}

/** A place in a best-seller list; 1 is the best. */
export interface SalesRank {
  readonly list: "classification" | "display_group";
  /** Amazon's id of the classification, or the name of the display group. */
  readonly listId: string;
  readonly title: string | null;
  readonly rank: number;
}

const asins = texts.transform((values) => values.flatMap((value) => parseAsin(value) ?? []));
const Summary = z.object({
  marketplaceId: name,
  itemName: text,
  brand: text,
  itemClassification: text,
  websiteDisplayGroup: text,
  packageQuantity: count,
});
const Image = z.object({ variant: text, link: name, height: count, width: count });
const Images = z.object({ marketplaceId: name, images: listOf(Image) });
const Identifier = z.object({ identifierType: name, identifier: name });
const Identifiers = z.object({ marketplaceId: name, identifiers: listOf(Identifier) });
const rank = z.int().positive();
const ClassRank = z.object({ classificationId: name, title: text, rank });
const GroupRank = z.object({ websiteDisplayGroup: name, title: text, rank });
const Ranks = z.object({
  marketplaceId: name,
  classificationRanks: listOf(ClassRank),
  displayGroupRanks: listOf(GroupRank),
});
const ProductType = z.object({ marketplaceId: text, productType: name });
const Relationship = z.object({ childAsins: asins, parentAsins: asins, type: text });
const Relationships = z.object({ marketplaceId: name, relationships: listOf(Relationship) });
const Item = z.object({
  asin: z.string().transform((value, context) => parseAsin(value) ?? refuse(context)),
  summaries: listOf(Summary),
  images: listOf(Images),
  identifiers: listOf(Identifiers),
  salesRanks: listOf(Ranks),
  productTypes: listOf(ProductType),
  relationships: listOf(Relationships),
});
const Results = z.object({
  items: z.array(z.unknown()),
  numberOfResults: count,
  pagination: z.object({ nextToken: text }).nullish().catch(null),
});

function refuse(context: z.RefinementCtx): never {
  context.addIssue({ code: "custom", message: "no ASIN" });
  return z.NEVER;
}

/**
 * The items of a search in one marketplace. Ids that Amazon does not know are silently absent.
 * @throws AppError amazon_bad_answer when there is no list of items.
 */
export function readCatalogItems(body: unknown, marketplaceId: string): Page<CatalogItem> {
  const { items, pagination } = readFrame("searchCatalogItems", Results, body);
  const { entries, unreadable } = fitting(items, Item);
  return {
    entries: entries.map((item) => inMarketplace(item, marketplaceId)),
    nextToken: pagination?.nextToken ?? null,
    unreadable,
  };
}

/** One item in one marketplace. @throws AppError amazon_bad_answer when it names no ASIN. */
export function readCatalogItem(body: unknown, marketplaceId: string): CatalogItem {
  return inMarketplace(readFrame("getCatalogItem", Item, body), marketplaceId);
}

function inMarketplace(item: z.output<typeof Item>, marketplaceId: string): CatalogItem {
  const isHere = (entry: { readonly marketplaceId: string | null }): boolean =>
    (entry.marketplaceId ?? marketplaceId) === marketplaceId;
  const summary = item.summaries.find(isHere);
  const relatives = item.relationships
    .filter(isHere)
    .flatMap(({ relationships }) => relationships)
    // A package hierarchy is the same goods in larger boxes, no sibling to choose from.
    .filter(({ type }) => type !== "PACKAGE_HIERARCHY");
  return {
    asin: item.asin,
    title: summary?.itemName ?? null,
    brand: summary?.brand ?? null,
    classification: summary?.itemClassification ?? null,
    displayGroup: summary?.websiteDisplayGroup ?? null,
    packageQuantity: summary?.packageQuantity ?? null,
    productType: item.productTypes.find(isHere)?.productType ?? null,
    images: item.images.filter(isHere).flatMap(({ images }) =>
      images.map(({ variant, link, height, width }) => ({
        variant,
        url: link,
        heightPx: height,
        widthPx: width,
      })),
    ),
    identifiers: item.identifiers.filter(isHere).flatMap(({ identifiers }) =>
      identifiers.map(({ identifierType, identifier }) => ({
        type: identifierType,
        value: identifier,
      })),
    ),
    ranks: item.salesRanks.filter(isHere).flatMap(ranksOf),
    parentAsins: relatives.flatMap(({ parentAsins }) => parentAsins),
    childAsins: relatives.flatMap(({ childAsins }) => childAsins),
  };
}

function ranksOf(ranks: z.output<typeof Ranks>): SalesRank[] {
  const byClass = ranks.classificationRanks.map(
    ({ classificationId, title, rank }) =>
      ({ list: "classification", listId: classificationId, title, rank }) as const,
  );
  const byGroup = ranks.displayGroupRanks.map(
    ({ websiteDisplayGroup, title, rank }) =>
      ({ list: "display_group", listId: websiteDisplayGroup, title, rank }) as const,
  );
  return [...byClass, ...byGroup];
}
