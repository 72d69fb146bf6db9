import { beforeAll, describe, expect, it } from "vitest";
import {
  LEGAL_MOVES,
  PRICE_CHANGE_STATES,
  type PriceChangeState,
} from "../../core/changes/states.ts";
import { insertChange, moveChange, walkTo } from "../../testing/forged-change.ts";
import { type LinkedProduct, makeLinkedProduct } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { isRefused, tried } from "../../testing/refusals.ts";
import type { QueryClient } from "./query-client.ts";

// Every move below is plain SQL: what allows or refuses it is PostgreSQL alone.
const pipeline = usePipeline();
let product: LinkedProduct;

beforeAll(async () => {
  product = await makeLinkedProduct(pipeline);
});

const asWorker = <T>(work: (client: QueryClient) => Promise<T>) =>
  tried(pipeline.pool, product.shopId, work);

describe("the moves", () => {
  it("are the same in the database as in core", async () => {
    const rows = await asWorker(
      async (client) =>
        (
          await client.query<{ from_state: PriceChangeState; to_state: PriceChangeState }>(
            "SELECT * FROM price_change_move",
          )
        ).rows,
    );
    const inCore = PRICE_CHANGE_STATES.flatMap((from) =>
      LEGAL_MOVES[from].map((to) => `${from} → ${to}`),
    );

    expect(rows.map((row) => `${row.from_state} → ${row.to_state}`).toSorted()).toEqual(
      inCore.toSorted(),
    );
  });

  it.each(PRICE_CHANGE_STATES)("from %s lead only where core says", async (from) => {
    const possible = await asWorker(async (client) => {
      const changeId = await insertChange(client, product.amazonId);
      await walkTo(client, changeId, from);
      const found: PriceChangeState[] = [];
      for (const to of PRICE_CHANGE_STATES) {
        if (!(await isRefused(client, () => moveChange(client, changeId, { to })))) found.push(to);
      }
      return found;
    });

    expect(possible.toSorted()).toEqual([...LEGAL_MOVES[from]].toSorted());
  });

  it.each([
    ["approved", "proposed", ["policy", "person"]],
    ["live", "accepted", ["channel"]],
    ["live", "diverged", ["channel"]],
  ] as const)("to %s from %s are made only by %s", async (to, from, expected) => {
    const allowed = await asWorker(async (client) => {
      const changeId = await insertChange(client, product.amazonId);
      await walkTo(client, changeId, from);
      const found: string[] = [];
      for (const actor of ["engine", "policy", "person", "worker", "channel", "somebody"]) {
        if (!(await isRefused(client, () => moveChange(client, changeId, { to, actor }))))
          found.push(actor);
      }
      return found;
    });

    expect(allowed).toEqual(expected);
  });
});

describe("the merchant's bounds", () => {
  const setBounds = (
    client: QueryClient,
    bounds: { floor: number | null; ceiling: number | null },
  ) =>
    client.query(
      "UPDATE item SET floor_minor = $2, ceiling_minor = $3, bounds_currency = 'USD' WHERE item_id = $1",
      [product.itemId, bounds.floor, bounds.ceiling],
    );

  it.each([
    ["approved", "proposed"],
    ["sending", "approved"],
    ["sending", "unknown"],
  ] as const)("keep a change from becoming %s as they stand now", async (to, from) => {
    const refusals = await asWorker(async (client) => {
      const changeId = await insertChange(client, product.amazonId);
      await walkTo(client, changeId, from);
      const found: boolean[] = [];
      for (const bounds of [
        { floor: 2_901, ceiling: null },
        { floor: null, ceiling: 2_899 },
        { floor: 2_900, ceiling: 2_900 },
      ]) {
        await setBounds(client, bounds);
        found.push(await isRefused(client, () => moveChange(client, changeId, { to })));
      }
      return found;
    });

    expect(refusals).toEqual([true, true, false]);
  });
});
