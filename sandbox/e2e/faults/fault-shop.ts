/** A shop of its own for one fault run: a seller with listings and rivals, and our rows about them. */
import { competitor } from "../../market/specimens.ts";
import type { DrivenShop, DrivenWorld } from "../driven/driven-world.ts";
import type { FaultPlan, PlannedListing } from "./plan-faults.ts";

const US = "ATVPDKIKX0DER";

/** One listing of a run as everybody names it. */
export interface FaultListing extends PlannedListing {
  readonly listingId: string;
  readonly sku: string;
  readonly asin: string;
  readonly rivals: readonly [string, string];
}

/** A run's shop. */
export interface FaultShop extends DrivenShop {
  readonly plan: FaultPlan;
  readonly listings: readonly FaultListing[];
}

/** Rivals that move only when they are told to. */
export const rivalsOf = (seed: number): readonly [string, string] => [
  `AFIRST${String(seed).padStart(8, "0")}`,
  `ASECOND${String(seed).padStart(7, "0")}`,
];

export async function openFaultShop(world: DrivenWorld, plan: FaultPlan): Promise<FaultShop> {
  const { amazon, clock } = world;
  const number = String(plan.seed).padStart(8, "0");
  const sellerId = `A3RUN${number}`;
  await amazon.control("add-seller", { sellerId, marketplaceIds: [US] });
  const rivals = rivalsOf(plan.seed);
  const listings = plan.listings.map((each) => ({
    ...each,
    sku: `RUN-${number}-${String(each.place)}`,
    asin: `B${number}${String(each.place)}`,
    rivals,
  }));
  for (const { sku, asin, baseMinor, isSilent } of listings) {
    const { market } = amazon;
    market.open({
      asin,
      basePriceMinor: baseMinor,
      currency: "USD",
      competitors: rivals.map((rivalId, place) =>
        competitor({
          sellerId: rivalId,
          kind: "premium",
          listingPriceMinor: baseMinor + 200 * (place + 1),
          floorMinor: 1,
          ceilingMinor: 10 * baseMinor,
        }),
      ),
      competitivePriceThresholdMinor: 10 * baseMinor,
    });
    await amazon.control("seed-listing", {
      sellerId,
      sku,
      asin,
      priceMinor: baseMinor,
      marketplaceId: US,
      quantity: 500,
    });
    if (isSilent) await amazon.control("silence-asin", { asin, isSilent: true });
  }
  const shop = await world.connect({ sellerId, importDue: false });
  const ids = await world.ask<{ sku: string; listing_id: string }>(SEED, [
    shop.shopId,
    shop.connectionId,
    JSON.stringify(listings),
    clock.now(),
    US,
    plan.isKnown,
  ]);
  const now = clock.now();
  await world.ask(
    "UPDATE shop_settings SET approval_mode = 'auto', auto_max_move_bps = 5000 WHERE shop_id = $1",
    [shop.shopId],
  );
  await world.ask(
    `UPDATE rule SET body = jsonb_set(body, '{maxStepBps}', 'null') WHERE shop_id = $1 AND channel = 'amazon'`,
    [shop.shopId],
  );
  if (plan.isFed) await world.ask("INSERT INTO outside.fed_shop VALUES ($1)", [shop.shopId]);
  await world.workers[0]?.parts.inShop(shop.shopId, async (tx) => {
    const { connectionId } = shop;
    await tx.tasks.plan({ connectionId, kind: "subscriptions", key: "" }, now);
    // As after an import: finds what other hands change.
    await tx.tasks.plan({ connectionId, kind: "listing_changes", key: US }, now);
    await tx.connections.requestDue(connectionId, "sweep", now);
  });
  const idOf = new Map(ids.map((row) => [row.sku, row.listing_id]));
  return {
    ...shop,
    plan,
    listings: listings.map((each) => ({ ...each, listingId: idOf.get(each.sku) ?? "" })),
  };
}

const SEED = `
  WITH shop AS (SELECT set_config('app.shop_id', $1::int::text, false)),
  seeded AS (SELECT * FROM shop, jsonb_to_recordset($3::jsonb) AS s(sku text, asin text, "baseMinor" bigint, "floorMinor" bigint, "ceilingMinor" bigint)),
  settings AS (INSERT INTO shop_settings (shop_id) SELECT $1 FROM shop ON CONFLICT DO NOTHING),
  place AS (
    INSERT INTO connection_marketplace (shop_id, connection_id, marketplace_id, currency, store_name)
    SELECT $1, $2, $5, 'USD', 'Run' FROM shop ON CONFLICT DO NOTHING
  ), items AS (
    INSERT INTO item (shop_id, sku, title, cost_minor, cost_currency, cost_source, floor_minor, ceiling_minor, bounds_currency)
    SELECT $1, sku, sku, greatest(1, "baseMinor" / 4), 'USD', 'merchant', "floorMinor", "ceilingMinor", 'USD' FROM seeded RETURNING item_id, sku
  ), listings AS (
    INSERT INTO listing (shop_id, channel, connection_id, marketplace_id, external_id, parent_id, sku, title, currency, status,
      fulfilment, quantity, product_type, item_id, link_evidence, seen_at)
    SELECT $1, 'amazon', $2, $5, sku, asin, sku, sku, 'USD', 'active', 'merchant', 500, 'PRODUCT', item_id, 'own_sku', $4
      FROM seeded JOIN items USING (sku) RETURNING listing_id, sku
  ), written AS (
    INSERT INTO listing_write (shop_id, listing_id, connection_id, first_written_at)
    SELECT $1, listing_id, $2, $4 FROM listings WHERE $6::boolean
  ), heads AS (
    INSERT INTO channel_head (shop_id, listing_id, price_minor, currency, observed_at, received_at, source)
    SELECT $1, listing_id, "baseMinor", 'USD', $4, $4, 'import' FROM listings JOIN seeded USING (sku)
  )
  SELECT sku, listing_id::text FROM listings`;
