import { afterEach, beforeEach, describe, expect, it } from "vitest";
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

let amazon: RunningAmazon;

beforeEach(async () => {
  amazon = await startAmazon([listing("PLAIN")]);
});

afterEach(() => amazon.stop());

const HOST = "https://sellercentral.amazon.com";
const consentUrl = (fields: Record<string, string>, base = HOST): string =>
  `${base}/apps/authorize/consent?${new URLSearchParams({ application_id: APPLICATION_ID, state: "s-1", ...fields })}`;
const decide = (url: string, decision = "approve", user = "primary"): Promise<Answer> =>
  amazon.call(url, { method: "POST", body: new URLSearchParams({ decision, user }).toString() });
const token = (
  fields: Record<string, string>,
  type = "application/x-www-form-urlencoded",
): Promise<Answer> => {
  const all = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET, ...fields };
  const body = type.includes("json") ? JSON.stringify(all) : new URLSearchParams(all).toString();
  return amazon.call("https://api.amazon.com/auth/o2/token", {
    method: "POST",
    headers: { "content-type": type },
    body,
  });
};
const approvedCode = async (): Promise<string> => {
  const answer = await decide(consentUrl({}));
  return new URL(answer.headers.get("location") ?? "").searchParams.get("spapi_oauth_code") ?? "";
};

describe("the consent page", () => {
  it("asks with a button and says that it stands in for Amazon", async () => {
    const answer = await amazon.call(consentUrl({}));

    expect(answer.status).toBe(200);
    expect(answer.text).toContain("Confirm authorization");
    expect(answer.text).toContain("sandbox standing in for Amazon");
  });

  it("sends the browser back with state, seller and code", async () => {
    const answer = await decide(consentUrl({ redirect_uri: REDIRECT_URI }));
    const target = new URL(answer.headers.get("location") ?? "");

    expect(answer.status).toBe(302);
    expect(`${target.origin}${target.pathname}`).toBe(REDIRECT_URI);
    expect(target.searchParams.get("state")).toBe("s-1");
    expect(target.searchParams.get("selling_partner_id")).toBe(SELLER);
    expect(target.searchParams.get("spapi_oauth_code")).toMatch(/^AN/);
  });

  it("is the same page at the front port, for a person's browser", async () => {
    const url = consentUrl({}, `${amazon.origin}/amazon-consent/sellercentral.amazon.com`);
    const answer = await amazon.call(url);

    expect(answer.text).toContain("Confirm authorization");
  });

  it("keeps quiet when the seller cancels", async () => {
    const answer = await decide(consentUrl({}), "decline");

    expect(answer.status).toBe(200);
    expect(answer.headers.has("location")).toBe(false);
  });

  // Amazon's own error codes, by what is wrong with the address.
  it.each([
    ["MD5101", { redirect_uri: "https://elsewhere.example/" }],
    ["MD5110", { redirect_uri: `${REDIRECT_URI}#part` }],
    ["MD1000", { application_id: "amzn1.sellerapps.app.unknown" }],
    ["MD1000", { version: "beta" }],
  ])("shows %s for %o", async (code, fields) => {
    expect((await amazon.call(consentUrl(fields))).text).toContain(code);
  });

  it("asks a draft application for version=beta and refuses a secondary user", async () => {
    await amazon.control("stage", { stage: "draft" });

    expect((await amazon.call(consentUrl({}))).text).toContain("MD1000");
    expect((await amazon.call(consentUrl({ version: "beta" }))).text).toContain(
      "Confirm authorization",
    );
    expect((await decide(consentUrl({ version: "beta" }), "approve", "secondary")).text).toContain(
      "SPDC8143",
    );
  });
});

describe("the token endpoint", () => {
  it("exchanges a code once", async () => {
    const fields = {
      grant_type: "authorization_code",
      code: await approvedCode(),
      redirect_uri: REDIRECT_URI,
    };
    const first = await token(fields);
    const second = await token(fields);

    expect(first.json).toMatchObject({ token_type: "bearer", expires_in: 3600 });
    expect(first.json["refresh_token"]).toMatch(/^Atzr\|/);
    expect(second).toMatchObject({ status: 400, json: { error: "invalid_grant" } });
  });

  it("refuses a code after five minutes", async () => {
    const code = await approvedCode();
    await amazon.clock.advance(5 * 60_000);

    expect((await token({ grant_type: "authorization_code", code })).json["error"]).toBe(
      "invalid_grant",
    );
  });

  it.each(["application/x-www-form-urlencoded", "application/json"])(
    "refreshes from a body of %s without rotating",
    async (type) => {
      const { refreshToken } = await amazon.control("authorize");
      const answer = await token(
        { grant_type: "refresh_token", refresh_token: String(refreshToken) },
        type,
      );

      expect(answer.json["refresh_token"]).toBe(refreshToken);
      expect(answer.json["access_token"]).toMatch(/^Atza\|/);
    },
  );

  it("voids the old refresh token when the seller authorizes anew", async () => {
    const { refreshToken } = await amazon.control("authorize");
    await amazon.control("authorize");
    const answer = await token({
      grant_type: "refresh_token",
      refresh_token: String(refreshToken),
    });

    expect(answer.json).toEqual({
      error: "invalid_grant",
      error_description: "The request has an invalid grant parameter : refresh_token",
    });
  });

  it.each([
    [401, "invalid_client", { grant_type: "refresh_token", client_secret: "wrong" }],
    [400, "invalid_scope", { grant_type: "client_credentials", scope: "all" }],
    [400, "unsupported_grant_type", { grant_type: "password" }],
    [400, "invalid_request", {}],
  ])("answers %i %s", async (status, error, fields) => {
    expect(await token(fields as Record<string, string>)).toMatchObject({
      status,
      json: { error },
    });
  });
});
