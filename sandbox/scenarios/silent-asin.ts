import { marketAsin, ownOffer, rival, RIVAL, share } from "./cast.ts";
import { HOUR_MS, type Scenario } from "./scenario.ts";

export const silentAsin: Scenario = {
  name: "silent-asin",
  claim: "A rival takes the featured offer after an hour and nobody is told.",
  durationMs: 3 * HOUR_MS,
  plan: (subject) => ({
    asin: marketAsin(
      subject,
      [rival(subject, { sellerId: RIVAL, kind: "premium", entry: 1.05, floor: 0.8 })],
      { isSilent: true },
    ),
    own: ownOffer(subject, 1),
    events: [
      {
        kind: "move",
        atMs: HOUR_MS,
        sellerId: RIVAL,
        listingPriceMinor: share(subject, 0.92),
      },
    ],
  }),
};
