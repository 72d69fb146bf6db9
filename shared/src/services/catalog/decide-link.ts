import { parseListingId, type ShopId } from "../../core/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import type { InShop } from "../../ports/shop-transaction.ts";

/** What deciding a link needs from outside. */
export interface DecideLinkDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
}

/** Most units one sale may hand over; also a CHECK in the database. */
const UNITS_MAX = 1_000;

/** What became of the decision. Nothing is stored unless it is `linked` or `dismissed`. */
export type DecideLinkOutcome = "linked" | "dismissed" | "not_found" | "units_invalid";

/** A person's word on one Amazon listing, as their form says it. */
export interface LinkOrder {
  readonly shopId: ShopId;
  readonly listingId: string;
  /** The variant that sells the same thing; null = none of the candidates does. */
  readonly variantId: string | null;
  /** Units of the variant in one sale of the listing, digits. */
  readonly units: string;
  readonly person: string;
}

/**
 * Stores what a person says a listing is. Its cost and bounds are then the item's, times the units of one
 * sale, and everything that shares the item is decided again. A later import never undoes it.
 */
export async function decideLink(
  deps: DecideLinkDeps,
  order: LinkOrder,
): Promise<DecideLinkOutcome> {
  const listingId = parseListingId(order.listingId);
  const variantId = order.variantId === null ? null : parseListingId(order.variantId);
  if (listingId === null || (order.variantId !== null && variantId === null)) return "not_found";
  const unitsPerSale = /^\d{1,4}$/.test(order.units) ? Number.parseInt(order.units, 10) : 0;
  if (variantId !== null && (unitsPerSale < 1 || unitsPerSale > UNITS_MAX)) return "units_invalid";
  const { person } = order;
  const at = deps.clock.now();
  return deps.inShop(order.shopId, async (tx) => {
    if (variantId === null)
      return (await tx.links.dismiss(listingId, { person, at })) ? "dismissed" : "not_found";
    const together = await tx.links.linkByHand({ listingId, variantId, unitsPerSale, person, at });
    if (together === null) return "not_found";
    await tx.market.markDirty(
      together.map((each) => ({ listingId: each, cause: "bounds_changed", eventAt: at })),
      at,
    );
    await tx.wake("decide");
    return "linked";
  });
}
