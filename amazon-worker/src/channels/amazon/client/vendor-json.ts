/**
 * JSON without floats. Amazon writes money as JSON numbers; both directions keep the digits as they
 * stand in the text, so that no price ever passes through binary floating point.
 */

/**
 * Parses JSON. Integers that a `number` holds exactly stay numbers; every other number becomes its
 * digits as text ("19.99").
 * @throws SyntaxError when the text is no JSON.
 */
export function readJson(text: string): unknown {
  return JSON.parse(text, keepDigits);
}

// The third argument is ECMAScript's "JSON.parse source text access", in Node since version 21.
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number") return value;
  const source = context?.source ?? "";
  const isPlain = /^-?\d+(\.\d+)?$/.test(source);
  // 140737488355328.01 is a whole number to a double: only the text knows better.
  const hasFraction = isPlain && /\.\d*[1-9]/.test(source);
  if (Number.isSafeInteger(value) && !hasFraction) return value;
  // Java writes large doubles as 1.23456789E7: the shortest decimal of the double is meant.
  return isPlain ? source : String(value);
}

interface RawJsonMaker {
  rawJSON(text: string): unknown;
}

/** A value that `JSON.stringify` writes as this JSON number, digit for digit. */
export function jsonNumber(decimalText: string): unknown {
  const maker: unknown = JSON;
  return (maker as RawJsonMaker).rawJSON(decimalText);
}

// A document nested deeper than any of Amazon's is cut off rather than overflowing the stack.
const DEPTH_MAX = 40;

/**
 * The same document with every key in lower case. Amazon changed `MarketplaceID` to `marketplaceId`
 * within one API version, and notifications use another case than the operation with the same fields.
 */
export function withLowerCaseKeys(value: unknown, depth = 0): unknown {
  if (depth > DEPTH_MAX) return null;
  if (Array.isArray(value)) return value.map((part) => withLowerCaseKeys(part, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, part]) => [key.toLowerCase(), withLowerCaseKeys(part, depth + 1)]),
  );
}
