/**
 * How answers are read: what names a thing must be there, everything else may be missing, null or of
 * another type and is then null. Fields we do not know are passed over, and one entry that cannot be
 * read never costs the entries beside it. Amazon marks fields as required that real answers leave out
 * (models issue 5054), so its schemas are no guide to what may be missing.
 */
import type { Money } from "@calibr/shared/core/money/money";
import { z } from "zod";
import { unreadableAnswer } from "../client/errors.ts";
import { withLowerCaseKeys } from "../client/vendor-json.ts";
import { readMoney } from "../client/vendor-money.ts";
import { instantOf } from "../client/vendor-time.ts";

// Optional, or zod would demand that the key is there.
const anything = z.unknown().optional();

/** Text; null when missing, blank or no text. */
export const text = z
  .string()
  .min(1)
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** What names a thing: text that must be there. */
export const name = z.string().min(1);

/** A whole number from zero on; null when missing or something else. */
export const count = z
  .int()
  .nonnegative()
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** Yes or no; null when missing or something else. */
export const flag = z
  .boolean()
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** An instant; null when missing or unreadable. */
export const instant = anything.transform(toInstant);

/** A list of anything; empty when missing or no list. */
export const list = anything.transform(toList);

/** The texts of a list; anything else in it is passed over. */
export const texts = anything.transform((value) =>
  toList(value).filter((part) => typeof part === "string"),
);

/** An exact amount in either of Amazon's spellings; null when it is not exactly readable. */
export const amount = anything.transform((value): Money | null =>
  readMoney(withLowerCaseKeys(value)),
);

/** A share printed in percent ("42.75") as basis points, rounded down; null when unreadable. */
export const shareBps = anything.transform(toBps);

/** Fields of an object that may be missing as a whole; null then, or when it does not fit. */
export function part<Schema extends z.ZodType>(schema: Schema) {
  return anything.transform((value): z.output<Schema> | null => {
    const parsed = schema.safeParse(value);
    return parsed.success ? parsed.data : null;
  });
}

/** The entries of a list that fit; the others are passed over. */
export function listOf<Schema extends z.ZodType>(schema: Schema) {
  return anything.transform((value): z.output<Schema>[] => fitting(toList(value), schema).entries);
}

/** A page of things, and how many more there were that could not be read. */
export interface Page<Entry> {
  readonly entries: readonly Entry[];
  /** Asks for the page after this one; null on the last. */
  readonly nextToken: string | null;
  /** Entries without what names them. */
  readonly unreadable: number;
}

/** The entries that fit a schema, and how many did not. */
export function fitting<Schema extends z.ZodType>(
  values: readonly unknown[],
  schema: Schema,
): { readonly entries: z.output<Schema>[]; readonly unreadable: number } {
  const entries: z.output<Schema>[] = [];
  for (const value of values) {
    const parsed = schema.safeParse(value);
    if (parsed.success) entries.push(parsed.data);
  }
  return { entries, unreadable: values.length - entries.length };
}

/**
 * The answer as the schema reads it.
 * @throws AppError amazon_bad_answer when what names it is missing.
 */
export function readFrame<Schema extends z.ZodType>(
  operation: string,
  schema: Schema,
  body: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined ? "" : issue.path.join(".");
  throw unreadableAnswer(operation, `${where || "the answer"} is missing or not as expected`);
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function toInstant(value: unknown): Date | null {
  return typeof value === "string" ? instantOf(value) : null;
}

function toBps(value: unknown): number | null {
  const digits = typeof value === "number" ? String(value) : value;
  const match = typeof digits === "string" ? /^(\d{1,3})(?:\.(\d{1,30}))?$/.exec(digits) : null;
  if (match === null) return null;
  const [, whole = "", fraction = ""] = match;
  const bps = Number.parseInt(whole + fraction.slice(0, 2).padEnd(2, "0"), 10);
  return bps <= 10_000 ? bps : null;
}
