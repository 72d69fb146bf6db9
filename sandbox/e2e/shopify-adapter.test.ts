/** The product's Shopify adapter over real HTTP against the stand-in, on a clock that only waiting moves. */
import { ACCOUNT } from "@calibr/shared/adapters/shopify/shopify.fixture";
import { money } from "@calibr/shared/core/money/money";
import { toListingId } from "@calibr/shared/core/ids";
import type { ListingFact } from "@calibr/shared/ports/listing-source";
import type { PricePush } from "@calibr/shared/ports/price-channel";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { StoreState } from "../shopify/state.ts";
import { type ShopifyStand, startShopifyStand } from "./harness/shopify-stand.ts";

const NEVER = new AbortController().signal;

let repeated: string[];
let clock: ShopifyStand["clock"];
let stand: ShopifyStand;

beforeAll(async () => {
  stand = await startShopifyStand();
  ({ clock } = stand);
});

afterAll(() => stand.close());

beforeEach(async () => {
  await control("reset");
  clock.waits.length = 0;
  repeated = [];
});

const control = (verb: string, args: object = {}) => stand.control(verb, args);
const store = () => stand.store();
const arrange = (afterWaiting: () => void = () => undefined) =>
  stand.adapters({ afterWaiting, onRepeat: (code) => void repeated.push(code) });

async function readAll(source = arrange().source): Promise<ListingFact[]> {
  const all: ListingFact[] = [];
  for await (const batch of source.readListings(ACCOUNT, [], NEVER)) all.push(...batch);
  return all;
}

/** Leaves the store's first products only. */
function keepProducts(count: number): void {
  for (const product of [...store().products.values()].slice(count)) {
    store().products.delete(product.id);
    for (const variant of product.variants) store().variants.delete(variant.id);
  }
}

function runningOperation(id: number): StoreState["bulkOperations"][number] {
  return {
    id,
    type: "QUERY",
    query: "",
    createdAt: clock.now(),
    status: "RUNNING",
    errorCode: null,
    completedAt: null,
    objectCount: 0,
    rootObjectCount: 0,
    result: "",
  };
}

function bySku(facts: readonly ListingFact[], part: string): ListingFact {
  const found = facts.find((fact) => fact.sku?.includes(part));
  if (found === undefined) throw new Error(`No variant with ${part} in its SKU.`);
  return found;
}

function pushOf(fact: ListingFact, amountMinor: bigint, currency = "USD"): PricePush {
  const { externalId, parentId } = fact;
  return {
    address: {
      listingId: toListingId("1"),
      marketplaceId: "",
      externalId,
      parentId,
      productType: null,
    },
    price: money(amountMinor, currency),
    pushKey: "1:1",
  };
}

const ordinary = (facts: readonly ListingFact[]) =>
  facts.filter((fact) => fact.sku !== null && !fact.sku.includes("SKU-"));

