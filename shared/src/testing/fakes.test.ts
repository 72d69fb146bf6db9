/** The fakes that other tests stand on keep to the same rules as the real channels. */
import { AppError } from "../core/app-error.ts";
import { toConnectionId, toListingId, toShopId } from "../core/ids.ts";
import { money } from "../core/money/money.ts";
import type { ListingAddress } from "../ports/price-channel.ts";
import { createFakeListingSource } from "./fake-listing-source.ts";
import { createFakePriceChannel } from "./fake-price-channel.ts";
import { describeListingSource } from "./listing-source.conformance.ts";
import { describePriceChannel } from "./price-channel.conformance.ts";

const NOW = new Date("2026-11-23T12:00:00Z");
const ACCOUNT = {
  shopId: toShopId(1),
  connectionId: toConnectionId("1"),
  accountId: "A1",
  region: "na",
};
const revoked = () =>
  new AppError({
    code: "amazon_authorization_revoked",
    retry: "never",
    message: "fake: the consent is gone",
  });

function addressOf(id: string): ListingAddress {
  return {
    listingId: toListingId(id),
    marketplaceId: "",
    externalId: `L${id}`,
    parentId: null,
    productType: null,
  };
}

describePriceChannel("the fake", () => {
  const channel = createFakePriceChannel("shopify", () => NOW);
  const listings = ["1", "2", "3", "4"].map((id) => {
    const address = addressOf(id);
    channel.shown.set(address.listingId, { minor: 2_500n, currency: "USD" });
    return { address, price: money(2_500n, "USD") };
  });
  const done = Promise.resolve();
  return Promise.resolve({
    channel,
    account: ACCOUNT,
    listings,
    missing: addressOf("9"),
    settle: () => done,
    loseAnswerOf: () => {
      channel.nextOutcomes.push("apply_then_unknown");
      return done;
    },
    revoke: () => {
      channel.nextOutcomes.push(revoked());
      channel.nextReadings.push(revoked());
      return done;
    },
    stop: () => done,
  });
});

describeListingSource("the fake", () => {
  const source = createFakeListingSource("amazon");
  const facts = ["A", "B", "C"].map((externalId) => ({
    marketplaceId: "",
    externalId,
    parentId: null,
    sku: externalId,
    barcode: null,
    asinField: null,
    title: externalId,
    currency: "USD",
    status: "active" as const,
    fulfilment: null,
    quantity: 1,
    productType: null,
    priceMinor: 2_500n,
    compareAtMinor: null,
    costMinor: null,
    costCurrency: null,
    isAutoPriced: false,
    saleUntil: null,
    observedAt: NOW,
  }));
  source.batches = [facts.slice(0, 2), facts.slice(2)];
  const marketplaces = [{ marketplaceId: "", currency: "USD", storeName: "Fake" }];
  source.account = { name: "Fake", currency: "USD", timeZone: null, marketplaces };
  return Promise.resolve({
    source,
    account: ACCOUNT,
    marketplaceIds: [""],
    holds: facts.map(({ externalId, priceMinor }) => ({ externalId, priceMinor })),
    revoke: () => {
      source.failure = revoked();
      return Promise.resolve();
    },
    stop: () => Promise.resolve(),
  });
});
