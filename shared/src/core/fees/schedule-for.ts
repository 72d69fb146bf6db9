import type { Channel } from "../channel.ts";
import { findMarketplace } from "../marketplaces.ts";
import { type CurrencyCode, exponentOf } from "../money/currency.ts";
import { AMAZON_US_GENERIC, type FeeSchedule, SHOPIFY_PAYMENTS_US } from "./fee-schedule.ts";

/** Which schedule a listing's fees come from. */
export type FeeQuestion = {
  readonly channel: Channel;
  /** Amazon marketplace id; empty for Shopify. */
  readonly marketplaceId: string;
  readonly fulfilment: "merchant" | "amazon" | null;
  readonly currency: CurrencyCode;
};

/**
 * The fee schedule to reckon with when no schedule of the listing's own category is known.
 *
 * Cautious where we do not know: prices of marketplaces that show them with tax are taken to contain the
 * country's standard VAT, and a listing that Amazon ships bears a fulfilment fee of a two-pound parcel, so
 * that a floor is rather too high than too low.
 */
export function feeScheduleFor(question: FeeQuestion): FeeSchedule {
  return question.channel === "shopify"
    ? shopifySchedule(question.currency)
    : amazonSchedule(question);
}

function shopifySchedule(currency: CurrencyCode): FeeSchedule {
  if (currency === SHOPIFY_PAYMENTS_US.currency) return SHOPIFY_PAYMENTS_US;
  return {
    ...SHOPIFY_PAYMENTS_US,
    key: `shopify-payments-${currency.toLowerCase()}`,
    currency,
    perSaleMinor: scaled(SHOPIFY_PAYMENTS_US.perSaleMinor, currency),
  };
}

function amazonSchedule(question: FeeQuestion): FeeSchedule {
  const country = findMarketplace(question.marketplaceId)?.country ?? "US";
  const isShippedByAmazon = question.fulfilment === "amazon";
  const feeMinor = isShippedByAmazon ? scaled(TWO_POUND_PARCEL_CENTS, question.currency) : 0n;
  return {
    ...AMAZON_US_GENERIC,
    key: `amazon-${country.toLowerCase()}-generic${isShippedByAmazon ? "-fba" : ""}`,
    currency: question.currency,
    minimumMinor: scaled(AMAZON_US_GENERIC.minimumMinor, question.currency),
    fulfilmentSteps: [{ upToMinor: null, feeMinor }],
    taxIncludedBps: VAT_BPS[country] ?? 0,
  };
}

// Amazon US, large standard size, 1.5 to 2 lb, non-peak, apparel excluded: the middle of what small parcels
// cost. Until an item's own size and weight are known, this keeps an FBA floor from forgetting the fee.
const TWO_POUND_PARCEL_CENTS = 577n;

/** A fee of so many US cents in another currency's minor units: the number stays, the exponent is respected. */
function scaled(cents: bigint, currency: CurrencyCode): bigint {
  const exponent = exponentOf(currency);
  // Currencies without decimals are roughly a hundred times smaller per unit, so the number itself stays right.
  return exponent <= 2 ? cents : cents * 10n ** BigInt(exponent - 2);
}

// Standard VAT or GST contained in displayed prices, basis points of the untaxed price. Source: the European
// Commission's table of VAT rates and the countries' tax offices, read 2026-11-23.
const VAT_BPS: Readonly<Record<string, number>> = {
  GB: 2000,
  DE: 1900,
  FR: 2000,
  IT: 2200,
  ES: 2100,
  NL: 2100,
  BE: 2100,
  IE: 2300,
  SE: 2500,
  PL: 2300,
  TR: 2000,
  EG: 1400,
  SA: 1500,
  AE: 500,
  ZA: 1500,
  IN: 1800,
  AU: 1000,
  SG: 900,
  JP: 1000,
};
