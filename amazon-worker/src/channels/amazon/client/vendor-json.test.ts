import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { jsonNumber, readJson, withLowerCaseKeys } from "./vendor-json.ts";

describe("reading JSON", () => {
  it.each([
    ["19.99", "19.99"],
    ["19.90", "19.90"],
    ["20", 20],
    ["20.0", 20],
    ["-0.5", "-0.5"],
    ["1.23456789E7", "12345678.9"],
    ["1e2", 100],
    ["90071992547409930", "90071992547409930"],
    ["0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"],
  ])("keeps %s as %j", (text, value) => {
    expect(readJson(`{"amount":${text}}`)).toEqual({ amount: value });
  });

  it("is the usual reading for documents without decimals", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        fc.pre(!/\d[.eE]/.test(JSON.stringify(value)) && !/\d{16}/.test(JSON.stringify(value)));
        expect(readJson(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("writing a number", () => {
  it("stands in the document digit for digit", () => {
    expect(JSON.stringify({ value_with_tax: jsonNumber("19.90") })).toBe(
      '{"value_with_tax":19.90}',
    );
  });

  it("is read back as it was written, however many digits", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.nat(99), (whole, cents) => {
        const text = `${whole}.${String(cents).padStart(2, "0")}`;
        const read = readJson(JSON.stringify([jsonNumber(text)]));
        const [value] = Array.isArray(read) ? (read as unknown[]) : [];
        const digits = typeof value === "number" ? `${value}.00` : value;
        expect(digits).toBe(text);
      }),
    );
  });
});

describe("lower-case keys", () => {
  it("reach every level and leave values alone", () => {
    const document = { MarketplaceID: "AtV", Offers: [{ ListingPrice: { Amount: "1.5" } }] };

    expect(withLowerCaseKeys(document)).toEqual({
      marketplaceid: "AtV",
      offers: [{ listingprice: { amount: "1.5" } }],
    });
  });
});
