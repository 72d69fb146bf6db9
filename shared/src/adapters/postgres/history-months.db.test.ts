import { beforeEach, describe, expect, it } from "vitest";
import {
  type LinkedProduct,
  makeLinkedProduct,
  QUIET,
  rowsOf,
  US,
} from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { createSteps } from "../../testing/pipeline-steps.ts";
import { createHistoryMonths } from "./history-months.ts";

const LATER = new Date("2028-06-15T12:00:00Z");

const pipeline = usePipeline();
let product: LinkedProduct;

beforeEach(async () => {
  product = await makeLinkedProduct(pipeline);
});

const read = <Row extends object>(text: string, values: readonly unknown[] = []) =>
  rowsOf<Row>(pipeline.pool, product.shopId, text, values);
const keep = (now = LATER) => createHistoryMonths(pipeline.pool, QUIET).keep(now);

describe("what was read from Amazon", () => {
  it("is let go before it is eighteen months old, what is younger stays", async () => {
    const [amazon] = await pipeline.inShop(product.shopId, (tx) =>
      tx.connections.byChannel("amazon"),
    );
    const connectionId = amazon?.connectionId;
    for (const day of ["2026-12-31", "2027-01-01"]) {
      await read(
        `INSERT INTO order_line (shop_id, connection_id, order_id, line_key, marketplace_id, external_id, listing_id, purchased_at, sold_on, updated_at, reported_at, status, quantity, quantity_most)
         VALUES (current_shop(), $1, 'O ' || $2, 'A', $3, 'A', $4, $2::date, $2::date, $2::date, $2::date, 'shipped', 1, 1)`,
        [connectionId, day, US, product.amazonId],
      );
      await read(
        "INSERT INTO listing_day (shop_id, listing_id, day, currency, units, sources, computed_at) VALUES (current_shop(), $1, $2, 'USD', 1, '{orders}', $2::date)",
        [product.amazonId, day],
      );
      await read(
        "INSERT INTO sales_day (shop_id, connection_id, marketplace_id, day, ends_at) VALUES (current_shop(), $1, $2, $3, $3::date)",
        [connectionId, US, day],
      );
      await read(
        "INSERT INTO traffic_day (shop_id, connection_id, marketplace_id, day, external_id, is_attached) VALUES (current_shop(), $1, $2, $3, 'A', true)",
        [connectionId, US, day],
      );
      await read(
        "INSERT INTO buy_box_change (shop_id, marketplace_id, asin, at, state, currency) VALUES (current_shop(), $1, $2, $3::date, 'won', 'USD')",
        [US, product.asin, day],
      );
    }

    await keep();

    for (const [table, column] of [
      ["order_line", "sold_on"],
      ["listing_day", "day"],
      ["sales_day", "day"],
      ["traffic_day", "day"],
      ["buy_box_change", "at::date"],
    ] as const) {
      const left = await read<{ day: string }>(`SELECT (${column})::text AS day FROM ${table}`);
      expect([table, left.map(({ day }) => day)]).toEqual([table, ["2027-01-01"]]);
    }
  });

  it("leaves of old decisions what the ledger stands on, without the market they saw", async () => {
    const steps = createSteps(pipeline);
    await steps.approved(product);
    await steps.rivalMoves(product, 2_800n);
    await steps.decide(product);
    await steps.rivalMoves(product, 2_700n);
    await steps.decide(product);
    const before = await read<{ count: number }>("SELECT count(*)::int AS count FROM decision");

    await keep();

    const left = await read<{ inputs: string; is_kept: boolean; reasons: { facts: object }[] }>(
      `SELECT d.inputs, d.reasons, EXISTS (SELECT 1 FROM price_change p WHERE p.decision_id = d.decision_id)
          OR EXISTS (SELECT 1 FROM decision_head h WHERE h.decision_id = d.decision_id) AS is_kept FROM decision d`,
    );
    expect(left.length).toBeLessThan(before[0]?.count ?? 0);
    expect(left.every(({ inputs, is_kept }) => inputs === "" && is_kept)).toBe(true);
    expect(left.flatMap(({ reasons }) => reasons).every(({ facts }) => Object.keys(facts).length === 0)).toBe(true); // prettier-ignore
    expect(await read("SELECT * FROM broken_receipts()")).toEqual([]);
    expect(await read("SELECT 1 FROM offer_current")).toEqual([]);
  });
});

describe("an event that was taken in", () => {
  it("is forgotten once it cannot come again, a broken one after three months", async () => {
    const at = (days: number) => new Date(LATER.getTime() - days * 24 * 60 * 60_000);
    const keepEvent = (eventId: string, state: "done" | "poison" | "new", days: number) =>
      pipeline.inShop(product.shopId, (tx) =>
        tx.inbox.keep(
          [
            {
              eventId,
              source: "amazon",
              topic: "ANY_OFFER_CHANGED",
              payload: {},
              occurredAt: at(days),
              state,
              note: null,
            },
          ],
          at(days),
        ),
      );
    await keepEvent("done, 31 days", "done", 31);
    await keepEvent("done, 29 days", "done", 29);
    await keepEvent("poison, 31 days", "poison", 31);
    await keepEvent("poison, 91 days", "poison", 91);
    await keepEvent("new, a year", "new", 365);

    await keep();

    expect(
      (await read<{ event_id: string }>("SELECT event_id FROM inbox ORDER BY 1")).map(
        (row) => row.event_id,
      ),
    ).toEqual(["done, 29 days", "new, a year", "poison, 31 days"]);
  });
});
