import { marketAsin, ownOffer, rival, RIVAL, SECOND_RIVAL } from "./cast.ts";
import { HOUR_MS, type Scenario } from "./scenario.ts";

export const priceWar: Scenario = {
  name: "price-war",
  claim: "Two sellers undercut each other, step by step, until the dearer floor ends it.",
  durationMs: 3 * HOUR_MS,
  plan: (subject) => ({
    asin: marketAsin(subject, [
      rival(subject, { sellerId: RIVAL, kind: "undercutter", entry: 0.99, floor: 0.7 }),
      rival(subject, {
        sellerId: SECOND_RIVAL,
        kind: "undercutter",
        entry: 1,
        floor: 0.75,
        reactionDelayMs: 90_000,
      }),
    ]),
    own: ownOffer(subject, 1),
    events: [],
  }),
};
