import { marketAsin, ownOffer, rival, RIVAL } from "./cast.ts";
import { HOUR_MS, type Scenario } from "./scenario.ts";

export const rivalOutOfStock: Scenario = {
  name: "rival-out-of-stock",
  claim: "The cheaper rival runs out after an hour, leaves us alone, and is back four hours later.",
  durationMs: 6 * HOUR_MS,
  plan: (subject) => ({
    asin: marketAsin(subject, [
      rival(subject, { sellerId: RIVAL, kind: "premium", entry: 0.9, floor: 0.8 }),
    ]),
    own: ownOffer(subject, 1),
    events: [
      { kind: "stock", atMs: HOUR_MS, sellerId: RIVAL, isInStock: false },
      { kind: "stock", atMs: 5 * HOUR_MS, sellerId: RIVAL, isInStock: true },
    ],
  }),
};
