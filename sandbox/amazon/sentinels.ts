/**
 * SKUs that make the stand-in misbehave. A SKU that contains the marker shows the effect, so a person
 * can provoke every failure by naming a listing, and no test has to patch a client. Where two markers
 * fit, the longer one counts. The same table, for readers: docs/sandbox-differences.md.
 */
export type SentinelEffect =
  | "throttled"
  | "throttled-once"
  | "refused"
  | "ignored"
  | "diverged"
  | "slow"
  | "suppressed"
  | "server-error"
  | "unavailable"
  | "bad-gateway"
  | "forbidden"
  | "dropped"
  | "dropped-after"
  | "timeout"
  | "silent"
  | "no-offers"
  | "too-soon";

interface Sentinel {
  readonly marker: string;
  readonly effect: SentinelEffect;
  readonly meaning: string;
}

export const SENTINELS: readonly Sentinel[] = [
  { marker: "SKU-THROTTLED", effect: "throttled", meaning: "every price patch is answered 429 QuotaExceeded" },
  { marker: "SKU-THROTTLED-ONCE", effect: "throttled-once", meaning: "the first price patch is answered 429, later ones pass" },
  { marker: "SKU-INVALID", effect: "refused", meaning: "patch: 200 with status INVALID and an ERROR issue; feed: an ERROR issue for the message" },
  { marker: "SKU-REFUSED", effect: "refused", meaning: "the same as SKU-INVALID" },
  { marker: "SKU-IGNORED", effect: "ignored", meaning: "ACCEPTED, and the price never changes" },
  { marker: "SKU-DIVERGED", effect: "diverged", meaning: "ACCEPTED, and the price that goes live is one minor unit higher" },
  { marker: "SKU-SLOW", effect: "slow", meaning: "ACCEPTED, live only after twenty times the usual delay" },
  { marker: "SKU-SUPPRESSED", effect: "suppressed", meaning: "ACCEPTED and applied, then the offer is suppressed with an INVALID_PRICE issue" },
  { marker: "SKU-500", effect: "server-error", meaning: "every price patch is answered 500 InternalFailure" },
  { marker: "SKU-503", effect: "unavailable", meaning: "every price patch is answered 503 ServiceUnavailable" },
  { marker: "SKU-HTML", effect: "bad-gateway", meaning: "every price patch is answered 502 with an HTML page" },
  { marker: "SKU-FORBIDDEN", effect: "forbidden", meaning: 'every price patch is answered 403 {"message":"Forbidden"} without an error list' },
  { marker: "SKU-DROP", effect: "dropped", meaning: "the connection closes before the patch is read" },
  { marker: "SKU-DROP-AFTER", effect: "dropped-after", meaning: "the patch is accepted, then the connection closes without an answer" },
  { marker: "SKU-TIMEOUT", effect: "timeout", meaning: "the patch is accepted and no answer comes for a minute, then the connection closes" },
  { marker: "SKU-SILENT", effect: "silent", meaning: "its ASIN never sends ANY_OFFER_CHANGED" },
  { marker: "SKU-NO-OFFERS", effect: "no-offers", meaning: "offer reads answer status NoBuyableOffers" },
  { marker: "SKU-TOO-SOON", effect: "too-soon", meaning: "offer reads answer status ActiveButTooSoonForProcessing" },
]; // prettier-ignore

/** The effect a SKU asks for, undefined for an ordinary one. */
export function sentinelOf(sku: string): SentinelEffect | undefined {
  return SENTINELS.filter(({ marker }) => sku.includes(marker)).sort(
    (a, b) => b.marker.length - a.marker.length,
  )[0]?.effect;
}
