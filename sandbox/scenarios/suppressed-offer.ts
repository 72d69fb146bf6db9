import { marketAsin, ownOffer, PREMIUM_RIVAL, rival, share } from "./cast.ts";
import { HOUR_MS, type Scenario } from "./scenario.ts";

/** The item sells for less elsewhere: everybody here stands above the threshold that follows. */
export const suppressedOffer: Scenario = {
  name: "suppressed-offer",
  claim: "Eligible offers are there, yet none is featured, because all cost too much.",
  durationMs: 6 * HOUR_MS,
  plan: (subject) => ({
    asin: marketAsin(
      subject,
      [rival(subject, { sellerId: PREMIUM_RIVAL, kind: "premium", entry: 1.1, floor: 1 })],
      { competitivePriceThresholdMinor: share(subject, 0.93) },
    ),
    own: ownOffer(subject, 1),
    events: [],
  }),
};
