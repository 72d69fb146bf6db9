import { beforeEach, describe, expect, it } from "vitest";
import { type LinkedProduct, makeLinkedProduct, rowsOf } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { createSteps } from "../../testing/pipeline-steps.ts";
import { processInbox } from "./process-inbox.ts";
import { receiveShopifyWebhook } from "./receive-shopify-webhook.ts";

const pipeline = usePipeline();
const steps = createSteps(pipeline);
let product: LinkedProduct;
let domain: string;
let deliveries = 0;

beforeEach(async () => {
  deliveries += 1;
  domain = `hooks-${String(deliveries)}.myshopify.com`;
  product = await makeLinkedProduct(pipeline, { domain });
  await rows("UPDATE connection SET import_due_at = NULL");
});

const rows = <Row = Record<string, unknown>>(text: string, values: readonly unknown[] = []) =>
  rowsOf<Row>(pipeline.pool, product.shopId, text, values);

function receive(topic: string, payload: unknown, given: { webhookId?: string; to?: string } = {}) {
  deliveries += 1;
  return receiveShopifyWebhook(pipeline, {
    webhookId: given.webhookId ?? `delivery-${String(deliveries)}`,
    topic,
    domain: given.to ?? domain,
    triggeredAt: pipeline.clock.now(),
    payload,
  });
}
const work = () => processInbox(pipeline, product.shopId, new AbortController().signal);
const inbox = () =>
  rows<{ state: string; note: string | null }>(
    "SELECT state, note FROM inbox WHERE source = 'shopify' ORDER BY received_at, event_id",
  );
const causes = () =>
  rows<{ listing_id: string; cause: string }>(
    "SELECT listing_id, cause FROM dirty WHERE cause = 'price_seen'",
  );
const head = async () =>
  (
    await rows<{ price_minor: string; source: string }>(
      "SELECT price_minor, source FROM channel_head WHERE listing_id = $1",
      [product.shopifyId],
    )
  )[0];

/** The product as Shopify describes it in products/update. */
async function productPayload(price: string, at = pipeline.clock.now()) {
  const [row] = await rows<{ external_id: string; parent_id: string }>(
    "SELECT external_id, parent_id FROM listing WHERE listing_id = $1",
    [product.shopifyId],
  );
  const idOf = (gid: string | undefined) => Number.parseInt(gid?.split("/").at(-1) ?? "", 10);
  const updated_at = at.toISOString();
  return {
    id: idOf(row?.parent_id),
    updated_at,
    variants: [{ id: idOf(row?.external_id), price, updated_at }],
  };
}

describe("receiving a delivery", () => {
  it("keeps it once and wakes the worker, however often it comes", async () => {
    expect(await receive("products/update", {}, { webhookId: "same" })).toBe("kept");
    expect(await receive("products/update", {}, { webhookId: "same" })).toBe("duplicate");
    expect(
      await Promise.all([1, 2, 3].map(() => receive("products/update", {}, { webhookId: "race" }))),
    ).toContain("kept");

    expect(await inbox()).toHaveLength(2);
    const due = await pipeline.directory.dueWork(pipeline.clock.now());
    expect(due).toContainEqual({ shopId: product.shopId, stage: "inbox" });
  });

  it("has nowhere to keep it for a store that never installed", async () => {
    expect(await receive("products/update", {}, { to: "stranger.myshopify.com" })).toBe(
      "unknown_shop",
    );
  });

  it("keeps what PostgreSQL cannot hold without it", async () => {
    expect(await receive("products/update", { id: 1, title: "NUL \u0000, half \ud83d" })).toBe(
      "kept",
    );
  });
});

