/** What the sandbox's own books and our rows say about one fault run, side by side. */
import type { DrivenWorld } from "../driven/driven-world.ts";
import type { FaultListing, FaultShop } from "./fault-shop.ts";

/** An approved change of a listing. Instants in milliseconds of the driven clock. */
export interface ChangeFact {
  readonly version: number;
  readonly state: string;
  readonly code: string | null;
  readonly newMinor: number;
  readonly approvedAtMs: number;
  readonly liveAtMs: number | null;
}

/** A price write that reached Amazon, however it ended. */
export interface WriteFact {
  readonly atMs: number;
  readonly source: string;
  /** Feed id where it came by feed. */
  readonly ref: string;
  readonly priceMinor: number;
  readonly outcome: string;
  readonly isIgnored: boolean;
  readonly appliedAtMs: number | null;
}

/** A price that shoppers were shown. */
export interface ShownFact {
  readonly atMs: number;
  /** `control` is somebody else's hand. */
  readonly source: string;
  readonly minor: number;
}

/** Something outside and when our rows knew of it; null = never. */
export interface SightFact {
  readonly atMs: number;
  readonly seenAtMs: number | null;
}

/** One listing of a run at its end. */
export interface ListingFacts {
  readonly sku: string;
  readonly floorMinor: number;
  readonly isSilent: boolean;
  readonly shownMinor: number;
  readonly headMinor: number | null;
  readonly changes: readonly ChangeFact[];
  readonly writes: readonly WriteFact[];
  readonly shown: readonly ShownFact[];
  readonly fed: readonly { feedId: string | null; version: number; priceMinor: number }[];
  /** Moves of rivals, by when the picture after them was stored. */
  readonly moves: readonly SightFact[];
  /** Notifications that reached the queue, by when what they told was stored. */
  readonly told: readonly SightFact[];
  /** Rivals' prices: as the market has them, and as the latest stored picture has them. */
  readonly rivals: { readonly market: readonly number[]; readonly picture: readonly number[] };
  readonly isFlaggedSilent: boolean;
  /** When it was first seen to be taken for silent; null = never. */
  readonly foundSilentAtMs: number | null;
  readonly isOpen: boolean;
}

/** One run at its end. */
export interface RunFacts {
  readonly seed: number;
  readonly sellerId: string;
  readonly listings: readonly ListingFacts[];
  readonly own429: number;
  readonly brokenReceipts: number;
  readonly connection: { readonly status: string; readonly problemCode: string | null };
  readonly deadTasks: readonly string[];
  /** Feeds that have not ended. */
  readonly openFeeds: number;
}

/** A rival's move as the run made it. */
export interface MoveMade {
  readonly asin: string;
  readonly atMs: number;
}

interface Ledger {
  readonly received: readonly (Omit<WriteFact, "atMs" | "appliedAtMs" | "priceMinor"> & {
    readonly at: string;
    readonly sku: string;
    readonly priceMinor: number | null;
    readonly appliedAt: string | null;
  })[];
  readonly effective: readonly {
    at: string;
    sku: string;
    source: string;
    newMinor: number | null;
  }[];
}

interface Sight {
  readonly asin: string;
  readonly observed: number;
  readonly received: number;
}

/** What the world wrote down while it ran. */
export interface Notes {
  readonly moves: readonly MoveMade[];
  /** When each ASIN was first seen to be taken for silent. */
  readonly silentAtMs: ReadonlyMap<string, number>;
}

export async function readFacts(
  world: DrivenWorld,
  shop: FaultShop,
  notes: Notes,
): Promise<RunFacts> {
  const { shopId, sellerId, plan } = shop;
  const ledger = (await world.amazon.control("ledger", { sellerId })) as unknown as Ledger;
  const { deliveries } = await world.amazon.control("deliveries", { sellerId });
  const { calls } = await world.amazon.control("calls", { sellerId });
  const { listings } = await world.amazon.control("listings", { sellerId });
  const shown = new Map(
    (listings as { sku: string; shownMinor: number }[]).map((each) => [each.sku, each.shownMinor]),
  );
  const rows = await world.ask<ListingRow>(LISTINGS, [shopId]);
  const sights = await world.ask<Sight>(SIGHTS, [shopId]);
  const [run] = await world.ask<RunRow>(RUN, [shopId]);
  if (run === undefined) throw new Error(`the shop of run ${String(plan.seed)} is gone`);
  const told = (deliveries as DeliveryRow[]).filter((each) => each.type === "ANY_OFFER_CHANGED");
  return {
    seed: plan.seed,
    sellerId,
    own429: Object.values(calls as Record<string, { own429: number }>).reduce(
      (sum, each) => sum + each.own429,
      0,
    ),
    brokenReceipts: run.broken,
    connection: { status: run.status, problemCode: run.problem_code },
    deadTasks: run.dead_tasks ?? [],
    openFeeds: run.open_feeds,
    listings: shop.listings.map((listing) =>
      listingFacts({
        listing,
        ledger,
        told,
        notes,
        sights,
        world,
        row: rows.find((row) => row.listing_id === listing.listingId),
        shownMinor: shown.get(listing.sku) ?? 0,
      }),
    ),
  };
}

interface DeliveryRow {
  readonly type: string;
  readonly asin?: string;
  readonly at: string;
  readonly happenedAt?: string;
}

