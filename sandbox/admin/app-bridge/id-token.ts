import { ask } from "./shell-link.ts";

/** A token this close to its end could expire on the way to the app's server. */
const SAFETY_MS = 10_000;

let cached: { readonly token: Promise<string>; freshUntilMs: number } | null = null;

/** `shopify.idToken()`: the current session token, renewed shortly before it expires. */
export function idToken(): Promise<string> {
  if (cached !== null && performance.now() < cached.freshUntilMs) return cached.token;
  return renewIdToken();
}

/** A new session token, whatever the old one's age: the server has just refused that one. */
export function renewIdToken(): Promise<string> {
  const entry = { token: fetchToken(), freshUntilMs: Number.POSITIVE_INFINITY };
  cached = entry;
  return entry.token;

  async function fetchToken(): Promise<string> {
    try {
      const { token, lifeMs } = await ask<"id-token">({ kind: "id-token" });
      entry.freshUntilMs = performance.now() + lifeMs - SAFETY_MS;
      return token;
    } catch (error) {
      if (cached === entry) cached = null;
      throw error;
    }
  }
}
