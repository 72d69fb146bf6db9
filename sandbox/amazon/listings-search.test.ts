import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ACCEPTED_TO_LIVE_MS, API, itemUrl, listing, priceBody, SELLER, startAmazon, US } from "./testing/start-amazon.ts"; // prettier-ignore
import type { RunningAmazon } from "./testing/start-amazon.ts";

let amazon: RunningAmazon;
let token: string;

beforeEach(async () => {
  amazon = await startAmazon([listing("OLD-1"), listing("OLD-2", { businessPriceMinor: 2_100 })]);
  await amazon.control("enforce-quotas", { isEnforced: false });
  token = await amazon.accessToken();
});

afterEach(() => amazon.stop());

interface Found {
  readonly numberOfResults: number;
  readonly pagination: { readonly nextToken?: string };
  readonly items: readonly { readonly sku: string; readonly offers?: unknown[] }[];
}

async function search(query = ""): Promise<Found> {
  const url = `${API}/listings/2021-08-01/items/${SELLER}?marketplaceIds=${US}&pageSize=20${query}`;
  const { json } = await amazon.call(url, { headers: { "x-amz-access-token": token } });
  return json as unknown as Found;
}

describe("a search of listings", () => {
  it("counts all of them and lets a caller page through a thousand", async () => {
    await amazon.control("seed-listings", { count: 1_200, prefix: "MANY", isMixed: true });
    const seen = new Set<string>();
    let page = await search();
    const { numberOfResults } = page;
    for (;;) {
      for (const { sku } of page.items) seen.add(sku);
      const { nextToken } = page.pagination;
      if (nextToken === undefined) break;
      page = await search(`&pageToken=${nextToken}`);
    }

    expect(numberOfResults).toBe(1_202);
    expect(seen.size).toBe(1_000);
  });

  it("finds what changed since an instant, and nothing else", async () => {
    const since = amazon.clock.now().toISOString();
    const before = await search(`&lastUpdatedAfter=${since}`);
    await amazon.call(itemUrl("OLD-2"), {
      method: "PATCH",
      headers: { "x-amz-access-token": token },
      body: JSON.stringify(priceBody(24)),
    });
    await amazon.clock.advance(ACCEPTED_TO_LIVE_MS);
    const after = await search(`&lastUpdatedAfter=${since}`);
    await amazon.control("seed-listing", { sku: "NEW" });
    const more = await search(`&lastUpdatedAfter=${since}`);

    expect(before.numberOfResults).toBe(0);
    expect(after.items.map(({ sku }) => sku)).toEqual(["OLD-2"]);
    expect(more.items.map(({ sku }) => sku).toSorted()).toEqual(["NEW", "OLD-2"]);
  });

  it("shows the consumer's and the business price side by side", async () => {
    const { items } = await search("&identifiers=OLD-2&identifiersType=SKU&includedData=offers");

    expect(items[0]?.offers).toMatchObject([
      { offerType: "B2C", price: { amount: "24.99" }, audience: { value: "ALL" } },
      { offerType: "B2B", price: { amount: "21.00" }, audience: { value: "B2B" } },
    ]);
  });

  it("tells the business price apart where own prices are asked for", async () => {
    const price = async (query: string) => {
      const url = `${API}/products/pricing/v0/price?MarketplaceId=${US}&ItemType=Sku&Skus=OLD-2${query}`;
      const { json } = await amazon.call(url, { headers: { "x-amz-access-token": token } });
      const [first] = json["payload"] as [
        { Product: { Offers: { offerType: string; RegularPrice: object }[] } },
      ];
      return first.Product.Offers;
    };

    expect(await price("")).toMatchObject([{ offerType: "B2C", RegularPrice: { Amount: 24.99 } }]);
    expect(await price("&OfferType=B2B")).toMatchObject([
      { offerType: "B2B", RegularPrice: { Amount: 21 } },
    ]);
  });
});
