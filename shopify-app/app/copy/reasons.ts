/** One sentence per reason a decision can carry. Facts in braces are filled in; money and shares are formatted. */
import {
  LIMIT_REASON_CODES,
  type ReasonCode,
  STRATEGY_REASON_CODES,
} from "@calibr/shared/core/pricing/reasons";
import type { ReasonView } from "@calibr/shared/ports/shop-views";
import { fillWords } from "./fill-words.ts";
import { moneyFactWords } from "./money.ts";

/** Words of one reason: a title for lists and filters, and the sentence with its facts. */
export interface ReasonWords {
  readonly title: string;
  readonly text: string;
  /** Used when a fact that `text` names is missing. */
  readonly plain?: string;
}

/** `undo_requested` is no decision of the engine: a person asked for the old price back. */
export const REASON_WORDS: Readonly<Record<ReasonCode | "undo_requested", ReasonWords>> = {
  matched_featured: {
    title: "Matches the featured offer",
    text: "Matches the featured offer at {reference}.",
    plain: "Matches the featured offer.",
  },
  beat_featured: {
    title: "Beats the featured offer",
    text: "Goes just below the featured offer at {reference}.",
    plain: "Goes just below the featured offer.",
  },
  matched_lowest: {
    title: "Matches the lowest offer",
    text: "Matches the lowest offer at {reference}.",
    plain: "Matches the lowest offer.",
  },
  beat_lowest: {
    title: "Beats the lowest offer",
    text: "Goes just below the lowest offer at {reference}.",
    plain: "Goes just below the lowest offer.",
  },
  matched_amazon_retail: {
    title: "Matches Amazon itself",
    text: "Amazon itself sells at {reference}. Calibr matches Amazon and does not undercut it, because Amazon would follow down.",
    plain: "Calibr matches Amazon itself and does not undercut it.",
  },
  followed_sibling: {
    title: "Follows your Amazon price",
    text: "Follows your Amazon price of {reference}.",
    plain: "Follows your Amazon price.",
  },
  featured_missing: {
    title: "No featured offer",
    text: "Nobody holds the featured offer now, so the lowest offer counts.",
  },
  featured_left_out: {
    title: "Featured offer ignored",
    text: "The featured offer at {featured} is left out by your rule ({why}).",
    plain: "The featured offer is left out by your rule.",
  },
  raised_to_floor: {
    title: "Stopped at the floor",
    text: "The market would ask for {wanted}, but your floor is {floor}.",
    plain: "The market would ask for less, but your floor stops it.",
  },
  raised_to_parity: {
    title: "Kept level with Amazon",
    text: "Kept at {floor}, so that your store is not cheaper than your Amazon listing.",
    plain: "Raised so that your store is not cheaper than your Amazon listing.",
  },
  lowered_to_ceiling: {
    title: "Stopped at the ceiling",
    text: "The market would allow {wanted}, but the ceiling is {ceiling}.",
    plain: "The market would allow more, but the ceiling stops it.",
  },
  step_limited: {
    title: "Moves in steps",
    text: "Heads for {wanted}; one change moves at most {maxStepBps}.",
    plain: "One change moves only so far; the rest follows later.",
  },
  moved_to_feasible: {
    title: "Moved past a fee step",
    text: "At {wanted} a higher fee would eat your margin, so the price sits at the next amount that earns it.",
    plain: "Moved to the next amount that earns your margin after fees.",
  },
  rule_invalid: {
    title: "Pricing rule needs a fix",
    text: "The pricing rule has values that cannot be used. Open Overview and save the rule again.",
  },
  currency_unknown: {
    title: "Unknown currency",
    text: "The channel reports the currency “{currency}”, which Calibr does not know. No price is changed.",
    plain: "The channel reports a currency that Calibr does not know. No price is changed.",
  },
  listing_inactive: {
    title: "Listing not active",
    text: "The listing is not active on its channel, or the channel is disconnected.",
  },
  asin_missing: {
    title: "No ASIN",
    text: "Amazon has not matched this SKU to a catalogue page, so there are no rival offers to look at.",
  },
  change_in_flight: {
    title: "A change is on its way",
    text: "Another price change of this listing is still on its way. Calibr looks again when it has arrived.",
  },
  sale_price_active: {
    title: "Sale price running",
    text: "A sale price runs on Amazon, so a new list price would have no effect now.",
  },
  automate_pricing_active: {
    title: "Amazon Automate Pricing is on",
    text: "Amazon’s own Automate Pricing moves this price. Switch it off there to let Calibr decide.",
  },
  price_unknown: {
    title: "Current price unknown",
    text: "Calibr has not read the current price from the channel yet.",
  },
  cost_missing: {
    title: "No cost",
    text: "The cost of this item is missing. Without it there is no safe floor. Enter the cost on the product’s page.",
  },
  floor_blank: {
    title: "No floor",
    text: "Your rule asks for a floor that you set yourself, and this item has none.",
  },
  floor_invalid: {
    title: "Floor cannot be used",
    text: "The floor or minimum advertised price must be more than zero.",
  },
  ceiling_invalid: {
    title: "Ceiling cannot be used",
    text: "The ceiling must be more than zero.",
  },
  currency_mismatch: {
    title: "Currencies differ",
    text: "The {what} is in {found}, but the listing sells in {expected}. Calibr never converts silently.",
    plain: "Amounts of this listing are in different currencies. Calibr never converts silently.",
  },
  fees_invalid: {
    title: "Fees unknown",
    text: "The channel’s fees for this listing cannot be worked out, so no floor is certain.",
  },
  floor_unreachable: {
    title: "Margin cannot be reached",
    text: "With a cost of {cost}, no price earns {marginBps} after fees.",
    plain: "No price earns the margin you ask for after fees.",
  },
  floor_above_ceiling: {
    title: "Floor above ceiling",
    text: "The lowest safe price is {floor}, above the ceiling of {ceiling}. Raise the ceiling or lower cost or margin.",
    plain: "The lowest safe price is above the ceiling.",
  },
  no_market_data: {
    title: "No market data yet",
    text: "Calibr has not seen any offers for this ASIN yet.",
  },
  market_stale: {
    title: "Market data too old",
    text: "The offers were last seen {observedAt}. Calibr does not act on old data.",
    plain: "The offers were seen too long ago. Calibr does not act on old data.",
  },
  no_competitor: {
    title: "No rival",
    text: "Nobody else who counts sells this product, so there is nothing to answer.",
  },
  own_offer_featured: {
    title: "You hold the featured offer",
    text: "You already hold the featured offer.",
  },
  featured_owner_unknown: {
    title: "Featured seller unknown",
    text: "Amazon does not say who holds the featured offer at {featured}; it may be you. Calibr waits.",
    plain: "Amazon does not say who holds the featured offer; it may be you. Calibr waits.",
  },
  not_linked: {
    title: "Not linked to Amazon",
    text: "No Amazon listing with this SKU or barcode was found, so there is no price to follow.",
  },
  sibling_price_unknown: {
    title: "Amazon price unknown",
    text: "The price of the linked Amazon listing has not been read yet.",
  },
  sibling_stale: {
    title: "Amazon price too old",
    text: "The price of the linked Amazon listing was last seen {observedAt}. Calibr waits for a fresh one.",
    plain: "The price of the linked Amazon listing was seen too long ago.",
  },
  no_feasible_price: {
    title: "No price fits",
    text: "No amount up to {most} earns your margin after fees.",
    plain: "No amount inside your limits earns your margin after fees.",
  },
  already_at_target: {
    title: "Already right",
    text: "The price is already where it should be, at {price}.",
    plain: "The price is already where it should be.",
  },
  change_too_small: {
    title: "Change too small",
    text: "A move from {current} to {price} is smaller than the least change of your rule.",
    plain: "The move is smaller than the least change of your rule.",
  },
  undone_by_merchant: {
    title: "You took it back",
    text: "You took {price} back. Calibr proposes again when the market moves.",
    plain: "You took this price back. Calibr proposes again when the market moves.",
  },
  undo_requested: {
    title: "Undo",
    text: "Restores the price from before, as you asked.",
  },
};

