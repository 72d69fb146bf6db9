import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { mintSessionToken } from "./session-token.ts";

const now = new Date("2026-11-23T10:00:00.500Z");

describe("a session token", () => {
  const token = mintSessionToken({
    apiKey: "key",
    apiSecret: "secret",
    shop: "calibr-demo.myshopify.com",
    userId: 42,
    sessionId: "session-1",
    now,
  });
  const [head = "", claims = "", signature = ""] = token.split(".");

  it("is signed with HS256 over the app's secret", () => {
    const expected = createHmac("sha256", "secret").update(`${head}.${claims}`).digest("base64url");
    expect(JSON.parse(decode(head))).toEqual({ alg: "HS256", typ: "JWT" });
    expect(signature).toBe(expected);
  });

  it("names app, shop, user and session, and lives for one minute", () => {
    const issuedAt = Math.floor(now.getTime() / 1000);
    expect(JSON.parse(decode(claims))).toMatchObject({
      iss: "https://calibr-demo.myshopify.com/admin",
      dest: "https://calibr-demo.myshopify.com",
      aud: "key",
      sub: "42",
      sid: "session-1",
      iat: issuedAt,
      nbf: issuedAt,
      exp: issuedAt + 60,
    });
  });
});

function decode(part: string): string {
  return Buffer.from(part, "base64url").toString();
}
