/**
 * Shopify's search syntax, as far as the product uses it: `field:value` terms with
 * quotes, comparisons (`updated_at:>='2026-10-01T00:00:00Z'`), a trailing `*`, free
 * words, AND (or a space) and OR (shopify.dev, "API search syntax", read 2026-11).
 * A field this file does not know is an error, not a silent match of everything.
 */
import { GraphQLError } from "graphql";

/** How to read a searchable field of a thing. Dates are compared as instants, numbers as numbers. */
export type SearchFields<T> = Readonly<
  Record<string, (item: T) => string | number | Date | readonly string[]>
>;

type Test<T> = (item: T) => boolean;

export function parseSearch<T>(
  query: string | null | undefined,
  fields: SearchFields<T>,
  freeText: (item: T) => string,
): Test<T> {
  if (query == null || query.trim() === "") return () => true;
  const alternatives: Test<T>[][] = [[]];
  for (const token of tokenize(query)) {
    if (token === "OR") alternatives.push([]);
    else if (token !== "AND") alternatives.at(-1)?.push(term(token, fields, freeText));
  }
  return (item) => alternatives.some((tests) => tests.every((test) => test(item)));
}

/** Splits at spaces outside quotes. */
function tokenize(query: string): string[] {
  return query.match(/(?:[^\s"']+|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')+/g) ?? [];
}

function term<T>(token: string, fields: SearchFields<T>, freeText: (item: T) => string): Test<T> {
  const colon = /^([a-z_]+):(.*)$/s.exec(token);
  if (colon === null) {
    const word = unquote(token).toLowerCase();
    return (item) => freeText(item).toLowerCase().includes(word);
  }
  const [, name = "", rest = ""] = colon;
  const read = fields[name];
  if (read === undefined) {
    throw new GraphQLError(`sandbox: the search field "${name}" is not imitated`);
  }
  const [, operator = "", raw = ""] = /^(>=|<=|>|<)?(.*)$/s.exec(rest) ?? [];
  const wanted = unquote(raw);
  return (item) => {
    const found = read(item);
    const values = Array.isArray(found) ? (found as readonly string[]) : [found];
    return values.some((value) => matches(value as string | number | Date, operator, wanted));
  };
}

function matches(value: string | number | Date, operator: string, wanted: string): boolean {
  if (typeof value === "string" && operator === "") {
    const [have, want] = [value.toLowerCase(), wanted.toLowerCase()];
    return want.endsWith("*") ? have.startsWith(want.slice(0, -1)) : have === want;
  }
  const left = value instanceof Date ? value.getTime() : value;
  const right =
    value instanceof Date
      ? Date.parse(wanted)
      : typeof value === "number"
        ? Number(wanted)
        : wanted;
  if (typeof right === "number" && Number.isNaN(right)) return false;
  switch (operator) {
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    default:
      return left === right;
  }
}

function unquote(text: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(text);
  return (quoted?.[2] ?? text).replaceAll(/\\(.)/g, "$1");
}
