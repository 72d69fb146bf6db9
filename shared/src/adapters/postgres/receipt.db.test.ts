import { createHash } from "node:crypto";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checkReceipt, receiptText, type SealedEvent } from "../../core/changes/receipt.ts";
import { PRICE_CHANGE_STATES, type PriceChangeState } from "../../core/changes/states.ts";
import { toChangeId, toShopId } from "../../core/ids.ts";
import { insertChange, moveChange, walkTo } from "../../testing/forged-change.ts";
import { type LinkedProduct, makeLinkedProduct, rowsOf } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { inShopTransaction } from "./pool.ts";
import { createShopViews } from "./shop-views.ts";

const pipeline = usePipeline();
let owner: pg.Client;
let product: LinkedProduct;
let changeId: string;

beforeAll(async () => {
  owner = new pg.Client({ connectionString: pipeline.database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
});

beforeEach(async () => {
  product = await makeLinkedProduct(pipeline);
  changeId = await inShopTransaction(pipeline.pool, product.shopId, async (client) => {
    const id = await insertChange(client, product.amazonId);
    await walkTo(client, id, "sending");
    // Sent, lost and sent again: the same state twice.
    await moveChange(client, id, { to: "unknown", facts: '{"why": "first try"}' });
    await moveChange(client, id, { to: "sending", facts: '{"why": "second try"}' });
    return id;
  });
});

const broken = () =>
  rowsOf<{ change_id: string; seq: number }>(
    pipeline.pool,
    product.shopId,
    "SELECT * FROM broken_receipts() ORDER BY seq",
  );

/** Does what only a superuser can: edits with every trigger turned off. */
async function tamper(statement: string): Promise<void> {
  await owner.query("SET session_replication_role = replica");
  try {
    await owner.query(statement, statement.includes("$1") ? [changeId] : []);
  } finally {
    await owner.query("SET session_replication_role = origin");
  }
}

describe("a receipt", () => {
  it("is whole as the database wrote it, in SQL and in core", async () => {
    const rows = await rowsOf<{
      seq: number;
      from_state: PriceChangeState | null;
      to_state: PriceChangeState;
      at: Date;
      actor: string;
      code: string | null;
      facts: Record<string, string>;
      hash: Buffer;
      prev_hash: Buffer;
    }>(pipeline.pool, product.shopId, "SELECT * FROM price_change_event ORDER BY seq");
    const sealed = rows.map((row): SealedEvent => ({
      event: {
        shopId: product.shopId,
        changeId: toChangeId(changeId),
        seq: row.seq,
        from: row.from_state,
        to: row.to_state,
        at: row.at,
        actor: row.actor,
        code: row.code,
        facts: row.facts,
      },
      previousHash: row.prev_hash,
      hash: row.hash,
    }));

    expect(checkReceipt(sealed, sha256)).toEqual({ kind: "whole", events: 5 });
    expect(await broken()).toEqual([]);
  });

  it.each([
    [
      "its actor is edited",
      "UPDATE price_change_event SET actor = 'policy' WHERE change_id = $1 AND seq = 2",
      2,
    ],
    [
      "a fact is edited",
      `UPDATE price_change_event SET facts = '{"why": "x"}' WHERE change_id = $1 AND seq = 4`,
      4,
    ],
    [
      "a fact of nothing is added",
      `UPDATE price_change_event SET facts = '{"why": null}' WHERE change_id = $1 AND seq = 2`,
      2,
    ],
    [
      "its instant is edited",
      "UPDATE price_change_event SET at = at - interval '1 s' WHERE change_id = $1 AND seq = 1",
      1,
    ],
    [
      "the first event is removed",
      "DELETE FROM price_change_event WHERE change_id = $1 AND seq = 1",
      2,
    ],
    [
      "one in the middle is removed",
      "DELETE FROM price_change_event WHERE change_id = $1 AND seq = 3",
      4,
    ],
    ["the last is removed", "DELETE FROM price_change_event WHERE change_id = $1 AND seq = 5", 0],
    [
      "a last loop is removed",
      "DELETE FROM price_change_event WHERE change_id = $1 AND seq > 3",
      0,
    ],
    ["all are removed", "DELETE FROM price_change_event WHERE change_id = $1", 0],
    ["the change itself is removed", "DELETE FROM price_change WHERE change_id = $1", 0],
    [
      "the change says another state",
      "UPDATE price_change SET state = 'live' WHERE change_id = $1",
      0,
    ],
    [
      "two events trade places",
      "UPDATE price_change_event SET seq = CASE seq WHEN 3 THEN 104 ELSE 103 END WHERE change_id = $1 AND seq IN (3, 4)",
      103,
    ],
  ])("is found broken when %s", async (_what, statement, seq) => {
    await tamper(statement);

    expect((await broken()).map((row) => row.seq)).toContain(seq);
    expect((await broken()).every((row) => row.change_id === changeId)).toBe(true);
  });

  it("is shown as broken on its own page, and only there", async () => {
    const other = await inShopTransaction(pipeline.pool, product.shopId, (client) =>
      insertChange(client, product.shopifyId),
    );
    await tamper("UPDATE price_change_event SET code = 'nothing' WHERE change_id = $1 AND seq = 2");
    const views = createShopViews(pipeline.pool);

    expect((await views.change(product.shopId, changeId))?.isReceiptWhole).toBe(false);
    expect((await views.change(product.shopId, other))?.isReceiptWhole).toBe(true);
  });

  it.each([
    ["edited", "UPDATE price_change_event SET actor = 'person' WHERE change_id = $1"],
    ["deleted", "DELETE FROM price_change_event WHERE change_id = $1"],
  ])("is not even %s by the owner of the table", async (_what, statement) => {
    await expect(owner.query(statement, [changeId])).rejects.toMatchObject({ code: "42501" });
  });

  it("leaves with its shop when the shop is deleted, and with no other", async () => {
    await owner.query("BEGIN");
    await owner.query("SELECT set_config('app.deleting_shop', $1, true)", [String(product.shopId)]);
    const gone = await owner.query("DELETE FROM price_change_event WHERE shop_id = $1", [
      product.shopId,
    ]);
    await owner.query("ROLLBACK");

    expect(gone.rowCount).toBe(5);
  });
});

describe("the text of an event", () => {
  // jsonb holds any text but NUL and unpaired surrogates.
  const text = fc
    .string({ unit: "binary", maxLength: 12 })
    .map((each) => each.toWellFormed().replaceAll("\0", ""));
  const event = fc.record({
    seq: fc.integer({ min: 1, max: 1_000 }),
    from: fc.option(fc.constantFrom(...PRICE_CHANGE_STATES)),
    to: fc.constantFrom(...PRICE_CHANGE_STATES),
    at: fc.date({ min: new Date("2020-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }),
    actor: fc.constantFrom("engine", "policy", "person", "worker", "channel"),
    code: fc.option(text),
    facts: fc.dictionary(text, text, { maxKeys: 4 }),
  });

  it("is the same bytes in core and in SQL, for any facts", async () => {
    await fc.assert(
      fc.asyncProperty(event, async (made) => {
        const inCore = receiptText({ shopId: toShopId(3), changeId: toChangeId("17"), ...made });
        const answer = await pipeline.pool.query<{ text: string }>(
          "SELECT price_change_event_text(3, 17, $1, $2, $3, $4, $5, $6, $7) AS text",
          [
            made.seq,
            made.from,
            made.to,
            made.at,
            made.actor,
            made.code,
            JSON.stringify(made.facts),
          ],
        );

        expect(answer.rows[0]?.text).toBe(inCore);
      }),
      { numRuns: 300, seed: 23 },
    );
  });
});

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}
