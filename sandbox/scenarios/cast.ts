/** Who plays in the scenarios; every price is a share of the subject's base price. */
import { competitor } from "../market/specimens.ts";
import type { Competitor, MarketAsin, OwnOffer } from "../market/types.ts";
import type { ScenarioSubject } from "./scenario.ts";

export const RIVAL = "A1RIVALSCENE01";
export const SECOND_RIVAL = "A2RIVALSCENE02";
export const PREMIUM_RIVAL = "A4RIVALSCENE04";

export function share(subject: ScenarioSubject, ofBase: number): number {
  return Math.max(1, Math.round(subject.basePriceMinor * ofBase));
}

export function ownOffer(subject: ScenarioSubject, ofBase: number): OwnOffer {
  return {
    sellerId: subject.sellerId,
    sku: subject.sku,
    asin: subject.asin,
    listingPriceMinor: share(subject, ofBase),
    fulfilment: "AMAZON",
    quantity: 10_000,
  };
}

export function rival(
  subject: ScenarioSubject,
  habit: {
    sellerId: string;
    kind: Competitor["kind"];
    entry: number;
    floor: number;
    step?: number;
    reactionDelayMs?: number;
  },
): Competitor {
  return competitor({
    sellerId: habit.sellerId,
    kind: habit.kind,
    listingPriceMinor: share(subject, habit.entry),
    floorMinor: share(subject, habit.floor),
    ceilingMinor: share(subject, Math.max(1.1, habit.entry)),
    stepMinor: share(subject, habit.step ?? 0.01),
    reactionDelayMs: habit.reactionDelayMs ?? 60_000,
  });
}

export function marketAsin(
  subject: ScenarioSubject,
  competitors: readonly Competitor[],
  change: Partial<MarketAsin> = {},
): MarketAsin {
  const { asin, basePriceMinor, currency } = subject;
  return { asin, basePriceMinor, currency, competitors, ...change };
}
