import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mintIdToken, startTestStore } from "./testing/start-test-store.ts";
import type { TestStore } from "./testing/start-test-store.ts";

const SHOP_QUERY = "{ shop { name } }";

describe("the token endpoint", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await startTestStore();
  });
  afterAll(() => store.close());

  it("exchanges an id token for an expiring offline token that opens the API", async () => {
    const { status, body } = await store.token();

    expect(status).toBe(200);
    expect(body).toMatchObject({
      scope: "read_products,write_products,read_orders,read_markets",
      expires_in: 3600,
      refresh_token_expires_in: 7_776_000,
    });
    const answer = await store.graphql(String(body["access_token"]), SHOP_QUERY);
    expect(answer.body.data).toEqual({ shop: { name: "Calibr Demo" } });
    expect(answer.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ["signed with another secret", mintIdToken({ secret: "other" })],
    ["made for another app", mintIdToken({ claims: { aud: "other" } })],
    ["made for another shop", mintIdToken({ shop: "other.myshopify.com" })],
    ["expired", mintIdToken({ claims: { exp: 1_700_000_000 } })],
    ["not a token at all", "nonsense"],
  ])("refuses an id token %s", async (_name, subjectToken) => {
    const { status, body } = await store.token({ subject_token: subjectToken });

    expect([status, body["error"]]).toEqual([400, "invalid_subject_token"]);
  });

  it("refuses a wrong client secret and a token that would not expire", async () => {
    const wrongSecret = await store.token({ client_secret: "wrong" });
    expect([wrongSecret.status, wrongSecret.body["error"]]).toEqual([401, "invalid_client"]);

    const everlasting = await store.token({ expiring: "0" });
    expect([everlasting.status, everlasting.body["error"]]).toEqual([400, "invalid_request"]);
  });

  it("rotates the refresh token and lets a lost answer be asked for again", async () => {
    const first = (await store.token()).body;
    const refresh = (refreshToken: unknown): ReturnType<TestStore["token"]> =>
      store.token({ grant_type: "refresh_token", refresh_token: String(refreshToken) });

    const lost = await refresh(first["refresh_token"]);
    const again = await refresh(first["refresh_token"]);

    expect([lost.status, again.status]).toEqual([200, 200]);
    const lostToken = String(lost.body["access_token"]);
    expect((await store.graphql(lostToken, SHOP_QUERY)).status).toBe(401);
    const kept = String(again.body["access_token"]);
    expect((await store.graphql(kept, SHOP_QUERY)).status).toBe(200);
    const tooLate = await refresh(first["refresh_token"]);
    expect([tooLate.status, tooLate.body["error"]]).toEqual([400, "invalid_grant"]);
  });

  it("answers 401 to a revoked, an expired and a made-up token", async () => {
    const token = await store.signIn();
    await store.control("expire_tokens");
    expect((await store.graphql(token, SHOP_QUERY)).status).toBe(401);

    const next = await store.signIn();
    await store.control("revoke_tokens");
    expect((await store.graphql(next, SHOP_QUERY)).status).toBe(401);
    expect((await store.graphql("shpat_made_up", SHOP_QUERY)).status).toBe(401);
  });

  it("kills tokens on uninstall, tells the app, and starts afresh on reinstall", async () => {
    const token = await store.signIn();

    await store.control("uninstall");
    await store.control("webhooks_settled");

    expect((await store.graphql(token, SHOP_QUERY)).status).toBe(401);
    expect((await store.token()).body["error"]).toBe("application_not_installed");
    expect(store.webhooks.at(-1)?.headers["x-shopify-topic"]).toBe("app/uninstalled");

    await store.control("install");
    expect((await store.graphql(await store.signIn(), SHOP_QUERY)).status).toBe(200);
    expect((await store.graphql(token, SHOP_QUERY)).status).toBe(401);
  });

  it("asks the app to forget a shop 48 hours after it left", async () => {
    await store.control("uninstall");
    await store.control("webhooks_settled");
    const before = store.webhooks.length;

    await store.clock.advance(48 * 3_600_000);
    await store.control("webhooks_settled");

    expect(store.webhooks.length).toBe(before + 1);
    expect(store.webhooks.at(-1)).toMatchObject({
      path: "/webhooks/compliance",
      payload: { shop_domain: "calibr-demo.myshopify.com" },
    });
    await store.control("install");
  });

  it("keeps the stores apart", async () => {
    await store.control("install", { shop: "second.myshopify.com" });
    const second = await store.token({ shop: "second.myshopify.com" });

    expect(second.status).toBe(200);
    const onFirst = await store.graphql(String(second.body["access_token"]), SHOP_QUERY);
    expect(onFirst.status).toBe(401);
  });
});
