import {
  type LinkableListing,
  type LinkOutcome,
  type LinkReview,
  matchListings,
} from "../../core/linking/match-listings.ts";
import type { ConnectionId, ListingId } from "../../core/ids.ts";
import type { ItemLink, LinkCandidate } from "../../ports/link-store.ts";
import type { ShopTransaction } from "../../ports/shop-transaction.ts";

/** How the Amazon listings of an account, or of the whole shop, hang together after linking. */
export interface LinkCounts {
  /** Amazon listings that share an item with a Shopify variant. */
  readonly linked: number;
  /** Amazon listings a person has to look at. */
  readonly review: number;
  /** Amazon listings that no variant fits. */
  readonly unmatched: number;
}

/**
 * Ties listings to items: each Shopify variant with a SKU of its own gets an item, Amazon listings join by
 * exact SKU, barcode, then the ASIN in a metafield. What does not fit gets an item of its own, so that it
 * can still be given a cost and bounds, and a place among the reviews when something speaks for a variant.
 * Never links on a title; links a merchant made by hand stay, and what they dismissed is not asked again.
 * @param counted the account whose listings are counted; null = those of all accounts. All are linked.
 */
export async function linkListings(
  tx: ShopTransaction,
  at: Date,
  counted: ConnectionId | null = null,
): Promise<LinkCounts> {
  const candidates = await tx.links.candidates();
  const shopify = candidates.filter((each) => each.channel === "shopify");
  const amazon = candidates.filter((each) => each.channel === "amazon");
  const open = amazon.filter((each) => !each.isByHand);
  const outcome = withoutDismissed(
    matchListings({ amazon: open.map(toLinkable), shopify: shopify.map(toLinkable) }),
    await tx.links.dismissed(),
  );
  await tx.links.save(itemLinks({ shopify, amazon: open, outcome }));
  await tx.links.saveReviews(outcome.reviews, at);
  const isCounted = (each: LinkCandidate): boolean =>
    counted === null || each.connectionId === counted;
  const ids = new Set(amazon.filter(isCounted).map((each) => each.listingId));
  return {
    linked:
      outcome.links.filter((link) => ids.has(link.amazonId)).length +
      amazon.filter((each) => each.isByHand && isCounted(each)).length,
    review: outcome.reviews.filter((review) => ids.has(review.amazonId)).length,
    unmatched: outcome.unmatched.filter((id) => ids.has(id)).length,
  };
}

function toLinkable(candidate: LinkCandidate): LinkableListing {
  const { listingId, sku, barcode, asin, title } = candidate;
  return { listingId, sku, barcode, asin, title };
}

/** The outcome without what a person said is not the same thing. */
function withoutDismissed(
  outcome: LinkOutcome,
  dismissed: ReadonlyMap<ListingId, ReadonlySet<ListingId>>,
): LinkOutcome {
  const isNot = (amazonId: ListingId, shopifyId: ListingId): boolean =>
    dismissed.get(amazonId)?.has(shopifyId) ?? false;
  const isOpen = ({ amazonId, candidates }: LinkReview): boolean =>
    candidates.some(({ shopifyId }) => !isNot(amazonId, shopifyId));
  const links = outcome.links.filter((link) => !isNot(link.amazonId, link.shopifyId));
  const reviews = outcome.reviews.filter(isOpen);
  const placed = new Set([...links, ...reviews].map((each) => each.amazonId));
  const dropped = [...outcome.links, ...outcome.reviews].filter(
    (each) => !placed.has(each.amazonId),
  );
  return {
    links,
    reviews,
    unmatched: [...outcome.unmatched, ...dropped.map((each) => each.amazonId)],
  };
}

/** The item of every listing: the variant's for what is linked, one of its own for the rest. */
function itemLinks(found: {
  readonly shopify: readonly LinkCandidate[];
  readonly amazon: readonly LinkCandidate[];
  readonly outcome: LinkOutcome;
}): readonly ItemLink[] {
  const { shopify, amazon, outcome } = found;
  const itemSkus = skusOfVariants(shopify);
  const variants = new Map(shopify.map((each) => [each.listingId, each]));
  const linkOf = new Map(outcome.links.map((link) => [link.amazonId, link]));
  const own = shopify.map((variant): ItemLink => {
    const sku = itemSkus.get(variant.listingId) ?? `shopify:#${variant.listingId}`;
    return { ...alone(variant), sku };
  });
  const joined = amazon.map((listing): ItemLink => {
    const link = linkOf.get(listing.listingId);
    const variant = link === undefined ? undefined : variants.get(link.shopifyId);
    // Marked as Amazon's own, so that it never joins a variant that happens to carry the same SKU.
    if (link === undefined || variant === undefined)
      return { ...alone(listing), sku: `amazon:${listing.sku ?? listing.listingId}` };
    const { evidence, supports, confidenceBps } = link;
    const sku = itemSkus.get(variant.listingId) ?? `shopify:#${variant.listingId}`;
    const { listingId } = listing;
    return { listingId, sku, title: variant.title, evidence, supports, confidenceBps };
  });
  return [...own, ...joined];
}

function alone(listing: LinkCandidate): Omit<ItemLink, "sku"> {
  const { listingId, title } = listing;
  return { listingId, title, evidence: "own_sku", supports: [], confidenceBps: 10_000 };
}

/** The item SKU of each variant: its own SKU, made unique where several variants share one or have none. */
function skusOfVariants(variants: readonly LinkCandidate[]): Map<ListingId, string> {
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
