import type { DrivenShop, DrivenWorld } from "../sandbox/e2e/driven/driven-world.ts";

const US = "ATVPDKIKX0DER";

/** Rows for `count` listings that the sandbox's seller has, as imports and earlier prices would have left them: a cost, the price shown, no preview due. */
export async function seedListings(
  world: DrivenWorld,
  shop: DrivenShop,
  count: number,
): Promise<void> {
  const { sellerId } = shop;
  const prefix = `BENCH-${sellerId}`;
  await world.amazon.control("seed-listings", { sellerId, count, prefix, marketplaceId: US });
  const { listings } = await world.amazon.control("listings", { sellerId });
  const seeded = (listings as readonly SeededListing[]).filter((each) =>
    each.sku.startsWith(prefix),
  );
  await world.ask(SEED, [
    shop.shopId,
    shop.connectionId,
    JSON.stringify(seeded),
    world.clock.now(),
    US,
  ]);
}

interface SeededListing {
  readonly sku: string;
  readonly asin: string;
  readonly shownMinor: number;
}

/** Approves one price change of one cent for every listing of a shop; each then waits for its call. */
export async function approveAll(world: DrivenWorld, shop: DrivenShop): Promise<void> {
  const at = world.clock.now();
  await world.ask(PROPOSE, [shop.shopId, at]);
  await world.ask(APPROVE, [shop.shopId, at]);
}

const SEED = `
  WITH shop AS (SELECT set_config('app.shop_id', $1::int::text, false)),
  seeded AS (SELECT * FROM shop, jsonb_to_recordset($3::jsonb) AS s(sku text, asin text, "shownMinor" bigint)),
  items AS (
    INSERT INTO item (shop_id, sku, title, cost_minor, cost_currency, cost_source)
    SELECT $1, sku, sku, greatest(1, "shownMinor" / 4), 'USD', 'merchant' FROM seeded RETURNING item_id, sku
  ), listings AS (
    INSERT INTO listing (shop_id, channel, connection_id, marketplace_id, external_id, parent_id, sku, title, currency, status,
      fulfilment, quantity, product_type, item_id, link_evidence, seen_at)
    SELECT $1, 'amazon', $2, $5, sku, asin, sku, sku, 'USD', 'active', 'merchant', 10, 'PRODUCT', item_id, 'own_sku', $4
      FROM seeded JOIN items USING (sku) RETURNING listing_id, sku
  ), written AS (
    INSERT INTO listing_write (shop_id, listing_id, connection_id, first_written_at) SELECT $1, listing_id, $2, $4 FROM listings
  )
  INSERT INTO channel_head (shop_id, listing_id, price_minor, currency, observed_at, received_at, source)
  SELECT $1, listing_id, "shownMinor", 'USD', $4, $4, 'import' FROM listings JOIN seeded USING (sku)`;

const PROPOSE = `
  WITH shop AS (SELECT set_config('app.shop_id', $1::int::text, false))
  INSERT INTO price_change (shop_id, listing_id, version, origin, old_minor, new_minor, currency, floor_minor, ceiling_minor, reasons,
    inputs_hash, event_at, state, state_at, state_actor, proposed_at)
  SELECT $1, l.listing_id, 1, 'engine', h.price_minor, h.price_minor - 1, 'USD', h.price_minor / 2, h.price_minor * 2, '[]', '\\x00', $2, 'proposed', $2,
         'engine', $2
    FROM shop, listing l JOIN channel_head h USING (shop_id, listing_id) WHERE l.shop_id = $1`;

const APPROVE = `
  WITH shop AS (SELECT set_config('app.shop_id', $1::int::text, false))
  UPDATE price_change SET state = 'approved', state_at = $2, state_actor = 'person', state_code = NULL, state_facts = '{}'
    FROM shop WHERE shop_id = $1 AND state = 'proposed'`;
