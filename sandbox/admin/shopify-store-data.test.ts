import { describe, expect, it } from "vitest";
import { createSandboxClock } from "../clock.ts";
import { createShopifyPart } from "../shopify/part.ts";
import { shopifyStoreData } from "./shopify-store-data.ts";

const shop = "calibr-demo.myshopify.com";

describe("the store as the Admin shows it", () => {
  const { world } = createShopifyPart({
    seed: 7,
    clock: createSandboxClock({ speed: 0 }),
    app: {
      apiKey: "key",
      apiSecret: "secret",
      scopes: ["read_products"],
      optionalScopes: ["write_inventory"],
      appUrl: "http://localhost:3000",
      subscriptions: [],
    },
    shops: [{ domain: shop, name: "Calibr Demo", isInstalled: true }],
  });
  const data = shopifyStoreData(world);

  it("has the prices that the Admin API serves at this moment", async () => {
    const [before] = await data.products({ shop, search: "", limit: 1 });
    const variant = [...(world.stores.get(shop)?.variants.values() ?? [])][0];
    if (variant !== undefined) variant.priceMinor = 4321;
    const [after] = await data.products({ shop, search: "", limit: 1 });

    expect(before?.variants[0]?.price).not.toBe("43.21");
    expect(after?.variants[0]?.price).toBe("43.21");
  });

  it("finds products by title, vendor or SKU in any case", async () => {
    const [first] = await data.products({ shop, search: "", limit: 1 });
    for (const search of [first?.title, first?.vendor, first?.variants[0]?.sku]) {
      const found = await data.products({ shop, search: search?.toUpperCase() ?? "", limit: 300 });
      expect(found.map(({ id }) => id)).toContain(first?.id);
    }
    expect(await data.products({ shop, search: "no such thing", limit: 10 })).toEqual([]);
  });

  it("never revokes a scope that the app's configuration requires", async () => {
    await data.grantScopes(shop, ["write_inventory"]);
    const { granted } = await data.revokeScopes(shop, ["write_inventory", "read_products"]);

    expect(granted).toEqual(["read_products"]);
  });

  it("uninstalls and installs again with the configured scopes", async () => {
    await data.uninstall(shop);
    expect(await data.isInstalled(shop)).toBe(false);
    await data.install(shop);

    expect(await data.isInstalled(shop)).toBe(true);
    expect((await data.scopes(shop)).granted).toEqual(["read_products"]);
  });
});
