import type { ProductFilter } from "@calibr/shared/ports/shop-views";

/** The filters of the Products page, in the order in which they stand. */
export const PRODUCT_FILTERS = [
  "all",
  "linked",
  "held",
  "no_cost",
  "unlinked",
  "box_lost",
  "suppressed",
  "silent",
] as const satisfies readonly ProductFilter[];

export const PRODUCT_FILTER_WORDS: Readonly<Record<ProductFilter, string>> = {
  all: "All",
  linked: "On both channels",
  held: "Price held",
  no_cost: "No cost",
  unlinked: "Not linked",
  box_lost: "Featured offer lost",
  suppressed: "Suppressed",
  silent: "Silent",
};

/** Why a filter shows nothing. */
export const EMPTY_FILTER_WORDS: Readonly<Record<ProductFilter, string>> = {
  all: "Calibr has not read any product yet.",
  linked: "No product is linked to an Amazon listing yet.",
  held: "No price is held.",
  no_cost: "Every product has a cost.",
  unlinked: "Every listing is linked.",
  box_lost: "No listing has lost the featured offer.",
  suppressed: "Amazon holds nothing against your listings.",
  silent: "Calibr knows of no silent ASIN.",
};
