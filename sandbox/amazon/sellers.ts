/** Sellers v1: where the account sells, with the two extra ids Amazon returns without documenting. */
import type { AmazonRegion } from "./marketplaces.ts";
import { MARKETPLACES } from "./marketplaces.ts";
import type { SpOperation } from "./sp-api.ts";

interface SellersOptions {
  readonly storeName: string;
  /** Marketplaces with listings; the region's others are listed as never opened. */
  readonly activeMarketplaceIds: () => readonly string[];
}

/** Multi-channel fulfilment stores that are no Amazon marketplace: a caller must know to skip them. */
const NON_AMAZON_IDS: Readonly<Record<AmazonRegion, readonly string[]>> = {
  na: ["A1ZFFQZ3HTUKT9", "AHRY1CZE9ZY4H"],
  eu: [],
  fe: [],
};

export function sellersOperations(options: SellersOptions): SpOperation[] {
  return [
    {
      name: "getMarketplaceParticipations",
      method: "GET",
      path: "/sellers/v1/marketplaceParticipations",
      access: "seller",
      handle: ({ region }) => {
        const active = options.activeMarketplaceIds();
        const real = MARKETPLACES.filter((each) => each.region === region).map((each) => ({
          marketplace: {
            id: each.id,
            name: each.name,
            countryCode: each.country,
            defaultCurrencyCode: each.currency,
            defaultLanguageCode: each.language,
            domainName: each.domain,
          },
          participation: { isParticipating: active.includes(each.id), hasSuspendedListings: false },
          storeName: options.storeName,
        }));
        const others = NON_AMAZON_IDS[region].map((id) => ({
          marketplace: {
            id,
            name: "Non-Amazon",
            countryCode: "US",
            defaultCurrencyCode: "USD",
            defaultLanguageCode: "en_US",
            domainName: "siprod.stores.amazon.com",
          },
          participation: { isParticipating: true, hasSuspendedListings: false },
          storeName: options.storeName,
        }));
        return { body: { payload: [...real, ...others] } };
      },
    },
  ];
}
