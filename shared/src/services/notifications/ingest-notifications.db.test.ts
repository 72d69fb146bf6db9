import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPool, onConnection, type Pool } from "../../adapters/postgres/pool.ts";
import type { ConnectionId } from "../../core/ids.ts";
import type { EventFact } from "../../ports/notification-source.ts";
import { channelEvent, offersEvent } from "../../testing/channel-event.ts";
import {
  type LinkedProduct,
  makeLinkedProduct,
  OUR_SELLER,
  rowsOf,
  snapshotOf,
  US,
} from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { createSteps } from "../../testing/pipeline-steps.ts";
import { viewAppNotices } from "../health/view-app-notices.ts";
import { ingestNotifications } from "./ingest-notifications.ts";

const DE = "A1PA6795UKMFR9";
const pipeline = usePipeline();
const steps = createSteps(pipeline);
let owner: Pool;
let product: LinkedProduct;
let connectionId: ConnectionId;

beforeAll(async () => {
  owner = createPool({ url: pipeline.database.ownerUrl, connectionsMax: 1, onIdleError: () => {} });
});
afterAll(async () => {
  await owner.end();
});
beforeEach(async () => {
  // Every shop here is of the same seller: those of earlier tests must not hear this one's news.
  await asOwner("UPDATE connection SET status = 'disconnected' WHERE channel = 'amazon'");
  product = await makeLinkedProduct(pipeline);
  connectionId = await connectionOf(product);
  await steps.decide(product);
  pipeline.clock.advance(1_000);
});

async function connectionOf(of: LinkedProduct): Promise<ConnectionId> {
  const [amazon] = await pipeline.inShop(of.shopId, (tx) => tx.connections.byChannel("amazon"));
  if (amazon === undefined) throw new Error("not connected");
  return amazon.connectionId;
}
const rows = <Row = Record<string, unknown>>(text: string, of = product) =>
  rowsOf<Row>(pipeline.pool, of.shopId, text);
const asOwner = <Row>(text: string) =>
  onConnection(owner, async (client) => (await client.query<Row>(text)).rows);
const now = () => pipeline.clock.now();
const inMs = (ms: number) => new Date(now().getTime() + ms);
const market = (rivalMinor: bigint, observedAt = now()) =>
  snapshotOf(product.asin, { rivalMinor, observedAt });
const say = (fact: EventFact, given: Parameters<typeof channelEvent>[1] = { occurredAt: now() }) =>
  channelEvent(fact, { topic: "SOMETHING", ...given });
const ingest = (...events: ReturnType<typeof say>[]) => ingestNotifications(pipeline, events);
const inbox = () =>
  rows<{ state: string; note: string | null }>(
    "SELECT state, note FROM inbox ORDER BY received_at",
  );

describe("notifications of offers", () => {
  it("reach every shop that is connected to the seller, and no disconnected one", async () => {
    const other = await makeLinkedProduct(pipeline);
    await pipeline.inShop(other.shopId, async (tx) =>
      tx.connections.disconnect(await connectionOf(other), null, now()),
    );
    const one = offersEvent(market(2_900n));

    await ingest(one);

    const at = (of: LinkedProduct) =>
      rows(`SELECT connection_id FROM inbox WHERE event_id = '${one.eventId}'`, of);
    expect(await at(product)).toEqual([{ connection_id: connectionId }]);
    expect(await at(other)).toEqual([]);
  });

  it("of one listing in one batch leave the newest picture, in any order and however often", async () => {
    const early = offersEvent(market(2_700n));
    pipeline.clock.advance(1_000);
    const late = offersEvent(market(2_800n));

    await ingest(late, early, late);
    await ingest(early);

    expect(await rows("SELECT featured_landed_minor FROM offer_current")).toEqual([
      { featured_landed_minor: "2800" },
    ]);
  });

  it("of an inactive listing mark nothing", async () => {
    await rows("UPDATE listing SET status = 'inactive'");

    expect(await ingest(offersEvent(market(2_900n)))).toMatchObject({ marked: 0 });
  });

  it("to business buyers never touch what consumers see", async () => {
    await ingest(offersEvent(market(2_900n)));
    const before = await rows("SELECT * FROM offer_current");
    await steps.decide(product);
    pipeline.clock.advance(1_000);

    await ingest(say({ kind: "business_offers", snapshot: market(1_000n) }));
    await ingest(say({ kind: "business_offers", snapshot: market(900n, inMs(-60_000)) }));

    expect(await rows("SELECT * FROM offer_current")).toEqual(before);
    expect(await rows("SELECT 1 FROM dirty")).toEqual([]);
    expect(
      await rows(
        "SELECT snapshot -> 'featuredLanded' ->> 'amountMinor' AS minor FROM business_offer",
      ),
    ).toEqual([{ minor: "1000" }]);
  });
});

