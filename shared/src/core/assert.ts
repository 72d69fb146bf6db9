/**
 * Stops on a bug: a state that our own code promised cannot happen.
 *
 * Not for what a merchant or a vendor can cause: those are outcomes or `AppError`s.
 * @throws Error named `InvariantError` when `condition` is false.
 */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/**
 * Ends an exhaustive switch: the compiler proves that no case is left, and a value that slips in
 * from outside the types stops loudly instead of falling through.
 *
 * @throws InvariantError always; the message carries the value found.
 */
export function assertNever(value: never): never {
  throw new InvariantError(`Unexpected value ${String(value)}: every case should be handled.`);
}

/** The error of a broken promise inside our own code; never retried. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}
