import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWorld } from "./world.ts";
import type { RunningWorld } from "./world.ts";

const SHOP = "calibr-demo.myshopify.com";

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("the sandbox world", () => {
  let world: RunningWorld;
  beforeAll(async () => {
    world = await startWorld({
      seed: 7,
      identity: {
        shopify: { apiKey: "key", apiSecret: "secret" },
        amazon: { applicationId: "amzn1.sp.solution.x", clientId: "id", clientSecret: "secret" },
      },
      shop: SHOP,
      sellerId: "A3CALIBRDEMO01",
      appUrl: "http://localhost:9",
      appTarget: "http://127.0.0.1:9",
      ports: { front: await freePort(), proxy: null },
      otherShops: ["second-shop.myshopify.com"],
    });
  });
  afterAll(() => world.close());

  const control = async <T>(part: string, verb: string, query = ""): Promise<T> =>
    (await (await fetch(`${world.origin}/control/${part}/${verb}${query}`)).json()) as T;
  const status = async (host: string, path: string): Promise<number> =>
    (await fetch(world.origin + path, { headers: { "x-sandbox-host": host } })).status;

  it("sends every vendor's host to the part that stands in for it", async () => {
    expect(await status(SHOP, "/admin/api/2026-10/graphql.json")).toBe(404);
    expect(await status("api.amazon.com", "/auth/o2/token")).toBe(404);
    expect(await status("sellingpartnerapi-na.amazon.com", "/sellers/v1/x")).toBe(403);
    expect(await status("nobody.example", "/")).toBe(502);
    const { parts } = await control<{ parts: string[] }>("sandbox", "info");
    expect(parts).toEqual(["shopify", "amazon", "market", "admin"]);
  });

  it("sells the same SKUs on Shopify and Amazon", async () => {
    const { listings } = await control<{ listings: { sku: string }[] }>("amazon", "listings");

    const { stores } = world.shopify.world;
    const skus = new Set([...(stores.get(SHOP)?.variants.values() ?? [])].map(({ sku }) => sku));
    expect(listings.length).toBeGreaterThan(250);
    expect(listings.filter(({ sku }) => !skus.has(sku))).toEqual([]);
  });

  it("has the app on the demo store only, with the scopes of shopify.app.toml", async () => {
    const shops = await control<{ domain: string; isInstalled: boolean; scopes: string[] }[]>(
      "shopify",
      "shops",
    );

    expect(shops.map(({ domain, isInstalled }) => [domain, isInstalled])).toEqual([
      [SHOP, true],
      ["second-shop.myshopify.com", false],
    ]);
    expect(shops[0]?.scopes).toContain("write_products");
  });

  it("shows the Admin frame to a browser", async () => {
    const page = await fetch(`${world.adminUrl}store/calibr-demo/products`);

    expect(page.status).toBe(200);
    expect(await page.text()).toContain("Cast Iron Skillet");
  });
});
