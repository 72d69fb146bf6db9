import { describe, expect, it } from "vitest";
import { AppError } from "../../core/app-error.ts";
import type { Lane } from "./cost-limiter.ts";
import { SHOP_FACTS } from "./documents/shop-facts.ts";
import { VARIANTS_BULK_UPDATE } from "./documents/variants-bulk-update.ts";
import type { VariantsBulkUpdateResult } from "./generated/variants-bulk-update.ts";
import { answer, createTestClient, graphqlError, scriptedFetch, SHOP } from "./shopify.fixture.ts";
import { unwrap } from "./unwrap.ts";

const FACTS = { shop: { name: "Demo", currencyCode: "USD", ianaTimezone: "America/New_York" } };
const READ = {
  shop: SHOP,
  operation: SHOP_FACTS,
  variables: {},
  lane: "catalog" as Lane,
  signal: new AbortController().signal,
};
const WRITE = {
  shop: SHOP,
  operation: VARIANTS_BULK_UPDATE,
  variables: { productId: "gid://shopify/Product/1", variants: [] },
  lane: "price" as Lane,
  signal: new AbortController().signal,
};

function networkError(code: string): Error {
  return new TypeError("fetch failed", { cause: Object.assign(new Error("socket"), { code }) });
}

describe("Admin client", () => {
  it("posts the operation to the shop's own domain with the version and the token", async () => {
    const { fetch, sent } = scriptedFetch(answer(FACTS));

    const data = await createTestClient(fetch).client.query(READ);

    expect(data).toEqual(FACTS);
    expect(sent[0]?.url).toBe("https://calibr-demo.myshopify.com/admin/api/2026-10/graphql.json");
    expect(sent[0]?.token).toBe("shpat_good");
    expect(sent[0]?.body).toMatchObject({ operationName: "ShopFacts", variables: {} });
  });

  it("refuses to send a token to a host that is no shop", async () => {
    const { fetch, sent } = scriptedFetch(answer(FACTS));
    const { client } = createTestClient(fetch);

    const call = client.query({
      ...READ,
      shop: { ...SHOP, domain: "evil.example/x.myshopify.com" },
    });

    await expect(call).rejects.toThrow("Expected a myshopify.com domain");
    expect(sent).toHaveLength(0);
  });

  it("waits (requested − available) ÷ restore rate when throttled with HTTP 200", async () => {
    const throttled = graphqlError("THROTTLED", { requested: 500, available: 100 });
    const { fetch } = scriptedFetch(throttled, answer(FACTS));
    const { client, clock } = createTestClient(fetch);

    expect(await client.query(READ)).toEqual(FACTS);
    expect(clock.waits[0]).toBe(4_000);
  });

  it("waits as long as Retry-After says on HTTP 429", async () => {
    const busy = new Response("", { status: 429, headers: { "retry-after": "2.5" } });
    const { fetch } = scriptedFetch(busy, answer(FACTS));
    const { client, clock } = createTestClient(fetch);

    expect(await client.query(READ)).toEqual(FACTS);
    expect(clock.waits).toEqual([2_500]);
  });

  it("gives a throttled price up after a few tries and says when to come back", async () => {
    const { fetch, sent } = scriptedFetch(graphqlError("THROTTLED"));

    const reply = await createTestClient(fetch).client.send(WRITE);

    expect(sent).toHaveLength(3);
    expect(reply).toMatchObject({ kind: "failure", processed: "no" });
    expect(reply.kind === "failure" && reply.error).toMatchObject({
      code: "shopify_throttled",
      retry: { afterMs: 1_000 },
    });
  });

  it("renews a refused token once and then goes on", async () => {
    const { fetch, sent } = scriptedFetch(new Response("", { status: 401 }), answer(FACTS));

    await createTestClient(fetch).client.query(READ);

    expect(sent.map((call) => call.token)).toEqual(["shpat_good", "shpat_next"]);
  });

  it("takes a second refusal for a revoked token", async () => {
    const { fetch, sent } = scriptedFetch(new Response("", { status: 401 }));

    const call = createTestClient(fetch).client.query(READ);

    await expect(call).rejects.toMatchObject({ code: "shopify_token_revoked", retry: "never" });
    expect(sent).toHaveLength(2);
  });

  it("passes on why there is no token, and sends nothing", async () => {
    const { fetch, sent } = scriptedFetch(answer(FACTS));
    const gone = new AppError({ code: "shopify_not_installed", retry: "never", message: "gone" });
    const { client } = createTestClient(fetch, {
      get: () => Promise.reject(gone),
      replace: () => Promise.reject(gone),
    });

    await expect(client.query(READ)).rejects.toBe(gone);
    expect(sent).toHaveLength(0);
  });

  it("repeats a query that met a passing failure", async () => {
    const { fetch, sent } = scriptedFetch(
      new Response("<html>", { status: 502 }),
      networkError("ECONNRESET"),
      answer(FACTS),
    );

    expect(await createTestClient(fetch).client.query(READ)).toEqual(FACTS);
    expect(sent).toHaveLength(3);
  });

  // What Shopify may have acted on is never sent again by the client: a read-back must come first.
  it.each([
    ["HTTP 503", new Response("", { status: 503 }), "shopify_unavailable"],
    ["an HTML page", new Response("<html>", { status: 200 }), "shopify_bad_answer"],
    ["a reset connection", networkError("ECONNRESET"), "shopify_unavailable"],
    ["INTERNAL_SERVER_ERROR", graphqlError("INTERNAL_SERVER_ERROR"), "shopify_unavailable"],
    ["an error code nobody knows", graphqlError("SOMETHING_NEW"), "shopify_bad_answer"],
    ["a redirect", new Response("", { status: 302 }), "shopify_bad_answer"],
  ])("sends a mutation only once that ended with %s", async (_case, step, code) => {
    const { fetch, sent } = scriptedFetch(step);

    const reply = await createTestClient(fetch).client.send(WRITE);

    expect(sent).toHaveLength(1);
    expect(reply).toMatchObject({ kind: "failure", processed: "unknown", error: { code } });
  });

  it("repeats a mutation that never reached Shopify", async () => {
    const done = { productVariantsBulkUpdate: { productVariants: [], userErrors: [] } };
    const { fetch, sent } = scriptedFetch(networkError("ECONNREFUSED"), answer(done));

    const reply = await createTestClient(fetch).client.send(WRITE);

    expect(reply.kind).toBe("answer");
    expect(sent).toHaveLength(2);
  });

  // One row for each line of the error tables.
  it.each([
    ["HTTP 400", new Response("", { status: 400 }), "shopify_request_refused", "never"],
    ["HTTP 402", new Response("", { status: 402 }), "shopify_shop_unavailable", "backoff"],
    ["HTTP 403", new Response("", { status: 403 }), "shopify_access_denied", "never"],
    ["HTTP 404", new Response("", { status: 404 }), "shopify_shop_unavailable", "backoff"],
    ["HTTP 423", new Response("", { status: 423 }), "shopify_shop_unavailable", "backoff"],
    ["ACCESS_DENIED", graphqlError("ACCESS_DENIED"), "shopify_access_denied", "never"],
    ["SHOP_INACTIVE", graphqlError("SHOP_INACTIVE"), "shopify_shop_unavailable", "backoff"],
    ["MAX_COST_EXCEEDED", graphqlError("MAX_COST_EXCEEDED"), "shopify_request_refused", "never"],
    ["undefinedField", graphqlError("undefinedField"), "shopify_request_refused", "never"],
  ])("translates %s and knows that nothing was processed", async (_case, step, code, retry) => {
    const { fetch } = scriptedFetch(step);

    const reply = await createTestClient(fetch).client.send(WRITE);

    expect(reply).toMatchObject({ kind: "failure", processed: "no", error: { code, retry } });
  });

  it("keeps Shopify's own code and request id, and no token, in the failure", async () => {
    const refused = new Response('{"errors":"no"}', {
      status: 403,
      headers: { "x-request-id": "req-9" },
    });
    const { fetch } = scriptedFetch(refused);

    const reply = await createTestClient(fetch).client.send(WRITE);

    const error = reply.kind === "failure" ? reply.error : null;
    expect(error?.context).toMatchObject({ shopId: 3, status: 403, requestId: "req-9" });
    expect(JSON.stringify([error?.message, error?.context])).not.toContain("shpat_");
  });

  it("sends nothing once the caller has given up", async () => {
    const { fetch, sent } = scriptedFetch(answer(FACTS));
    const { client } = createTestClient(fetch);

    const reply = await client.send({ ...WRITE, signal: AbortSignal.abort() });

    expect(reply).toMatchObject({ kind: "failure", processed: "no" });
    await expect(client.query({ ...READ, signal: AbortSignal.abort() })).rejects.toThrow("aborted");
    expect(sent).toHaveLength(0);
  });
});

