import { describe, expect, it } from "vitest";
import { AppError } from "../../core/app-error.ts";
import { createLogger } from "./logger.ts";
import { redactText } from "./redaction.ts";
import { redactUrl } from "./redact-url.ts";

function logInto() {
  const written: string[] = [];
  const logger = createLogger({
    process: "worker",
    level: "debug",
    destination: { write: (line) => void written.push(line) },
  });
  const line = (): Record<string, unknown> =>
    JSON.parse(written.at(-1) ?? "{}") as Record<string, unknown>;
  return { logger, line, all: () => written.join("") };
}

// Made from parts, so that no scanner takes this file for a leak.
const SECRETS = [
  ["shpat", "0123456789abcdef0123456789abcdef"].join("_"),
  ["shprt", "0123456789abcdef0123456789abcdef"].join("_"),
  ["Atza", "IwEBIexample-token"].join("|"),
  ["Atzr", "IwEBIexample-token"].join("|"),
  ["amzn1", "oa2-cs", "v1", "0123456789abcdef"].join("."),
  ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiI0MiJ9", "c2lnbmF0dXJl"].join("."),
  ["v1", "k1", "AAAAAAAAAAAAAAAA", "BBBBBBBBBBBBBBBBBBBBBBBBBB"].join("."),
];

describe("log", () => {
  it("writes one line with the event, its facts, the process and the level by name", () => {
    const { logger, line } = logInto();

    logger.info("prices_pushed", {
      shopId: 3,
      accepted: 12,
      channel: "shopify",
      skipped: undefined,
    });

    expect(line()).toMatchObject({
      level: "info",
      event: "prices_pushed",
      process: "worker",
      shopId: 3,
      accepted: 12,
      channel: "shopify",
    });
    expect(line()).not.toHaveProperty("skipped");
  });

  it.each(SECRETS)("hides %s wherever it stands", (secret) => {
    const { logger, all } = logInto();

    logger.warn("odd", { note: `the server said ${secret}.` });
    logger.error("failed", { accessToken: secret }, new Error(`body was {"x":"${secret}"}`));
    logger.error("failed", {}, new Error("outer", { cause: new Error(`token ${secret}`) }));

    expect(all()).not.toContain(secret);
    expect(all()).toContain("[redacted]");
  });

  it("hides facts with the name of a secret, however it is spelled", () => {
    const { logger, line } = logInto();

    logger.info("x", { refresh_token: "a", "X-Shopify-Access-Token": "b", clientSecret: "c" });

    expect(line()).toMatchObject({
      refresh_token: "[redacted]",
      "X-Shopify-Access-Token": "[redacted]",
      clientSecret: "[redacted]",
    });
  });

  it("says code, retry and context of our own failures, and the chain of causes", () => {
    const { logger, line } = logInto();
    const failure = new AppError({
      code: "shopify_throttled",
      retry: { afterMs: 900 },
      message: "Shopify Admin: throttled.",
      context: { shopId: 3 },
      cause: Object.assign(new Error("socket"), { code: "ECONNRESET" }),
    });

    logger.error("push_failed", { shopId: 3 }, failure);

    expect(line()).toMatchObject({
      error: { code: "shopify_throttled", retry: "900 ms", context: { shopId: 3 } },
      causes: [{ code: "ECONNRESET", message: "socket" }],
    });
  });

  it("names a thrown Response by its status only", () => {
    const { logger, line } = logInto();

    logger.error("failed", {}, new Response("secret body", { status: 500 }));

    expect(line()).toMatchObject({ error: { message: "HTTP response 500" } });
  });

  it("keeps our own words code and state", () => {
    const { logger, line } = logInto();

    logger.info("change_moved", { state: "live", code: "shopify_throttled" });

    expect(line()).toMatchObject({ state: "live", code: "shopify_throttled" });
  });
});

describe("text in a log", () => {
  it.each([
    [
      "postgresql://calibr_web:hunter2@db:5432/calibr",
      "postgresql://calibr_web:[redacted]@db:5432/calibr",
    ],
    ["GET /x?code=abc&shop=a", "GET /x?code=[redacted]&shop=a"],
    ['{"refresh_token": "abc"}', '{"refresh_token": "[redacted]"}'],
    ["Authorization: Bearer abc.def", "Authorization: Bearer [redacted]"],
    ["nothing secret here: 12:30 at shop_1", "nothing secret here: 12:30 at shop_1"],
  ])("%s reads %s", (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });
});

describe("addresses in the access log", () => {
  it("shows harmless parameters and masks every other value", () => {
    const url =
      "/app/products?embedded=1&hmac=abc&host=YWRt&id_token=ey.a.b&session=s&shop=demo.myshopify.com&timestamp=1&new_one=2";

    expect(redactUrl(url)).toBe(
      "/app/products?embedded=1&hmac=[redacted]&host=[redacted]&id_token=[redacted]&session=[redacted]" +
        "&shop=demo.myshopify.com&timestamp=[redacted]&new_one=[redacted]",
    );
  });

  it("masks the code and state of the Amazon consent", () => {
    const shown = redactUrl(
      "/amazon/callback?spapi_oauth_code=RHx&state=s1&selling_partner_id=A3X",
    );

    expect(shown).toBe(
      "/amazon/callback?spapi_oauth_code=[redacted]&state=[redacted]&selling_partner_id=A3X",
    );
  });

  it.each([
    ["/app", "/app"],
    ["https://user:pass@host.example/a?token=x#frag", "https://host.example/a?token=[redacted]"],
    ["not an address", "[redacted]"],
    ["//evil.example/path?code=1", "//evil.example/path?code=[redacted]"],
  ])("%s reads %s", (url, expected) => {
    expect(redactUrl(url)).toBe(expected);
  });
});
