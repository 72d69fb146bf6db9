import type { Channel } from "../channel.ts";
import type { FeeSchedule } from "../fees/fee-schedule.ts";
import type { Asin, ChangeId, ListingId } from "../ids.ts";
import type { Money } from "../money/money.ts";
import type { MarketSnapshot } from "../offers/market-snapshot.ts";
import type { PricingRule } from "./pricing-rule.ts";

/** The listing to be priced, as its channel last showed it. */
export type ListingFacts = {
  readonly listingId: ListingId;
  readonly channel: Channel;
  /** As the channel writes it; may be a code that we do not know. */
  readonly currency: string;
  readonly isActive: boolean;
  /** Null on Shopify, and on an Amazon listing that Amazon has not matched to its catalogue. */
  readonly asin: Asin | null;
  /** The price last read from the channel; null when never read. */
  readonly currentPrice: Money | null;
  /** What a buyer pays us for shipping; null when not known, which counts as free. */
  readonly shipping: Money | null;
  /** Points that we give to the buyer (Japan); null elsewhere. */
  readonly points: Money | null;
  /** A sale price runs, so that the price we write has no effect now. */
  readonly hasActiveSale: boolean;
  /** Amazon's own Automate Pricing moves this price. */
  readonly isAutoPriced: boolean;
  /** The change of this listing between approval and proof; null when there is none. */
  readonly changeInFlight: ChangeId | null;
};

/** Hand-set walls and what the walls are reckoned from. */
export type BoundFacts = {
  readonly handFloor: Money | null;
  readonly handCeiling: Money | null;
  /** Minimum advertised price that applies now. */
  readonly map: Money | null;
  /** The usual price of late, against which the cap is measured; null takes the current price. */
  readonly recentPrice: Money | null;
};

/** What one unit costs, beside the channel's fees. */
export type CostFacts = {
  /** Null or not positive means unknown: the price is held. */
  readonly cost: Money | null;
  /** Inbound freight, packing, advertising per unit. */
  readonly other: Money | null;
  readonly returnReserveBps: number;
};

/** The listing that a follower follows. */
export type SiblingFacts = {
  readonly listingId: ListingId;
  /** Its price without shipping: live, or on its way. Null when not known. */
  readonly price: Money | null;
  /** Its price with shipping; null when not known. */
  readonly landed: Money | null;
  /** When `price` was true. */
  readonly observedAt: Date;
};

/** A price that the merchant took back, and the reference it answered. */
export type TakenBack = { readonly price: Money; readonly reference: Money | null };

/**
 * Everything a decision depends on, as one plain value that is stored with the decision: the same
 * inputs and the same engine version give the same decision, byte for byte.
 */
export type DecisionInputs = {
  readonly decidedAt: Date;
  readonly listing: ListingFacts;
  readonly bounds: BoundFacts;
  readonly costs: CostFacts;
  readonly fees: FeeSchedule;
  readonly rule: PricingRule;
  /** For `match` and `beat`; null when the market was never seen. */
  readonly market: MarketSnapshot | null;
  /**
   * Every seller account of the merchant, also the listing's own: a picture of the market marks as own only the offers
   * of the account that it was read with.
   */
  readonly sisterSellerIds: readonly string[];
  /** For `follow`; null when the listing is not linked. */
  readonly sibling: SiblingFacts | null;
  readonly takenBack: TakenBack | null;
};
