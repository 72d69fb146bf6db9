/**
 * A GraphQL operation with the types that `scripts/codegen.ts` made for it. The two kinds are told apart so
 * that a mutation cannot be sent where nobody reads its `userErrors`.
 */

/** A reading operation. */
export interface Query<Result, Variables> {
  readonly kind: "query";
  readonly name: string;
  readonly text: string;
  /** Types only; never set. */
  readonly types?: { readonly result: Result; readonly variables: Variables };
}

/** A writing operation; sent through `runMutation` only. */
export interface Mutation<Result, Variables> {
  readonly kind: "mutation";
  readonly name: string;
  readonly text: string;
  /** Types only; never set. */
  readonly types?: { readonly result: Result; readonly variables: Variables };
}

/** Makes a query of its name and text; the name must be the one in the text. */
export function query<Result, Variables>(name: string, text: string): Query<Result, Variables> {
  return { kind: "query", name, text };
}

/** Makes a mutation of its name and text; the name must be the one in the text. */
export function mutation<Result, Variables>(
  name: string,
  text: string,
): Mutation<Result, Variables> {
  return { kind: "mutation", name, text };
}
