/**
 * Checks a value against a definition of Amazon's published models (Swagger 2.0) or schemas (JSON
 * Schema draft 7), as far as these use either. Stricter than both in one point: a property that the
 * definition does not name is a finding, because the stand-in must not teach the product fields that
 * Amazon does not send.
 */
export type Schema = Readonly<Record<string, unknown>>;

interface CheckOptions {
  readonly root: Schema;
  /** Names of properties that Amazon sends although its own schema lacks them. */
  readonly tolerated?: readonly string[];
}

/** One line per finding, empty when the value fits. */
export function checkModel(
  value: unknown,
  schema: Schema,
  options: CheckOptions,
  at = "$",
): string[] {
  const resolved = resolve(schema, options.root);
  const anyOf = resolved["anyOf"] ?? resolved["oneOf"];
  if (Array.isArray(anyOf)) {
    const findings = anyOf.map((each: Schema) => checkModel(value, each, options, at));
    return findings.some((each) => each.length === 0) ? [] : (findings[0] ?? []);
  }
  const allowed = resolved["enum"];
  if (Array.isArray(allowed) && !allowed.includes(value))
    return [`${at}: ${String(value)} is not in the enum`];
  const isObjectSchema = resolved["properties"] !== undefined || resolved["allOf"] !== undefined;
  const type = resolved["type"] ?? (isObjectSchema ? "object" : undefined);
  switch (type) {
    case "object":
      return checkObject(value, resolved, options, at);
    case "array":
      return checkArray(value, resolved, options, at);
    case "integer":
      return Number.isInteger(value) ? [] : [`${at}: ${String(value)} is no integer`];
    case "number":
    case "string":
    case "boolean":
      return typeof value === type ? [] : [`${at}: expected another type than ${typeof value}`];
    default:
      return [];
  }
}

function checkObject(value: unknown, schema: Schema, options: CheckOptions, at: string): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return [`${at}: expected an object`];
  const { properties, required } = collect(schema, options.root);
  const entries = value as Schema;
  const findings = required
    .filter((name) => entries[name] === undefined)
    .map((name) => `${at}: ${name} is missing`);
  const isOpen =
    Object.keys(properties).length === 0 || typeof schema["additionalProperties"] === "object";
  for (const [name, property] of Object.entries(entries)) {
    const definition = properties[name];
    if (definition !== undefined)
      findings.push(...checkModel(property, definition, options, `${at}.${name}`));
    else if (!isOpen && options.tolerated?.includes(name) !== true) {
      findings.push(`${at}: ${name} is not in the model`);
    }
  }
  return findings;
}

function checkArray(value: unknown, schema: Schema, options: CheckOptions, at: string): string[] {
  if (!Array.isArray(value)) return [`${at}: expected an array`];
  const { items, minItems, maxItems } = schema;
  const size = value.length;
  if (typeof minItems === "number" && size < minItems)
    return [`${at}: ${size} items, at least ${minItems} expected`];
  if (typeof maxItems === "number" && size > maxItems)
    return [`${at}: ${size} items, at most ${maxItems} expected`];
  if (typeof items !== "object" || items === null) return [];
  return value.flatMap((item, index) =>
    checkModel(item, items as Schema, options, `${at}[${index}]`),
  );
}

/** Own properties and those of every `allOf` branch. */
function collect(
  schema: Schema,
  root: Schema,
): { properties: Record<string, Schema>; required: string[] } {
  const properties = { ...((schema["properties"] as Record<string, Schema> | undefined) ?? {}) };
  const required = [...((schema["required"] as string[] | undefined) ?? [])];
  for (const branch of (schema["allOf"] as Schema[] | undefined) ?? []) {
    const part = collect(resolve(branch, root), root);
    Object.assign(properties, part.properties);
    required.push(...part.required);
  }
  return { properties, required };
}

function resolve(schema: Schema, root: Schema): Schema {
  const ref = schema["$ref"];
  if (typeof ref !== "string") return schema;
  const target = ref
    .replace(/^#\//, "")
    .split("/")
    .reduce<unknown>((node, key) => (node as Schema | undefined)?.[key], root);
  return resolve((target as Schema | undefined) ?? {}, root);
}
