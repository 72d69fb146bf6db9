import { createHash } from "node:crypto";
import type { ItemId, ListingId, ShopId } from "../core/ids.ts";
import { toAsin, toItemId, toListingId, toMarketplaceId } from "../core/ids.ts";
import { currency } from "../core/money/currency.ts";
import { money } from "../core/money/money.ts";
import type { MarketSnapshot } from "../core/offers/market-snapshot.ts";
import { makeOffer } from "../core/offers/offer.ts";
import { createAppNotices } from "../adapters/postgres/app-notices.ts";
import { createPool, inShopTransaction, type Pool } from "../adapters/postgres/pool.ts";
import { createShopDirectory } from "../adapters/postgres/shop-directory.ts";
import { createInShop } from "../adapters/postgres/shop-transaction.ts";
import type { ListingFact } from "../ports/listing-source.ts";
import type { Logger } from "../ports/logger.ts";
import { linkListings } from "../services/catalog/link-listings.ts";
import { connectShopify } from "../services/connections/connect-shopify.ts";
import { createFakePriceChannel } from "./fake-price-channel.ts";
import type { TestDatabase } from "./database.ts";

/** A log that says nothing; what a test cares about, it asks the rows. */
export const QUIET: Logger = { debug() {}, info() {}, warn() {}, error() {} };

export const OUR_SELLER = "A3CALIBRTEST01";
export const US = "ATVPDKIKX0DER";

/** A clock that stands still until it is moved. */
export function createStillClock(startAt = new Date("2026-11-23T12:00:00.000Z")) {
  let atMs = startAt.getTime();
  return {
    now: () => new Date(atMs),
    advance(ms: number) {
      atMs += ms;
    },
  };
}

/** The rows and services of one test database, as the worker sees them. */
export function openPipeline(database: TestDatabase) {
  const pool = createPool({ url: database.workerUrl, connectionsMax: 8, onIdleError: () => {} });
  const clock = createStillClock();
  const inShop = createInShop(pool, QUIET);
  const directory = createShopDirectory(pool);
  const appNotices = createAppNotices(pool);
  const channels = {
    amazon: createFakePriceChannel("amazon", clock.now),
    shopify: createFakePriceChannel("shopify", clock.now),
  };
  return {
    database,
    pool,
    clock,
    inShop,
    directory,
    appNotices,
    channels,
    logger: QUIET,
    sha256: (text: string) => createHash("sha256").update(text).digest("hex"),
    close: () => pool.end(),
  };
}

export type Pipeline = ReturnType<typeof openPipeline>;

/** One linked product: a Shopify variant and an Amazon listing of the same SKU, with a cost. */
export interface LinkedProduct {
  readonly shopId: ShopId;
  readonly itemId: ItemId;
  readonly amazonId: ListingId;
  readonly shopifyId: ListingId;
  readonly asin: string;
}

let products = 0;

/** Makes a listing as an import would say it; valid by default. */
export function listingFact(fact: Partial<ListingFact> & { externalId: string }): ListingFact {
  return {
    marketplaceId: "",
    parentId: null,
    sku: null,
    barcode: null,
    asinField: null,
    title: "Walnut cutting board",
    currency: "USD",
    status: "active",
    fulfilment: null,
    quantity: 10,
    productType: null,
    priceMinor: 3_000n,
    compareAtMinor: null,
    costMinor: null,
    costCurrency: null,
    isAutoPriced: false,
    saleUntil: null,
    observedAt: new Date("2026-11-23T11:59:00.000Z"),
    ...fact,
  };
}

