/**
 * Random documents that fit a definition of Amazon's models, and two ways to spoil them: fields that no
 * model names, which a reader must not notice, and parts replaced by something else, which it must
 * survive. What the models leave open is filled by the name of the field, so that an ASIN looks like one.
 */
import fc, { type Arbitrary } from "fast-check";
import { arrayOf, type ModelSchema, objectOf } from "./amazon-models.ts";

/** Deeper than any of Amazon's documents, except definitions that contain themselves. */
const DEPTH_MAX = 14;
const LIST_MAX = 3;

/**
 * Documents that fit: required fields are there, optional ones sometimes, enums sometimes new words.
 * Fields named in `always` are there although their definition says that they may be missing, where a
 * document without them would be no answer at all.
 */
export function documentOf(
  definition: { readonly schema: ModelSchema; readonly root: ModelSchema },
  always: readonly string[] = [],
): Arbitrary<unknown> {
  const { schema, root } = definition;
  return valueOf(schema, { root, depth: 0, field: "", always });
}

interface Place {
  readonly root: ModelSchema;
  readonly depth: number;
  /** The name of the field, which says more than its type. */
  readonly field: string;
  readonly always: readonly string[];
}

function valueOf(given: ModelSchema, place: Place): Arbitrary<unknown> {
  const schema = resolve(given, place.root);
  const { properties } = membersOf(schema, place.root);
  if (Object.keys(properties).length > 0) return objectFitting(schema, place);
  const branches = arrayOf(schema["anyOf"] ?? schema["oneOf"]);
  if (branches.length > 0) {
    return fc.oneof(...branches.map((branch) => valueOf(objectOf(branch), place)));
  }
  const words = arrayOf(schema["enum"]);
  if (words.length > 0) {
    // Amazon adds words without changing a version.
    return fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...words) }, fc.constant("NEW_WORD"));
  }
  if (schema["const"] !== undefined) return fc.constant(schema["const"]);
  const type = arrayOf(schema["type"])[0] ?? schema["type"];
  switch (type) {
    case "array":
      return listFitting(schema, place);
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.nat({ max: 100_000 });
    case "number":
      return fc.nat({ max: 100_000 }).map((cents) => cents / 100);
    case "object":
      return mapFitting(schema, place);
    default:
      return textOf(place.field, schema);
  }
}

function objectFitting(schema: ModelSchema, place: Place): Arbitrary<unknown> {
  const members = membersOf(schema, place.root);
  const { properties } = members;
  const required = [...members.required, ...place.always];
  const entries = Object.entries(properties).filter(
    ([field]) => place.depth < DEPTH_MAX || required.includes(field),
  );
  const arbitraries = Object.fromEntries(
    entries.map(([field, member]) => {
      const inner = { ...place, depth: place.depth + 1, field };
      return [field, required.includes(field) ? valueOf(member, inner) : optional(member, inner)];
    }),
  );
  const requiredKeys = entries.map(([field]) => field).filter((field) => required.includes(field));
  return fc.record(arbitraries, { requiredKeys, noNullPrototype: true });
}

// Amazon writes null for an optional field as well as leaving it out.
function optional(schema: ModelSchema, place: Place): Arbitrary<unknown> {
  if (place.depth > DEPTH_MAX) return fc.constant(null);
  return fc.oneof({ weight: 6, arbitrary: valueOf(schema, place) }, fc.constant(null));
}

function listFitting(schema: ModelSchema, place: Place): Arbitrary<unknown> {
  const item = valueOf(objectOf(arrayOf(schema["items"])[0] ?? schema["items"]), {
    ...place,
    depth: place.depth + 1,
  });
  const minLength = typeof schema["minItems"] === "number" ? schema["minItems"] : 0;
  if (place.depth > DEPTH_MAX) return fc.constant([]);
  return fc.array(item, { minLength, maxLength: Math.max(minLength, LIST_MAX) });
}

function mapFitting(schema: ModelSchema, place: Place): Arbitrary<unknown> {
  const values = objectOf(schema["additionalProperties"]);
  const value =
    Object.keys(values).length === 0 ? fc.jsonValue({ maxDepth: 2 }) : valueOf(values, place);
  return fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), value, {
    maxKeys: 3,
    noNullPrototype: true,
  });
}

