import { DEMO_SELLER_ID } from "../amazon/demo-listings.ts";
import type { MarketOffer } from "../market/types.ts";
import type { Stack } from "../stack/stack.ts";
import type { Onlooker } from "./onlooker.ts";

/** A product sold on both channels whose price has room to move. */
export interface Subject {
  readonly sku: string;
  readonly asin: string;
  readonly variantGid: string;
  readonly amazonMinor: number;
  readonly shopifyMinor: number;
}

/**
 * Products on which a rival's move must lead to a new price on both channels: active, linked, with a cost
 * that leaves room, shipped by the merchant, and none that the sandbox gave a special behaviour.
 */
export async function findSubjects(onlooker: Onlooker, count: number): Promise<Subject[]> {
  const subjects = await onlooker.ask<Subject & Record<string, unknown>>(
    `SELECT sku, asin, "variantGid", "amazonMinor", "shopifyMinor" FROM (
       SELECT a.listing_id, a.external_id AS sku, a.parent_id AS asin, s.external_id AS "variantGid", i.cost_minor,
              ${SHOWN("a")} AS "amazonMinor", ${SHOWN("s")} AS "shopifyMinor"
         FROM listing a
         JOIN item i ON i.shop_id = a.shop_id AND i.item_id = a.item_id
         JOIN LATERAL (SELECT * FROM listing s
                        WHERE s.shop_id = a.shop_id AND s.item_id = a.item_id AND s.channel = 'shopify' AND s.status = 'active' OFFSET 0) s ON true
        WHERE a.channel = 'amazon' AND a.status = 'active' AND a.parent_id IS NOT NULL AND a.fulfilment = 'merchant'
          AND NOT a.is_auto_priced AND a.sale_until IS NULL AND a.currency = 'USD' AND a.external_id !~ 'SKU-' OFFSET 0) x
      WHERE cost_minor * 2 < least("amazonMinor", "shopifyMinor") AND "amazonMinor" > 1500
        AND abs("amazonMinor" - "shopifyMinor") * 20 < "amazonMinor"
      ORDER BY listing_id LIMIT $1`,
    [count],
  );
  if (subjects.length < count)
    throw new Error(`only ${String(subjects.length)} products fit, ${String(count)} are needed`);
  return subjects;
}

// Looked up for each listing: right after an import the planner does not know yet how many rows there are.
const SHOWN = (listing: string): string =>
  `(SELECT h.price_minor::int FROM channel_head h WHERE h.shop_id = ${listing}.shop_id AND h.listing_id = ${listing}.listing_id)`;

/** Lets an eligible rival take the featured offer below every other offer; the sandbox tells Amazon's queue. */
export async function moveRival(
  stack: Stack,
  subject: Pick<Subject, "asin"> & Partial<Subject>,
  sharePercent: number,
): Promise<void> {
  const { offers } = await stack.control<{ offers: MarketOffer[] }>("market", "offers", {
    asin: subject.asin,
  });
  const rivals = offers.filter(
    (offer) => offer.sellerId !== DEMO_SELLER_ID && offer.isFeaturedMerchant,
  );
  // Amazon prefers offers it ships itself, so such a rival is sure to be featured.
  const rival = rivals.find((offer) => offer.fulfilment === "AMAZON") ?? rivals[0];
  if (rival === undefined) throw new Error(`nobody but us can be featured on ${subject.asin}`);
  const lowest = Math.min(...offers.map((offer) => offer.listingPriceMinor + offer.shippingMinor));
  const listingPriceMinor = Math.max(
    1,
    Math.floor((lowest * sharePercent) / 100) - rival.shippingMinor,
  );
  await stack.control("market", "move", {
    asin: subject.asin,
    sellerId: rival.sellerId,
    listingPriceMinor,
  });
}
