import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PRICE_CHANGE_STATES } from "../../core/changes/states.ts";
import {
  type ForgedChange,
  insertChange,
  moveChange,
  walkTo,
} from "../../testing/forged-change.ts";
import { type LinkedProduct, makeLinkedProduct } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { isRefused, tried } from "../../testing/refusals.ts";
import { createPool, type Pool } from "./pool.ts";
import type { QueryClient } from "./query-client.ts";

// Every forgery below is plain SQL under the role of a process: what refuses it is PostgreSQL alone.
const pipeline = usePipeline();
let product: LinkedProduct;
let web: Pool;

beforeAll(async () => {
  product = await makeLinkedProduct(pipeline);
  web = createPool({ url: pipeline.database.webUrl, connectionsMax: 2, onIdleError: () => {} });
});
afterAll(async () => {
  await web.end();
});

/** Tries as a role of the product, in one shop. */
function asRole<T>(role: "web" | "worker", work: (client: QueryClient) => Promise<T>): Promise<T> {
  const pool = role === "web" ? web : pipeline.pool;
  return tried(pool, product.shopId, work);
}

describe.each(["web", "worker"] as const)("as the %s role", (role) => {
  it("a change begins as proposed and as nothing else", async () => {
    const refused = await asRole(role, async (client) => {
      const states: string[] = [];
      for (const state of [...PRICE_CHANGE_STATES, "sold", ""]) {
        if (await isRefused(client, () => insertChange(client, product.amazonId, { state })))
          states.push(state);
      }
      return states;
    });

    expect(refused).toEqual([
      ...PRICE_CHANGE_STATES.filter((state) => state !== "proposed"),
      "sold",
      "",
    ]);
  });

  it.each<[string, Partial<ForgedChange>]>([
    ["below its floor", { new_minor: 1_999 }],
    ["above its ceiling", { new_minor: 4_501 }],
    ["of nothing", { new_minor: 0, floor_minor: 0 }],
    ["below nothing", { new_minor: -1, floor_minor: -5 }],
    ["with a floor of nothing", { floor_minor: 0 }],
    ["proposed by nobody we know", { state_actor: "somebody" }],
    ["of an origin nobody knows", { origin: "whim" }],
    ["that undoes nothing", { origin: "undo" }],
    ["of the engine that names a target to undo", { reverts_change_id: "1" }],
  ])("a price %s is refused", async (_what, forged) => {
    await expect(
      asRole(role, (client) => insertChange(client, product.amazonId, forged)),
    ).rejects.toMatchObject({ code: "23514" });
  });

  it.each([
    "new_minor = 2500",
    "old_minor = 1",
    "floor_minor = 1",
    "ceiling_minor = NULL",
    "listing_id = listing_id",
    "version = 9",
    "currency = 'EUR'",
    "reasons = '[1]'",
    "inputs_hash = '\\x01'",
    "origin = 'undo'",
    "approved_at = now()",
    "live_at = now()",
    "event_at = now()",
    "shop_id = shop_id",
  ])("an update may not say %s", async (assignment) => {
    const attempt = asRole(role, async (client) => {
      const changeId = await insertChange(client, product.amazonId);
      await client.query(`UPDATE price_change SET ${assignment} WHERE change_id = $1`, [changeId]);
    });

    await expect(attempt).rejects.toMatchObject({ code: "42501" });
  });

  it("a change tells no times before they came", async () => {
    const row = await asRole(role, async (client) => {
      const answer = await client.query<Record<string, unknown>>(
        `INSERT INTO price_change (shop_id, listing_id, version, origin, old_minor, new_minor, currency, floor_minor, reasons, inputs_hash,
           event_at, state_at, state_actor, proposed_at, approved_at, accepted_at, live_at)
         VALUES (current_shop(), $1, 1, 'engine', 3000, 2900, 'USD', 2000, '[]', '\\x00', now(), now(), 'engine', now(), now(), now(), now())
         RETURNING approved_at, accepted_at, live_at`,
        [product.amazonId],
      );
      return answer.rows[0];
    });

    expect(row).toEqual({ approved_at: null, accepted_at: null, live_at: null });
  });

  it.each([
    ["adds a push", "INSERT INTO push SELECT * FROM push"],
    ["changes a push's price", "UPDATE push SET price_minor = 1"],
    ["changes a push's floor", "UPDATE push SET floor_minor = 1"],
    ["deletes a push", "DELETE FROM push"],
    ["adds an event", "INSERT INTO price_change_event SELECT * FROM price_change_event"],
    ["edits an event", "UPDATE price_change_event SET actor = 'person'"],
    ["deletes an event", "DELETE FROM price_change_event"],
    ["deletes a change", "DELETE FROM price_change"],
    // A deletion that would reach the ledger through its foreign keys.
    ["deletes a listing", "DELETE FROM listing"],
    ["deletes a connection", "DELETE FROM connection"],
    ["edits a decision", "UPDATE decision SET price_minor = 1"],
    ["rewrites history", "UPDATE price_point SET price_minor = 1"],
    ["invents a legal move", "INSERT INTO price_change_move VALUES ('rejected', 'approved')"],
    ["empties the receipts", "TRUNCATE price_change_event"],
    ["turns the triggers off", "SET session_replication_role = replica"],
  ])("nobody %s", async (_what, statement) => {
    const attempt = asRole(role, async (client) => {
      await walkTo(client, await insertChange(client, product.amazonId), "approved");
      await client.query(statement);
    });

    await expect(attempt).rejects.toMatchObject({ code: "42501" });
  });
});

