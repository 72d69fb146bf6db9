/** Amazon asks a seller to authorise again a year after the consent (SP-API "Authorization", read 2026-11). */
const CONSENT_DAYS = 365;
/** A month is notice enough for a holiday. */
const WARN_DAYS = 30;
const DAY_MS = 24 * 60 * 60_000;

/** How old a seller's consent is. */
export type ConsentAge = {
  /** Whole days until Amazon may ask again; 0 on the last day and after. */
  readonly daysLeft: number;
  /** `ending` from thirty days before; `ended` when the year is over, whether or not Amazon still answers. */
  readonly state: "fresh" | "ending" | "ended";
};

/**
 * The age of a consent at an instant.
 *
 * Example: given 2026-01-01, asked 2026-12-05 → 27 days left, ending.
 */
export function consentAge(consentedAt: Date, now: Date): ConsentAge {
  const leftMs = consentedAt.getTime() + CONSENT_DAYS * DAY_MS - now.getTime();
  const daysLeft = Math.max(0, Math.floor(leftMs / DAY_MS));
  const state = leftMs <= 0 ? "ended" : daysLeft <= WARN_DAYS ? "ending" : "fresh";
  return { daysLeft, state };
}
