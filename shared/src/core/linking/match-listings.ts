import type { Asin, ListingId } from "../ids.ts";
import { normaliseBarcode } from "./barcode.ts";
import {
  findSimilarTitles,
  indexTitles,
  packRatio,
  packSizeOf,
  type TitleIndex,
} from "./similar-titles.ts";

/** What linking knows of an Amazon listing. */
export type LinkableListing = {
  readonly listingId: ListingId;
  readonly sku: string | null;
  readonly barcode: string | null;
  readonly asin: Asin | null;
  /** Only ever used to suggest: never linked on. */
  readonly title: string;
};

/** What linking knows of a Shopify variant; `asin` is what a metafield of the merchant's says. */
export type LinkableVariant = LinkableListing;

/** What a link stands on, strongest first. */
export const LINK_EVIDENCE = ["exact_sku", "barcode", "asin_field"] as const;

/** One kind of evidence. */
export type LinkEvidence = (typeof LINK_EVIDENCE)[number];

/** An Amazon listing and the Shopify variant that sells the same thing. */
export type Link = {
  readonly amazonId: ListingId;
  readonly shopifyId: ListingId;
  /** The strongest evidence, which the link stands on. */
  readonly evidence: LinkEvidence;
  /** Everything that speaks for the link, strongest first. */
  readonly supports: readonly LinkEvidence[];
  /** 10,000 is certain; for sorting a review queue, not for arithmetic. */
  readonly confidenceBps: number;
};

/** Why a listing was left to a person. */
export const REVIEW_CAUSES = [
  "several_variants_share_sku",
  "several_variants_share_barcode",
  "several_variants_share_asin",
  "sku_and_barcode_disagree",
  "asin_field_disagrees",
  "pack_sizes_differ",
  "similar_title",
] as const;

/** One cause. */
export type ReviewCause = (typeof REVIEW_CAUSES)[number];

/** A variant in question. */
export type ReviewCandidate = {
  readonly shopifyId: ListingId;
  readonly evidence: LinkEvidence | "title";
  readonly confidenceBps: number;
  /** Units of the variant in one sale of the listing, as far as both titles say; 1 when they do not. */
  readonly unitsPerSale: number;
};

/** A listing that a person has to look at, and why. */
export type LinkReview = {
  readonly amazonId: ListingId;
  readonly why: ReviewCause;
  /** The variants in question, likeliest first. */
  readonly candidates: readonly ReviewCandidate[];
};

/** Every Amazon listing handed in is in exactly one of the three lists. */
export type LinkOutcome = {
  readonly links: readonly Link[];
  readonly reviews: readonly LinkReview[];
  readonly unmatched: readonly ListingId[];
};

// A seller's own SKU is typed once for both channels; a barcode can stand on a bundle as well as on its
// content; a metafield is filled by hand or by an app long ago. Two that agree are as good as certain.
const CONFIDENCE: Readonly<Record<LinkEvidence, number>> = {
  exact_sku: 9_500,
  barcode: 8_500,
  asin_field: 8_000,
};
const CONFIDENCE_IN_DOUBT = 5_000;
const AGREEING_BPS = { one: 0, two: 1_000, three: 1_500 } as const;

const SEVERAL: Readonly<Record<LinkEvidence, ReviewCause>> = {
  exact_sku: "several_variants_share_sku",
  barcode: "several_variants_share_barcode",
  asin_field: "several_variants_share_asin",
};

/**
 * Links Amazon listings to Shopify variants by exact SKU, then barcode, then the ASIN in a metafield.
 *
 * A SKU is compared byte for byte: sellers use case and spaces to tell things apart. Several Amazon listings
 * may link to one variant (FBA and FBM, several marketplaces). One that fits several variants, or whose
 * evidence points to different things, is left to a person; so is one that only its title speaks for, and a
 * pack that shares a code with something of another pack size.
 */
export function matchListings(listings: {
  readonly amazon: readonly LinkableListing[];
  readonly shopify: readonly LinkableVariant[];
}): LinkOutcome {
  const index = indexVariants(listings.shopify);
  const links: Link[] = [];
  const reviews: LinkReview[] = [];
  const unmatched: ListingId[] = [];
  for (const listing of listings.amazon) {
    const found = matchOne(listing, index);
    if (found === null) unmatched.push(listing.listingId);
    else if ("why" in found) reviews.push(found);
    else links.push(found);
  }
  return { links, reviews, unmatched };
}

interface VariantIndex {
  readonly by: Readonly<Record<LinkEvidence, ReadonlyMap<string, readonly LinkableVariant[]>>>;
  readonly titles: TitleIndex<LinkableVariant>;
}

function indexVariants(variants: readonly LinkableVariant[]): VariantIndex {
  const by = {
    exact_sku: group(variants, (variant) => keyOf(variant, "exact_sku")),
    barcode: group(variants, (variant) => keyOf(variant, "barcode")),
    asin_field: group(variants, (variant) => keyOf(variant, "asin_field")),
  };
  return { by, titles: indexTitles(variants) };
}

