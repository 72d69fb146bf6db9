/**
 * Small decoders for text that we wrote ourselves. Each turns one parsed JSON value into its type or
 * throws {@link DecodeError} naming the path, so that a damaged row is found and never half read.
 */

/** Reads one value; `path` names where it stands, for the error. */
export type Decoder<Value> = (value: unknown, path: string) => Value;

/** Stored text is not what its schema says: the row was damaged or written by another version. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
}

/** Text as it is. */
export const text: Decoder<string> = (value, path) =>
  typeof value === "string" ? value : fail(path, "text", value);

/** True or false. */
export const flag: Decoder<boolean> = (value, path) =>
  typeof value === "boolean" ? value : fail(path, "true or false", value);

/** A finite number. */
export const number: Decoder<number> = (value, path) =>
  typeof value === "number" && Number.isFinite(value) ? value : fail(path, "a number", value);

/** A whole number within what a double holds exactly. */
export const integer: Decoder<number> = (value, path) =>
  typeof value === "number" && Number.isSafeInteger(value)
    ? value
    : fail(path, "a whole number", value);

/** A bigint from its decimal digits. */
export const digits: Decoder<bigint> = (value, path) =>
  typeof value === "string" && /^(0|-?[1-9]\d*)$/.test(value)
    ? BigInt(value)
    : fail(path, "decimal digits", value);

/** An instant from exactly the ISO text that canonical encoding writes. */
export const instant: Decoder<Date> = (value, path) => {
  if (typeof value !== "string") return fail(path, "an instant", value);
  const at = new Date(value);
  if (Number.isNaN(at.getTime()) || at.toISOString() !== value)
    return fail(path, "an instant", value);
  return at;
};

/** Turns a parser that answers null into a decoder. */
export function parsed<Value>(
  what: string,
  parse: (value: unknown) => Value | null,
): Decoder<Value> {
  return (value, path) => parse(value) ?? fail(path, what, value);
}

/** One of a closed set of words. */
export function oneOf<const Word extends string>(words: readonly Word[]): Decoder<Word> {
  return parsed(words.join(" | "), (value) => words.find((word) => word === value) ?? null);
}

/** Null, or what `decoder` reads. */
export function nullable<Value>(decoder: Decoder<Value>): Decoder<Value | null> {
  return (value, path) => (value === null ? null : decoder(value, path));
}

/** A field that may be absent; read and written again it stays absent. Only for fields of {@link object}. */
export function optional<Value>(decoder: Decoder<Value>): Decoder<Value | undefined> {
  return (value, path) => (value === undefined ? undefined : decoder(value, path));
}

/** A list of what `decoder` reads. */
export function list<Value>(decoder: Decoder<Value>): Decoder<Value[]> {
  return (value, path) => {
    if (!Array.isArray(value)) return fail(path, "a list", value);
    return value.map((each, index) => decoder(each, `${path}[${index}]`));
  };
}

/** An object with exactly these fields: a missing or a further one is damage. */
export function object<Value extends object>(fields: {
  readonly [Key in keyof Value]-?: Decoder<Value[Key]>;
}): Decoder<Value> {
  const decoders = Object.entries<Decoder<unknown>>(fields);
  return (value, path) => {
    const source = record(value, path);
    for (const key of Object.keys(source)) {
      if (!Object.hasOwn(fields, key)) fail(`${path}.${key}`, "no such field", source[key]);
    }
    const read = decoders
      .map(([key, decoder]) => [key, decoder(source[key], `${path}.${key}`)] as const)
      .filter(([, each]) => each !== undefined);
    // Every field was read by its own decoder just above: this is the one maker of such objects.
    return Object.fromEntries(read) as Value;
  };
}

/** Any object, its fields unread. */
export function record(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return fail(path, "an object", value);
  }
  return Object.fromEntries(Object.entries(value));
}

/** Ends reading with an error that says where, what was expected and what was found. */
export function fail(path: string, expected: string, found: unknown): never {
  const shown = JSON.stringify(found) ?? String(found);
  throw new DecodeError(`${path}: expected ${expected}, found ${shown.slice(0, 80)}.`);
}
