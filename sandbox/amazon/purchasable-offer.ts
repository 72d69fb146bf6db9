/**
 * The `purchasable_offer` attribute: what a patch does to it, what Amazon refuses, and which price a
 * shopper then pays. Pure: takes attributes, gives attributes.
 *
 * An element is selected by marketplace_id + currency + audience (default ALL); these three cannot be
 * changed. `merge` changes only the sub-attributes sent and deletes those sent as null; `replace` and
 * `add` put the element in place of the old one; `delete` removes the selected elements (all of them
 * without a value). Source: Listings Items API 2021-08-01 model and "Manage purchasable offers".
 */
import type { Issue, PatchOperation } from "@sp-api-sdk/listings-items-api-2021-08-01";
import { toMinor } from "./decimal.ts";

export type OfferElement = Readonly<Record<string, unknown>>;

export const PURCHASABLE_OFFER = "purchasable_offer";
const SELECTORS = ["marketplace_id", "currency", "audience"] as const;
const PRICE_FIELDS = [
  "our_price",
  "minimum_seller_allowed_price",
  "maximum_seller_allowed_price",
  "discounted_price",
  "map_price",
] as const;

interface PatchOutcome {
  readonly offers: readonly OfferElement[];
  /** Any of severity ERROR means that nothing of the patch may be stored. */
  readonly issues: readonly Issue[];
}

/** Applies one patch to a copy of the stored elements. */
export function patchOffers(stored: readonly OfferElement[], patch: PatchOperation): PatchOutcome {
  const values: readonly unknown[] = patch.value ?? [];
  const issues = values.flatMap((value) => shapeIssues(value));
  if (issues.length > 0) return { offers: stored, issues };
  const elements = values.filter(isRecord);
  if (patch.op === "delete" && elements.length === 0) return { offers: [], issues: [] };
  if (elements.length === 0) return { offers: stored, issues: [invalidShape()] };
  let offers = [...stored];
  for (const element of elements) {
    const index = offers.findIndex((offer) => isSameOffer(offer, element));
    const next = patched(patch.op, offers[index], element);
    if (index < 0) offers = next === null ? offers : [...offers, next];
    else offers = next === null ? offers.toSpliced(index, 1) : offers.with(index, next);
  }
  return { offers, issues: offers.flatMap(boundIssues) };
}

function patched(
  op: PatchOperation["op"],
  stored: OfferElement | undefined,
  sent: OfferElement,
): OfferElement | null {
  switch (op) {
    case "delete":
      return null;
    case "add":
    case "replace":
      return withoutNulls({ audience: "ALL", ...sent });
    case "merge":
      return withoutNulls({ audience: "ALL", ...stored, ...sent });
  }
}

function withoutNulls(element: OfferElement): OfferElement {
  return Object.fromEntries(Object.entries(element).filter(([, value]) => value !== null));
}

function isSameOffer(a: OfferElement, b: OfferElement): boolean {
  return SELECTORS.every((selector) => selectorOf(a, selector) === selectorOf(b, selector));
}

function selectorOf(offer: OfferElement, selector: (typeof SELECTORS)[number]): unknown {
  return offer[selector] ?? (selector === "audience" ? "ALL" : undefined);
}

/** The price in force in a field at an instant, in minor units. */
export function priceAt(
  offer: OfferElement,
  field: (typeof PRICE_FIELDS)[number],
  at: Date,
): number | undefined {
  const currency = currencyOf(offer);
  for (const { value, startAt, endAt } of schedulesOf(offer, field)) {
    if (startAt !== undefined && at < startAt) continue;
    if (endAt !== undefined && at >= endAt) continue;
    const minor = toMinor(value, currency);
    if (minor !== undefined) return minor;
  }
  return undefined;
}

/** What a shopper pays: the sale price while its window is open, else our_price. */
export function effectivePrice(offer: OfferElement, at: Date): number | undefined {
  return priceAt(offer, "discounted_price", at) ?? priceAt(offer, "our_price", at);
}

/** The next instant after `at` at which a sale begins or ends. */
export function nextPriceTurn(offer: OfferElement, at: Date): Date | undefined {
  return schedulesOf(offer, "discounted_price")
    .flatMap(({ startAt, endAt }) => [startAt, endAt])
    .filter((turn) => turn !== undefined)
    .filter((turn) => turn > at)
    .sort((a, b) => a.getTime() - b.getTime())[0];
}

/** The consumer offer of a marketplace, the one a shopper meets. */
export function consumerOffer(
  offers: readonly OfferElement[],
  marketplaceId: string,
): OfferElement | undefined {
  return offers.find(
    (offer) => offer["marketplace_id"] === marketplaceId && selectorOf(offer, "audience") === "ALL",
  );
}