describe("a notification", () => {
  it("of an unknown type is kept and nothing is done", async () => {
    expect(await ingest(say({ kind: "unknown_type" }))).toMatchObject({ kept: 1, poison: 0 });

    expect(await inbox()).toEqual([{ state: "ignored", note: "unknown_type" }]);
  });

  it("that cannot be read is kept with the reason and does not hold back the others", async () => {
    const broken = say({ kind: "unreadable", problem: "offer_price_unreadable" });

    expect(await ingest(broken, offersEvent(market(2_900n)))).toMatchObject({ kept: 2, poison: 1 });

    expect(await inbox()).toContainEqual({ state: "poison", note: "offer_price_unreadable" });
    expect(await steps.decide(product)).toMatchObject({ proposed: 2 });
  });

  it("that the database refuses is set aside, and the others of its batch are taken in", async () => {
    // A price beyond int8 passes every parser and no column.
    const snapshot = market(2n ** 70n);
    const broken = offersEvent(snapshot, { eventId: `too-much-${String(product.shopId)}` });

    const counts = await ingest(broken, offersEvent(market(2_900n)));
    await ingest(broken);

    expect(counts).toMatchObject({ kept: 2, poison: 1 });
    expect(await inbox()).toEqual(
      expect.arrayContaining([
        { state: "poison", note: "could_not_be_taken_in" },
        { state: "done", note: null },
      ]),
    );
    expect(await inbox()).toHaveLength(2);
  });

  it("stops the batch when the database is at fault, so that it comes again", async () => {
    const down = Object.assign(new Error("the database is shutting down"), { code: "57P01" });

    await expect(
      ingestNotifications({ ...pipeline, inShop: () => Promise.reject(down) }, [
        offersEvent(market(2_900n)),
      ]),
    ).rejects.toBe(down);
  });

  it("for a seller nobody is connected to is counted and kept nowhere", async () => {
    const stranger = say({ kind: "unknown_type" }, { occurredAt: now(), sellerId: "ASTRANGER001" });

    expect(await ingest(stranger)).toMatchObject({ kept: 0, strangers: 1, poison: 0 });
  });

  it("that names nobody is one row for a person, however often it comes", async () => {
    const nameless = () =>
      say(
        { kind: "unreadable", problem: "no_json" },
        { occurredAt: now(), eventId: "sha256:broken", sellerId: "", payload: { body: "{{" } },
      );

    await ingest(nameless(), offersEvent(market(2_900n)));
    await ingest(nameless());

    expect(await asOwner("SELECT event_id, body, problem, times FROM poison_message")).toEqual([
      { event_id: "sha256:broken", body: "{{", problem: "no_json", times: 2 },
    ]);
    expect(await pipeline.appNotices.countSetAside()).toBe(1);
  });

  it("without a seller finds its shop by its subscription", async () => {
    await subscribed("ACCOUNT_STATUS_CHANGED", "sub-1");
    const fact: EventFact = { kind: "account_status", status: "at_risk" };

    await ingest(say(fact, { occurredAt: now(), sellerId: "", subscriptionId: "sub-1" }));

    expect(await rows("SELECT account_status FROM connection WHERE channel = 'amazon'")).toEqual([
      { account_status: "at_risk" },
    ]);
  });

  it("counts as heard by its subscription", async () => {
    await subscribed("ANY_OFFER_CHANGED", "sub-2");

    await ingest(offersEvent(market(2_900n)), offersEvent(market(2_901n)));

    expect(await rows("SELECT heard, last_heard_at FROM amazon_subscription")).toEqual([
      { heard: "2", last_heard_at: now() },
    ]);
  });
});

