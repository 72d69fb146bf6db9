/** What the arguments of a control call name: a seller, a listing, a marketplace, a share. */
import { ControlError, optionalText, textArgument } from "../../http/control.ts";
import type { ControlArguments } from "../../http/control.ts";
import type { Listing } from "../listing.ts";
import { findMarketplace } from "../marketplaces.ts";
import type { SellerAccount } from "../seller-accounts.ts";
import type { AmazonWorld } from "../world.ts";

/** `sellerId`, the first seller when it is left out. */
export function namedSeller({ sellers }: AmazonWorld, args: ControlArguments): SellerAccount {
  const sellerId = optionalText(args, "sellerId");
  const account = sellerId === undefined ? sellers.primary : sellers.find(sellerId);
  if (account === undefined) throw new ControlError(`no seller "${sellerId ?? ""}"`);
  return account;
}

/** `sku` of `sellerId` in `marketplaceId`; where the SKU is listed first when that is left out. */
export function namedListing(world: AmazonWorld, args: ControlArguments): Listing {
  const sku = textArgument(args, "sku");
  const listing = namedSeller(world, args).store.find(sku, optionalText(args, "marketplaceId"));
  if (listing === undefined) throw new ControlError(`no listing "${sku}"`);
  return listing;
}

export function namedMarketplaces(ids: readonly unknown[]): string[] {
  return ids.map((id) => {
    const marketplace = typeof id === "string" ? findMarketplace(id) : undefined;
    if (marketplace === undefined) throw new ControlError(`no marketplace "${String(id)}"`);
    return marketplace.id;
  });
}

/** A number between 0 and 1. */
export function shareArgument(args: ControlArguments, name: string, fallback?: number): number {
  const value = Number(args[name] ?? fallback);
  if (!(value >= 0 && value <= 1)) throw new ControlError(`"${name}" must be between 0 and 1`);
  return value;
}
