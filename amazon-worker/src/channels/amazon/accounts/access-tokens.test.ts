import { afterEach, describe, expect, it, vi } from "vitest";
import { toConnectionId, toShopId } from "@calibr/shared/core/ids";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import { createAccessTokens } from "./access-tokens.ts";

const signal = new AbortController().signal;
const ACCOUNT: ChannelAccount = {
  shopId: toShopId(1),
  connectionId: toConnectionId("1"),
  accountId: "A1",
  region: "na",
};

afterEach(() => void vi.unstubAllGlobals());

function start(answer: () => Response | Promise<Response>) {
  let nowMs = Date.parse("2026-11-23T09:00:00Z");
  const asked: URLSearchParams[] = [];
  vi.stubGlobal("fetch", (_url: string, init: { readonly body: URLSearchParams }) => {
    asked.push(init.body);
    return Promise.resolve().then(answer);
  });
  const tokens = createAccessTokens({
    client: { clientId: "id", clientSecret: "secret" },
    secrets: { refreshToken: () => Promise.resolve("Atzr|1") },
    clock: { now: () => new Date(nowMs) },
  });
  const pass = (ms: number): void => void (nowMs += ms);
  return { tokens, asked, pass };
}

let issued = 0;
const token = (more = {}): Response =>
  Response.json({ access_token: `Atza|${(issued += 1)}`, expires_in: 3_600, ...more });
const outage = (): Response => new Response("<html>Bad gateway</html>", { status: 502 });

describe("access tokens", () => {
  it("are fetched once for all who ask at the same time", async () => {
    const { tokens, asked } = start(() => token());

    const got = await Promise.all(
      Array.from({ length: 20 }, () => tokens.ofSeller(ACCOUNT, signal)),
    );

    expect(new Set(got).size).toBe(1);
    expect(asked.map((form) => Object.fromEntries(form))).toEqual([
      {
        grant_type: "refresh_token",
        refresh_token: "Atzr|1",
        client_id: "id",
        client_secret: "secret",
      },
    ]);
  });

  it("are kept for at most 3,540 seconds", async () => {
    const { tokens, asked, pass } = start(() => token({ expires_in: 99_999 }));

    await tokens.ofSeller(ACCOUNT, signal);
    pass(3_539_000);
    await tokens.ofSeller(ACCOUNT, signal);
    const before = asked.length;
    pass(1_000);
    await tokens.ofSeller(ACCOUNT, signal);

    expect([before, asked.length]).toEqual([1, 2]);
  });

  it("differ between connections, and from the application's own", async () => {
    const { tokens } = start(() => token());
    const other = { ...ACCOUNT, connectionId: toConnectionId("2") };

    const got = await Promise.all([
      tokens.ofSeller(ACCOUNT, signal),
      tokens.ofSeller(other, signal),
      tokens.ofApplication(signal),
    ]);

    expect(new Set(got).size).toBe(3);
  });

  it("are asked for again after a failure", async () => {
    let isDown = true;
    const { tokens } = start(() => (isDown ? outage() : token()));

    const failed = tokens.ofSeller(ACCOUNT, signal);
    await expect(failed).rejects.toMatchObject({ code: "amazon_unavailable", retry: "backoff" });
    isDown = false;

    expect(await tokens.ofSeller(ACCOUNT, signal)).toMatch(/^Atza/);
  });

  it("that were refused are forgotten, a newer one is not", async () => {
    const { tokens, asked } = start(() => token());
    const old = await tokens.ofSeller(ACCOUNT, signal);
    tokens.forget(old);
    const fresh = await tokens.ofSeller(ACCOUNT, signal);

    tokens.forget(old);

    expect(await tokens.ofSeller(ACCOUNT, signal)).toBe(fresh);
    expect(asked).toHaveLength(2);
  });

  it("reach the others when one caller gives up", async () => {
    const gate = Promise.withResolvers<Response>();
    const { tokens } = start(() => gate.promise);
    const giving = new AbortController();

    const first = tokens.ofSeller(ACCOUNT, giving.signal);
    const second = tokens.ofSeller(ACCOUNT, signal);
    giving.abort();
    await expect(first).rejects.toThrow();
    gate.resolve(token());

    expect(await second).toMatch(/^Atza/);
  });

  it("of a revoked consent throw amazon_authorization_revoked", async () => {
    const { tokens } = start(() => Response.json({ error: "invalid_grant" }, { status: 400 }));

    await expect(tokens.ofSeller(ACCOUNT, signal)).rejects.toMatchObject({
      code: "amazon_authorization_revoked",
      retry: "never",
    });
  });
});
