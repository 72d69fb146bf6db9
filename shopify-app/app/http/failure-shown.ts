/** What the browser learns of a failure: a code with a sentence in the copy, and an id to quote. */
export interface FailureShown {
  readonly kind: "failure";
  readonly code: string;
  /** Null when there is nothing to look up. */
  readonly supportId: string | null;
}

/** Reads a thrown answer's data; null when it is not one of ours. */
export function readFailure(value: unknown): FailureShown | null {
  if (typeof value !== "object" || value === null) return null;
  if (!("kind" in value) || value.kind !== "failure") return null;
  if (!("code" in value) || typeof value.code !== "string") return null;
  const supportId =
    "supportId" in value && typeof value.supportId === "string" ? value.supportId : null;
  return { kind: "failure", code: value.code, supportId };
}
