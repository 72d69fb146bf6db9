import { beforeEach, describe, expect, it } from "vitest";
import { type LinkedProduct, makeLinkedProduct, rowsOf } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { setItemMoney } from "../catalog/set-item-money.ts";
import { saveRule } from "../settings/save-rule.ts";
import { setApprovalPolicy } from "../settings/set-approval-policy.ts";
import { connectShopify } from "./connect-shopify.ts";
import { disconnectConnection, requestImport, requestSweep } from "./manage-connection.ts";

const pipeline = usePipeline();
let product: LinkedProduct;
let domain: string;
let shops = 0;

beforeEach(async () => {
  shops += 1;
  domain = `second-${String(shops)}.myshopify.com`;
  product = await makeLinkedProduct(pipeline, { domain });
});

const connectionOf = async (channel: "amazon" | "shopify") => {
  const [found] = await pipeline.inShop(product.shopId, (tx) => tx.connections.byChannel(channel));
  if (found === undefined) throw new Error("not connected");
  return found;
};
const rows = (text: string) => rowsOf<Record<string, unknown>>(pipeline.pool, product.shopId, text);

describe("installing a shop", () => {
  it("starts it with one careful rule for each channel and an import", async () => {
    expect(await rows("SELECT channel, version, name FROM rule ORDER BY channel")).toEqual([
      { channel: "amazon", version: 1, name: "Match the featured offer" },
      { channel: "shopify", version: 1, name: "Follow Amazon" },
    ]);
    expect(await rows("SELECT import_due_at FROM connection WHERE channel = 'shopify'")).toEqual([
      { import_due_at: pipeline.clock.now() },
    ]);
  });

  it("a second time finds the first one's settings, bounds, rules and listings, whatever the domain's case", async () => {
    const { shopId, itemId } = product;
    await setApprovalPolicy(pipeline, { shopId, mode: "auto", autoMaxMove: "3" });
    await setItemMoney(pipeline, {
      shopId,
      itemId,
      money: { cost: "11", floor: "20", ceiling: "50", map: "" },
    });
    const form = {
      strategy: "beat",
      target: "lowest",
      beatBy: "0.10",
      offset: "",
      minMargin: "12",
      maxStep: "5",
    };
    await saveRule(pipeline, { shopId, channel: "amazon", currency: "USD", form });
    const tables = ["shop_settings", "item", "rule", "listing", "channel_head"];
    const before = await Promise.all(
      tables.map((table) => rows(`SELECT * FROM ${table} ORDER BY 1, 2, 3`)),
    );

    expect(await connectShopify(pipeline, { domain: domain.toUpperCase() })).toBe(shopId);

    expect(
      await Promise.all(tables.map((table) => rows(`SELECT * FROM ${table} ORDER BY 1, 2, 3`))),
    ).toEqual(before);
    expect(await rows("SELECT 1 FROM connection WHERE channel = 'shopify'")).toHaveLength(1);
  });

  it("after it was removed connects again and imports again", async () => {
    await pipeline.inShop(product.shopId, (tx) =>
      tx.connections.forgetShop(pipeline.clock.now(), new Date("2100-01-01")),
    );
    expect(await rows("SELECT status FROM shop")).toEqual([{ status: "uninstalled" }]);
    pipeline.clock.advance(5_000);

    await connectShopify(pipeline, { domain });

    expect(await rows("SELECT status, uninstalled_at FROM shop")).toEqual([
      { status: "installed", uninstalled_at: null },
    ]);
    expect(
      await rows(
        "SELECT status, problem_code, import_due_at FROM connection WHERE channel = 'shopify'",
      ),
    ).toEqual([{ status: "connected", problem_code: null, import_due_at: pipeline.clock.now() }]);
  });

  it("from two requests at the same moment makes one shop", async () => {
    const twin = `twin-${String(shops)}.myshopify.com`;

    const ids = await Promise.all(
      [1, 2, 3, 4].map(() => connectShopify(pipeline, { domain: twin })),
    );

    expect(new Set(ids).size).toBe(1);
  });
});

describe("a connection", () => {
  it("is imported and swept when the merchant asks", async () => {
    const { connectionId } = await connectionOf("amazon");
    const order = { shopId: product.shopId, connectionId };

    expect(await requestImport(pipeline, order)).toEqual({ kind: "done" });
    expect(await requestSweep(pipeline, order)).toEqual({ kind: "done" });

    const now = pipeline.clock.now();
    expect(
      await rows("SELECT import_due_at, sweep_due_at FROM connection WHERE channel = 'amazon'"),
    ).toEqual([{ import_due_at: now, sweep_due_at: now }]);
    const due = await pipeline.directory.dueWork(now);
    const stages = due.filter((work) => work.shopId === product.shopId).map((work) => work.stage);
    expect(stages).toEqual(expect.arrayContaining(["import", "sweep"]));
  });

  it("that is disconnected forgets its token, keeps its listings and does nothing more", async () => {
    const { connectionId } = await connectionOf("amazon");
    const order = { shopId: product.shopId, connectionId };

    expect(await disconnectConnection(pipeline, order)).toEqual({ kind: "done" });

    expect(await connectionOf("amazon")).toMatchObject({
      status: "disconnected",
      tokenSealed: null,
      problemCode: null,
    });
    expect(
      await rows("SELECT 1 FROM listing WHERE channel = 'amazon' AND status = 'active'"),
    ).toHaveLength(1);
    expect(await requestImport(pipeline, order)).toEqual({ kind: "not_connected" });
    expect(await requestSweep(pipeline, order)).toEqual({ kind: "not_connected" });
    expect(
      await rows(
        "SELECT 1 FROM connection WHERE channel = 'amazon' AND (import_due_at, sweep_due_at) IS DISTINCT FROM (NULL, NULL)",
      ),
    ).toEqual([]);
  });
});
