/** Control calls by which somebody else's hand changes an offer, at once. */
import {
  ControlError,
  flagArgument,
  optionalText,
  textArgument,
  wholeArgument,
} from "../../http/control.ts";
import type { ControlVerbs } from "../../http/control.ts";
import { shelfOf } from "../../market/shelf.ts";
import { toAmount } from "../decimal.ts";
import type { Listing } from "../listing.ts";
import { PROMOTION_TYPES } from "../promotions.ts";
import { patchOffers, PURCHASABLE_OFFER } from "../purchasable-offer.ts";
import type { SellerAccount } from "../seller-accounts.ts";
import type { AmazonWorld } from "../world.ts";
import { namedListing, namedSeller } from "./named-things.ts";

export function offerVerbs(world: AmazonWorld): ControlVerbs {
  const { submissions, promotions } = world;
  return {
    "foreign-price": (args) => {
      const listing = namedListing(world, args);
      const priceMinor = wholeArgument(args, "priceMinor");
      if (priceMinor < 1) throw new ControlError('"priceMinor" must be at least 1');
      editPrice(namedSeller(world, args), listing, priceMinor);
      return { sku: listing.sku, shownMinor: listing.shownMinor };
    },
    "set-quantity": (args) => {
      const quantity = wholeArgument(args, "quantity");
      namedSeller(world, args).store.change(namedListing(world, args), "control", (each) => {
        each.quantity = quantity;
      });
    },
    suppress: (args) => {
      const isSuppressed = flagArgument(args, "isSuppressed", true);
      namedSeller(world, args).store.change(namedListing(world, args), "control", (each) => {
        each.isSuppressed = isSuppressed;
        each.issues = isSuppressed ? [submissions.suppressionOf(each)] : [];
      });
    },
    promote: (args) => {
      const marketplaceId = optionalText(args, "marketplaceId") ?? "ATVPDKIKX0DER";
      const shelf = shelfOf(textArgument(args, "asin"), marketplaceId);
      const percentOff = wholeArgument(args, "percentOff");
      const type = PROMOTION_TYPES.find((known) => known === (args["type"] ?? "COUPON"));
      if (type === undefined || percentOff < 0 || percentOff > 100)
        throw new ControlError('"type" is COUPON or DEAL, "percentOff" 1 to 100, or 0 to end it');
      const promotion = percentOff === 0 ? null : { type, percentOff };
      promotions.set(shelf, textArgument(args, "sellerId"), promotion);
    },
  };
}

/** Somebody else's hand on the price: at once, past every delay, and in the ledger as `control`. */
function editPrice(account: SellerAccount, listing: Listing, priceMinor: number): void {
  const { marketplaceId: marketplace_id } = listing;
  const { currency } = listing.seed;
  const our_price = [{ schedule: [{ value_with_tax: toAmount(priceMinor, currency) }] }];
  account.store.change(listing, "control", (each) => {
    const { offers } = patchOffers(each.offers, {
      op: "merge",
      path: `/attributes/${PURCHASABLE_OFFER}`,
      value: [{ marketplace_id, currency, audience: "ALL", our_price }],
    });
    each.offers = offers;
  });
}
