/**
 * Catalog Items 2022-04-01: the pages behind the listings of all sellers, searched by identifier or
 * keyword. A result does not say which identifier it answers, and an unknown one is silently absent.
 */
import { shelfOf } from "../market/shelf.ts";
import type { Market } from "../market/types.ts";
import type { Listing } from "./listing.ts";
import { findMarketplace } from "./marketplaces.ts";
import { invalidInput, notFound } from "./reply.ts";
import type { SellerAccounts } from "./seller-accounts.ts";
import { checkedMarketplace, queryList, requiredQuery } from "./sp-api.ts";
import type { SpCall, SpOperation, SpReply } from "./sp-api.ts";

const ROOT = "/catalog/2022-04-01/items";
const IDS_MAX = 20;
const PAGE_SIZE_MAX = 20;
const IDENTIFIER_TYPES = ["ASIN", "EAN", "GTIN", "ISBN", "JAN", "MINSAN", "SKU", "UPC"] as const;
const INCLUDED = [
  "attributes",
  "classifications",
  "dimensions",
  "identifiers",
  "images",
  "productTypes",
  "relationships",
  "salesRanks",
  "summaries",
  "vendorDetails",
] as const;
type Included = (typeof INCLUDED)[number];
const IMAGE_SIZES = [2000, 500, 75] as const;

interface CatalogOptions {
  readonly market: Market;
  readonly sellers: SellerAccounts;
}

/** One catalogue page: a listing that stands for it, and its place in a variation family. */
interface Page {
  readonly asin: string;
  readonly listing: Listing;
  readonly children: readonly string[];
}

export function catalogItemsOperations(options: CatalogOptions): SpOperation[] {
  const get = (call: SpCall): SpReply => {
    const marketplaceIds = checkedIds(call);
    const included = includedOf(call);
    const asin = call.params["asin"] ?? "";
    const pages = marketplaceIds.flatMap((id) => pageOf(asin, id, options) ?? []);
    if (pages.length === 0) throw notFound(`Requested item '${asin}' not found in marketplace(s).`);
    return { body: viewPages(pages, included, options) };
  };
  const search = (call: SpCall): SpReply => searchCatalog(call, options);
  return [
    { name: "searchCatalogItems", method: "GET", path: ROOT, access: "seller", handle: search },
    { name: "getCatalogItem", method: "GET", path: `${ROOT}/{asin}`, access: "seller", handle: get },
  ]; // prettier-ignore
}

function searchCatalog(call: SpCall, options: CatalogOptions): SpReply {
  const [marketplaceId, ...others] = checkedIds(call);
  if (marketplaceId === undefined || others.length > 0) {
    throw invalidInput("'marketplaceIds' must have exactly one value.");
  }
  const included = includedOf(call);
  const pageSize = pageSizeOf(call);
  const from = Number(call.query.get("pageToken") ?? 0);
  if (!Number.isInteger(from) || from < 0) throw invalidInput("Invalid 'pageToken' provided.");
  const asins = matchingAsins(call, marketplaceId, options);
  const next = from + pageSize;
  const items = asins
    .slice(from, next)
    .flatMap((asin) => pageOf(asin, marketplaceId, options) ?? [])
    .map((page) => viewPages([page], included, options));
  return {
    body: {
      numberOfResults: asins.length,
      pagination: {
        ...(next < asins.length ? { nextToken: String(next) } : {}),
        ...(from > 0 ? { previousToken: String(Math.max(0, from - pageSize)) } : {}),
      },
      refinements: { brands: [], classifications: [] },
      items,
    },
  };
}

