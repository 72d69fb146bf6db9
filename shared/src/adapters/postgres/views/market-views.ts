import type { MarketSnapshot } from "../../../core/offers/market-snapshot.ts";
import { decodeSnapshot } from "../../../core/offers/snapshot-json.ts";
import { moneyToJson } from "../../../core/money/money-json.ts";
import type { ListingMarketView, RivalView } from "../../../ports/market-views.ts";
import type { ListingView } from "../../../ports/shop-views.ts";
import type { QueryClient } from "../query-client.ts";
import { iso, moneyColumn } from "./money-columns.ts";
import { readSalesDays } from "./sales-days-view.ts";

/** The market and the sales of each Amazon listing of an item. */
export async function readListingMarkets(
  client: QueryClient,
  listings: readonly ListingView[],
  now: Date,
): Promise<ListingMarketView[]> {
  const markets: ListingMarketView[] = [];
  for (const listing of listings) {
    const { listingId, marketplaceId, asin } = listing;
    if (listing.channel !== "amazon") continue;
    const place = asin === null ? null : { listingId, marketplaceId, asin };
    const market = place === null ? NO_MARKET : await readMarket(client, place, now);
    const sales = await readSalesDays(client, { listingId, marketplaceId }, now);
    markets.push({ listingId, ...market, sales });
  }
  return markets;
}

interface Place {
  readonly listingId: string;
  readonly marketplaceId: string;
  readonly asin: string;
}

type Market = Omit<ListingMarketView, "listingId" | "sales">;

const NO_MARKET: Market = { rivals: [], offersTotal: null, boxChanges: [], ranks: [] };

// A Buy Box can change hands hundreds of times a day; a page shows the latest ones.
const BOX_CHANGES_MAX = 40;

async function readMarket(client: QueryClient, place: Place, now: Date): Promise<Market> {
  const { listingId, marketplaceId, asin } = place;
  const offers = await client.query<{ snapshot: unknown; own_seller_ids: string[] }>(
    `SELECT o.snapshot, ARRAY(SELECT c.account_id FROM connection c WHERE c.shop_id = current_shop() AND c.channel = 'amazon') AS own_seller_ids
       FROM offer_current o JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = $3 AND l.condition = o.condition
      WHERE o.shop_id = current_shop() AND o.marketplace_id = $1 AND o.asin = $2`,
    [marketplaceId, asin, listingId],
  );
  const stored = offers.rows[0];
  const ownSellerIds = stored?.own_seller_ids ?? [];
  const snapshot = stored === undefined ? null : decodeSnapshot(stored.snapshot);
  const changes = await client.query<{
    at: Date;
    state: ListingMarketView["boxChanges"][number]["state"];
    landed_minor: string | null;
    currency: string;
  }>(
    `SELECT at, state, landed_minor, currency FROM buy_box_change
      WHERE shop_id = current_shop() AND marketplace_id = $1 AND asin = $2 ORDER BY at DESC LIMIT $3`,
    [marketplaceId, asin, BOX_CHANGES_MAX],
  );
  const ranks = await client.query<{
    ranks: { title: string | null; listId: string; rank: number }[];
  }>(
    "SELECT ranks FROM asin_fact WHERE shop_id = current_shop() AND marketplace_id = $1 AND asin = $2",
    [marketplaceId, asin],
  );
  const moves = await readMoves(client, place, now);
  return {
    rivals: snapshot === null ? [] : toRivals(snapshot, { moves, ownSellerIds }),
    offersTotal: snapshot?.offersTotal ?? null,
    boxChanges: changes.rows.map((row) => ({
      at: iso(row.at),
      state: row.state,
      landed: moneyColumn(row.landed_minor, row.currency),
    })),
    ranks: (ranks.rows[0]?.ranks ?? []).map(({ title, listId, rank }) => ({
      category: title ?? listId,
      rank,
    })),
  };
}

async function readMoves(
  client: QueryClient,
  { marketplaceId, asin }: Place,
  now: Date,
): Promise<ReadonlyMap<string, number>> {
  const answer = await client.query<{ seller_id: string; moves: number }>(
    `SELECT seller_id, count(*)::int AS moves FROM competitor_move
      WHERE shop_id = current_shop() AND marketplace_id = $1 AND asin = $2 AND observed_at > $3::timestamptz - interval '30 days'
      GROUP BY seller_id`,
    [marketplaceId, asin, now],
  );
  return new Map(answer.rows.map((row) => [row.seller_id, row.moves]));
}

function toRivals(
  snapshot: MarketSnapshot,
  known: { readonly moves: ReadonlyMap<string, number>; readonly ownSellerIds: readonly string[] },
): RivalView[] {
  const { moves, ownSellerIds } = known;
  return snapshot.offers
    .toSorted((left, right) => (left.landed.amountMinor < right.landed.amountMinor ? -1 : 1))
    .map((offer) => ({
      sellerId: offer.sellerId,
      isAmazonRetail: offer.isAmazonRetail,
      isOwn: offer.isOwn || ownSellerIds.includes(offer.sellerId),
      isFeatured: offer.isFeatured,
      fulfilment: offer.fulfilment,
      landed: moneyToJson(offer.landed),
      feedbackCount: offer.feedbackCount,
      positivePercent: offer.positivePercent,
      moves: moves.get(offer.sellerId) ?? 0,
    }));
}