describe("Shopify listing source", () => {
  it("reads what the shop says of itself", async () => {
    expect(await arrange().source.readAccount(ACCOUNT, NEVER)).toEqual({
      name: "Calibr Demo",
      currency: "USD",
      timeZone: "America/New_York",
      marketplaces: [{ marketplaceId: "", currency: "USD", storeName: "Calibr Demo" }],
    });
  });

  it("reads a large catalogue in bulk: every variant once, and nearly nothing of the bucket", async () => {
    const facts = await readAll();

    expect(facts).toHaveLength(store().variants.size);
    expect(facts.length).toBeGreaterThan(1_000);
    expect(new Set(facts.map((fact) => fact.externalId)).size).toBe(facts.length);
    expect(store().throttle.status().currentlyAvailable).toBeGreaterThan(1_900);
  });

  it("reads a small catalogue in pages, and waits for the bucket before Shopify has to say so", async () => {
    keepProducts(40);
    await control("throttle", { currentlyAvailable: 700 });

    const facts = await readAll();

    expect(facts).toHaveLength(store().variants.size);
    expect(facts.length).toBeGreaterThan(100);
    expect(clock.waits.length).toBeGreaterThan(0);
    expect(repeated).toEqual([]);
  });

  it("reads the same of a variant in pages as in bulk", async () => {
    const inBulk = await readAll();
    keepProducts(40);

    const paged = await readAll();

    const ids = new Set(paged.map((fact) => fact.externalId));
    const same = inBulk.filter((fact) => ids.has(fact.externalId));
    const timeless = (facts: ListingFact[]) => facts.map(({ observedAt: _, ...fact }) => fact);
    expect(timeless(paged)).toEqual(timeless(same));
  });

  it("reads an empty shop as nothing", async () => {
    keepProducts(0);

    expect(await readAll()).toEqual([]);
  });

  // A catalogue that is not whole would look like deletions.
  it.each([
    ["fails", { status: "FAILED", errorCode: "TIMEOUT" }],
    ["is cancelled by somebody", { status: "CANCELED" }],
    ["leaves a file that breaks off", { objectCount: 99_999 }],
    ["leaves a file with a broken line", { result: '{"id":"gid://shopify/Prod', objectCount: 1 }],
  ])("throws when the bulk operation %s", async (_case, change) => {
    const { source } = arrange(() => {
      const [operation] = store().bulkOperations;
      if (operation?.status === "COMPLETED") Object.assign(operation, change);
    });

    await expect(readAll(source)).rejects.toMatchObject({ code: "shopify_bad_answer" });
  });

  it("asks to come back later when all bulk places of the shop are taken", async () => {
    for (let id = 1; id <= 5; id += 1) store().bulkOperations.push(runningOperation(id));

    await expect(readAll()).rejects.toMatchObject({
      code: "shopify_throttled",
      retry: { afterMs: 30_000 },
    });
  });

  it("reads price, cost, barcode and stock exactly", async () => {
    const facts = await readAll();

    const variant = [...store().variants.values()].find((v) => v.costMinor !== null);
    const fact = facts.find((f) => f.sku === variant?.sku);
    expect(fact).toMatchObject({
      externalId: `gid://shopify/ProductVariant/${variant?.id ?? 0}`,
      parentId: `gid://shopify/Product/${variant?.product.id ?? 0}`,
      barcode: variant?.barcode,
      currency: "USD",
      priceMinor: BigInt(variant?.priceMinor ?? -1),
      costMinor: BigInt(variant?.costMinor ?? -1),
      costCurrency: "USD",
      quantity: variant?.inventory,
      fulfilment: null,
    });
  });

  it("says of a variant without a cost that the cost is unknown", async () => {
    await control("edit_variant", { sku: "ODD-FORTY-CHARACTERS-LONG-SELLER-SKU-A5X", cost: null });

    const fact = bySku(await readAll(), "ODD-FORTY");

    expect(fact).toMatchObject({ costMinor: null, costCurrency: null });
  });

  it("keeps SKUs with spaces, slashes and emoji byte for byte", async () => {
    const skus = [...store().variants.values()].map((variant) => variant.sku);

    const facts = await readAll();

    const kept = facts.map((fact) => fact.sku);
    expect(kept.sort()).toEqual(skus.map((sku) => (sku.trim() === "" ? null : sku)).sort());
    expect(kept.some((sku) => sku !== null && /[\s/]/.test(sku))).toBe(true);
  });
});