function matchingAsins(call: SpCall, marketplaceId: string, options: CatalogOptions): string[] {
  const identifiers = queryList(call, "identifiers");
  const keywords = queryList(call, "keywords");
  if (identifiers.length > 0 === keywords.length > 0) {
    throw invalidInput("Exactly one of 'identifiers' and 'keywords' must be provided.");
  }
  if (identifiers.length > IDS_MAX || keywords.length > IDS_MAX) {
    throw invalidInput(`At most ${IDS_MAX} values are allowed.`);
  }
  const listings =
    identifiers.length > 0
      ? listingsByIdentifier(call, identifiers, marketplaceId, options)
      : listingsIn(marketplaceId, options).filter(({ seed }) =>
          keywords.every((word) => seed.title.toLowerCase().includes(word.toLowerCase())),
        );
  return [...new Set(listings.flatMap((listing) => listing.asin ?? []))];
}

function listingsByIdentifier(
  call: SpCall,
  identifiers: readonly string[],
  marketplaceId: string,
  options: CatalogOptions,
): Listing[] {
  const type = IDENTIFIER_TYPES.find((known) => known === requiredQuery(call, "identifiersType"));
  if (type === undefined) throw invalidInput("Invalid 'identifiersType' provided.");
  const accounts = options.sellers.all();
  switch (type) {
    case "SKU": {
      if (requiredQuery(call, "sellerId") !== call.sellerId) return [];
      const store = options.sellers.storeOf(call.sellerId);
      return identifiers.flatMap((sku) => store.find(sku, marketplaceId) ?? []);
    }
    case "ASIN":
      return identifiers.flatMap((asin) =>
        accounts.flatMap(({ store }) => store.ofAsin(asin, marketplaceId)),
      );
    case "EAN":
    case "JAN":
    case "UPC":
    case "GTIN": {
      const wanted = new Set(identifiers.map((each) => each.padStart(14, "0")));
      return listingsIn(marketplaceId, options).filter(({ seed }) =>
        wanted.has(seed.barcode.padStart(14, "0")),
      );
    }
    case "ISBN":
    case "MINSAN":
      return [];
  }
}

function listingsIn(marketplaceId: string, { sellers }: CatalogOptions): Listing[] {
  return sellers
    .all()
    .flatMap(({ store }) => store.all())
    .filter((listing) => listing.marketplaceId === marketplaceId);
}

function pageOf(asin: string, marketplaceId: string, options: CatalogOptions): Page | undefined {
  const stores = options.sellers.all().map(({ store }) => store);
  const [listing] = stores.flatMap((store) => store.ofAsin(asin, marketplaceId));
  if (listing !== undefined) return { asin, listing, children: [] };
  // A parent is on sale nowhere itself: it is known by its children only.
  const children = listingsIn(marketplaceId, options).filter(
    ({ seed }) => seed.parentAsin === asin,
  );
  const [first] = children;
  if (first === undefined) return undefined;
  return { asin, listing: first, children: children.flatMap((child) => child.asin ?? []) };
}

function viewPages(pages: readonly Page[], included: readonly Included[], options: CatalogOptions) {
  const views: Readonly<Record<Included, (page: Page) => unknown>> = {
    attributes: attributesOf,
    classifications: ({ listing }) => ({
      marketplaceId: listing.marketplaceId,
      classifications: [classificationOf(listing)],
    }),
    dimensions: ({ listing }) => ({
      marketplaceId: listing.marketplaceId,
      package: { weight: { unit: "grams", value: listing.seed.weightGrams } },
    }),
    identifiers: identifiersOf,
    images: imagesOf,
    productTypes: ({ listing }) => ({
      marketplaceId: listing.marketplaceId,
      productType: listing.seed.productType,
    }),
    relationships: relationshipsOf,
    salesRanks: (page) => salesRanksOf(page, options.market),
    summaries: summaryOf,
    vendorDetails: ({ listing }) => ({ marketplaceId: listing.marketplaceId }),
  };
  const parts = included.map((part) => {
    const values = pages.map(views[part]);
    return [part, part === "attributes" ? values[0] : values] as const;
  });
  return { asin: pages[0]?.asin, ...Object.fromEntries(parts) };
}

function attributesOf({ listing }: Page) {
  const { marketplaceId: marketplace_id, seed } = listing;
  const language_tag = findMarketplace(marketplace_id)?.language ?? "en_US";
  return {
    item_name: [{ value: seed.title, language_tag, marketplace_id }],
    brand: [{ value: seed.brand, language_tag, marketplace_id }],
  };
}

