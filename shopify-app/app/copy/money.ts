/** Money, shares and numbers as people read them. Texts are the same on the server and in every browser. */
import { formatMoney } from "@calibr/shared/core/money/format-money";
import { moneyFromJson, moneyFromText, type MoneyJson } from "@calibr/shared/core/money/money-json";
import { BPS_ONE } from "@calibr/shared/core/money/money";
import { printDecimal } from "@calibr/shared/core/money/money-text";
import { divide } from "@calibr/shared/core/money/rounding";

const LOCALE = "en-US";
const counts = new Intl.NumberFormat(LOCALE);

/** An amount such as "$1,999.00"; a dash when there is none, and plain digits when its currency is unknown. */
export function moneyWords(amount: MoneyJson | null): string {
  if (amount === null) return "–";
  const money = moneyFromJson(amount);
  return money === null ? `${amount.currency} ${amount.amountMinor}` : formatMoney(money, LOCALE);
}

/** A money fact ("USD 1999") as an amount; any other text stays as it is. */
export function moneyFactWords(fact: string): string {
  const money = moneyFromText(fact);
  return money === null ? fact : formatMoney(money, LOCALE);
}

/** An amount as a person would type it into a field: "19.99"; blank when there is none. */
export function moneyField(amount: MoneyJson | null): string {
  const money = amount === null ? null : moneyFromJson(amount);
  return money === null ? "" : printDecimal(money);
}

/** A move from one price to another. */
export interface PriceMove {
  readonly direction: "up" | "down" | "same";
  /** Signed, one decimal: "+4.2 %"; "–" when it cannot be said. */
  readonly percent: string;
  /** Signed amount: "+$0.80". */
  readonly amount: string;
}

/** What a move looks like; null when the prices cannot be compared. */
export function priceMove(from: MoneyJson, to: MoneyJson): PriceMove | null {
  const before = moneyFromJson(from);
  const after = moneyFromJson(to);
  if (before === null || after === null || before.currency !== after.currency) return null;
  const moved = after.amountMinor - before.amountMinor;
  const sign = moved > 0n ? "+" : moved < 0n ? "−" : "";
  const size = { amountMinor: moved < 0n ? -moved : moved, currency: before.currency };
  return {
    direction: moved > 0n ? "up" : moved < 0n ? "down" : "same",
    amount: `${sign}${formatMoney(size, LOCALE)}`,
    percent:
      before.amountMinor > 0n ? `${sign}${shareOf(size.amountMinor, before.amountMinor)}` : "–",
  };
}

/** Sum of all moves, per currency, as signed amounts: "−$12.40". Empty when nothing can be compared. */
export function totalMove(
  moves: readonly { oldPrice: MoneyJson; newPrice: MoneyJson }[],
): string[] {
  const totals = new Map<string, bigint>();
  for (const { oldPrice, newPrice } of moves) {
    const before = moneyFromJson(oldPrice);
    const after = moneyFromJson(newPrice);
    if (before === null || after === null || before.currency !== after.currency) continue;
    totals.set(
      before.currency,
      (totals.get(before.currency) ?? 0n) + after.amountMinor - before.amountMinor,
    );
  }
  return [...totals].flatMap(([currency, total]) => {
    const zero = { amountMinor: "0", currency };
    const move = priceMove(zero, { amountMinor: String(total), currency });
    return move === null ? [] : [move.amount];
  });
}

/** Basis points as a percentage: 1,050 is "10.5 %". */
export function bpsWords(bps: number): string {
  return `${bpsField(bps)} %`;
}

/** Basis points as a person would type a percentage: "10.5". */
export function bpsField(bps: number): string {
  const sign = bps < 0 ? "-" : "";
  const digits = String(Math.abs(bps)).padStart(3, "0");
  const fraction = digits.slice(-2).replace(/0+$/, "");
  return `${sign}${digits.slice(0, -2)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** A whole number with separators: "1,204". */
export function countWords(count: number): string {
  return counts.format(count);
}

/** "1 price" or "12 prices". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${countWords(count)} ${count === 1 ? one : many}`;
}

function shareOf(part: bigint, whole: bigint): string {
  const tenths = divide(part * BPS_ONE, whole * 10n, "half-even");
  if (tenths === 0n && part !== 0n) return "0.1 %";
  return `${String(tenths / 10n)}.${String(tenths % 10n)} %`;
}
