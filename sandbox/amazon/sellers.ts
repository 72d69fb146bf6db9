/** Sellers v1: where the account sells, with the two extra ids Amazon returns without documenting. */
import type { AmazonRegion } from "./marketplaces.ts";
import { MARKETPLACES } from "./marketplaces.ts";
import type { AccountNotices } from "./notices/account-notices.ts";
import type { SellerAccounts } from "./seller-accounts.ts";
import type { SpOperation } from "./sp-api.ts";

interface SellersOptions {
  readonly sellers: SellerAccounts;
  readonly notices: AccountNotices;
}

/** Multi-channel fulfilment stores that are no Amazon marketplace: a caller must know to skip them. */
const NON_AMAZON_IDS: Readonly<Record<AmazonRegion, readonly string[]>> = {
  na: ["A1ZFFQZ3HTUKT9", "AHRY1CZE9ZY4H"],
  eu: ["A62U237T8HV6N"],
  fe: ["A1ZFFQZ3HTUKT9"],
};

export function sellersOperations({ sellers, notices }: SellersOptions): SpOperation[] {
  return [
    {
      name: "getMarketplaceParticipations",
      method: "GET",
      path: "/sellers/v1/marketplaceParticipations",
      access: "seller",
      handle: ({ region, sellerId }) => {
        const account = sellers.find(sellerId);
        // Those the seller sells in take part; the region's others are listed as never opened.
        const active = account?.activeMarketplaceIds() ?? [];
        const hasSuspendedListings = notices.statusOf(sellerId) === "DEACTIVATED";
        const storeName = account?.storeName ?? "";
        const real = MARKETPLACES.filter((each) => each.region === region).map((each) => ({
          marketplace: {
            id: each.id,
            name: each.name,
            countryCode: each.country,
            defaultCurrencyCode: each.currency,
            defaultLanguageCode: each.language,
            domainName: each.domain,
          },
          participation: { isParticipating: active.includes(each.id), hasSuspendedListings },
          storeName,
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
          storeName,
        }));
        return { body: { payload: [...real, ...others] } };
      },
    },
  ];
}