function keyOf(listing: LinkableListing, evidence: LinkEvidence): string | null {
  switch (evidence) {
    case "exact_sku":
      return listing.sku || null;
    case "barcode":
      return normaliseBarcode(listing.barcode);
    case "asin_field":
      return listing.asin;
  }
}

function matchOne(listing: LinkableListing, index: VariantIndex): Link | LinkReview | null {
  const found = LINK_EVIDENCE.map((evidence) => {
    const key = keyOf(listing, evidence);
    return { evidence, variants: (key === null ? undefined : index.by[evidence].get(key)) ?? [] };
  });
  const strongest = found.find(({ variants }) => variants.length > 0);
  if (strongest === undefined) return suggestByTitle(listing, index);
  const { evidence, variants } = strongest;
  const [variant, ...others] = variants;
  if (variant === undefined || others.length > 0) {
    return review(listing, SEVERAL[evidence], inDoubt(variants, evidence));
  }
  const against = contradiction(listing, variant, found);
  if (against !== null) {
    const named = found.flatMap((each) => inDoubt(each.variants, each.evidence));
    return review(listing, against, named);
  }
  // One code may stand on a pack and on its content: linked as one unit, the pack would go for the price of one.
  if (evidence !== "exact_sku" && packSizeOf(listing.title) !== packSizeOf(variant.title)) {
    const unitsPerSale = packRatio(listing.title, variant.title);
    const named = inDoubt([variant], evidence).map((each) => ({ ...each, unitsPerSale }));
    return review(listing, "pack_sizes_differ", named);
  }
  const supports = found.filter((each) => each.variants.includes(variant)).map((e) => e.evidence);
  const agreeing = supports.length > 2 ? "three" : supports.length > 1 ? "two" : "one";
  const confidenceBps = Math.min(10_000, CONFIDENCE[evidence] + AGREEING_BPS[agreeing]);
  const ids = { amazonId: listing.listingId, shopifyId: variant.listingId };
  return { ...ids, evidence, supports, confidenceBps };
}

/** What speaks against the link: other evidence that names other variants, or the variant's own words. */
function contradiction(
  listing: LinkableListing,
  variant: LinkableVariant,
  found: readonly { evidence: LinkEvidence; variants: readonly LinkableVariant[] }[],
): ReviewCause | null {
  for (const { evidence, variants } of found) {
    if (evidence === "exact_sku") continue;
    const [mine, theirs] = [keyOf(listing, evidence), keyOf(variant, evidence)];
    const namesAnother = variants.length > 0 && !variants.includes(variant);
    const saysAnother = mine !== null && theirs !== null && mine !== theirs;
    if (!namesAnother && !saysAnother) continue;
    return evidence === "barcode" ? "sku_and_barcode_disagree" : "asin_field_disagrees";
  }
  return null;
}

function inDoubt(
  variants: readonly LinkableVariant[],
  evidence: LinkEvidence,
): readonly ReviewCandidate[] {
  return variants.map(({ listingId }) => ({
    shopifyId: listingId,
    evidence,
    confidenceBps: Math.min(CONFIDENCE[evidence], CONFIDENCE_IN_DOUBT),
    unitsPerSale: 1,
  }));
}

/** Variants whose title is much like the listing's, for a person to look at; null when there are none. */
function suggestByTitle(listing: LinkableListing, index: VariantIndex): LinkReview | null {
  const similar = findSimilarTitles(index.titles, listing.title);
  if (similar.length === 0) return null;
  const candidates = similar.map(({ titled, similarityBps, packRatio }) => ({
    shopifyId: titled.listingId,
    evidence: "title" as const,
    // A title alone is never more than half of certain.
    confidenceBps: Math.round(similarityBps / 2),
    unitsPerSale: packRatio,
  }));
  return { amazonId: listing.listingId, why: "similar_title", candidates };
}

function review(
  listing: LinkableListing,
  why: ReviewCause,
  named: readonly ReviewCandidate[],
): LinkReview {
  const distinct = new Map<ListingId, ReviewCandidate>();
  for (const each of named) if (!distinct.has(each.shopifyId)) distinct.set(each.shopifyId, each);
  const candidates = [...distinct.values()].sort(
    (left, right) => right.confidenceBps - left.confidenceBps || byId(left, right),
  );
  return { amazonId: listing.listingId, why, candidates };
}

function byId(left: ReviewCandidate, right: ReviewCandidate): number {
  return BigInt(left.shopifyId) < BigInt(right.shopifyId) ? -1 : 1;
}

function group(
  variants: readonly LinkableVariant[],
  keyFor: (variant: LinkableVariant) => string | null,
): ReadonlyMap<string, readonly LinkableVariant[]> {
  const groups = new Map<string, LinkableVariant[]>();
  for (const variant of variants) {
    const key = keyFor(variant);
    if (key === null) continue;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [variant]);
    else known.push(variant);
  }
  return groups;
}
