import { describe, expect, it } from "vitest";
import { readAmazonCallback } from "./amazon-callback.ts";
import { MARKETPLACES } from "./marketplaces.ts";

const PATH = "/apps/authorize/confirm/amzn1.sellerapps.app.1";

describe("the address an Appstore visit comes from", () => {
  it("is followed on the Seller Central host of each of the 23 marketplaces, in its region", () => {
    expect(MARKETPLACES).toHaveLength(23);
    for (const { sellerCentralHost, region } of MARKETPLACES)
      expect(readAmazonCallback(`https://${sellerCentralHost}${PATH}`)?.region).toBe(region);
  });

  it("is followed as Amazon's example has it", () => {
    expect(readAmazonCallback(`https://amazon.com${PATH}`)).toEqual({
      href: `https://amazon.com${PATH}`,
      region: "na",
    });
  });

  it.each([
    `http://sellercentral.amazon.com${PATH}`,
    `https://sellercentral.amazon.com.evil.example${PATH}`,
    `https://evil.example${PATH}`,
    `https://sellercentral.amazon.com@evil.example${PATH}`,
    `https://user:secret@sellercentral.amazon.com${PATH}`,
    `https://sellercentral.amazon.com:8443${PATH}`,
    `https://sellercentral.amazon.com${PATH}#elsewhere`,
    "https://sellercentral.amazon.com/gp/redirect.html",
    "https://sellercentral.amazon.com/apps/authorize/confirm/x/../../../gp/redirect",
    "javascript:alert(1)",
    "//sellercentral.amazon.com/apps/authorize/confirm/x",
    "",
  ])("is not followed when it is %j", (uri) => {
    expect(readAmazonCallback(uri)).toBeNull();
  });
});
