import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PriceWrite, WriteCall } from "./ledger.ts";
import { API_SECRET, SHOP, startTestStore } from "./testing/start-test-store.ts";
import type { GraphqlAnswer, TestStore } from "./testing/start-test-store.ts";

const UPDATE = `mutation Push($productId: ID!, $variants: [ProductVariantsBulkInput!]!, $partial: Boolean) {
  productVariantsBulkUpdate(productId: $productId, variants: $variants, allowPartialUpdates: $partial) {
    product { id updatedAt }
    productVariants { id sku price compareAtPrice updatedAt }
    userErrors { field message code }
  }
}`;

interface Described {
  readonly id: string;
  readonly productId: string;
  readonly price: string;
  readonly compareAtPrice: string | null;
  readonly updatedAt: string;
}
interface Ledger {
  readonly writes: PriceWrite[];
  readonly calls: WriteCall[];
}
interface UpdatePayload {
  readonly productVariants: { readonly sku: string; readonly price: string }[] | null;
  readonly userErrors: { readonly field: string[]; readonly code: string }[];
}

let store: TestStore;
let token: string;
beforeEach(async () => {
  store = await startTestStore();
  token = await store.signIn();
});
afterEach(() => store.close());

const variant = (sku: string): Promise<Described> => store.control<Described>("variant", { sku });
const ledger = (sku: string): Promise<Ledger> => store.control<Ledger>("ledger", { sku });

async function push(
  sku: string,
  price: string,
  { signal, extra = {} }: { signal?: AbortSignal; extra?: object } = {},
): Promise<GraphqlAnswer> {
  const { id, productId } = await variant(sku);
  const variables = { productId, variants: [{ id, price, ...extra }] };
  return store.graphql(token, UPDATE, variables, signal);
}

function payload(answer: GraphqlAnswer): UpdatePayload {
  return answer.body.data?.["productVariantsBulkUpdate"] as unknown as UpdatePayload;
}

describe("a price write", () => {
  it("sticks, moves updatedAt and is in the ledger with who wrote it", async () => {
    const before = await variant("ODD/SLASH/A5");
    await store.clock.advance(90_000);

    const answer = await push("ODD/SLASH/A5", "19.95", { extra: { compareAtPrice: "24.99" } });

    expect(payload(answer).userErrors).toEqual([]);
    expect(payload(answer).productVariants?.[0]?.price).toBe("19.95");
    const after = await variant("ODD/SLASH/A5");
    expect(after).toMatchObject({ price: "19.95", compareAtPrice: "24.99" });
    expect(Date.parse(after.updatedAt)).toBeGreaterThan(Date.parse(before.updatedAt));
    const { calls, writes } = await ledger("ODD/SLASH/A5");
    expect(calls).toMatchObject([
      { outcome: "applied", answer: "sent", requestId: answer.requestId },
    ]);
    expect(writes).toMatchObject([
      {
        shop: SHOP,
        oldMinor: 2499,
        newMinor: 1995,
        isEffective: true,
        by: { kind: "app", requestId: answer.requestId },
      },
    ]);
  });

  it("leaves the price alone when only the compare-at price is cleared", async () => {
    const { id, productId } = await variant("ONSALE-TRAY");

    await store.graphql(token, UPDATE, { productId, variants: [{ id, compareAtPrice: null }] });

    expect(await variant("ONSALE-TRAY")).toMatchObject({ price: "17.99", compareAtPrice: null });
  });

  it("marks a write of the same price as not effective", async () => {
    await push("ODD/SLASH/A5", "24.99");

    expect((await ledger("ODD/SLASH/A5")).writes).toMatchObject([{ isEffective: false }]);
  });

  it("names an edit in the admin as a person's", async () => {
    await store.control("edit_price", { sku: "ODD/SLASH/A5", price: "21.00", by: "Mira" });

    expect((await ledger("ODD/SLASH/A5")).writes).toMatchObject([
      { newMinor: 2100, by: { kind: "admin", name: "Mira" } },
    ]);
  });
});

