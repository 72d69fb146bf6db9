/** What canonical text can hold: JSON, plus bigints (written as digits) and instants (written as ISO text). */
export type Encodable =
  | null
  | boolean
  | number
  | string
  | bigint
  | Date
  | readonly Encodable[]
  | { readonly [key: string]: Encodable };

/**
 * One text for one value: keys sorted by code unit, no spaces, bigints as decimal digits, instants as
 * ISO 8601 UTC with milliseconds. Equal values give equal bytes, which is what hashing and replay need.
 *
 * The text does not say which strings were bigints or instants: the decoder's schema does.
 * @throws RangeError on a number that JSON cannot hold, or an invalid instant.
 */
export function encodeCanonical(value: Encodable): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `"${value}"`;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new RangeError(`${value} has no canonical text.`);
    return JSON.stringify(value);
  }
  if (value instanceof Date) return `"${value.toISOString()}"`;
  if (isList(value)) return `[${value.map(encodeCanonical).join(",")}]`;
  const fields = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${fields.map(([key, each]) => `${JSON.stringify(key)}:${encodeCanonical(each)}`).join(",")}}`;
}

// `Array.isArray` does not narrow a readonly array.
function isList(value: object): value is readonly Encodable[] {
  return Array.isArray(value);
}