/** The sentence of a reason with its facts; an unknown code shows itself. */
export function reasonSentence(reason: ReasonView): string {
  const words = findWords(reason.code);
  return words === null ? reason.code : fillWords(words, reason.facts);
}

/**
 * The sentences of a decision, the telling one first. When a limit moved the price away from its target, the
 * limit is the answer, and the target is only what was aimed at.
 */
export function reasonSentences(reasons: readonly ReasonView[]): readonly string[] {
  const limits = reasons.filter((reason) => isOneOf(LIMIT_REASON_CODES, reason.code));
  if (limits.length === 0) return reasons.map(reasonSentence);
  const others = reasons.filter((reason) => !limits.includes(reason));
  return [...limits.map(reasonSentence), ...others.map(aimSentence)];
}

function aimSentence(reason: ReasonView): string {
  const { reference } = reason.facts;
  const isAim = isOneOf(STRATEGY_REASON_CODES, reason.code) && reference !== undefined;
  return isAim
    ? `Aims at ${moneyFactWords(reference)}, ${AIMS[reason.code] ?? "the market"}.`
    : reasonSentence(reason);
}

const AIMS: Readonly<Record<string, string | undefined>> = {
  matched_featured: "the featured offer",
  beat_featured: "just below the featured offer",
  matched_lowest: "the lowest offer",
  beat_lowest: "just below the lowest offer",
  matched_amazon_retail: "Amazon’s own price",
  followed_sibling: "your Amazon price",
};

function isOneOf(codes: readonly string[], code: string): boolean {
  return codes.includes(code);
}

/** The few words of a reason for lists and filters. */
export function reasonTitle(code: string): string {
  return findWords(code)?.title ?? code;
}

/** Reasons without a sentence would show their code: a test asks this of every code. */
export function findWords(code: string): ReasonWords | null {
  const all: Readonly<Record<string, ReasonWords | undefined>> = REASON_WORDS;
  return all[code] ?? null;
}
