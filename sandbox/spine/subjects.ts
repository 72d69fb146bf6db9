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
    `SELECT a.external_id AS sku, a.parent_id AS asin, s.external_id AS "variantGid", ah.price_minor::int AS "amazonMinor",
            sh.price_minor::int AS "shopifyMinor"
       FROM listing a
       JOIN item i ON i.shop_id = a.shop_id AND i.item_id = a.item_id
       JOIN listing s ON s.shop_id = a.shop_id AND s.item_id = a.item_id AND s.channel = 'shopify' AND s.status = 'active'
       JOIN channel_head ah ON ah.shop_id = a.shop_id AND ah.listing_id = a.listing_id
       JOIN channel_head sh ON sh.shop_id = s.shop_id AND sh.listing_id = s.listing_id
      WHERE a.channel = 'amazon' AND a.status = 'active' AND a.parent_id IS NOT NULL AND a.fulfilment = 'merchant'
        AND NOT a.is_auto_priced AND a.sale_until IS NULL AND a.currency = 'USD' AND a.external_id !~ 'SKU-'
        AND i.cost_minor * 2 < least(ah.price_minor, sh.price_minor) AND ah.price_minor > 1500
        AND abs(ah.price_minor - sh.price_minor) * 20 < ah.price_minor
      ORDER BY a.listing_id LIMIT $1`,
    [count],
  );
  if (subjects.length < count)
    throw new Error(`only ${String(subjects.length)} products fit, ${String(count)} are needed`);
  return subjects;
}

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
