import { afterEach, describe, expect, it } from "vitest";
import {
  APPLICATION_ID,
  CLIENT_ID,
  CLIENT_SECRET,
  listing,
  REDIRECT_URI,
  SELLER,
  startAmazon,
} from "./testing/start-amazon.ts";
import type { Answer, RunningAmazon } from "./testing/start-amazon.ts";

const LOGIN_URI = "https://calibr.example/amazon/login";
const DAY_MS = 86_400_000;
let amazon: RunningAmazon;

afterEach(() => amazon.stop());

const start = async (options: Parameters<typeof startAmazon>[1] = {}): Promise<void> => {
  amazon = await startAmazon([listing("PLAIN")], { loginUri: LOGIN_URI, ...options });
};
const pageUrl = async (host?: string): Promise<string> =>
  String((await amazon.control("appstore", host === undefined ? {} : { host }))["url"]);
const click = (url: string, fields: Record<string, string> = {}): Promise<Answer> =>
  amazon.call(url, { method: "POST", body: new URLSearchParams(fields).toString() });
const target = (answer: Answer): URL => new URL(answer.headers.get("location") ?? "none:");

/** What the application answers with after its own sign-in. */
function callbackOf(arrived: URL, fields: Record<string, string> = {}): string {
  const callback = new URL(arrived.searchParams.get("amazon_callback_uri") ?? "none:");
  const amazonState = arrived.searchParams.get("amazon_state") ?? "";
  const all = { redirect_uri: REDIRECT_URI, amazon_state: amazonState, state: "s-1", ...fields };
  for (const [name, value] of Object.entries(all)) callback.searchParams.set(name, value);
  return callback.toString();
}

describe("the Appstore", () => {
  it("shows the application and leads to its Login URI with what the callback needs", async () => {
    await start();
    const page = await amazon.call(await pageUrl());
    const arrived = target(await click(await pageUrl()));

    expect(page.text).toContain("Authorize now");
    expect(`${arrived.origin}${arrived.pathname}`).toBe(LOGIN_URI);
    expect(Object.fromEntries(arrived.searchParams)).toMatchObject({
      selling_partner_id: SELLER,
      amazon_callback_uri: `https://sellercentral.amazon.com/apps/authorize/confirm/${APPLICATION_ID}`,
    });
    expect(arrived.searchParams.has("version")).toBe(false);
  });

  it("goes on to the redirect URI with a code that can be exchanged once", async () => {
    await start();
    const back = target(await amazon.call(callbackOf(target(await click(await pageUrl())))));
    const exchange = () =>
      amazon.call("https://api.amazon.com/auth/o2/token", {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "authorization_code",
          code: back.searchParams.get("spapi_oauth_code") ?? "",
          redirect_uri: REDIRECT_URI,
          client_id: CLIENT_ID,
          client_secret: CLIENT_SECRET,
        }).toString(),
      });

    expect(`${back.origin}${back.pathname}`).toBe(REDIRECT_URI);
    expect(back.searchParams.get("state")).toBe("s-1");
    expect(back.searchParams.get("selling_partner_id")).toBe(SELLER);
    expect([(await exchange()).status, (await exchange()).status]).toEqual([200, 400]);
  });

  it("offers the sellers of the region whose Seller Central it is", async () => {
    await start();
    const sellerId = "A2EUROPEAN0001";
    await amazon.control("add-seller", { sellerId, marketplaceIds: ["A1PA6795UKMFR9"] });
    const arrived = target(await click(await pageUrl("sellercentral-europe.amazon.com")));

    expect(arrived.searchParams.get("selling_partner_id")).toBe(sellerId);
  });

  it("asks a draft for version=beta on the way in and on the way back", async () => {
    await start({ stage: "draft" });
    const visit = async () => target(await click(await pageUrl()));
    const without = await amazon.call(callbackOf(await visit()));
    const withBeta = await amazon.call(callbackOf(await visit(), { version: "beta" }));

    expect((await visit()).searchParams.get("version")).toBe("beta");
    expect(without.text).toContain("MD1000");
    expect(withBeta.status).toBe(302);
  });

  it.each([
    ["MD5101", { redirect_uri: "https://elsewhere.example/" }],
    ["MD5110", { redirect_uri: `${REDIRECT_URI}#part` }],
    ["MD1000", { amazon_state: "made-up" }],
  ])("shows %s on the way back", async (code, fields) => {
    await start();
    const answer = await amazon.call(callbackOf(target(await click(await pageUrl())), fields));

    expect(answer.status).toBe(400);
    expect(answer.text).toContain(code);
  });

  it("shows SPDC8143 to a secondary user, MD9100 without a Login URI, MD1000 for a stranger", async () => {
    await start();
    const secondary = await click(await pageUrl(), { user: "secondary" });
    const stranger = await amazon.call((await pageUrl()).replace(APPLICATION_ID, "other"));
    await amazon.stop();
    amazon = await startAmazon([listing("PLAIN")]);
    const nowhere = await click(await pageUrl());

    expect(secondary.text).toContain("SPDC8143");
    expect(stranger.text).toContain("MD1000");
    expect(nowhere.text).toContain("MD9100");
  });

  it("takes a visit back once, and for ten minutes", async () => {
    await start();
    const callback = callbackOf(target(await click(await pageUrl())));
    const late = callbackOf(target(await click(await pageUrl())));
    const [first, again] = [await amazon.call(callback), await amazon.call(callback)];
    await amazon.clock.advance(10 * 60_000);

    expect([first.status, again.status]).toEqual([302, 400]);
    expect((await amazon.call(late)).status).toBe(400);
  });
});

describe("consent", () => {
  it("ends after a year", async () => {
    await start();
    const { refreshToken } = await amazon.control("authorize", { agoDays: 364 });
    const refresh = () =>
      amazon.call("https://api.amazon.com/auth/o2/token", {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "refresh_token",
          refresh_token: String(refreshToken),
          client_id: CLIENT_ID,
          client_secret: CLIENT_SECRET,
        }).toString(),
      });
    const before = await refresh();
    await amazon.clock.advance(DAY_MS);

    expect(before.status).toBe(200);
    expect((await refresh()).json["error"]).toBe("invalid_grant");
  });
});
