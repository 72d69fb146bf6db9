/** An instant as Amazon writes it (ISO 8601, or the HTTP date of a batch item); null otherwise. */
export function instantOf(value: string | null | undefined): Date | null {
  const ms = Date.parse(value ?? "");
  return Number.isNaN(ms) ? null : new Date(ms);
}