describe("products/update", () => {
  it("that echoes our own push is nobody else's write", async () => {
    await steps.approved(product);
    await steps.push(product);
    await receive("products/update", await productPayload("29.00"));
    await work();
    expect(await causes()).toEqual([]);

    pipeline.clock.advance(2_000);
    await steps.push(product);
    await receive("products/update", await productPayload("29.00"));
    await work();

    expect(await causes()).toEqual([]);
    expect(await steps.lastChange(product, product.shopifyId)).toMatchObject({ state: "live" });
    expect(await head()).toMatchObject({ price_minor: "2900" });
  });

  it("with a price that is not ours is kept, decided again, and makes the open proposal start anew", async () => {
    await steps.rivalMoves(product, 2_900n);
    await steps.decide(product);
    pipeline.clock.advance(5_000);
    await receive("products/update", await productPayload("27.50"));

    await work();

    expect(await head()).toEqual({ price_minor: "2750", source: "webhook" });
    expect(await causes()).toEqual([{ listing_id: product.shopifyId, cause: "price_seen" }]);
    const refused = await steps.approveAll(product);
    expect(refused.skipped.map((skip) => skip.code)).toEqual(["stale_inputs"]);
    await steps.decide(product);
    expect(await steps.lastChange(product, product.shopifyId)).toMatchObject({
      old_minor: "2750",
      new_minor: "2900",
      state: "proposed",
    });
  });

  it("older than what we know changes nothing", async () => {
    await receive(
      "products/update",
      await productPayload("11.11", new Date("2026-11-01T00:00:00Z")),
    );

    await work();

    expect(await head()).toMatchObject({ price_minor: "3000" });
  });

  it("of a variant we do not know asks for an import", async () => {
    await receive("products/update", { id: 1, variants: [{ id: 987_654_321, price: "5.00" }] });

    await work();

    expect(await rows("SELECT import_due_at FROM connection WHERE channel = 'shopify'")).toEqual([
      { import_due_at: pipeline.clock.now() },
    ]);
  });

  it.each([
    [
      "a price that is none",
      (payload: Awaited<ReturnType<typeof productPayload>>) => ({
        ...payload,
        variants: payload.variants.map((each) => ({ ...each, price: "free" })),
      }),
    ],
    [
      "a time that is none",
      (payload: Awaited<ReturnType<typeof productPayload>>) => ({
        ...payload,
        updated_at: "soon",
        variants: payload.variants.map((each) => ({ ...each, updated_at: "soon" })),
      }),
    ],
    ["no variants", (payload: Awaited<ReturnType<typeof productPayload>>) => ({ id: payload.id })],
  ])("with %s is worked off", async (_what, edit) => {
    await receive("products/update", edit(await productPayload("30.00")));

    await work();

    expect(await inbox()).toEqual([{ state: "done", note: null }]);
  });
});

describe("other deliveries", () => {
  it("that cannot be read are set aside with the reason and block nothing behind them", async () => {
    await receive("products/update", "not an object");
    await receive("products/delete", { id: null });
    await receive("products/update", await productPayload("28.00"));

    await work();

    expect((await inbox()).map((each) => each.state).toSorted()).toEqual([
      "done",
      "poison",
      "poison",
    ]);
    expect(
      (await inbox()).filter((each) => each.state === "poison").every((each) => each.note !== null),
    ).toBe(true);
    expect(await head()).toMatchObject({ price_minor: "2800" });
  });

  it("of a topic without a handler are kept and say so", async () => {
    await receive("orders/create", { id: 1 });

    await work();

    expect(await inbox()).toEqual([{ state: "ignored", note: "no handler for orders/create" }]);
  });

  it("products/delete takes the product's variants off the shelf, and nobody prices them any more", async () => {
    const { id } = await productPayload("30.00");
    await receive("products/delete", { id });

    await work();

    expect(await rows("SELECT status FROM listing ORDER BY channel")).toEqual([
      { status: "active" },
      { status: "deleted" },
    ]);
    await steps.rivalMoves(product, 2_900n);
    await steps.decide(product);
    expect((await steps.changesOf(product)).map((change) => change.listing_id)).toEqual([
      product.amazonId,
    ]);
  });

  it("app/uninstalled ends every connection, forgets sessions and tokens, and sends nothing more", async () => {
    await steps.approved(product);
    await rows(
      "INSERT INTO shop_session (shop_id, session_id, state, is_online, access_token_sealed, updated_at) VALUES (current_shop(), 'offline', '', false, 'sealed', '2020-01-01')",
    );
    const sent = pipeline.channels.amazon.received.length;
    await receive("app/uninstalled", {});

    await work();
    await steps.push(product);

    expect(
      await rows("SELECT DISTINCT status, problem_code, token_sealed FROM connection"),
    ).toEqual([
      { status: "disconnected", problem_code: "shopify_not_installed", token_sealed: null },
    ]);
    expect(await rows("SELECT 1 FROM shop_session")).toEqual([]);
    expect(await rows("SELECT status FROM shop")).toEqual([{ status: "uninstalled" }]);
    expect(pipeline.channels.amazon.received.length).toBe(sent);
    expect((await steps.changesOf(product)).map((change) => change.state_code)).toEqual([
      "connection_disconnected",
      "connection_disconnected",
    ]);
  });

  it("app/uninstalled that comes after the shop has installed the app again changes nothing", async () => {
    await rows(
      "INSERT INTO shop_session (shop_id, session_id, state, is_online, access_token_sealed, updated_at) VALUES (current_shop(), 'offline', '', false, 'sealed', $1)",
      [new Date(pipeline.clock.now().getTime() + 60_000)],
    );
    await receive("app/uninstalled", {});

    await work();

    expect(await rows("SELECT DISTINCT status FROM connection")).toEqual([{ status: "connected" }]);
    expect(await rows("SELECT status FROM shop")).toEqual([{ status: "installed" }]);
    expect((await inbox()).map((each) => each.state)).toEqual(["ignored"]);
  });

  it("more than a batch of them are all worked off", async () => {
    for (let place = 0; place < 130; place += 1) await receive("orders/create", { id: place });

    await work();

    expect((await inbox()).filter((each) => each.state === "new")).toEqual([]);
  });
});
