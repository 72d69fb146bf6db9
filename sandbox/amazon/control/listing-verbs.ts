/** Control calls about listings: what is there, and new ones. */
import { ControlError, optionalText, wholeArgument } from "../../http/control.ts";
import type { ControlArguments, ControlVerbs } from "../../http/control.ts";
import { INCLUDED_DATA, viewListing } from "../listing-view.ts";
import { findMarketplace } from "../marketplaces.ts";
import type { SellerAccount } from "../seller-accounts.ts";
import { parseBulkSeeds, parseSeedListing } from "../seed-listing.ts";
import { SENTINELS } from "../sentinels.ts";
import type { AmazonWorld } from "../world.ts";
import { namedListing, namedSeller } from "./named-things.ts";

export function listingVerbs(world: AmazonWorld): ControlVerbs {
  const { ledger, submissions, clock } = world;
  return {
    ledger: (args) => {
      const sellerId = args["sellerId"] === "*" ? undefined : namedSeller(world, args).sellerId;
      return ledger.read({ sellerId, sku: optionalText(args, "sku") });
    },
    listings: (args) => ({
      listings: namedSeller(world, args)
        .store.all()
        .map(({ sku, asin, shownMinor, marketplaceId }) => ({
          sku,
          asin,
          shownMinor,
          marketplaceId,
        })),
    }),
    sku: (args) => {
      const listing = namedListing(world, args);
      const { store } = namedSeller(world, args);
      const { sku, marketplaceId, shownMinor, quantity, isSuppressed, asin } = listing;
      const listings = args["marketplaceId"] === undefined ? store.ofSku(sku) : [listing];
      const item = viewListing({ listings, store, included: INCLUDED_DATA, now: clock.now() });
      return { sku, marketplaceId, asin, shownMinor, quantity, isSuppressed, item };
    },
    "seed-listing": (args) => {
      const account = namedSeller(world, args);
      const listing = account.store.put(parseSeedListing(inRegionOf(account, args)));
      const { sku, asin, marketplaceId } = listing;
      return { sku, asin, marketplaceId };
    },
    "seed-listings": (args) => {
      const account = namedSeller(world, args);
      const seeds = parseBulkSeeds(inRegionOf(account, args));
      account.store.putAll(seeds);
      return { count: seeds.length, firstSku: seeds[0]?.sku, lastSku: seeds.at(-1)?.sku };
    },
    "accepted-to-live": (args) => {
      submissions.setAcceptedToLiveMs(wholeArgument(args, "ms"));
    },
    sentinels: () => ({ sentinels: SENTINELS }),
  };
}

/** A listing without a marketplace goes to the seller's first; a foreign region is a mistake. */
function inRegionOf(account: SellerAccount, args: ControlArguments): ControlArguments {
  const marketplaceId = optionalText(args, "marketplaceId") ?? account.activeMarketplaceIds()[0];
  if (marketplaceId === undefined) return args;
  const marketplace = findMarketplace(marketplaceId);
  if (marketplace === undefined) throw new ControlError(`no marketplace "${marketplaceId}"`);
  if (marketplace.region !== account.region) {
    throw new ControlError(`${marketplaceId} is not in the region of ${account.sellerId}`);
  }
  return { ...args, marketplaceId };
}
