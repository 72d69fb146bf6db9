import { marketAsin, ownOffer, PREMIUM_RIVAL, rival, RIVAL } from "./cast.ts";
import { HOUR_MS, type Scenario } from "./scenario.ts";

/** The matcher stands at our price already and the premium seller looks at nobody. */
export const calm: Scenario = {
  name: "calm",
  claim: "Nobody changes a price for a whole day.",
  durationMs: 24 * HOUR_MS,
  plan: (subject) => ({
    asin: marketAsin(subject, [
      rival(subject, { sellerId: RIVAL, kind: "matcher", entry: 1, floor: 0.8 }),
      rival(subject, { sellerId: PREMIUM_RIVAL, kind: "premium", entry: 1.15, floor: 1 }),
    ]),
    own: ownOffer(subject, 1),
    events: [],
  }),
};