describe("a refused price write", () => {
  it.each([
    ["a negative price", { price: "-1.00" }, "NEGATIVE_PRICE_VALUE"],
    ["a negative compare-at price", { compareAtPrice: "-1" }, "GREATER_THAN_OR_EQUAL_TO"],
    ["no id", { id: undefined, price: "1" }, "PRODUCT_VARIANT_ID_MISSING"],
    [
      "an unknown variant",
      { id: "gid://shopify/ProductVariant/1", price: "1" },
      "PRODUCT_VARIANT_DOES_NOT_EXIST",
    ],
  ])("answers a userError for %s and changes nothing", async (_name, change, code) => {
    const { id, productId } = await variant("ODD/SLASH/A5");

    const answer = await store.graphql(token, UPDATE, { productId, variants: [{ id, ...change }] });

    expect(payload(answer).userErrors[0]?.code).toBe(code);
    expect(payload(answer).productVariants).toBeNull();
    expect((await variant("ODD/SLASH/A5")).price).toBe("24.99");
  });

  it("knows a variant of another product and a product that is not there", async () => {
    const { productId } = await variant("ODD/SLASH/A5");
    const other = await variant("FREE-TOTE");
    const variants = [{ id: other.id, price: "1.00" }];

    const wrong = await store.graphql(token, UPDATE, { productId, variants });
    expect(payload(wrong).userErrors).toMatchObject([
      { field: ["variants", "0", "id"], code: "MUST_BE_FOR_THIS_PRODUCT" },
    ]);
    const missing = await store.graphql(token, UPDATE, {
      productId: "gid://shopify/Product/1",
      variants,
    });
    expect(payload(missing).userErrors[0]?.code).toBe("PRODUCT_DOES_NOT_EXIST");
  });

  it("stops all variants, or with allowPartialUpdates only the bad one", async () => {
    const good = await variant("ODD/SLASH/A5");
    const bad = await variant("ODD SPACES A5 RULED");
    const variants = [
      { id: good.id, price: "20.00" },
      { id: bad.id, price: "-2" },
    ];

    const all = await store.graphql(token, UPDATE, { productId: good.productId, variants });
    expect(payload(all).productVariants).toBeNull();
    expect((await variant("ODD/SLASH/A5")).price).toBe("24.99");

    const some = await store.graphql(token, UPDATE, {
      productId: good.productId,
      variants,
      partial: true,
    });
    expect(payload(some).productVariants?.map(({ sku }) => sku)).toEqual(["ODD/SLASH/A5"]);
    expect(payload(some).userErrors).toMatchObject([{ field: ["variants", "1", "price"] }]);
    expect((await variant("ODD/SLASH/A5")).price).toBe("20.00");
  });
});

describe("a sentinel SKU", () => {
  const rename = (newSku: string): Promise<unknown> =>
    store.control("edit_variant", { sku: "ODD/SLASH/A5", newSku });

  it("SKU-THROTTLED answers THROTTLED every time, SKU-THROTTLED-ONCE only once", async () => {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const answer = await push("SKU-THROTTLED-KETTLE", "20.00");
      expect(answer.body.errors?.[0]?.extensions?.code).toBe("THROTTLED");
    }
    await rename("SKU-THROTTLED-ONCE-A5");
    expect((await push("SKU-THROTTLED-ONCE-A5", "20.00")).body.errors).toBeDefined();
    expect(payload(await push("SKU-THROTTLED-ONCE-A5", "20.00")).userErrors).toEqual([]);
    const { calls } = await ledger("SKU-THROTTLED-ONCE-A5");
    expect(calls.map(({ outcome }) => outcome)).toEqual(["throttled", "applied"]);
  });

  it("SKU-REFUSED answers a userError", async () => {
    const answer = await push("SKU-REFUSED-TEAPOT", "20.00");

    expect(payload(answer).userErrors[0]?.code).toBe("INVALID_VALUE");
    expect((await ledger("SKU-REFUSED-TEAPOT")).calls[0]?.outcome).toBe("user_errors");
  });

  it("SKU-TIMEOUT takes effect and never answers", async () => {
    const gaveUp = push("SKU-TIMEOUT-GRINDER", "20.00", { signal: AbortSignal.timeout(150) });

    await expect(gaveUp).rejects.toThrow();
    expect((await variant("SKU-TIMEOUT-GRINDER")).price).toBe("20.00");
    await expect
      .poll(async () => (await ledger("SKU-TIMEOUT-GRINDER")).calls)
      .toMatchObject([{ outcome: "applied", answer: "lost" }]);
  });

  it.each([
    ["SKU-DROP", "24.99", "discarded"],
    ["SKU-DROP-AFTER", "20.00", "applied"],
  ])("%s closes the connection and leaves the price at %s", async (sku, price, outcome) => {
    await rename(sku);

    await expect(push(sku, "20.00")).rejects.toThrow("fetch failed");

    expect((await variant(sku)).price).toBe(price);
    expect((await ledger(sku)).calls).toMatchObject([{ outcome, answer: "lost" }]);
  });

  it.each([
    ["SKU-IGNORED", "24.99"],
    ["SKU-DIVERGED", "20.01"],
  ])("%s answers success while the price is really %s", async (sku, price) => {
    await rename(sku);

    expect(payload(await push(sku, "20.00")).productVariants?.[0]?.price).toBe("20.00");

    expect((await variant(sku)).price).toBe(price);
  });
});

describe("a held mutation", () => {
  it("held after its effect has taken place is not answered until released", async () => {
    await store.control("hold", { at: "after" });
    const pending = push("ODD/SLASH/A5", "20.00");
    expect(await store.control("wait_held")).toEqual({ isHeld: true });

    expect((await variant("ODD/SLASH/A5")).price).toBe("20.00");

    await store.control("release");
    expect(payload(await pending).userErrors).toEqual([]);
  });

  it("held before takes effect on release although its caller is gone", async () => {
    const caller = new AbortController();
    await store.control("hold", { at: "before" });
    const pending = push("ODD/SLASH/A5", "20.00", { signal: caller.signal });
    await store.control("wait_held");
    expect((await variant("ODD/SLASH/A5")).price).toBe("24.99");

    caller.abort();
    await expect(pending).rejects.toThrow();
    await store.control("release");

    await expect.poll(async () => (await variant("ODD/SLASH/A5")).price).toBe("20.00");
    await expect
      .poll(async () => (await ledger("ODD/SLASH/A5")).calls)
      .toMatchObject([{ outcome: "applied", answer: "lost" }]);
  });

  it("held before and dropped never takes effect", async () => {
    await store.control("hold", { at: "before" });
    const dropped = expect(push("ODD/SLASH/A5", "20.00")).rejects.toThrow("fetch failed");
    await store.control("wait_held");

    await store.control("release", { drop: true });

    await dropped;
    expect((await variant("ODD/SLASH/A5")).price).toBe("24.99");
  });
});

