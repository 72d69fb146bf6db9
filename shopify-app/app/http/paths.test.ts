import { describe, expect, it } from "vitest";
import { AMAZON_CALLBACK_PATH } from "@calibr/shared/services/connections/start-amazon-link";
import { outside, paths } from "./paths.ts";

describe("paths", () => {
  it.each([
    [paths.overview(), "/app"],
    [paths.approvals(), "/app/approvals"],
    [
      paths.approvals({ channel: "amazon", q: "lamp & desk", after: "12" }),
      "/app/approvals?channel=amazon&q=lamp+%26+desk&after=12",
    ],
    [paths.products({ filter: "no_cost" }), "/app/products?filter=no_cost"],
    [paths.products({ filter: null, q: "", after: null }), "/app/products"],
    [paths.product("7"), "/app/products/7"],
    [paths.product("a/b?c"), "/app/products/a%2Fb%3Fc"],
    [paths.connections(), "/app/connections"],
    [paths.activity({ state: "live" }), "/app/activity?state=live"],
    [paths.change("9"), "/app/changes/9"],
    [paths.amazonResult("received"), "/auth/amazon/callback?result=received"],
  ])("reads %s", (path, expected) => {
    expect(path).toBe(expected);
  });

  it("sends Amazon back to the very address the consent names", () => {
    expect(paths.amazonCallback()).toBe(AMAZON_CALLBACK_PATH);
  });
});

describe("links to Amazon", () => {
  it("go to the store of the listing's country", () => {
    const url = outside.amazonProduct({ marketplaceId: "A1PA6795UKMFR9", asin: "B0CALIBR01" });

    expect(url).toBe("https://www.amazon.de/dp/B0CALIBR01");
  });

  it("are left out for a marketplace nobody knows", () => {
    expect(outside.amazonProduct({ marketplaceId: "AXXXX", asin: "B0CALIBR01" })).toBeNull();
  });
});
