/** Product Pricing v0, the flat reads: own prices and competitive prices of up to 20 ASINs or SKUs. */
import type {
  CompetitivePriceType,
  GetPricingResponse,
  OfferType,
  Price,
} from "@sp-api-sdk/product-pricing-api-v0";
import { shelfOf } from "../market/shelf.ts";
import type { Listing } from "./listing.ts";
import { businessPrice } from "./purchasable-offer.ts";
import { channelName, landedMinor, money } from "./offer-list.ts";
import type { PricingOptions } from "./pricing-options.ts";
import { invalidInput } from "./reply.ts";
import { checkedMarketplace, queryList, requiredQuery } from "./sp-api.ts";
import type { SpCall } from "./sp-api.ts";

const IDS_MAX = 20;

export function ownPricing(options: PricingOptions, call: SpCall): GetPricingResponse {
  const store = options.storeOf(call.sellerId);
  const offerType = call.query.get("OfferType") ?? "B2C";
  if (offerType !== "B2C" && offerType !== "B2B") throw invalidInput("Invalid OfferType.");
  const at = options.clock.now();
  return priceList(options, call, ({ asin, listings, marketplaceId }) => ({
    Identifiers: identifiers({ asin, listing: listings[0], marketplaceId, call }),
    Offers: listings
      .filter((listing) => store.isBuyable(listing))
      .flatMap((listing) => {
        const minor =
          offerType === "B2B" ? businessPrice(listing, at) : (listing.shownMinor ?? undefined);
        return minor === undefined ? [] : [ownOffer(listing, offerType, minor)];
      }),
  }));
}

export function competitivePricing(options: PricingOptions, call: SpCall): GetPricingResponse {
  const { market } = options;
  return priceList(options, call, ({ asin, listings, marketplaceId }) => {
    const shelf = shelfOf(asin, marketplaceId);
    const offers = market.offers(shelf);
    const featured = market.summary(shelf).featured;
    const competitivePrices: CompetitivePriceType[] =
      featured === null
        ? []
        : [
            {
              CompetitivePriceId: "1",
              Price: {
                LandedPrice: money(landedMinor(featured), featured.currency),
                ListingPrice: money(featured.listingPriceMinor, featured.currency),
                Shipping: money(featured.shippingMinor, featured.currency),
              },
              condition: "New",
              subcondition: "New",
              belongsToRequester: featured.sellerId === call.sellerId,
            },
          ];
    return {
      Identifiers: identifiers({ asin, listing: listings[0], marketplaceId, call }),
      CompetitivePricing: {
        CompetitivePrices: competitivePrices,
        NumberOfOfferListings: [
          { Count: offers.length, condition: "New" },
          { Count: offers.length, condition: "Any" },
        ],
      },
      SalesRankings: [
        {
          ProductCategoryId: "home_garden_display_on_website",
          Rank: market.salesRank(shelf),
        },
      ],
    };
  });
}

interface Subject {
  readonly asin: string;
  readonly listings: readonly Listing[];
  readonly marketplaceId: string;
}

function priceList(
  { market, storeOf }: PricingOptions,
  call: SpCall,
  productOf: (subject: Subject) => NonNullable<Price["Product"]>,
): GetPricingResponse {
  const marketplaceId = checkedMarketplace(requiredQuery(call, "MarketplaceId"), call);
  const itemType = requiredQuery(call, "ItemType");
  const isSku = itemType === "Sku";
  if (!isSku && itemType !== "Asin") throw invalidInput(`${itemType} is an invalid ItemType.`);
  // Clients encode these lists twice (the SKU may hold a comma): undo the second layer.
  const ids = queryList(call, isSku ? "Skus" : "Asins").map(decodeTwice);
  if (ids.length === 0 || ids.length > IDS_MAX) {
    throw invalidInput(`Number of ${isSku ? "Skus" : "Asins"} must be between 1 and ${IDS_MAX}.`);
  }
  const store = storeOf(call.sellerId);
  const prices = ids.map((id): Price => {
    const listing = isSku ? store.find(id, marketplaceId) : undefined;
    const asin = isSku ? listing?.asin : id;
    const listings = isSku
      ? listing === undefined
        ? []
        : [listing]
      : store.ofAsin(id, marketplaceId);
    const isKnown = asin !== undefined && asin !== null && market.has(shelfOf(asin, marketplaceId));
    const named = isSku ? { SellerSKU: id } : { ASIN: id };
    if (!isKnown) return { status: "ClientError", ...named };
    const product = productOf({ asin, listings, marketplaceId });
    return { status: "Success", ...named, ASIN: asin, Product: product };
  });
  return { payload: prices };
}

function decodeTwice(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

function identifiers(input: {
  asin: string;
  listing: Listing | undefined;
  marketplaceId: string;
  call: SpCall;
}) {
  const { asin, listing, marketplaceId, call } = input;
  return {
    MarketplaceASIN: { MarketplaceId: marketplaceId, ASIN: asin },
    ...(listing === undefined
      ? {}
      : {
          SKUIdentifier: {
            MarketplaceId: marketplaceId,
            SellerId: call.sellerId,
            SellerSKU: listing.sku,
          },
        }),
  };
}

function ownOffer(listing: Listing, offerType: "B2C" | "B2B", minor: number): OfferType {
  const { currency, fulfilment } = listing.seed;
  const shown = money(minor, currency);
  return {
    offerType,
    BuyingPrice: { LandedPrice: shown, ListingPrice: shown, Shipping: money(0, currency) },
    RegularPrice: shown,
    FulfillmentChannel: channelName(fulfilment).toUpperCase(),
    ItemCondition: "New",
    ItemSubCondition: "New",
    SellerSKU: listing.sku,
  };
}