describe("a held query", () => {
  it("is answered with what the store shows once it is released", async () => {
    await store.control("hold", { at: "before", query: "VariantPrices" });
    const { id } = await variant("ODD/SLASH/A5");
    const query = `query VariantPrices($ids: [ID!]!) { nodes(ids: $ids) { ... on ProductVariant { price } } }`;
    const pending = store.graphql(token, query, { ids: [id] });
    expect(await store.control("wait_held")).toEqual({ isHeld: true });

    await push("ODD/SLASH/A5", "20.00");
    await store.control("release");

    expect((await pending).body.data).toEqual({ nodes: [{ price: "20.00" }] });
  });
});

describe("a webhook", () => {
  const received = async (): Promise<TestStore["webhooks"]> => {
    await store.control("webhooks_settled");
    return store.webhooks;
  };

  it("follows a price change, the app's own too, signed over the raw body", async () => {
    await push("ODD/SLASH/A5", "19.95");

    const [webhook] = await received();
    const signature = createHmac("sha256", API_SECRET)
      .update(webhook?.raw ?? "")
      .digest("base64");
    expect(webhook?.headers).toMatchObject({
      "x-shopify-topic": "products/update",
      "x-shopify-shop-domain": SHOP,
      "x-shopify-api-version": "2026-10",
      "x-shopify-hmac-sha256": signature,
      "x-shopify-triggered-at": "2026-11-23T09:00:00.000Z",
    });
    expect(webhook?.headers["x-shopify-webhook-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(webhook?.headers["x-shopify-event-id"]).toMatch(/^[0-9a-f-]{36}$/);
    const body = webhook?.payload as { variants: { sku: string; price: string }[] };
    expect(Object.keys(body)).toEqual(["id", "updated_at", "variants"]);
    expect(body.variants.find(({ sku }) => sku === "ODD/SLASH/A5")).toMatchObject({
      price: "19.95",
    });
  });

  it("is sent again with the same id after a failure, at most eight times", async () => {
    store.appStatus = 500;
    await store.control("edit_price", { sku: "ODD/SLASH/A5", price: "20.00" });
    await received();

    await store.clock.advance(60_000);
    expect(await received()).toHaveLength(2);
    for (let round = 0; round < 10; round += 1) {
      await store.clock.advance(3 * 3_600_000);
      await received();
    }

    expect(store.webhooks).toHaveLength(9);
    expect(new Set(store.webhooks.map(({ headers }) => headers["x-shopify-webhook-id"])).size).toBe(
      1,
    );
    const [delivery] = await store.control<{ state: string }[]>("deliveries");
    expect(delivery?.state).toBe("failed");
  });

  it("can be lost, doubled, held back and turned round", async () => {
    const edit = (price: string): Promise<unknown> =>
      store.control("edit_price", { sku: "FREE-TOTE", price });
    const prices = async (): Promise<unknown[]> =>
      (await received()).map(
        (webhook) => (webhook.payload as { variants: { price: string }[] }).variants[0]?.price,
      );

    await store.control("webhooks_lose");
    await edit("1.00");
    await store.control("webhooks_duplicate");
    await edit("2.00");
    expect(await prices()).toEqual(["2.00", "2.00"]);

    await store.control("webhooks_pause");
    await edit("3.00");
    await edit("4.00");
    expect(await prices()).toHaveLength(2);
    await store.control("webhooks_resume", { order: "reversed" });
    expect((await prices()).slice(2).sort()).toEqual(["3.00", "4.00"]);
  });

  it("goes to subscriptions made through the API until they are deleted", async () => {
    const created = await store.graphql(
      token,
      `mutation ($uri: String!) { webhookSubscriptionCreate(topic: ORDERS_CREATE, webhookSubscription: {uri: $uri}) {
        webhookSubscription { id topic uri } userErrors { message } } }`,
      { uri: `${store.appOrigin}/own` },
    );
    expect(created.body.data?.["webhookSubscriptionCreate"]).toMatchObject({
      webhookSubscription: { topic: "ORDERS_CREATE" },
      userErrors: [],
    });

    await store.control("place_order", { sku: "ODD/SLASH/A5", quantity: 2 });

    const paths = (await received()).map(({ path }) => path).sort();
    expect(paths).toEqual(["/own", "/webhooks"]);
    expect(store.webhooks[0]?.payload).toMatchObject({
      line_items: [{ sku: "ODD/SLASH/A5", quantity: 2, price: "24.99" }],
    });
  });
});
