import { type Decoder, parsed } from "../json/decode.ts";
import { type CurrencyCode, parseCurrency } from "./currency.ts";
import type { Money } from "./money.ts";
import { moneyFromJson } from "./money-json.ts";

/** Reads stored money. */
export const moneyDecoder: Decoder<Money> = parsed("money", moneyFromJson);

/** Reads a stored currency code that we know. */
export const currencyDecoder: Decoder<CurrencyCode> = parsed("a known currency", parseCurrency);