const instants = fc
  .date({ min: new Date("2020-01-01"), max: new Date("2030-01-01"), noInvalidDate: true })
  .map((at) => at.toISOString());
const asins = fc.stringMatching(/^B0[A-Z0-9]{8}$/);

/** What a text field of this name holds in Amazon's documents. */
function textOf(field: string, schema: ModelSchema): Arbitrary<string> {
  const name = field.toLowerCase();
  if (schema["format"] === "date-time" || /time$|date$/.test(name)) return instants;
  if (/asins?$/.test(name)) return asins;
  if (/marketplaceids?$/.test(name)) return fc.constantFrom("ATVPDKIKX0DER", "A1F83G8C2ARO7P");
  if (/currencycode$/.test(name)) return fc.constantFrom("USD", "GBP");
  if (name === "amount") return fc.nat({ max: 100_000 }).map(String);
  if (name === "url" || name === "resource") return fc.constant("https://bucket.example/document");
  if (name === "interval") return fc.tuple(instants, instants).map((ends) => ends.join("--"));
  if (/sku$/.test(name)) return fc.stringMatching(/^[!-~][ -~]{0,18}[!-~]$/);
  if (/condition$/.test(name)) return fc.constantFrom("New", "new", "Used");
  return fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
}

/** The definition that a reference points to. */
export function resolve(schema: ModelSchema, root: ModelSchema): ModelSchema {
  const reference = schema["$ref"] ?? schema["#ref"];
  if (typeof reference !== "string") return schema;
  const keys = reference.replace(/^#\//, "").split("/");
  const target = keys.reduce<unknown>((node, key) => objectOf(node)[key], root);
  return resolve(objectOf(target), root);
}

/** Own fields and those of every part that the definition is made of. */
function membersOf(
  schema: ModelSchema,
  root: ModelSchema,
): { readonly properties: Record<string, ModelSchema>; readonly required: readonly string[] } {
  const own = Object.entries(objectOf(schema["properties"]));
  const properties = Object.fromEntries(own.map(([field, member]) => [field, objectOf(member)]));
  const required = textsOf(schema["required"]);
  for (const part of arrayOf(schema["allOf"])) {
    const inherited = membersOf(resolve(objectOf(part), root), root);
    Object.assign(properties, inherited.properties);
    required.push(...inherited.required);
  }
  return { properties, required };
}

function textsOf(value: unknown): string[] {
  return arrayOf(value).filter((part) => typeof part === "string");
}

// Names that have tripped parsers: a prototype's, a blank one, and one that differs in case from nothing.
const STRANGE_FIELDS = ["newField", "__proto__", "constructor", "toString", "", "a.b", "\u0000"];

/** The document with fields that no model names in every object; a reader must see no difference. */
export function withUnknownFields(value: unknown, unknown: unknown): unknown {
  if (Array.isArray(value)) return arrayOf(value).map((part) => withUnknownFields(part, unknown));
  if (typeof value !== "object" || value === null) return value;
  const known = Object.entries(value).map(([field, part]) => [
    field,
    withUnknownFields(part, unknown),
  ]);
  return Object.fromEntries([...STRANGE_FIELDS.map((field) => [field, unknown]), ...known]);
}

/** Documents in which parts were replaced by anything JSON can say, or left out. */
export function spoiled(documents: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc
    .tuple(documents, fc.infiniteStream(fc.nat({ max: 11 })), fc.infiniteStream(fc.jsonValue()))
    .map(([document, dice, replacements]) => {
      const roll = (): unknown => nextOf(dice);
      const spoil = (value: unknown): unknown => {
        if (roll() === 0) return nextOf(replacements);
        if (Array.isArray(value)) return arrayOf(value).map(spoil);
        if (typeof value !== "object" || value === null) return value;
        const kept = Object.entries(value).filter(() => roll() !== 0);
        return Object.fromEntries(kept.map(([field, part]) => [field, spoil(part)]));
      };
      return spoil(document);
    });
}

// `any` is how an iterator describes its end; these have none.
function nextOf(stream: fc.Stream<unknown>): unknown {
  const step: IteratorResult<unknown, unknown> = stream.next();
  return step.value;
}
