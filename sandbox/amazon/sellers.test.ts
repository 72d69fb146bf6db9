import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { API, listing, priceBody, SELLER, startAmazon, US } from "./testing/start-amazon.ts";
import type { Answer, RunningAmazon } from "./testing/start-amazon.ts";

const EU_API = "https://sellingpartnerapi-eu.amazon.com";
const DE = "A1PA6795UKMFR9";
const FR = "A13V1IB3VIYZZH";
const GB = "A1F83G8C2ARO7P";
const OTHER = "A2OTHERSELLER1";
const ITEMS = "/listings/2021-08-01/items";
let amazon: RunningAmazon;

beforeEach(async () => {
  amazon = await startAmazon([listing("SHARED", { priceMinor: 2_500, asin: "B0SHARED01" })]);
});

afterEach(() => amazon.stop());

async function europeanSeller(): Promise<string> {
  await amazon.control("add-seller", {
    sellerId: OTHER,
    marketplaceIds: [DE, FR, GB],
    storeName: "Other",
  });
  for (const [marketplaceId, priceMinor] of [[DE, 3_000], [FR, 3_100], [GB, 2_700]] as const) {
    await amazon.control("seed-listing", { sellerId: OTHER, sku: "SHARED", asin: "B0SHARED01", marketplaceId, priceMinor });
  } // prettier-ignore
  return amazon.accessToken(OTHER);
}

const get = (token: string, url: string): Promise<Answer> =>
  amazon.call(url, { headers: { "x-amz-access-token": token } });

interface ItemBody {
  readonly offers: { marketplaceId: string; price: { currencyCode: string; amount: string } }[];
  readonly summaries: { marketplaceId: string }[];
}
const itemOf = (answer: Answer): ItemBody => answer.json as unknown as ItemBody;

describe("several sellers", () => {
  it("see their own listings only, with their own token and path", async () => {
    const other = await europeanSeller();
    const url = `${EU_API}${ITEMS}/${OTHER}/SHARED?marketplaceIds=${DE}`;

    expect((await get(other, url)).status).toBe(200);
    expect((await get(other, url.replace(OTHER, SELLER))).status).toBe(403);
    expect((await get(await amazon.accessToken(), url)).status).toBe(403);
    expect((await get(other, `${API}${ITEMS}/${OTHER}/SHARED?marketplaceIds=${US}`)).status).toBe(
      403,
    );
  });

  it("meter one seller's calls apart from another's", async () => {
    const other = await europeanSeller();
    const own = await amazon.accessToken();
    const participations = "/sellers/v1/marketplaceParticipations";
    const ask = (token: string, api: string) => get(token, `${api}${participations}`);
    for (let call = 0; call < 15; call += 1) await ask(other, EU_API);

    expect((await ask(other, EU_API)).status).toBe(429);
    expect((await ask(own, API)).status).toBe(200);
  });

  it("keep a ledger each, and one over all", async () => {
    const other = await europeanSeller();
    const send = (token: string, api: string, seller: string, id: string) =>
      amazon.call(`${api}${ITEMS}/${seller}/SHARED?marketplaceIds=${id}`, {
        method: "PATCH",
        headers: { "x-amz-access-token": token },
        body: JSON.stringify(priceBody(24, { marketplace_id: id, currency: id === US ? "USD" : "EUR" })),
      }); // prettier-ignore
    await send(other, EU_API, OTHER, DE);
    await send(await amazon.accessToken(), API, SELLER, US);
    const received = async (sellerId?: string) => {
      const { received: writes } = await amazon.control("ledger", sellerId ? { sellerId } : {});
      return (writes as { sellerId: string }[]).map((write) => write.sellerId);
    };

    expect(await received()).toEqual([SELLER]);
    expect(await received(OTHER)).toEqual([OTHER]);
    expect(await received("*")).toEqual([OTHER, SELLER]);
  });

  it("are all told where they take part, with an id that is no marketplace", async () => {
    const other = await europeanSeller();
    const { json } = await get(other, `${EU_API}/sellers/v1/marketplaceParticipations`);
    const list = json["payload"] as {
      marketplace: { id: string; name: string; defaultCurrencyCode: string };
      participation: { isParticipating: boolean };
      storeName: string;
    }[];
    const active = list.filter((each) => each.participation.isParticipating);

    expect(active.map((each) => each.marketplace.id).sort()).toEqual([FR, GB, DE, "A62U237T8HV6N"].sort());
    expect(list.some((each) => !each.participation.isParticipating)).toBe(true);
    expect(new Set(list.map((each) => each.storeName))).toEqual(new Set(["Other"]));
    expect(list.find((each) => each.marketplace.id === GB)?.marketplace.defaultCurrencyCode).toBe("GBP");
  }); // prettier-ignore

  it("lose only their own consent when it is withdrawn", async () => {
    const other = await europeanSeller();
    const own = await amazon.accessToken();
    await amazon.control("revoke", { sellerId: OTHER });

    expect((await get(other, `${EU_API}${ITEMS}/${OTHER}?marketplaceIds=${DE}`)).status).toBe(403);
    expect((await get(own, `${API}${ITEMS}/${SELLER}?marketplaceIds=${US}`)).status).toBe(200);
  });

  it("vanish with a reset", async () => {
    await europeanSeller();
    await amazon.control("reset");

    expect((await amazon.control("sellers"))["sellers"]).toHaveLength(1);
    expect(amazon.market.offers(`B0SHARED01@${DE}`).some((offer) => offer.sellerId === OTHER)).toBe(
      false,
    );
  });
});

