/** One sentence per problem of a form field. */
export const FIELD_WORDS = {
  not_a_decimal: "Enter an amount such as 19.99.",
  too_many_decimals: "This currency has fewer decimals.",
  too_large: "This amount is too large.",
  not_positive: "Enter an amount above zero.",
  currency_unknown: "The currency of this item is not known.",
  floor_above_ceiling: "The floor must not be above the ceiling.",
  map_above_ceiling: "The minimum advertised price must not be above the ceiling.",
  not_a_percentage: "Enter a percentage such as 5 or 7.5.",
  not_an_amount: "Enter an amount such as 0.01.",
  out_of_range: "This value is out of range.",
  unknown_choice: "Choose one of the options.",
  unknown_mode: "Choose one of the options.",
  units_invalid: "Enter a whole number from 1 to 1,000.",
  unknown_id: "This is not in your store.",
  unknown_marketplace: "Choose one of Amazon’s country stores.",
  not_understood: "Calibr cannot read this value.",
} as const;

/** The sentence under a field; undefined when the field is fine. */
export function fieldWords(code: string | undefined): string | undefined {
  if (code === undefined) return undefined;
  const all: Readonly<Record<string, string | undefined>> = FIELD_WORDS;
  return all[code] ?? FIELD_WORDS.not_understood;
}
