import { type Linkable, matchSkus } from "../../core/linking/match-sku.ts";
import type { LinkCandidate } from "../../ports/catalog-store.ts";
import type { ShopTransaction } from "../../ports/shop-transaction.ts";

/** How the listings of a shop hang together after linking. */
export interface LinkCounts {
  /** Amazon listings that share an item with a Shopify variant. */
  readonly linked: number;
  /** Amazon listings a person has to look at. */
  readonly review: number;
  /** Amazon listings that no variant fits. */
  readonly unmatched: number;
}

type NewLink = Parameters<ShopTransaction["catalog"]["link"]>[0][number];

/**
 * Ties listings to items: each Shopify variant with a SKU of its own gets an item, Amazon listings join by
 * exact SKU, then by barcode. What does not fit gets an item of its own, so that it can still be given a
 * cost and bounds. Never links on a title; links a merchant made by hand stay.
 */
export async function linkListings(tx: ShopTransaction): Promise<LinkCounts> {
  const candidates = await tx.catalog.linkCandidates();
  const shopify = candidates.filter((each) => each.channel === "shopify");
  const amazon = candidates.filter((each) => each.channel === "amazon");
  const outcome = matchSkus({ amazon: amazon.map(toLinkable), shopify: shopify.map(toLinkable) });

  const itemSkus = skusOfVariants(shopify);
  const links: NewLink[] = shopify.map((variant) => linkTo(variant, itemSkus, "own_sku"));
  const byId = new Map(candidates.map((each) => [each.listingId, each]));
  for (const match of outcome.links) {
    const listing = byId.get(match.amazonId);
    const variant = byId.get(match.shopifyId);
    if (listing === undefined || variant === undefined) continue;
    links.push({ ...linkTo(variant, itemSkus, match.evidence), listingId: listing.listingId });
  }
  const alone = new Set([
    ...outcome.unmatched,
    ...outcome.reviews.map((review) => review.amazonId),
  ]);
  for (const listing of amazon) {
    if (!alone.has(listing.listingId)) continue;
    // Marked as Amazon's own, so that it never joins a variant that happens to carry the same SKU.
    links.push({
      listingId: listing.listingId,
      sku: `amazon:${listing.sku ?? listing.listingId}`,
      title: listing.title,
      evidence: "own_sku",
    });
  }
  await tx.catalog.link(links);
  return {
    linked: outcome.links.length,
    review: outcome.reviews.length,
    unmatched: outcome.unmatched.length,
  };
}

function toLinkable(candidate: LinkCandidate): Linkable {
  return { listingId: candidate.listingId, sku: candidate.sku, barcode: candidate.barcode };
}

/** The item SKU of each variant: its own SKU, made unique where several variants share one or have none. */
function skusOfVariants(variants: readonly LinkCandidate[]): Map<string, string> {
  const uses = new Map<string, number>();
  for (const variant of variants) {
    if (variant.sku) uses.set(variant.sku, (uses.get(variant.sku) ?? 0) + 1);
  }
  return new Map(
    variants.map((variant) => {
      const isOwn =
        variant.sku !== null &&
        variant.sku !== "" &&
        uses.get(variant.sku) === 1 &&
        !isOurs(variant.sku);
      return [
        variant.listingId,
        isOwn ? variant.sku : `shopify:${variant.sku ?? ""}#${variant.listingId}`,
      ];
    }),
  );
}

/** A SKU that looks like a name we give: it must not meet the listing that got that name. */
function isOurs(sku: string): boolean {
  return sku.startsWith("amazon:") || sku.startsWith("shopify:");
}

function linkTo(
  variant: LinkCandidate,
  itemSkus: ReadonlyMap<string, string>,
  evidence: NewLink["evidence"],
): NewLink {
  return {
    listingId: variant.listingId,
    sku: itemSkus.get(variant.listingId) ?? `shopify:#${variant.listingId}`,
    title: variant.title,
    evidence,
  };
}