describe("Shopify price channel", () => {
  it("brings prices of several products and reads them back", async () => {
    const { channel, source } = arrange();
    const facts = ordinary(await readAll(source)).slice(0, 30);
    const pushes = facts.map((fact, place) => pushOf(fact, 1_000n + BigInt(place)));

    const outcomes = await channel.pushPrices(ACCOUNT, pushes, NEVER);
    const readings = await channel.readPrices(
      ACCOUNT,
      pushes.map((p) => p.address),
      NEVER,
    );

    expect(
      outcomes.every((o) => o.kind === "accepted" && /^[0-9a-f-]{36}$/.test(o.receiptId ?? "")),
    ).toBe(true);
    expect(readings).toEqual(
      pushes.map(({ price }) => ({
        kind: "price",
        price,
        observedAt: clock.now(),
        saleUntil: null,
      })),
    );
  });

  it("gives each listing its own outcome, in the order asked for", async () => {
    const { channel, source } = arrange();
    const facts = await readAll(source);
    const [fine] = ordinary(facts);
    if (fine === undefined) throw new Error("The store is empty.");
    const gone = { ...fine, externalId: "gid://shopify/ProductVariant/999999999" };
    const noProduct = { ...fine, parentId: "gid://shopify/Product/999999999" };
    const pushes = [
      pushOf(bySku(facts, "SKU-REFUSED"), 500n),
      pushOf(gone, 500n),
      pushOf(fine, 777n),
      pushOf(noProduct, 500n),
      pushOf({ ...fine, parentId: null }, 500n),
      pushOf(fine, 1_999n, "JPY"),
    ];

    const outcomes = await channel.pushPrices(ACCOUNT, pushes, NEVER);

    expect(outcomes).toMatchObject([
      {
        kind: "refused",
        code: "shopify_request_refused",
        vendorMessage: "INVALID_VALUE: Price is refused by this store",
      },
      { kind: "refused", code: "listing_gone" },
      { kind: "accepted" },
      { kind: "refused", code: "listing_gone" },
      { kind: "refused", vendorMessage: "The listing names no Shopify product." },
      { kind: "refused", vendorMessage: "The price is in JPY, the shop sells in USD." },
    ]);
    const [reading] = await channel.readPrices(ACCOUNT, [pushOf(fine, 0n).address], NEVER);
    expect(reading).toMatchObject({ kind: "price", price: money(777n, "USD") });
  });

  // Which failures say "send again" and which say "look first".
  it.each([
    ["SKU-THROTTLED", { kind: "not_sent", code: "shopify_throttled", afterMs: 1_000 }],
    ["SKU-503", { kind: "unknown", code: "shopify_unavailable" }],
    ["SKU-500", { kind: "unknown", code: "shopify_unavailable" }],
    ["SKU-HTML", { kind: "unknown", code: "shopify_unavailable" }],
    ["SKU-DROP", { kind: "unknown", code: "shopify_unavailable" }],
    ["SKU-DROP-AFTER", { kind: "unknown", code: "shopify_unavailable" }],
    ["SKU-THROTTLED-ONCE", { kind: "accepted" }],
    ["SKU-IGNORED", { kind: "accepted" }],
  ])("says of %s what became of it, and nothing worse of the others", async (marker, expected) => {
    const { channel, source } = arrange();
    const before = ordinary(await readAll(source));
    const [odd, fine] = before.filter((f, i) => i === 0 || f.parentId !== before[0]?.parentId);
    if (odd === undefined || fine === undefined) throw new Error("The store is too small.");
    await control("edit_variant", { sku: odd.sku, newSku: `${marker}-X` });

    const outcomes = await channel.pushPrices(
      ACCOUNT,
      [pushOf(odd, 901n), pushOf(fine, 902n)],
      NEVER,
    );

    expect(outcomes).toMatchObject([expected, { kind: "accepted" }]);
  });

  it("shows an accepted-and-ignored price as what the shop still has", async () => {
    const { channel, source } = arrange();
    const [fact] = ordinary(await readAll(source));
    if (fact === undefined) throw new Error("The store is empty.");
    await control("edit_variant", { sku: fact.sku, newSku: "SKU-IGNORED-X" });
    const push = pushOf(fact, 12_345n);

    await channel.pushPrices(ACCOUNT, [push], NEVER);

    const [reading] = await channel.readPrices(ACCOUNT, [push.address], NEVER);
    expect(reading).toMatchObject({ price: money(fact.priceMinor ?? -1n, "USD") });
  });

  it("says of deleted and of foreign listings that they are missing", async () => {
    const { channel } = arrange();
    const address = (externalId: string) => ({
      listingId: toListingId("1"),
      marketplaceId: "",
      externalId,
      parentId: null,
      productType: null,
    });

    const readings = await channel.readPrices(
      ACCOUNT,
      [address("gid://shopify/ProductVariant/999999999"), address("an Amazon SKU")],
      NEVER,
    );

    expect(readings).toEqual([{ kind: "missing" }, { kind: "missing" }]);
    expect(await channel.readPrices(ACCOUNT, [], NEVER)).toEqual([]);
  });

  it("sends nothing more once the worker stops", async () => {
    const { channel, source } = arrange();
    const [fact] = ordinary(await readAll(source));
    if (fact === undefined) throw new Error("The store is empty.");

    const outcomes = await channel.pushPrices(ACCOUNT, [pushOf(fact, 1n)], AbortSignal.abort());

    expect(outcomes).toEqual([{ kind: "not_sent", code: "worker_stopping", afterMs: 0 }]);
  });
});

describe("Shopify tokens", () => {
  it("are renewed when Shopify ends them early", async () => {
    const { channel, source, sessions } = arrange();
    const [fact] = ordinary(await readAll(source));
    if (fact === undefined) throw new Error("The store is empty.");
    const before = sessions.current()?.accessToken;
    await control("expire_tokens");

    const outcomes = await channel.pushPrices(ACCOUNT, [pushOf(fact, 4_321n)], NEVER);

    expect(outcomes).toMatchObject([{ kind: "accepted" }]);
    expect(sessions.current()?.accessToken).not.toBe(before);
  });

  it("that were revoked stop the whole account with one clear code", async () => {
    const { channel, source } = arrange();
    const [fact] = ordinary(await readAll(source));
    if (fact === undefined) throw new Error("The store is empty.");
    await control("revoke_tokens");

    const push = channel.pushPrices(ACCOUNT, [pushOf(fact, 1n)], NEVER);

    await expect(push).rejects.toMatchObject({ code: "shopify_token_revoked", retry: "never" });
  });

  it("of a shop that uninstalled the app say so", async () => {
    const { source } = arrange();
    await control("uninstall");

    const read = source.readAccount(ACCOUNT, NEVER);

    await expect(read).rejects.toMatchObject({ code: "shopify_not_installed" });
    await control("install");
  });

  it("without the scope to write are refused for the whole account", async () => {
    const { channel, source } = arrange();
    const [fact] = ordinary(await readAll(source));
    if (fact === undefined) throw new Error("The store is empty.");
    await control("set_scopes", { scopes: "read_products" });

    const push = channel.pushPrices(ACCOUNT, [pushOf(fact, 1n)], NEVER);

    await expect(push).rejects.toMatchObject({ code: "shopify_access_denied" });
    await control("set_scopes", { scopes: "read_products,write_products" });
  });
});
