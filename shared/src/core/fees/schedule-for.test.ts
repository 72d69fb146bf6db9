import { describe, expect, it } from "vitest";
import { MARKETPLACES } from "../marketplaces.ts";
import { currency } from "../money/currency.ts";
import { feeAt } from "./fee-at.ts";
import { isScheduleValid } from "./fee-schedule.ts";
import { feeScheduleFor } from "./schedule-for.ts";

describe("feeScheduleFor", () => {
  it("gives every marketplace a valid schedule in its own currency", () => {
    for (const place of MARKETPLACES) {
      for (const fulfilment of ["merchant", "amazon", null] as const) {
        const schedule = feeScheduleFor({
          channel: "amazon",
          marketplaceId: place.id,
          fulfilment,
          currency: place.currency,
        });

        expect(isScheduleValid(schedule)).toBe(true);
        expect(schedule.currency).toBe(place.currency);
      }
    }
  });

  it("charges an Amazon-shipped listing more than a self-shipped one at every price", () => {
    const question = {
      channel: "amazon",
      marketplaceId: "ATVPDKIKX0DER",
      currency: currency("USD"),
    } as const;
    for (const priceMinor of [100n, 1_999n, 250_000n]) {
      const own = feeAt(feeScheduleFor({ ...question, fulfilment: "merchant" }), {
        priceMinor,
        shippingMinor: 0n,
      });
      const fba = feeAt(feeScheduleFor({ ...question, fulfilment: "amazon" }), {
        priceMinor,
        shippingMinor: 0n,
      });

      expect(fba.fulfilmentMinor).toBeGreaterThan(own.fulfilmentMinor);
    }
  });

  it("scales the fixed payment fee to a currency with three decimals", () => {
    const schedule = feeScheduleFor({
      channel: "shopify",
      marketplaceId: "",
      fulfilment: null,
      currency: currency("KWD"),
    });

    expect(schedule.perSaleMinor).toBe(300n);
  });

  it("takes German prices to contain VAT and American ones not", () => {
    const at = (marketplaceId: string, code: string) =>
      feeScheduleFor({
        channel: "amazon",
        marketplaceId,
        fulfilment: "merchant",
        currency: currency(code),
      }).taxIncludedBps;

    expect(at("A1PA6795UKMFR9", "EUR")).toBe(1900);
    expect(at("ATVPDKIKX0DER", "USD")).toBe(0);
  });
});
