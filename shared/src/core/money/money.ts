import { type CurrencyCode, currency } from "./currency.ts";
import { divide, type Rounding } from "./rounding.ts";

/**
 * An exact amount in minor units (cents, yen, fils) of one currency; may be negative or zero.
 * The only way money is carried in this code base: never a `number`.
 */
export type Money = { readonly amountMinor: bigint; readonly currency: CurrencyCode };

/** One hundred percent in basis points. */
export const BPS_ONE = 10_000n;

/** Makes an amount from minor units. @throws RangeError when the currency is unknown. */
export function money(amountMinor: bigint, code: string): Money {
  return { amountMinor, currency: currency(code) };
}

/** Nothing, in the given currency. */
export function zero(code: CurrencyCode): Money {
  return { amountMinor: 0n, currency: code };
}

/** Sum of two amounts of one currency. @throws RangeError when currencies differ. */
export function add(left: Money, right: Money): Money {
  assertSameCurrency(left, right);
  return { amountMinor: left.amountMinor + right.amountMinor, currency: left.currency };
}

/** `left − right`, may be negative. @throws RangeError when currencies differ. */
export function subtract(left: Money, right: Money): Money {
  assertSameCurrency(left, right);
  return { amountMinor: left.amountMinor - right.amountMinor, currency: left.currency };
}

/** −1, 0 or 1 as `left` is less than, equal to or more than `right`. @throws RangeError when currencies differ. */
export function compare(left: Money, right: Money): -1 | 0 | 1 {
  assertSameCurrency(left, right);
  if (left.amountMinor === right.amountMinor) return 0;
  return left.amountMinor < right.amountMinor ? -1 : 1;
}

/** True when both amount and currency agree; different currencies are simply not equal. */
export function equals(left: Money, right: Money): boolean {
  return left.currency === right.currency && left.amountMinor === right.amountMinor;
}

/** The smaller of two amounts. @throws RangeError when currencies differ. */
export function min(left: Money, right: Money): Money {
  return compare(left, right) <= 0 ? left : right;
}

/** The larger of two amounts. @throws RangeError when currencies differ. */
export function max(left: Money, right: Money): Money {
  return compare(left, right) >= 0 ? left : right;
}

/** A ratio of two integers to multiply by, with the rounding of what is left over. */
export type Ratio = {
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly rounding: Rounding;
};

/** `amount × numerator ÷ denominator`, rounded once at the end. @throws RangeError when the denominator is zero. */
export function multiply(amount: Money, ratio: Ratio): Money {
  const { numerator, denominator, rounding } = ratio;
  return {
    amountMinor: divide(amount.amountMinor * numerator, denominator, rounding),
    currency: amount.currency,
  };
}

/** A share of an amount: `bps` basis points (1,500 is 15 %), rounded as named. `bps` is an integer. */
export function percentage(amount: Money, bps: number, rounding: Rounding): Money {
  return multiply(amount, { numerator: BigInt(bps), denominator: BPS_ONE, rounding });
}

/** Throws when two amounts cannot be compared. @throws RangeError naming both currencies. */
export function assertSameCurrency(left: Money, right: Money): void {
  if (left.currency === right.currency) return;
  throw new RangeError(`Cannot mix ${left.currency} with ${right.currency}.`);
}
