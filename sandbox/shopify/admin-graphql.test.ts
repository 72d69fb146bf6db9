import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestStore } from "./testing/start-test-store.ts";
import type { GraphqlAnswer, TestStore } from "./testing/start-test-store.ts";

const VARIANTS = `query Page($first: Int!, $after: String, $query: String) {
  productVariants(first: $first, after: $after, query: $query, sortKey: ID) {
    pageInfo { hasNextPage endCursor }
    nodes { id sku price compareAtPrice updatedAt product { id } inventoryItem { unitCost { amount currencyCode } } }
  }
}`;

interface VariantRow {
  readonly id: string;
  readonly sku: string;
  readonly price: string;
  readonly product: { readonly id: string };
  readonly inventoryItem: { readonly unitCost: { readonly amount: string } | null };
}
interface VariantPage {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  readonly nodes: readonly VariantRow[];
}

function page(answer: GraphqlAnswer): VariantPage {
  return answer.body.data?.["productVariants"] as unknown as VariantPage;
}

describe("the Admin GraphQL API", () => {
  let store: TestStore;
  let token: string;
  beforeAll(async () => {
    store = await startTestStore();
  });
  beforeEach(async () => {
    token = await store.signIn();
    await store.control("throttle", { currentlyAvailable: 2000, restoreRate: 100 });
  });
  afterAll(() => store.close());

  it.each([
    ["a field that does not exist", "{ shop { nickname } }", 'Cannot query field "nickname"'],
    ["a missing argument", "{ product { id } }", 'argument "id" of type "ID!" is required'],
    ["a mutation of an older API", "mutation { productVariantUpdate { x } }", "Cannot query field"],
    ["a syntax error", "{ shop {", "Syntax Error"],
  ])("refuses %s with HTTP 200 and errors", async (_name, query, message) => {
    const answer = await store.graphql(token, query);

    expect(answer.status).toBe(200);
    expect(answer.body.data).toBeUndefined();
    expect(answer.body.errors?.[0]?.message).toContain(message);
  });

  it("refuses variables that do not fit the schema", async () => {
    const answer = await store.graphql(token, VARIANTS, { first: "ten" });

    expect(answer.body.errors?.[0]?.extensions?.code).toBe("INVALID_VARIABLE");
  });

  it("pages through every variant once", async () => {
    const seen: string[] = [];
    let after: string | null = null;
    for (;;) {
      const { nodes, pageInfo } = page(await store.graphql(token, VARIANTS, { first: 200, after }));
      seen.push(...nodes.map(({ id }) => id));
      await store.control("throttle", { currentlyAvailable: 2000 });
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }

    expect(seen.length).toBeGreaterThan(1000);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it("filters by SKU, also one with spaces, slashes or emoji", async () => {
    for (const sku of ["ODD SPACES A5 RULED", "ODD/SLASH/A5", "ODD-EMOJI-☕-📓"]) {
      const { nodes } = page(
        await store.graphql(token, VARIANTS, { first: 5, query: `sku:"${sku}"` }),
      );
      expect(nodes.map((node) => node.sku)).toEqual([sku]);
    }
  });

  it("filters by updated_at and by product", async () => {
    await store.control("edit_price", { sku: "ODD/SLASH/A5", price: "26.00" });

    const since = `updated_at:>='${store.clock.now().toISOString()}'`;
    const { nodes } = page(await store.graphql(token, VARIANTS, { first: 5, query: since }));
    expect(nodes.map(({ sku }) => sku)).toEqual(["ODD/SLASH/A5"]);
    const productId = nodes[0]?.product.id.replace(/\D/g, "") ?? "";
    const siblings = page(
      await store.graphql(token, VARIANTS, { first: 50, query: `product_id:${productId}` }),
    );
    expect(siblings.nodes.length).toBe(7);
  });

  it("shows an unknown cost as null", async () => {
    const answer = await store.graphql(token, VARIANTS, { first: 1, query: "sku:NOCOST-LAMP-WHT" });

    expect(page(answer).nodes[0]?.inventoryItem.unitCost).toBeNull();
  });

  it("reads nodes by id, and null for one that is not there", async () => {
    const { nodes } = page(await store.graphql(token, VARIANTS, { first: 1 }));
    const answer = await store.graphql(
      token,
      "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on ProductVariant { sku product { title status } } } }",
      { ids: [nodes[0]?.id, "gid://shopify/ProductVariant/1"] },
    );

    expect(answer.body.data?.["nodes"]).toMatchObject([
      { __typename: "ProductVariant", sku: nodes[0]?.sku, product: { status: "ACTIVE" } },
      null,
    ]);
  });

  it("reports the cost of a query and takes it from the bucket", async () => {
    await store.control("throttle", { restoreRate: 0 });

    const answer = await store.graphql(token, VARIANTS, { first: 100, query: "sku:FREE-TOTE" });

    // 2 for the connection, 100 × (variant + product + inventory item + cost) asked, one got.
    expect(answer.body.extensions?.cost).toEqual({
      requestedQueryCost: 402,
      actualQueryCost: 6,
      throttleStatus: { maximumAvailable: 2000, currentlyAvailable: 1994, restoreRate: 0 },
    });
  });

  it("answers THROTTLED with HTTP 200 when the bucket is empty, and recovers", async () => {
    await store.control("throttle", { currentlyAvailable: 3, restoreRate: 0 });

    const throttled = await store.graphql(token, VARIANTS, { first: 10 });

    expect(throttled.status).toBe(200);
    expect(throttled.body.errors?.[0]?.extensions?.code).toBe("THROTTLED");
    expect(throttled.body.extensions?.cost).toMatchObject({
      requestedQueryCost: 42,
      actualQueryCost: null,
    });
    await store.control("throttle", { currentlyAvailable: 42 });
    expect((await store.graphql(token, VARIANTS, { first: 10 })).body.errors).toBeUndefined();
  });

  it("refuses a query above 1,000 points, pages above 250 and lists above 250", async () => {
    const dear = await store.graphql(token, VARIANTS, { first: 250 });
    expect(dear.body.errors?.[0]?.extensions?.code).toBe("MAX_COST_EXCEEDED");

    const long = await store.graphql(token, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {
      ids: Array.from({ length: 251 }, (_, index) => `gid://shopify/Product/${index}`),
    });
    expect(long.body.errors?.[0]?.extensions?.code).toBe("MAX_INPUT_SIZE_EXCEEDED");

    const wide = await store.graphql(token, "{ productVariants(first: 251) { nodes { sku } } }");
    expect(wide.body.errors?.[0]?.message).toContain("between 0 and 250");
  });

  it("denies a field whose scope the merchant has not granted", async () => {
    const answer = await store.graphql(
      token,
      'mutation { inventoryItemUpdate(id: "gid://shopify/InventoryItem/1", input: {cost: "1"}) { userErrors { message } } }',
    );

    expect(answer.body.errors?.[0]?.extensions?.code).toBe("ACCESS_DENIED");
  });

  it("reads shop, installation, markets and what a buyer in Canada pays", async () => {
    const { nodes } = page(await store.graphql(token, VARIANTS, { first: 1 }));
    const answer = await store.graphql(
      token,
      `query ($id: ID!) {
        shop { currencyCode ianaTimezone plan { publicDisplayName shopifyPlus } }
        currentAppInstallation { accessScopes { handle } activeSubscriptions { id } }
        markets(first: 5, type: REGION) { nodes { handle catalogs(first: 5) { nodes { priceList { currency } } }
          conditions { regionsCondition { regions(first: 5) { nodes { ... on MarketRegionCountry { code } } } } } } }
        productVariant(id: $id) { price contextualPricing(context: {country: CA}) { price { amount currencyCode } } }
      }`,
      { id: nodes[0]?.id },
    );

    expect(answer.body.errors).toBeUndefined();
    expect(answer.body.data?.["shop"]).toMatchObject({ currencyCode: "USD" });
    expect(answer.body.data?.["productVariant"]).toMatchObject({
      contextualPricing: { price: { amount: nodes[0]?.price, currencyCode: "CAD" } },
    });
  });

  it("says so when a field of the schema is not imitated", async () => {
    const answer = await store.graphql(
      token,
      'mutation { catalogCreate(input: {title: "x", status: ACTIVE, context: {}}) { userErrors { message } } }',
    );

    expect(answer.body.errors?.[0]?.message).toContain("Mutation.catalogCreate");
  });
});
