import { marketAsin, ownOffer, PREMIUM_RIVAL, rival, RIVAL, share } from "./cast.ts";
import { HOUR_MS, type Scenario } from "./scenario.ts";

/** Half the usual price is below any floor that covers cost and fees. */
export const rivalBelowFloor: Scenario = {
  name: "rival-below-floor",
  claim: "A rival drops to half the usual price after an hour and stays there.",
  durationMs: 12 * HOUR_MS,
  plan: (subject) => ({
    asin: marketAsin(subject, [
      rival(subject, { sellerId: RIVAL, kind: "premium", entry: 1.02, floor: 0.5 }),
      rival(subject, { sellerId: PREMIUM_RIVAL, kind: "premium", entry: 1.15, floor: 1 }),
    ]),
    own: ownOffer(subject, 1),
    events: [
      {
        kind: "move",
        atMs: HOUR_MS,
        sellerId: RIVAL,
        listingPriceMinor: share(subject, 0.5),
      },
    ],
  }),
};
