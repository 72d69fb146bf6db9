import { parseMoney } from "@calibr/shared/core/money/money-text";
import type { Money } from "@calibr/shared/core/money/money";
import { z } from "zod";

/** `{Amount, CurrencyCode}` with keys in lower case, as `readJson` and `withLowerCaseKeys` leave it. */
export const VendorMoney = z.object({
  amount: z.union([z.string(), z.int()]),
  currencycode: z.string(),
});

/** An exact amount, or null when a part is missing, the currency unknown or the digits too many. */
export function readMoney(value: unknown): Money | null {
  const parsed = VendorMoney.safeParse(value);
  return parsed.success ? exactMoney(parsed.data.amount, parsed.data.currencycode) : null;
}

/** The amount `digits` (text, or a whole number) in `currencyCode`; null when not exactly readable. */
export function exactMoney(digits: unknown, currencyCode: string): Money | null {
  const text = typeof digits === "number" ? String(digits) : digits;
  if (typeof text !== "string") return null;
  const parsed = parseMoney(text, currencyCode);
  return parsed.kind === "money" ? parsed.money : null;
}