function classificationOf({ seed }: Listing) {
  const displayName = seed.productType.replaceAll("_", " ").toLowerCase();
  return { displayName, classificationId: String(1_000_000 + hashOf(seed.productType)) };
}

function identifiersOf({ listing, children }: Page) {
  const { marketplaceId, seed } = listing;
  const isParent = children.length > 0;
  const identifiers = [
    { identifierType: "EAN", identifier: seed.barcode },
    { identifierType: "GTIN", identifier: seed.barcode.padStart(14, "0") },
    ...(seed.barcode.startsWith("0")
      ? [{ identifierType: "UPC", identifier: seed.barcode.slice(1) }]
      : []),
  ];
  return { marketplaceId, identifiers: isParent ? [] : identifiers };
}

function imagesOf({ asin, listing }: Page) {
  const link = (size: number): string =>
    `https://m.media-amazon.com/images/I/${asin}._SL${size}_.jpg`;
  const images = IMAGE_SIZES.map((size) => ({
    variant: "MAIN",
    link: link(size),
    height: size,
    width: size,
  }));
  return { marketplaceId: listing.marketplaceId, images };
}

function relationshipsOf({ listing, children }: Page) {
  const { marketplaceId, seed } = listing;
  const variationTheme = { attributes: ["color"], theme: "COLOR" };
  const family =
    children.length > 0
      ? [{ type: "VARIATION", childAsins: children, variationTheme }]
      : seed.parentAsin === undefined
        ? []
        : [{ type: "VARIATION", parentAsins: [seed.parentAsin], variationTheme }];
  return { marketplaceId, relationships: family };
}

function salesRanksOf({ asin, listing, children }: Page, market: Market) {
  const { marketplaceId } = listing;
  const shelf = shelfOf(asin, marketplaceId);
  if (children.length > 0 || !market.has(shelf)) return { marketplaceId };
  const rank = market.salesRank(shelf);
  const { displayName, classificationId } = classificationOf(listing);
  return {
    marketplaceId,
    classificationRanks: [
      { classificationId, title: displayName, rank: Math.max(1, Math.round(rank / 20)) },
    ],
    displayGroupRanks: [
      { websiteDisplayGroup: "home_garden_display_on_website", title: "Home & Kitchen", rank },
    ],
  };
}

function summaryOf({ listing, children }: Page) {
  const { marketplaceId, seed } = listing;
  const isParent = children.length > 0;
  return {
    marketplaceId,
    brand: seed.brand,
    browseClassification: classificationOf(listing),
    itemClassification: isParent ? "VARIATION_PARENT" : "BASE_PRODUCT",
    itemName: seed.title,
    manufacturer: seed.brand,
    websiteDisplayGroup: "home_garden_display_on_website",
    websiteDisplayGroupName: "Home & Kitchen",
  };
}

function hashOf(text: string): number {
  let hash = 5;
  for (const letter of text) hash = (hash * 33 + (letter.codePointAt(0) ?? 0)) % 999_983;
  return hash;
}

function checkedIds(call: SpCall): string[] {
  requiredQuery(call, "marketplaceIds");
  return queryList(call, "marketplaceIds").map((id) => checkedMarketplace(id, call));
}

function includedOf(call: SpCall): Included[] {
  const asked = queryList(call, "includedData");
  if (asked.length === 0) return ["summaries"];
  return asked.map((part) => {
    const known = INCLUDED.find((each) => each === part);
    if (known === undefined) throw invalidInput(`Invalid 'includedData' provided: ${part}.`);
    return known;
  });
}

function pageSizeOf(call: SpCall): number {
  const size = Number(call.query.get("pageSize") ?? 10);
  if (!Number.isInteger(size) || size < 1 || size > PAGE_SIZE_MAX) {
    throw invalidInput(`'pageSize' must be between 1 and ${PAGE_SIZE_MAX}.`);
  }
  return size;
}