const subscribed = (type: string, subscriptionId: string) =>
  pipeline.inShop(product.shopId, (tx) =>
    tx.notifications.saveSubscription(connectionId, {
      type,
      role: "Pricing",
      state: "active",
      subscriptionId,
      destinationId: "d",
      problemCode: null,
      isRepaired: false,
      checkedAt: now(),
    }),
  );

describe("the account's standing", () => {
  const status = (of: "normal" | "at_risk" | "deactivated", occurredAt = now()) =>
    say({ kind: "account_status", status: of }, { occurredAt });

  it("is what Amazon said last, not what came last", async () => {
    await ingest(status("deactivated"));
    await ingest(status("at_risk", inMs(-60_000)));

    expect(
      await rows(
        "SELECT account_status, account_status_at FROM connection WHERE channel = 'amazon'",
      ),
    ).toEqual([{ account_status: "deactivated", account_status_at: now() }]);
  });

  it("deactivated holds every price back until the account is active again", async () => {
    await steps.approved(product, 2_900n);
    await ingest(status("deactivated"));

    await steps.push(product);
    const held = await rows("SELECT state FROM price_change WHERE state = 'approved'");
    pipeline.clock.advance(1_000);
    await ingest(status("normal"));
    await steps.push(product);

    expect(held.length).toBeGreaterThan(0);
    expect(await rows("SELECT 1 FROM price_change WHERE state = 'approved'")).toEqual([]);
  });
});

describe("a notification about listings", () => {
  const listing = async () => {
    const [row] = await rows<{ external_id: string }>(
      "SELECT external_id FROM listing WHERE channel = 'amazon'",
    );
    return row?.external_id ?? "";
  };

  it("of a status or issues makes the SKU's details due and keeps what is known", async () => {
    const sku = await listing();
    await ingest(
      say({ kind: "listing_status", marketplaceId: US, sku, statuses: ["DISCOVERABLE"] }),
      say({
        kind: "listing_issues",
        marketplaceId: US,
        sku,
        severities: ["ERROR"],
        enforcements: ["SEARCH_SUPPRESSED"],
      }),
    );
    // A late word about the status says nothing of the issues, and does not undo the newer one.
    await ingest(
      say(
        { kind: "listing_status", marketplaceId: US, sku, statuses: ["BUYABLE"] },
        { occurredAt: inMs(-60_000) },
      ),
    );

    expect(await rows("SELECT statuses, severities, enforcements FROM listing_notice")).toEqual([
      { statuses: ["DISCOVERABLE"], severities: ["ERROR"], enforcements: ["SEARCH_SUPPRESSED"] },
    ]);
    expect(await rows("SELECT details_due_at FROM listing WHERE channel = 'amazon'")).toEqual([
      { details_due_at: now() },
    ]);
    expect(await rows("SELECT kind, key, due_at FROM task")).toEqual([
      { kind: "listing_details", key: US, due_at: now() },
    ]);
  });

  it("of a price that keeps the offer from being featured asks for a new decision", async () => {
    const health = (issueType: string, occurredAt = now()) =>
      say(
        {
          kind: "pricing_health",
          marketplaceId: US,
          asin: product.asin,
          condition: "new",
          issueType,
          facts: { competitiveThreshold: "USD 2800" },
        },
        { occurredAt },
      );

    expect(await ingest(health("BuyBoxDisqualification"))).toMatchObject({ marked: 1 });
    await ingest(health("Older", inMs(-60_000)));

    expect(await rows("SELECT issue_type, facts FROM pricing_health")).toEqual([
      { issue_type: "BuyBoxDisqualification", facts: { competitiveThreshold: "USD 2800" } },
    ]);
    expect(await rows("SELECT cause FROM dirty WHERE cause = 'pricing_health'")).toHaveLength(2);
  });
});

