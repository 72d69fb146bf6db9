import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSandboxClock } from "../clock.ts";
import type { SandboxClock } from "../clock.ts";
import { createMarketControl } from "./control.ts";
import { createMarket } from "./market.ts";
import { shelfOf, splitShelf } from "./shelf.ts";
import type { Market } from "./types.ts";

const US = "ATVPDKIKX0DER";
const JP = "A1VC38T7YXB528";
let clock: SandboxClock;
let market: Market;

beforeEach(() => {
  clock = createSandboxClock({ speed: 0 });
  market = createMarket({ seed: 7, clock, asins: [] });
});

afterEach(() => {
  market.freeze();
  clock.stop();
});

const own = (asin: string, change = {}) => ({
  sellerId: "AOWN0000000001",
  sku: "S",
  asin,
  listingPriceMinor: 2_000,
  fulfilment: "AMAZON" as const,
  quantity: 5,
  ...change,
});

describe("a shelf", () => {
  it("is named by the ASIN at home and with the marketplace elsewhere", () => {
    expect(shelfOf("B0X", US)).toBe("B0X");
    expect(splitShelf(shelfOf("B0X", JP))).toEqual({ asin: "B0X", marketplaceId: JP });
    expect(splitShelf("B0X")).toEqual({ asin: "B0X", marketplaceId: US });
  });

  it("that was filled without a word is the same as one that was not, once somebody looks", () => {
    const told: string[] = [];
    market.onChange(({ asin }) => told.push(asin));
    market.shelve(own("B0X"));
    const other = createMarket({ seed: 7, clock, asins: [] });
    other.setOwnOffer(own("B0X"));

    expect(told).toEqual([]);
    expect(market.has("B0X")).toBe(true);
    expect(market.offers("B0X")).toEqual(other.offers("B0X"));
  });

  it("wakes its competitors when it is looked at in a running market", async () => {
    market.start();
    market.shelve(own("B0X"));
    const before = market.offers("B0X").map((offer) => offer.listingPriceMinor);
    await clock.advance(86_400_000);

    expect(market.offers("B0X").map((offer) => offer.listingPriceMinor)).not.toEqual(before);
  });

  it("has points where the currency is the yen", () => {
    market.setOwnOffer(own(shelfOf("B0X", JP), { currency: "JPY", points: 40 }));
    const offers = market.offers(shelfOf("B0X", JP));

    expect(offers.every(({ currency, points }) => currency === "JPY" && (points ?? 0) > 0)).toBe(
      true,
    );
  });

  it("is found by ASIN and marketplace in a control call", async () => {
    market.setOwnOffer(own(shelfOf("B0X", JP), { currency: "JPY" }));
    const part = createMarketControl(market);
    const ask = (query: string) =>
      part.handle(new Request(`https://sandbox/control/market/summary?asin=B0X${query}`));

    expect((await ask("")).status).toBe(400);
    expect(await (await ask(`&marketplaceId=${JP}`)).json()).toMatchObject({ currency: "JPY" });
  });
});
