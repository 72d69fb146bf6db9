/**
 * Checks a value against a definition of Amazon's published models (Swagger 2.0) or schemas (JSON
 * Schema draft 7), as far as these use either. Stricter than both in one point: a property that the
 * definition does not name is a finding, because the stand-in must not teach the product fields that
 * Amazon does not send, nor take fields that Amazon does not know.
 */
export type Schema = Readonly<Record<string, unknown>>;

interface CheckOptions {
  readonly root: Schema;
  /** Names of properties that Amazon sends although its own schema lacks them. */
  readonly tolerated?: readonly string[];
  /** A part of a definition names only some properties: others are no finding there. */
  readonly isPart?: boolean;
}

/** One line per finding, empty when the value fits. */
export function checkModel(
  value: unknown,
  schema: Schema,
  options: CheckOptions,
  at = "$",
): string[] {
  const resolved = resolve(schema, options.root);
  return [
    ...checkOne(value, resolved, options, at),
    ...checkBranches(value, resolved, options, at),
  ];
}

/** Of several definitions that stand beside the value's own, one must fit. */
function checkBranches(
  value: unknown,
  schema: Schema,
  options: CheckOptions,
  at: string,
): string[] {
  const branches = (schema["anyOf"] ?? schema["oneOf"]) as Schema[] | undefined;
  if (branches === undefined) return [];
  const isPart = schema["properties"] !== undefined;
  const findings = branches.map((branch) => checkModel(value, branch, { ...options, isPart }, at));
  if (findings.some((each) => each.length === 0)) return [];
  // The branch that fits best says most about what is wrong.
  return findings.toSorted((left, right) => left.length - right.length)[0] ?? [];
}

function checkOne(value: unknown, schema: Schema, options: CheckOptions, at: string): string[] {
  const allowed = schema["enum"];
  if (Array.isArray(allowed) && !allowed.includes(value))
    return [`${at}: ${String(value)} is not in the enum`];
  if (schema["const"] !== undefined && schema["const"] !== value)
    return [`${at}: ${String(value)} is not ${JSON.stringify(schema["const"])}`];
  const isObjectSchema = schema["properties"] !== undefined || schema["allOf"] !== undefined;
  const type = schema["type"] ?? (isObjectSchema ? "object" : undefined);
  switch (type) {
    case "object":
      return checkObject(value, schema, options, at);
    case "array":
      return checkArray(value, schema, options, at);
    case "integer":
      return Number.isInteger(value)
        ? checkSize(value, schema, at)
        : [`${at}: ${String(value)} is no integer`];
    case "number":
    case "string":
    case "boolean":
      return typeof value === type
        ? checkSize(value, schema, at)
        : [`${at}: expected another type than ${typeof value}`];
    default:
      return [];
  }
}

function checkSize(value: unknown, schema: Schema, at: string): string[] {
  const { minimum, maximum, minLength, maxLength, pattern } = schema;
  if (typeof value === "number") {
    const isIn =
      value >= (typeof minimum === "number" ? minimum : -Infinity) &&
      value <= (typeof maximum === "number" ? maximum : Infinity);
    return isIn ? [] : [`${at}: ${value} is out of range`];
  }
  if (typeof value !== "string") return [];
  const isLongEnough = typeof minLength !== "number" || value.length >= minLength;
  const isShortEnough = typeof maxLength !== "number" || value.length <= maxLength;
  if (!isLongEnough || !isShortEnough) return [`${at}: ${value.length} characters`];
  const fits = typeof pattern !== "string" || new RegExp(pattern).test(value);
  return fits ? [] : [`${at}: does not fit ${String(pattern)}`];
}

function checkObject(value: unknown, schema: Schema, options: CheckOptions, at: string): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return [`${at}: expected an object`];
  const { properties, required } = collect(schema, options.root);
  const entries = value as Schema;
  const findings = required
    .filter((name) => entries[name] === undefined)
    .map((name) => `${at}: ${name} is missing`);
  const { isPart, ...inside } = options;
  const isOpen =
    isPart === true ||
    Object.keys(properties).length === 0 ||
    typeof schema["additionalProperties"] === "object";
  for (const [name, property] of Object.entries(entries)) {
    const definition = properties[name];
    if (definition === false) findings.push(`${at}: ${name} does not belong here`);
    else if (definition !== undefined)
      findings.push(...checkModel(property, definition, inside, `${at}.${name}`));
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

/** Own properties and those of every `allOf` branch; false stands for one that must not be there. */
function collect(
  schema: Schema,
  root: Schema,
): { properties: Record<string, Schema | false>; required: string[] } {
  const own = schema["properties"] as Record<string, Schema | false> | undefined;
  const properties = { ...(own ?? {}) };
  const required = [...((schema["required"] as string[] | undefined) ?? [])];
  for (const branch of (schema["allOf"] as Schema[] | undefined) ?? []) {
    const part = collect(resolve(branch, root), root);
    Object.assign(properties, part.properties);
    required.push(...part.required);
  }
  return { properties, required };
}

/** The definition that a reference points to; anything else as it is. */
export function resolve(schema: Schema, root: Schema): Schema {
  const ref = schema["$ref"];
  if (typeof ref !== "string") return schema;
  const target = ref
    .replace(/^#\//, "")
    .split("/")
    .reduce<unknown>((node, key) => (node as Schema | undefined)?.[key], root);
  return resolve((target as Schema | undefined) ?? {}, root);
}