describe("a notification that work is done", () => {
  const task = (kind: "listings_report" | "orders" | "traffic", progress: object) =>
    rows(
      `INSERT INTO task (shop_id, connection_id, kind, due_at, progress) VALUES (current_shop(), ${connectionId},
        '${kind}', '2030-01-01', '${JSON.stringify(progress)}')`,
    );
  const due = () =>
    rows<{ kind: string }>(`SELECT kind FROM task WHERE due_at <= '${now().toISOString()}'`);

  it("wakes the task that waits for this very report, and no other", async () => {
    await task("listings_report", { waiting: { reportId: "R-1" } });
    await task("traffic", { reportId: "R-2" });

    await ingest(say({ kind: "report_finished", reportId: "R-1", reportType: "X" }));

    expect(await due()).toEqual([{ kind: "listings_report" }]);
  });

  it("wakes the feed task for a feed of ours only", async () => {
    await rows(
      `INSERT INTO price_feed (shop_id, connection_id, marketplace_id, state, made_at, feed_id, due_at)
       VALUES (current_shop(), ${connectionId}, '${US}', 'waiting', now(), 'F-1', '2030-01-01')`,
    );
    const finished = (feedId: string) => say({ kind: "feed_finished", feedId, feedType: "X" });

    await ingest(finished("F-OTHER"));
    expect(await due()).toEqual([]);
    await ingest(finished("F-1"));

    expect(await due()).toEqual([{ kind: "feed" }]);
    expect(await rows("SELECT due_at FROM price_feed")).toEqual([{ due_at: now() }]);
  });

  it("of an order gathers five minutes of them into one look", async () => {
    await ingest(say({ kind: "order_changed", orderId: "1" }));
    const first = inMs(5 * 60_000);
    pipeline.clock.advance(60_000);
    await ingest(say({ kind: "order_changed", orderId: "2" }));

    expect(await rows("SELECT kind, due_at FROM task")).toEqual([
      { kind: "orders", due_at: first },
    ]);
  });
});

describe("two connections of one seller", () => {
  it("in two regions each hear what is about their own region", async () => {
    const europe = await pipeline.inShop(product.shopId, (tx) =>
      tx.connections.connect({
        channel: "amazon",
        accountId: OUR_SELLER,
        region: "eu",
        tokenSealed: "sealed",
        consentedAt: now(),
        importDueAt: null,
      }),
    );
    const fact: EventFact = { kind: "listing_status", marketplaceId: DE, sku: "X", statuses: [] };

    await ingest(say(fact, { occurredAt: now(), region: "eu" }));

    expect(await rows("SELECT connection_id FROM listing_notice")).toEqual([
      { connection_id: europe },
    ]);
  });
});

describe("what Amazon tells the application", () => {
  const secret = (what: "ending" | "renewed", endsAt: Date, occurredAt = now()) =>
    say(
      { kind: "client_secret", what, clientId: "client-1", endsAt },
      { occurredAt, sellerId: "" },
    );

  it("about its client secret is kept for both processes, the latest word last", async () => {
    const log: unknown[] = [];
    const logger = {
      ...pipeline.logger,
      error: (event: string, facts?: object) => void log.push([event, facts]),
    };

    await ingestNotifications({ ...pipeline, logger }, [secret("ending", inMs(7 * 86_400_000))]);
    expect(await pipeline.appNotices.secretEnd(now())).toEqual({
      clientId: "client-1",
      endsAt: inMs(7 * 86_400_000),
    });
    expect(log).toEqual([["amazon_client_secret_ending", { clientId: "client-1", daysLeft: 7 }]]);
    expect(await viewAppNotices(pipeline)).toMatchObject({ amazonClientSecretDaysLeft: 7 });
    await ingest(secret("ending", inMs(99), inMs(-60_000)));

    expect(await pipeline.appNotices.secretEnd(now())).toMatchObject({
      endsAt: inMs(7 * 86_400_000),
    });
  });

  it("about a secret that was renewed is over once the old one has ended", async () => {
    const day = 86_400_000;
    await ingest(secret("ending", inMs(30 * day), inMs(1_000)));
    await ingest(secret("renewed", inMs(7 * day), inMs(2_000)));
    expect(await pipeline.appNotices.secretEnd(now())).toMatchObject({ endsAt: inMs(7 * day) });

    expect(await pipeline.appNotices.secretEnd(inMs(8 * day))).toBeNull();
  });
});