describe("one SKU in several marketplaces", () => {
  it("shows the offer of each marketplace asked for, in its currency", async () => {
    const other = await europeanSeller();
    const url = `${EU_API}${ITEMS}/${OTHER}/SHARED?marketplaceIds=${DE},${GB}&includedData=offers,summaries`;
    const { offers, summaries } = itemOf(await get(other, url));

    expect(summaries.map((each) => each.marketplaceId)).toEqual([DE, GB]);
    expect(offers.map(({ price }) => price)).toEqual([
      { currencyCode: "EUR", amount: "30.00" },
      { currencyCode: "GBP", amount: "27.00" },
    ]);
  });

  it("takes a price for the marketplace the offer names and leaves the others alone", async () => {
    const other = await europeanSeller();
    await amazon.call(`${EU_API}${ITEMS}/${OTHER}/SHARED?marketplaceIds=${FR}`, {
      method: "PATCH",
      headers: { "x-amz-access-token": other },
      body: JSON.stringify(priceBody(28.5, { marketplace_id: FR, currency: "EUR" })),
    });
    await amazon.clock.advance(10_000);
    const shown = async (marketplaceId: string) =>
      (await amazon.control("sku", { sellerId: OTHER, sku: "SHARED", marketplaceId }))[
        "shownMinor"
      ];

    expect([await shown(DE), await shown(FR), await shown(GB)]).toEqual([3_000, 2_850, 2_700]);
  });

  it("finds other competitors on the same ASIN in another marketplace", async () => {
    await europeanSeller();
    const prices = (shelf: string) =>
      amazon.market
        .offers(shelf)
        .filter(({ sellerId }) => sellerId !== OTHER && sellerId !== SELLER);

    expect(prices("B0SHARED01").every(({ currency }) => currency === "USD")).toBe(true);
    expect(prices(`B0SHARED01@${GB}`).every(({ currency }) => currency === "GBP")).toBe(true);
    expect(prices(`B0SHARED01@${GB}`)).not.toEqual(prices("B0SHARED01"));
  });

  it("is one item of a search, and one line in each marketplace's report", async () => {
    const other = await europeanSeller();
    const url = `${EU_API}${ITEMS}/${OTHER}?marketplaceIds=${DE},${FR}&identifiers=SHARED&identifiersType=SKU`;
    const { json } = await get(other, url);

    expect(json["numberOfResults"]).toBe(1);
    expect((json["items"] as ItemBody[])[0]?.summaries).toHaveLength(2);
  });
});

describe("listings by the ten thousand", () => {
  it("are there at once, and found by SKU", async () => {
    const startedAt = performance.now();
    const made = await amazon.control("seed-listings", { count: 20_000, prefix: "BULK" });
    const took = performance.now() - startedAt;
    const token = await amazon.accessToken();
    const url = `${API}${ITEMS}/${SELLER}?marketplaceIds=${US}&identifiers=BULK-019999&identifiersType=SKU`;
    const { json } = await get(token, url);

    expect(made).toMatchObject({ count: 20_000, lastSku: "BULK-020000" });
    expect(took).toBeLessThan(5_000);
    expect(json["numberOfResults"]).toBe(1);
    expect(amazon.market.offers(String((await amazon.control("sku", { sku: "BULK-019999" }))["asin"])).length).toBeGreaterThan(1);
  }); // prettier-ignore

  it("refuses a marketplace outside the seller's region", async () => {
    await expect(amazon.control("seed-listings", { count: 1, marketplaceId: DE })).rejects.toThrow(
      "not in the region",
    );
  });
});
