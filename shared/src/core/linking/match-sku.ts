import type { ListingId } from "../ids.ts";
import { normaliseBarcode } from "./barcode.ts";

/** What linking knows of a listing on either channel. Titles are left out on purpose: never link on them. */
export type Linkable = {
  readonly listingId: ListingId;
  readonly sku: string | null;
  readonly barcode: string | null;
};

/** What a link stands on. */
export type LinkEvidence = "exact_sku" | "barcode";

/** An Amazon listing and the Shopify variant that sells the same thing. */
export type Link = {
  readonly amazonId: ListingId;
  readonly shopifyId: ListingId;
  readonly evidence: LinkEvidence;
  /** 10,000 is certain; for sorting a review queue, not for arithmetic. */
  readonly confidenceBps: number;
};

/** A listing that a person has to look at, and why. */
export type LinkReview = {
  readonly amazonId: ListingId;
  readonly why:
    "several_variants_share_sku" | "several_variants_share_barcode" | "sku_and_barcode_disagree";
  /** The variants in question, in ascending id order. */
  readonly candidates: readonly ListingId[];
};

/** Every Amazon listing handed in is in exactly one of the three lists. */
export type LinkOutcome = {
  readonly links: readonly Link[];
  readonly reviews: readonly LinkReview[];
  readonly unmatched: readonly ListingId[];
};

// Both agree, then SKU alone, then barcode alone. A seller's own SKU is typed once for both channels; a
// barcode can stand on a bundle as well as on its content.
const CONFIDENCE = { skuAndBarcode: 10_000, sku: 9_500, barcode: 8_500 } as const;

/**
 * Links Amazon listings to Shopify variants by exact SKU, then by barcode.
 *
 * A SKU is compared byte for byte: sellers use case and spaces to tell things apart. Several Amazon
 * listings may link to one variant (FBA and FBM, several marketplaces); one that fits several variants,
 * or whose SKU and barcode point to different things, is left to a person.
 */
export function matchSkus(listings: {
  readonly amazon: readonly Linkable[];
  readonly shopify: readonly Linkable[];
}): LinkOutcome {
  const bySku = group(listings.shopify, (variant) => variant.sku || null);
  const byBarcode = group(listings.shopify, (variant) => normaliseBarcode(variant.barcode));
  const links: Link[] = [];
  const reviews: LinkReview[] = [];
  const unmatched: ListingId[] = [];
  for (const listing of listings.amazon) {
    const found = matchOne(listing, bySku, byBarcode);
    if (found === null) unmatched.push(listing.listingId);
    else if ("why" in found) reviews.push(found);
    else links.push(found);
  }
  return { links, reviews, unmatched };
}

type Index = ReadonlyMap<string, readonly Linkable[]>;

function matchOne(listing: Linkable, bySku: Index, byBarcode: Index): Link | LinkReview | null {
  const barcode = normaliseBarcode(listing.barcode);
  const sameSku = (listing.sku ? bySku.get(listing.sku) : undefined) ?? [];
  const sameBarcode = (barcode === null ? undefined : byBarcode.get(barcode)) ?? [];
  const [variant, ...others] = sameSku;
  if (variant === undefined) return matchByBarcode(listing, sameBarcode);
  if (others.length > 0) return review(listing, "several_variants_share_sku", sameSku);
  const theirs = normaliseBarcode(variant.barcode);
  if (barcode !== null && theirs !== null && barcode !== theirs) {
    return review(listing, "sku_and_barcode_disagree", [variant, ...sameBarcode]);
  }
  const confidenceBps =
    barcode !== null && theirs === barcode ? CONFIDENCE.skuAndBarcode : CONFIDENCE.sku;
  return link(listing, variant, { evidence: "exact_sku", confidenceBps });
}

function matchByBarcode(listing: Linkable, same: readonly Linkable[]): Link | LinkReview | null {
  const [variant, ...others] = same;
  if (variant === undefined) return null;
  if (others.length > 0) return review(listing, "several_variants_share_barcode", same);
  return link(listing, variant, { evidence: "barcode", confidenceBps: CONFIDENCE.barcode });
}

function link(
  amazon: Linkable,
  shopify: Linkable,
  found: Pick<Link, "evidence" | "confidenceBps">,
): Link {
  return { amazonId: amazon.listingId, shopifyId: shopify.listingId, ...found };
}

function review(
  listing: Linkable,
  why: LinkReview["why"],
  variants: readonly Linkable[],
): LinkReview {
  const candidates = variants.map((variant) => variant.listingId).sort(byId);
  return { amazonId: listing.listingId, why, candidates };
}

function byId(left: ListingId, right: ListingId): number {
  return BigInt(left) < BigInt(right) ? -1 : 1;
}

function group(variants: readonly Linkable[], keyOf: (variant: Linkable) => string | null): Index {
  const groups = new Map<string, Linkable[]>();
  for (const variant of variants) {
    const key = keyOf(variant);
    if (key === null) continue;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [variant]);
    else known.push(variant);
  }
  return groups;
}
