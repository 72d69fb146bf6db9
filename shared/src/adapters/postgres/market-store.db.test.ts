import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { money } from "../../core/money/money.ts";
import type { MarketSnapshot } from "../../core/offers/market-snapshot.ts";
import {
  type LinkedProduct,
  makeLinkedProduct,
  OUR_SELLER,
  rowsOf,
  snapshotOf,
} from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { createPool, onConnection, type Pool } from "./pool.ts";

const pipeline = usePipeline();
let owner: Pool;
let product: LinkedProduct;

beforeAll(async () => {
  owner = createPool({ url: pipeline.database.ownerUrl, connectionsMax: 1, onIdleError: () => {} });
});
afterAll(async () => {
  await owner.end();
});
beforeEach(async () => {
  product = await makeLinkedProduct(pipeline);
  pipeline.clock.advance(3_600_000);
});

const rows = <Row = Record<string, unknown>>(text: string, shop = product) =>
  rowsOf<Row>(pipeline.pool, shop.shopId, text);
const at = (seconds: number) => new Date(pipeline.clock.now().getTime() + seconds * 1_000);
const record = (...snapshots: readonly MarketSnapshot[]) =>
  pipeline.inShop(product.shopId, (tx) => tx.market.recordSnapshots(snapshots, "offer_changed"));
const picture = (seconds: number, rivalMinor: bigint, ourMinor = 3_000n): MarketSnapshot =>
  snapshotOf(product.asin, { rivalMinor, ourMinor, observedAt: at(seconds) });

/** The same market with us, or nobody, featured. */
function featuring(snapshot: MarketSnapshot, who: "us" | "nobody"): MarketSnapshot {
  const offers = snapshot.offers.map((offer) => ({
    ...offer,
    isFeatured: who === "us" && offer.isOwn,
  }));
  return { ...snapshot, offers, featuredLanded: who === "us" ? money(3_000n, "USD") : null };
}

describe("the Buy Box", () => {
  const box = () => rows("SELECT state, winner_id, since FROM buy_box");
  const changes = () => rows("SELECT at, state FROM buy_box_change ORDER BY at");

  it("is kept with since when it is held, and its changes", async () => {
    await record(picture(0, 2_900n));
    await record(featuring(picture(10, 2_900n), "us"));
    await record(featuring(picture(20, 2_900n), "us"));
    await record(featuring(picture(30, 2_900n), "nobody"));

    expect(await box()).toEqual([{ state: "suppressed", winner_id: null, since: at(30) }]);
    expect(await changes()).toEqual([
      { at: at(0), state: "lost" },
      { at: at(10), state: "won" },
      { at: at(30), state: "suppressed" },
    ]);
  });

  it("is the same when pictures come late, twice or together", async () => {
    const pictures = [
      picture(0, 2_900n),
      featuring(picture(10, 2_900n), "us"),
      picture(20, 2_800n),
      featuring(picture(30, 2_800n), "us"),
    ];
    const [first, second, third, fourth] = pictures;
    if (!first || !second || !third || !fourth) throw new Error("four pictures");

    await record(fourth, first);
    await record(third);
    await record(third, second, fourth);

    expect(await box()).toEqual([{ state: "won", winner_id: OUR_SELLER, since: at(30) }]);
    expect(await changes()).toEqual([
      { at: at(0), state: "lost" },
      { at: at(10), state: "won" },
      { at: at(20), state: "lost" },
      { at: at(30), state: "won" },
    ]);
  });

  it("held by a sister account of the shop is ours", async () => {
    await pipeline.inShop(product.shopId, (tx) =>
      tx.connections.connect({
        channel: "amazon",
        accountId: "ARIVAL0000001",
        region: "eu",
        tokenSealed: null,
        consentedAt: null,
        importDueAt: null,
      }),
    );
    await record(picture(0, 2_900n));

    expect(await box()).toMatchObject([{ state: "won", winner_id: "ARIVAL0000001" }]);
    expect(await rows("SELECT seller_id FROM competitor")).toEqual([]);
  });
});

