/**
 * A value as text that a jsonb column takes. PostgreSQL holds no NUL and no half of a surrogate pair in text,
 * and refuses the whole statement for one such sign: vendors' words lose it, so that nothing else is lost.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === "string" ? each.replaceAll("\0", "").toWellFormed() : each,
  );
}
