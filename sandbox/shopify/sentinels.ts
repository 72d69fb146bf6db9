/**
 * SKUs that make the store misbehave when a price is written to them; the same markers
 * as on Amazon's side wherever both can do it. A SKU containing the marker shows the
 * effect; where two fit, the longer one counts. For readers: docs/sandbox-differences.md.
 */
export type SentinelEffect =
  | "throttled"
  | "throttled-once"
  | "refused"
  | "ignored"
  | "diverged"
  | "server-error"
  | "unavailable"
  | "bad-gateway"
  | "dropped"
  | "dropped-after"
  | "timeout";

export const SENTINELS: readonly (readonly [
  marker: string,
  effect: SentinelEffect,
  meaning: string,
])[] = [
  ["SKU-THROTTLED", "throttled", "every write answers THROTTLED with HTTP 200"],
  ["SKU-THROTTLED-ONCE", "throttled-once", "the first write answers THROTTLED, later ones pass"],
  ["SKU-REFUSED", "refused", "a userError INVALID_VALUE on that variant"],
  ["SKU-INVALID", "refused", "the same as SKU-REFUSED"],
  ["SKU-IGNORED", "ignored", "answered as a success, and the price never changes"],
  ["SKU-DIVERGED", "diverged", "answered as a success, and the price is one minor unit higher"],
  ["SKU-500", "server-error", "every write answers HTTP 200 with INTERNAL_SERVER_ERROR"],
  ["SKU-503", "unavailable", "every write answers HTTP 503"],
  ["SKU-HTML", "bad-gateway", "every write answers HTTP 502 with an HTML page"],
  ["SKU-DROP", "dropped", "the connection closes before the write takes effect"],
  ["SKU-DROP-AFTER", "dropped-after", "the write takes effect, then the connection closes"],
  ["SKU-TIMEOUT", "timeout", "the write takes effect, no answer comes for a minute, then the connection closes"],
]; // prettier-ignore

/** The effect a SKU asks for; `undefined` for an ordinary one. */
export function sentinelOf(sku: string): SentinelEffect | undefined {
  return [...SENTINELS]
    .sort(([a], [b]) => b.length - a.length)
    .find(([marker]) => sku.includes(marker))?.[1];
}