describe("a competitor's profile", () => {
  it("grows with what changes between consecutive pictures, once each", async () => {
    const undercut = picture(100, 2_900n);
    await record(picture(0, 3_100n));
    await record(picture(40, 3_100n, 2_950n));
    await record(undercut);
    await record(undercut);
    await record(picture(160, 3_045n, 2_950n));

    expect(
      await rows(
        "SELECT seller_id, asins, merchant_offers, moves_up, moves_down, undercuts, answers, answer_ms_sum, move_bps_sum, feedback_count, positive_percent, first_seen_at FROM competitor",
      ),
    ).toEqual([
      {
        seller_id: "ARIVAL0000001",
        asins: 1,
        merchant_offers: 1,
        moves_up: 1,
        moves_down: 1,
        undercuts: 1,
        answers: 0,
        answer_ms_sum: "0",
        move_bps_sum: "1145",
        feedback_count: 500,
        positive_percent: 97,
        first_seen_at: at(0),
      },
    ]);
    expect(
      await rows(
        "SELECT from_minor, to_minor, is_undercut FROM competitor_move ORDER BY observed_at",
      ),
    ).toEqual([
      { from_minor: "3100", to_minor: "2900", is_undercut: true },
      { from_minor: "2900", to_minor: "3045", is_undercut: false },
    ]);
  });

  it("knows how fast we are undercut after a move of our own", async () => {
    await record(picture(0, 3_100n));
    await record(picture(40, 3_100n, 2_950n));
    await record(picture(100, 2_900n, 2_950n));

    expect(await rows("SELECT undercuts, answers, answer_ms_sum FROM competitor")).toEqual([
      { undercuts: 1, answers: 1, answer_ms_sum: "60000" },
    ]);
  });

  it("says on how many of our ASINs a seller is now", async () => {
    await record(picture(0, 3_100n));
    await record({ ...picture(10, 3_100n), offers: [] });

    expect(await rows("SELECT asins, merchant_offers FROM competitor")).toEqual([
      { asins: 0, merchant_offers: 0 },
    ]);
  });

  it("never feeds another shop, though both sell the ASIN under one seller account", async () => {
    const other = await makeLinkedProduct(pipeline);
    await record(picture(0, 3_100n), picture(10, 2_900n));

    for (const table of [
      "competitor",
      "competitor_move",
      "buy_box",
      "buy_box_change",
      "offer_current",
    ]) {
      expect(await rows(`SELECT 1 FROM ${table}`)).not.toEqual([]);
      expect(await rows(`SELECT 1 FROM ${table}`, other)).toEqual([]);
    }
  });
});

describe("the history", () => {
  it("of a new listing takes no prices of used goods", async () => {
    await record({ ...picture(0, 1_200n), condition: "used" });

    expect(await rows("SELECT 1 FROM price_point WHERE kind <> 'own'")).toEqual([]);
  });

  it("of prices has a point where one changed and one for each hour, none in between", async () => {
    await record(picture(0, 2_900n));
    await record(picture(60, 2_900n));
    await record(picture(120, 2_800n));
    await record(picture(3_700, 2_800n));

    expect(
      await rows(
        "SELECT price_minor FROM price_point WHERE kind = 'featured' ORDER BY observed_at",
      ),
    ).toEqual([{ price_minor: "2900" }, { price_minor: "2800" }, { price_minor: "2800" }]);
  });

  it("of sales ranks has a point where one changed", async () => {
    const ranks = (rank: number) => ({ ranks: [{ category: "garden", rank }] });
    await record({ ...picture(0, 2_900n), ...ranks(800) });
    await record({ ...picture(60, 2_900n), ...ranks(800) });
    await record({ ...picture(120, 2_900n), ...ranks(750) });

    expect(await rows("SELECT category, rank FROM rank_point ORDER BY observed_at")).toEqual([
      { category: "garden", rank: 800 },
      { category: "garden", rank: 750 },
    ]);
  });

  const keepMonths = (now: string) =>
    onConnection(pipeline.pool, async (client) => {
      const answer = await client.query<{ made: number }>(
        "SELECT keep_history_months($1) AS made",
        [now],
      );
      return answer.rows[0]?.made;
    });
  const months = (parent: string) =>
    onConnection(owner, async (client) => {
      const answer = await client.query<{ month: string }>(
        "SELECT right(c.relname, 7) AS month FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = $1::regclass AND c.relname !~ 'default' ORDER BY 1",
        [parent],
      );
      return answer.rows.map((row) => row.month);
    });

  it("stands in one partition a month, made ahead; rows that came before their month move into it", async () => {
    await rows(
      `INSERT INTO price_point SELECT shop_id, listing_id, 'own', '2031-02-10', 1, 'USD', 'import' FROM listing LIMIT 1`,
    );
    expect(
      await rows(
        "SELECT tableoid::regclass::text AS part FROM price_point WHERE observed_at > '2030-01-01'",
      ),
    ).toEqual([{ part: "history.price_point_default" }]);

    expect(await keepMonths("2031-01-15T00:00:00Z")).toBe(12);
    expect(await keepMonths("2031-01-15T00:00:00Z")).toBe(0);

    expect(
      await rows(
        "SELECT tableoid::regclass::text AS part FROM price_point WHERE observed_at > '2030-01-01'",
      ),
    ).toEqual([{ part: "history.price_point_2031_02" }]);
  });

  it("of Amazon is let go before it is eighteen months old", async () => {
    await keepMonths("2033-01-15T00:00:00Z");
    await keepMonths("2034-06-30T00:00:00Z");
    expect(await months("rank_point")).toContain("2033_01");

    await keepMonths("2034-07-01T00:00:00Z");

    expect((await months("rank_point"))[0]).toBe("2033_02");
  });

  it("of one listing is read from an index alone", async () => {
    const [{ indexes } = { indexes: "" }] = await rows<{ indexes: string }>(
      "SELECT pg_get_indexdef(i.indexrelid) AS indexes FROM pg_index i WHERE i.indrelid = 'price_point'::regclass AND i.indisprimary",
    );

    expect(indexes).toContain(
      "(shop_id, listing_id, kind, observed_at) INCLUDE (price_minor, currency)",
    );
  });
});