describe("cost limiter inside the client", () => {
  it("holds a catalogue call back before Shopify has to, and lets a price pass", async () => {
    const { fetch } = scriptedFetch(answer(FACTS, { requested: 400, available: 700 }));
    const { client, clock } = createTestClient(fetch);
    await client.query(READ);

    await client.query({ ...READ, lane: "price" });
    expect(clock.waits).toEqual([]);
    await client.query(READ);

    // 700 are left each time; the catalogue must leave 600 of 2,000 alone and needs 400: 300 are missing.
    expect(clock.waits).toEqual([3_000]);
  });

  it("does not wait for ever for a call that costs nearly the whole bucket", async () => {
    const { fetch } = scriptedFetch(answer(FACTS, { requested: 1_990, available: 1_990 }));
    const { client, clock } = createTestClient(fetch);

    await client.query(READ);
    await client.query(READ);

    expect(clock.waits.every((ms) => ms <= 200)).toBe(true);
  });
});

describe("unwrap", () => {
  const pick = (result: VariantsBulkUpdateResult) => result.productVariantsBulkUpdate;
  const payload = (userErrors: unknown) => ({
    productVariantsBulkUpdate: { productVariants: [{ id: "v", price: "1.00" }], userErrors },
  });

  it("calls a mutation done only when there are no user errors", async () => {
    const { fetch } = scriptedFetch(answer(payload([])));

    const outcome = await unwrap(createTestClient(fetch).client, WRITE, pick);

    expect(outcome).toMatchObject({ kind: "done", requestId: "req-1" });
  });

  it("hands out user errors beside what was done of the rest", async () => {
    const { fetch } = scriptedFetch(answer(payload([{ field: null, message: "no" }])));

    const outcome = await unwrap(createTestClient(fetch).client, WRITE, pick);

    expect(outcome).toMatchObject({
      kind: "refused",
      refusals: [{ field: null, message: "no", code: null }],
      payload: { productVariants: [{ id: "v" }] },
    });
  });

  it("takes a null payload for a failure that may have been processed", async () => {
    const { fetch } = scriptedFetch(answer({ productVariantsBulkUpdate: null }));

    const outcome = await unwrap(createTestClient(fetch).client, WRITE, pick);

    expect(outcome).toMatchObject({ kind: "failure", processed: "unknown" });
  });
});
