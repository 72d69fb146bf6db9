import { expect, it } from "vitest";
import { findMarketplace, MARKETPLACES, marketplacesIn } from "./marketplaces.ts";

it("knows 23 marketplaces, each once, split over three regions", () => {
  expect(MARKETPLACES).toHaveLength(23);
  expect(new Set(MARKETPLACES.map((each) => each.id)).size).toBe(23);
  expect(new Set(MARKETPLACES.map((each) => each.country)).size).toBe(23);
  expect((["na", "eu", "fe"] as const).map((region) => marketplacesIn(region).length)).toEqual([
    4, 16, 3,
  ]);
});

it("finds a marketplace by id and refuses Amazon's non-store ids", () => {
  expect(findMarketplace("ATVPDKIKX0DER")).toMatchObject({ country: "US", currency: "USD" });
  expect(findMarketplace("A1VC38T7YXB528")).toMatchObject({ country: "JP", currency: "JPY" });
  expect(findMarketplace("A1ZFFQZ3HTUKT9")).toBeNull();
});
