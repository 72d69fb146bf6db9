import { describe, expect, it } from "vitest";
import { createAdminPart } from "./part.ts";
import { emptyStoreData } from "./store-data.ts";

const part = createAdminPart({
  apiKey: "key",
  apiSecret: "secret",
  appUrl: "http://localhost:4020",
  shellOrigin: "http://localhost:4010",
  now: () => new Date("2026-11-23T10:00:00Z"),
  app: { name: "Calibr", handle: "calibr" },
  shops: [
    {
      domain: "calibr-demo.myshopify.com",
      title: "<Calibr> Demo",
      currency: "USD",
      locale: "en",
      staff: { id: 42, firstName: "Ada", lastName: "Byron", email: "ada@example.com" },
    },
  ],
  storeData: emptyStoreData(["read_products"]),
});
const root = "http://localhost:4010";

describe("the Admin part", () => {
  it.each([
    ["admin.shopify.com", "/store/x", true],
    ["cdn.shopify.com", "/shopifycloud/app-bridge.js", true],
    ["localhost", "/", true],
    ["127.0.0.1", "/admin-assets/shell.js", true],
    ["localhost", "/amazon-consent/sellercentral.amazon.com/", false],
    ["calibr-demo.myshopify.com", "/", false],
  ])("owns %s%s: %s", (host, pathname, isOwned) => {
    expect(part.owns(host, pathname)).toBe(isOwned);
  });

  it("leads the bare address to the app", async () => {
    const answer = await get(`${root}/`);
    expect(answer.headers.get("location")).toBe("/store/calibr-demo/apps/calibr");
  });

  it("leads a person to the one origin that the frame trusts", async () => {
    const answer = await get("http://127.0.0.1:4010/store/calibr-demo?a=1");
    expect(answer.headers.get("location")).toBe(`${root}/store/calibr-demo?a=1`);
  });

  it("finds the app by its key as well as by its handle", async () => {
    const answer = await get("https://admin.shopify.com/store/calibr-demo/apps/key/app?x=1");
    expect(answer.headers.get("location")).toBe("/store/calibr-demo/apps/calibr/app?x=1");
  });

  it("signs the address of the page that was asked for", async () => {
    const page = await (await get(`${root}/store/calibr-demo/apps/calibr/app/rules?page=2`)).text();
    const config = /id="shell-config">\s*(.*)/.exec(page)?.[1] ?? "{}";
    const { frameUrl } = JSON.parse(config) as { frameUrl: string };

    expect(frameUrl).toMatch(/^http:\/\/localhost:4020\/app\/rules\?page=2&embedded=1&/);
  });

  it("escapes what the store is called", async () => {
    const page = await (await get(`${root}/store/calibr-demo`)).text();
    expect(page).toContain("&lt;Calibr&gt; Demo");
    expect(page).not.toContain("<Calibr>");
  });

  it("says openly what it leaves out", async () => {
    const page = await (await get(`${root}/store/calibr-demo/orders/1001`)).text();
    expect(page).toContain("Not part of this stand-in");
  });

  it("offers to install an app that the store has uninstalled", async () => {
    const app = `${root}/store/calibr-demo/apps/calibr`;
    await part.handle(new Request(`${app}/uninstall`, { method: "POST" }));
    const offer = await (await get(app)).text();
    const installed = await part.handle(new Request(`${app}/install`, { method: "POST" }));

    expect(offer).toContain("Install Calibr");
    expect(installed.headers.get("location")).toBe("/store/calibr-demo/apps/calibr");
    expect(await (await get(app)).text()).toContain("app-frame");
  });

  it("answers 404 for a store it does not have", async () => {
    expect((await get(`${root}/store/other`)).status).toBe(404);
  });

  it("grants and revokes optional scopes, never required ones", async () => {
    await post("scopes-grant", { scopes: ["write_inventory"] });
    const granted = await post("scopes", {});
    const revoked = await post("scopes-revoke", { scopes: ["write_inventory", "read_products"] });

    expect(granted).toMatchObject({ granted: ["read_products", "write_inventory"] });
    expect(revoked).toMatchObject({ granted: ["read_products"] });
  });
});

function get(url: string): Promise<Response> {
  return part.handle(new Request(url));
}

async function post(endpoint: string, input: object): Promise<unknown> {
  const body = JSON.stringify({ shop: "calibr-demo.myshopify.com", ...input });
  const request = new Request(`${root}/admin-assets/${endpoint}`, { method: "POST", body });
  return (await part.handle(request)).json();
}
