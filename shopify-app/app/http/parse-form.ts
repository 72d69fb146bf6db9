import { z } from "zod";

/** What became of a form: typed values, or a problem code for each field that has one. */
export type ParsedForm<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly fields: Readonly<Record<string, string>> };

/**
 * Reads a form by its schema. A field that appears several times is read as a list; texts are trimmed;
 * uploaded files are no form fields of ours and are ignored.
 */
export function parseForm<Schema extends z.ZodType>(
  schema: Schema,
  form: FormData,
): ParsedForm<z.output<Schema>> {
  const parsed = schema.safeParse(formValues(form));
  if (parsed.success) return { ok: true, value: parsed.data };
  const fields: Record<string, string> = {};
  for (const issue of parsed.error.issues) {
    const name = String(issue.path[0] ?? "form");
    fields[name] ??= codeOf(issue.message);
  }
  return { ok: false, fields };
}

/** The fields of a form as texts; of a repeated field, the last one. */
export function formTexts(form: FormData): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of form) if (typeof value === "string") texts[name] = value.trim();
  return texts;
}

/** A schema for one id: any text that `parse` accepts. */
export function idField<Id>(parse: (value: unknown) => Id | null) {
  return z.string().transform((text, context): Id => {
    const id = parse(text);
    if (id !== null) return id;
    context.addIssue({ code: "custom", message: "unknown_id" });
    return z.NEVER;
  });
}

/** A schema for a field that may appear once, several times, or not at all. */
export function listField<Schema extends z.ZodType>(each: Schema) {
  return z.preprocess(
    (value): unknown => (value === undefined ? [] : Array.isArray(value) ? value : [value]),
    z.array(each),
  );
}

function formValues(form: FormData): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {};
  for (const name of new Set(form.keys())) {
    const texts = form.getAll(name).filter((value) => typeof value === "string");
    const trimmed = texts.map((text) => text.trim());
    const [first, ...rest] = trimmed;
    if (first !== undefined) values[name] = rest.length === 0 ? first : trimmed;
  }
  return values;
}

// Schemas of ours name problems by code; anything else is the schema library speaking English.
function codeOf(message: string): string {
  return /^[a-z][a-z0-9_]*$/.test(message) ? message : "not_understood";
}