function listingFacts(given: {
  readonly listing: FaultListing;
  readonly ledger: Ledger;
  readonly told: readonly DeliveryRow[];
  readonly notes: Notes;
  readonly sights: readonly Sight[];
  readonly world: DrivenWorld;
  readonly row: ListingRow | undefined;
  readonly shownMinor: number;
}): ListingFacts {
  const { listing, ledger, row, world, shownMinor } = given;
  const { sku, asin, floorMinor, isSilent, rivals } = listing;
  const ofAsin = given.sights.filter((sight) => sight.asin === asin);
  const seenAt = (happenedMs: number): number | null => {
    const after = ofAsin
      .filter((sight) => sight.observed >= happenedMs)
      .map((sight) => sight.received);
    return after.length === 0 ? null : Math.min(...after);
  };
  const isRival = (id: string): boolean => rivals.includes(id);
  return {
    sku,
    floorMinor,
    isSilent,
    shownMinor,
    headMinor: row?.head === null || row === undefined ? null : Number(row.head),
    changes: (row?.changes ?? []).map((each) => ({ ...each })),
    writes: ledger.received
      .filter((each) => each.sku === sku && each.priceMinor !== null)
      .map((each) => ({
        atMs: Date.parse(each.at),
        source: each.source,
        ref: each.ref,
        priceMinor: each.priceMinor ?? 0,
        outcome: each.outcome,
        isIgnored: each.isIgnored,
        appliedAtMs: each.appliedAt === null ? null : Date.parse(each.appliedAt),
      })),
    shown: ledger.effective
      .filter((each) => each.sku === sku)
      .map((each) => ({
        atMs: Date.parse(each.at),
        source: each.source,
        minor: each.newMinor ?? 0,
      })),
    fed: row?.fed ?? [],
    moves: given.notes.moves
      .filter((move) => move.asin === asin)
      .map(({ atMs }) => ({ atMs, seenAtMs: seenAt(atMs) })),
    told: given.told
      .filter((each) => each.asin === asin)
      .map((each) => {
        const seenAtMs = seenAt(Date.parse(each.happenedAt ?? each.at));
        return { atMs: Date.parse(each.at), seenAtMs };
      }),
    rivals: {
      market: world.amazon.market
        .offers(asin)
        .filter((offer) => isRival(offer.sellerId))
        .map((offer) => offer.listingPriceMinor + offer.shippingMinor)
        .sort((a, b) => a - b),
      picture: pictureMinors(row?.snapshot, isRival),
    },
    isFlaggedSilent: row?.silent_since != null,
    foundSilentAtMs: given.notes.silentAtMs.get(asin) ?? null,
    isOpen: row?.is_open ?? true,
  };
}

/** Landed prices of the rivals in a stored picture. */
function pictureMinors(snapshot: unknown, isRival: (sellerId: string) => boolean): number[] {
  const { offers = [] } = (snapshot ?? {}) as { offers?: StoredOffer[] };
  return offers
    .filter((offer) => isRival(offer.sellerId))
    .map((offer) => Number.parseInt(offer.landed.amountMinor, 10))
    .sort((a, b) => a - b);
}

interface StoredOffer {
  readonly sellerId: string;
  readonly landed: { readonly amountMinor: string };
}

interface ListingRow {
  readonly listing_id: string;
  readonly head: string | null;
  readonly changes: readonly ChangeFact[] | null;
  readonly fed: ListingFacts["fed"] | null;
  readonly snapshot: unknown;
  readonly silent_since: Date | null;
  readonly is_open: boolean;
}

interface RunRow {
  readonly status: string;
  readonly problem_code: string | null;
  readonly broken: number;
  readonly dead_tasks: string[] | null;
  readonly open_feeds: number;
}

const MS = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;

const LISTINGS = `
  SELECT l.listing_id::text, h.price_minor::text AS head,
    (SELECT jsonb_agg(jsonb_build_object('version', c.version, 'state', c.state, 'code', c.state_code, 'newMinor', c.new_minor,
       'approvedAtMs', ${MS("c.approved_at")}, 'liveAtMs', ${MS("c.live_at")}) ORDER BY c.version)
       FROM price_change c WHERE c.shop_id = l.shop_id AND c.listing_id = l.listing_id AND c.approved_at IS NOT NULL) AS changes,
    (SELECT jsonb_agg(jsonb_build_object('feedId', f.feed_id, 'version', m.version, 'priceMinor', m.price_minor))
       FROM price_feed_message m JOIN price_feed f USING (shop_id, price_feed_id) WHERE m.shop_id = l.shop_id AND m.listing_id = l.listing_id) AS fed,
    o.snapshot, w.silent_since,
    EXISTS (SELECT 1 FROM dirty d WHERE d.shop_id = l.shop_id AND d.listing_id = l.listing_id)
      OR EXISTS (SELECT 1 FROM push p JOIN price_change c USING (shop_id, change_id)
                  WHERE p.shop_id = l.shop_id AND p.listing_id = l.listing_id AND p.stage <> 'done' AND c.state <> 'diverged') AS is_open
    FROM listing l
    LEFT JOIN channel_head h USING (shop_id, listing_id)
    LEFT JOIN offer_current o ON o.shop_id = l.shop_id AND o.asin = l.parent_id
    LEFT JOIN asin_watch w ON w.shop_id = l.shop_id AND w.asin = l.parent_id
   WHERE l.shop_id = $1`;

const SIGHTS = `SELECT asin, ${MS("observed_at")} AS observed, ${MS("received_at")} AS received FROM outside.picture WHERE shop_id = $1`;

const RUN = `
  SELECT c.status, c.problem_code,
    (SELECT count(*)::int FROM outside.broken b WHERE b.shop_id = $1) AS broken,
    (SELECT array_agg(t.kind || ' ' || coalesce(t.error_code, '')) FROM task t WHERE t.shop_id = $1 AND t.state = 'dead') AS dead_tasks,
    (SELECT count(*)::int FROM price_feed f WHERE f.shop_id = $1 AND f.state <> 'closed') AS open_feeds
    FROM connection c WHERE c.shop_id = $1 AND c.channel = 'amazon'`;
