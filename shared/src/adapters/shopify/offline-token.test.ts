import { describe, expect, it } from "vitest";
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../core/time/duration.ts";
import type { OfflineSession } from "../../ports/offline-sessions.ts";
import { createOfflineTokens } from "./offline-token.ts";
import {
  createSessionsFake,
  createWaitedClock,
  scriptedFetch,
  SHOP,
  SILENT,
  type Step,
} from "./shopify.fixture.ts";

const NEW_PAIR = {
  access_token: "shpat_new",
  expires_in: 3_600,
  refresh_token: "shprt_new",
  refresh_token_expires_in: 7_776_000,
  scope: "read_products",
};

function arrange(change: Partial<OfflineSession> & { leftMs?: number }, ...steps: readonly Step[]) {
  const clock = createWaitedClock();
  const { leftMs = HOUR_MS, ...rest } = change;
  const sessions = createSessionsFake({
    accessToken: "shpat_old",
    expiresAt: addMs(clock.now(), leftMs),
    refreshToken: "shprt_old",
    refreshExpiresAt: addMs(clock.now(), 90 * 24 * HOUR_MS),
    scope: "read_products",
    ...rest,
  });
  const { fetch, sent } = scriptedFetch(...steps);
  const app = { apiKey: "key", apiSecret: "secret" };
  const parts = { sessions, app, clock, logger: SILENT, fetch };
  return { clock, sessions, sent, parts, tokens: createOfflineTokens(parts) };
}

describe("offline token", () => {
  it("is handed out as it is while it lasts five minutes and more", async () => {
    const { tokens, sent } = arrange({ leftMs: 5 * MINUTE_MS });

    expect(await tokens.get(SHOP)).toBe("shpat_old");
    expect(sent).toHaveLength(0);
  });

  it("is handed out as it is when it has no end", async () => {
    const { tokens } = arrange({ expiresAt: null });

    expect(await tokens.get(SHOP)).toBe("shpat_old");
  });

  it("is renewed with less than five minutes left, and both halves are stored together", async () => {
    const { tokens, sessions, sent, clock } = arrange(
      { leftMs: 5 * MINUTE_MS - 1 },
      Response.json(NEW_PAIR),
    );

    expect(await tokens.get(SHOP)).toBe("shpat_new");
    expect(sent[0]?.url).toBe("https://calibr-demo.myshopify.com/admin/oauth/access_token");
    expect(sent[0]?.body).toEqual({
      client_id: "key",
      client_secret: "secret",
      grant_type: "refresh_token",
      refresh_token: "shprt_old",
    });
    expect(sessions.current()).toEqual({
      accessToken: "shpat_new",
      refreshToken: "shprt_new",
      expiresAt: addMs(clock.now(), HOUR_MS),
      refreshExpiresAt: addMs(clock.now(), 90 * 24 * HOUR_MS),
      scope: "read_products",
    });
  });

  it("is renewed once for many callers of one process", async () => {
    const { tokens, sent } = arrange({ leftMs: 0 }, Response.json(NEW_PAIR));

    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.get(SHOP)));

    expect(new Set(all)).toEqual(new Set(["shpat_new"]));
    expect(sent).toHaveLength(1);
  });

  it("is renewed once for both processes", async () => {
    const { parts, tokens, sent } = arrange({ leftMs: 0 }, Response.json(NEW_PAIR));
    const otherProcess = createOfflineTokens(parts);

    const both = await Promise.all([tokens.get(SHOP), otherProcess.get(SHOP)]);

    expect(both).toEqual(["shpat_new", "shpat_new"]);
    expect(sent).toHaveLength(1);
  });

  it("says that the app is not installed where there is no session", async () => {
    const clock = createWaitedClock();
    const { parts } = arrange({});
    const tokens = createOfflineTokens({ ...parts, clock, sessions: createSessionsFake(null) });

    await expect(tokens.get(SHOP)).rejects.toMatchObject({ code: "shopify_not_installed" });
    await expect(tokens.replace(SHOP, "x")).rejects.toMatchObject({
      code: "shopify_not_installed",
    });
  });

  // Each answer of the token endpoint, and what a person or the worker must do about it.
  it.each([
    [400, { error: "invalid_grant" }, "shopify_token_revoked", "never"],
    [401, {}, "shopify_token_revoked", "never"],
    [401, { error: "invalid_client" }, "shopify_request_refused", "never"],
    [400, { error: "application_not_installed" }, "shopify_not_installed", "never"],
    [404, {}, "shopify_shop_unavailable", "backoff"],
    [429, {}, "shopify_unavailable", "backoff"],
    [503, {}, "shopify_unavailable", "backoff"],
    [200, { access_token: "only half of it" }, "shopify_bad_answer", "backoff"],
  ])("HTTP %i %j means %s", async (status, body, code, retry) => {
    const { tokens, sessions } = arrange({ leftMs: 0 }, Response.json(body, { status }));

    await expect(tokens.get(SHOP)).rejects.toMatchObject({ code, retry });
    expect(sessions.current()?.refreshToken).toBe("shprt_old");
  });

  it.each([
    ["no refresh token", { refreshToken: null }],
    ["an ended refresh token", { refreshExpiresAt: new Date(0) }],
  ])("counts as revoked with %s, without asking Shopify", async (_case, change) => {
    const { tokens, sent } = arrange({ leftMs: 0, ...change }, Response.json(NEW_PAIR));

    await expect(tokens.get(SHOP)).rejects.toMatchObject({ code: "shopify_token_revoked" });
    expect(sent).toHaveLength(0);
  });

  it("is used to its end when Shopify cannot renew it just now", async () => {
    const { tokens } = arrange({ leftMs: 2 * MINUTE_MS }, new TypeError("fetch failed"));

    expect(await tokens.get(SHOP)).toBe("shpat_old");
  });

  it("is not used in its last seconds", async () => {
    const { tokens } = arrange({ leftMs: 29 * SECOND_MS }, new TypeError("fetch failed"));

    await expect(tokens.get(SHOP)).rejects.toMatchObject({ code: "shopify_unavailable" });
  });

  it("is renewed early when Shopify refuses it", async () => {
    const { tokens } = arrange({}, Response.json(NEW_PAIR));

    expect(await tokens.replace(SHOP, "shpat_old")).toBe("shpat_new");
  });

  it("is not renewed again when the refused one is not the newest", async () => {
    const { tokens, sent } = arrange({});

    expect(await tokens.replace(SHOP, "shpat_older")).toBe("shpat_old");
    expect(sent).toHaveLength(0);
  });

  it("can be renewed again after a renewal failed", async () => {
    const { tokens } = arrange({ leftMs: 0 }, new TypeError("x"), Response.json(NEW_PAIR));

    await expect(tokens.get(SHOP)).rejects.toMatchObject({ code: "shopify_unavailable" });
    expect(await tokens.get(SHOP)).toBe("shpat_new");
  });
});