describe("a listing", () => {
  it.each(["approved", "sending", "unknown", "accepted"] as const)(
    "has no second change on its way while one is %s",
    async (state) => {
      const attempt = asRole("worker", async (client) => {
        await walkTo(client, await insertChange(client, product.amazonId), state);
        await walkTo(client, await insertChange(client, product.amazonId), "approved");
      });

      await expect(attempt).rejects.toMatchObject({
        code: "23505",
        constraint: "price_change_one_in_flight",
      });
    },
  );

  it("has no second open proposal", async () => {
    const attempt = asRole("web", async (client) => {
      await insertChange(client, product.amazonId);
      await insertChange(client, product.amazonId);
    });

    await expect(attempt).rejects.toMatchObject({
      code: "23505",
      constraint: "price_change_one_proposal",
    });
  });

  it("has no second change of one version", async () => {
    const attempt = asRole("web", async (client) => {
      await walkTo(
        client,
        await insertChange(client, product.amazonId, { version: 5 }),
        "rejected",
      );
      await insertChange(client, product.amazonId, { version: 5 });
    });

    await expect(attempt).rejects.toMatchObject({ code: "23505" });
  });
});

describe("a push", () => {
  it("comes from an approval alone, with the change's own price and floor", async () => {
    const pushes = await asRole("web", async (client) => {
      const changeId = await insertChange(client, product.amazonId);
      const before = (await client.query("SELECT 1 FROM push WHERE change_id = $1", [changeId]))
        .rowCount;
      await moveChange(client, changeId, { to: "approved" });
      return {
        before,
        after: (
          await client.query(
            "SELECT price_minor, floor_minor, stage FROM push WHERE change_id = $1",
            [changeId],
          )
        ).rows,
      };
    });

    expect(pushes).toEqual({
      before: 0,
      after: [{ price_minor: "2900", floor_minor: "2000", stage: "send" }],
    });
  });

  it.each([
    ["a fence that goes back", "fence = fence - 1"],
    ["work after it is done", "stage = 'send'"],
    ["a stage nobody knows", "stage = 'maybe'"],
  ])("refuses %s", async (_what, assignment) => {
    const attempt = asRole("worker", async (client) => {
      const changeId = await insertChange(client, product.amazonId);
      await walkTo(client, changeId, "approved");
      await client.query("UPDATE push SET fence = 7, stage = 'done' WHERE change_id = $1", [
        changeId,
      ]);
      await client.query(`UPDATE push SET ${assignment} WHERE change_id = $1`, [changeId]);
    });

    await expect(attempt).rejects.toMatchObject({ code: "23514" });
  });
});
