import { describe, expect, it } from "vitest";
import { loosenPolicy, originRewrite, rewriteStream, sandboxRewrites } from "./origin-rewrite.ts";

const shell = "http://localhost:4010";
const rewrite = originRewrite(sandboxRewrites(shell));

describe("outside addresses", () => {
  it.each([
    // App Bridge, the Admin, and every Seller Central become the sandbox's own port.
    ["https://cdn.shopify.com/shopifycloud/app-bridge.js", `${shell}/shopifycloud/app-bridge.js`],
    ["https://admin.shopify.com/store/x/products", `${shell}/store/x/products`],
    [
      "https://sellercentral.amazon.com/apps/authorize/consent?application_id=1",
      `${shell}/amazon-consent/sellercentral.amazon.com/apps/authorize/consent?application_id=1`,
    ],
    [
      "https://sellercentral-europe.amazon.co.uk/a",
      `${shell}/amazon-consent/sellercentral-europe.amazon.co.uk/a`,
    ],
    // A JSON string may escape its slashes and must stay one.
    ["https:\\/\\/admin.shopify.com\\/a", "http:\\/\\/localhost:4010\\/a"],
  ])("%s goes to the sandbox", (before, after) => {
    expect(rewrite(before)).toBe(after);
  });

  it.each([
    "https://shopify.com/",
    "https://admin.shopify.com.evil.example/",
    "https://evil-admin.shopify.com/",
    "https://www.amazon.com/dp/B000000000",
    "http://admin.shopify.com/",
    "/^https:\\/\\/admin\\.shopify\\.com$/",
  ])("%s stays as it is", (text) => {
    expect(rewrite(text)).toBe(text);
  });

  it("are found wherever a stream cuts them, and no character is lost", async () => {
    const text = '{"a":"https://admin.shopify.com/x","b":"é https","c":"https://cdn.shopify.com"}h';
    const bytes = new TextEncoder().encode(text);

    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const whole = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(bytes.slice(0, cut));
          controller.enqueue(bytes.slice(cut));
          controller.close();
        },
      });
      const out = await new Response(whole.pipeThrough(rewriteStream(rewrite))).text();
      expect(out).toBe(rewrite(text));
    }
  });
});

describe("the app's policy", () => {
  it("lets the sandbox frame the app where Shopify Admin may", () => {
    const policy = "frame-ancestors https://a.myshopify.com https://admin.shopify.com; img-src *";

    expect(loosenPolicy(policy, shell)).toBe(
      `frame-ancestors https://a.myshopify.com https://admin.shopify.com ${shell}; img-src *`,
    );
  });

  it("lets the sandbox serve scripts where Shopify's CDN may", () => {
    expect(loosenPolicy("script-src 'self' https://cdn.shopify.com", shell)).toContain(shell);
  });

  it("stays closed where it lets nobody in", () => {
    const policy = "default-src 'self'; frame-ancestors 'none'";

    expect(loosenPolicy(policy, shell)).toBe(policy);
  });
});