/** What business customers pay, undefined where they have no price of their own. */
export function businessPrice(
  listing: { readonly offers: readonly OfferElement[] },
  at: Date,
): number | undefined {
  const offer = listing.offers.find((element) => element["audience"] === "B2B");
  return offer && priceAt(offer, "our_price", at);
}

export function currencyOf(offer: OfferElement): string {
  return typeof offer["currency"] === "string" ? offer["currency"] : "USD";
}

interface Schedule {
  readonly value: unknown;
  readonly startAt: Date | undefined;
  readonly endAt: Date | undefined;
}

function schedulesOf(offer: OfferElement, field: string): Schedule[] {
  const prices = offer[field];
  if (!Array.isArray(prices)) return [];
  return prices.filter(isRecord).flatMap((price) => {
    const schedule = price["schedule"];
    if (!Array.isArray(schedule)) return [];
    return schedule.filter(isRecord).map((entry) => ({
      value: entry["value_with_tax"],
      startAt: instantOf(entry["start_at"]),
      endAt: instantOf(entry["end_at"]),
    }));
  });
}

function instantOf(value: unknown): Date | undefined {
  const text = isRecord(value) ? value["value"] : value;
  if (typeof text !== "string") return undefined;
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

function shapeIssues(value: unknown): Issue[] {
  if (!isRecord(value)) return [invalidShape()];
  if (typeof value["marketplace_id"] !== "string") return [invalidShape("marketplace_id")];
  if (typeof value["currency"] !== "string") return [invalidShape("currency")];
  if (value["our_price"] === null) return [tooFewValues("our_price")];
  return PRICE_FIELDS.flatMap((field) => fieldIssues(value, field));
}

function fieldIssues(element: OfferElement, field: string): Issue[] {
  const prices = element[field];
  if (prices === undefined || prices === null) return [];
  if (!Array.isArray(prices)) return [invalidShape()];
  if (prices.length === 0) return field === "our_price" ? [tooFewValues(field)] : [];
  for (const price of prices) {
    if (!isRecord(price)) return [invalidShape()];
    const schedule = price["schedule"];
    if (schedule === undefined) return [tooFewValues(field)];
    if (!Array.isArray(schedule)) return [invalidShape()];
    if (schedule.length === 0) return [tooFewValues(field)];
    for (const entry of schedule) {
      if (!isRecord(entry)) return [invalidShape()];
      const minor = toMinor(entry["value_with_tax"], currencyOf(element));
      if (minor === undefined || minor <= 0) return [invalidValue(field)];
    }
  }
  return [];
}

/** Amazon compares the price with the bounds it has stored, not with those the seller meant. */
function boundIssues(offer: OfferElement): Issue[] {
  const at = new Date(0);
  const price = priceAt(offer, "our_price", at);
  const floor = priceAt(offer, "minimum_seller_allowed_price", at);
  const ceiling = priceAt(offer, "maximum_seller_allowed_price", at);
  if (price === undefined) return [];
  if (floor !== undefined && floor > price) return [outOfBounds("18155", "minimum", "greater")];
  if (ceiling !== undefined && ceiling < price) return [outOfBounds("18156", "maximum", "less")];
  return [];
}

function outOfBounds(code: string, bound: string, than: string): Issue {
  return {
    code,
    message: `The '${bound} price' is ${than} than the selling price. Review and update your price and/or ${bound} price.`,
    severity: "ERROR",
    attributeNames: [PURCHASABLE_OFFER],
    categories: ["INVALID_PRICE"],
    enforcements: {
      actions: [{ action: "LISTING_SUPPRESSED" }],
      exemption: { status: "NOT_EXEMPT" },
    },
  };
}

function invalidShape(selector?: string): Issue {
  return {
    code: selector === undefined ? "4000001" : "90220",
    message:
      selector === undefined
        ? "The provided value for 'purchasable_offer' is invalid."
        : `'[purchasable_offer.${selector}]' is required but not supplied.`,
    severity: "ERROR",
    attributeNames: [PURCHASABLE_OFFER],
    categories: ["INVALID_ATTRIBUTE"],
  };
}

function tooFewValues(field: string): Issue {
  return {
    code: "99022",
    message: `The field '"prices"' for the attribute 'purchasable_offer.${field}' does not have enough values. The required minimum is '1' value(s).`,
    severity: "ERROR",
    attributeNames: [`${PURCHASABLE_OFFER}.${field}`],
    categories: ["INVALID_ATTRIBUTE"],
  };
}

function invalidValue(field: string): Issue {
  return {
    code: "90117",
    message: `The value for 'purchasable_offer.${field}' is not a valid price.`,
    severity: "ERROR",
    attributeNames: [`${PURCHASABLE_OFFER}.${field}`],
    categories: ["INVALID_ATTRIBUTE"],
  };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