/** Installs a shop, connects both channels and imports one product sold on both at 30.00, cost 10.00. */
export async function makeLinkedProduct(
  pipeline: Pipeline,
  given: {
    domain?: string;
    priceMinor?: bigint;
    costMinor?: bigint | null;
    amazon?: Partial<ListingFact>;
    shopify?: Partial<ListingFact>;
  } = {},
): Promise<LinkedProduct> {
  products += 1;
  const sku = given.amazon?.externalId ?? `BOARD-${String(products)}`;
  const asin = `B0TEST${String(products).padStart(4, "0")}`;
  const priceMinor = given.priceMinor ?? 3_000n;
  const shopId = await connectShopify(pipeline, {
    domain: given.domain ?? `shop-${String(products)}.myshopify.com`,
  });
  const variant = `gid://shopify/ProductVariant/${String(products)}`;
  return pipeline.inShop(shopId, async (tx) => {
    const now = pipeline.clock.now();
    const [shopifyConnection] = await tx.connections.byChannel("shopify");
    const amazonConnection = await tx.connections.connect({
      channel: "amazon",
      accountId: OUR_SELLER,
      region: "na",
      tokenSealed: "sealed",
      consentedAt: now,
      importDueAt: null,
    });
    if (shopifyConnection === undefined) throw new Error("connectShopify made no connection");
    await tx.catalog.saveListings(
      shopifyConnection.connectionId,
      "shopify",
      [
        listingFact({
          externalId: variant,
          parentId: `gid://shopify/Product/${String(products)}`,
          sku,
          priceMinor,
          ...given.shopify,
        }),
      ],
      now,
    );
    await tx.catalog.saveListings(
      amazonConnection,
      "amazon",
      [
        listingFact({
          externalId: sku,
          sku,
          parentId: asin,
          marketplaceId: US,
          priceMinor,
          fulfilment: "merchant",
          ...given.amazon,
        }),
      ],
      now,
    );
    await linkListings(tx, now);
    const candidates = await tx.links.candidates();
    const amazon = candidates.find(
      (each) => each.channel === "amazon" && each.sku === (given.amazon?.sku ?? sku),
    );
    const shopify = candidates.find(
      (each) => each.channel === "shopify" && each.sku === (given.shopify?.sku ?? sku),
    );
    if (!amazon || !shopify || shopify.itemId === null)
      throw new Error("the product was not stored");
    const costMinor = given.costMinor === undefined ? 1_000n : given.costMinor;
    await tx.catalog.setItemMoney(
      shopify.itemId,
      { costMinor, floorMinor: null, ceilingMinor: null, mapMinor: null, currency: "USD" },
      now,
    );
    pipeline.channels.amazon.shown.set(amazon.listingId, { minor: priceMinor, currency: "USD" });
    pipeline.channels.shopify.shown.set(shopify.listingId, { minor: priceMinor, currency: "USD" });
    return {
      shopId,
      itemId: toItemId(shopify.itemId),
      amazonId: toListingId(amazon.listingId),
      shopifyId: toListingId(shopify.listingId),
      asin,
    };
  });
}

/** The market of an ASIN with one rival who holds the featured offer at `rivalMinor`, and us. */
export function snapshotOf(
  asin: string,
  given: { rivalMinor: bigint; ourMinor?: bigint; observedAt: Date; receivedAt?: Date },
): MarketSnapshot {
  const offer = (sellerId: string, minor: bigint, isOwn: boolean) => {
    const made = makeOffer({
      sellerId,
      isOwn,
      isFeatured: !isOwn,
      isAmazonRetail: false,
      listing: money(minor, "USD"),
      shipping: money(0n, "USD"),
      points: null,
      fulfilment: "merchant",
      condition: "new",
      feedbackCount: 500,
      positivePercent: 97,
      handlingHoursMax: 24,
      isFeaturedMerchant: true,
    });
    if (made === null) throw new Error("mixed currencies");
    return made;
  };
  return {
    asin: toAsin(asin),
    marketplaceId: toMarketplaceId(US),
    condition: "new",
    currency: currency("USD"),
    offers: [
      offer("ARIVAL0000001", given.rivalMinor, false),
      offer(OUR_SELLER, given.ourMinor ?? 3_000n, true),
    ],
    featuredLanded: money(given.rivalMinor, "USD"),
    observedAt: given.observedAt,
    receivedAt: given.receivedAt ?? given.observedAt,
    source: "notification",
  };
}

/** Rows of one shop, for looking. */
export async function rowsOf<Row>(
  pool: Pool,
  shopId: ShopId,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  return inShopTransaction(
    pool,
    shopId,
    async (client) => (await client.query<Row>(text, values)).rows,
  );
}
