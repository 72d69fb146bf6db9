/** Words about links between Amazon listings and Shopify variants. */
import type { ReviewCandidate, ReviewCause } from "@calibr/shared/core/linking/match-listings";

/** Why Calibr did not link a listing by itself. */
export const REVIEW_CAUSE_WORDS: Readonly<Record<ReviewCause, string>> = {
  several_variants_share_sku: "Several variants in your store have this SKU.",
  several_variants_share_barcode: "Several variants in your store have this barcode.",
  several_variants_share_asin: "Several variants in your store name this ASIN.",
  sku_and_barcode_disagree: "The SKU and the barcode point to different variants.",
  asin_field_disagrees: "The ASIN in your store and the SKU or barcode point to different things.",
  pack_sizes_differ:
    "The barcode or ASIN is the same, but the titles name different pack sizes. Check the units in one sale.",
  similar_title: "Only the titles are alike. Calibr never links on a title alone.",
};

/** What speaks for a variant. */
export const EVIDENCE_WORDS: Readonly<Record<ReviewCandidate["evidence"], string>> = {
  exact_sku: "Same SKU",
  barcode: "Same barcode",
  asin_field: "Names this ASIN",
  title: "Similar title",
};

/** What a stored link stands on; null when it is the listing alone. */
export function linkWords(evidence: string | null): string | null {
  if (evidence === null || evidence === "own_sku") return null;
  if (evidence === "merchant") return "A person";
  const known = Object.entries(EVIDENCE_WORDS).find(([word]) => word === evidence)?.[1];
  return known ?? "Linked";
}
