/**
 * A scenario is a named market on one ASIN: who competes, what we offer, and what happens when. It is
 * data; `applyScenario` puts it on any clock and market, `runScenario` plays it on a driven clock.
 */
import { createSandboxClock, type SandboxClock } from "../clock.ts";
import { createMarket } from "../market/market.ts";
import type { Market, MarketAsin, MarketChange, MarketOffer, OwnOffer } from "../market/types.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/** The ASIN that a scenario is played on and the seller who plays. */
export interface ScenarioSubject {
  readonly asin: string;
  readonly sellerId: string;
  readonly sku: string;
  readonly basePriceMinor: number;
  readonly currency: string;
}

export type ScenarioEvent =
  | {
      readonly kind: "move";
      readonly atMs: number;
      readonly sellerId: string;
      readonly listingPriceMinor: number;
    }
  | {
      readonly kind: "stock";
      readonly atMs: number;
      readonly sellerId: string;
      readonly isInStock: boolean;
    };

export interface ScenarioPlan {
  readonly asin: MarketAsin;
  readonly own: OwnOffer;
  readonly events: readonly ScenarioEvent[];
}

export interface Scenario {
  readonly name: string;
  /** What an observer sees, in one sentence; the test beside proves it. */
  readonly claim: string;
  /** After this long the claim can be checked. */
  readonly durationMs: number;
  plan(subject: ScenarioSubject): ScenarioPlan;
}

/**
 * Replaces the competitors of the subject's ASIN, sets our offer unless it is to be kept, starts the
 * market and times the scenario's events from now.
 * @returns a function that cancels the events still to come.
 */
export function applyScenario(
  scenario: Scenario,
  world: { market: Market; clock: SandboxClock; subject: ScenarioSubject; keepOwnOffer?: boolean },
): () => void {
  const { market, clock, subject } = world;
  const plan = scenario.plan(subject);
  market.open(plan.asin);
  if (world.keepOwnOffer !== true) market.setOwnOffer(plan.own);
  market.start();
  const cancels = plan.events.map((event) =>
    clock.after(event.atMs, () => apply(market, subject.asin, event)),
  );
  return () => cancels.forEach((cancel) => cancel());
}

/** What could be seen at a moment of the run. */
export interface ScenarioFrame {
  readonly atMs: number;
  readonly offers: readonly MarketOffer[];
  readonly featured: MarketOffer | null;
}

export interface ScenarioRun {
  readonly market: Market;
  readonly clock: SandboxClock;
  /** One frame a minute, the first at once and the last at the end. */
  readonly frames: readonly ScenarioFrame[];
  /** The changes that were told of. */
  readonly changes: readonly MarketChange[];
}

/** Plays a scenario on its own driven clock from start to end. The same seed gives the same run. */
export async function runScenario(
  scenario: Scenario,
  input: { seed: number; subject: ScenarioSubject },
): Promise<ScenarioRun> {
  const { seed, subject } = input;
  const startAt = new Date("2026-03-02T08:00:00.000Z");
  const clock = createSandboxClock({ startAt, speed: 0 });
  const market = createMarket({ seed, clock, asins: [] });
  applyScenario(scenario, { market, clock, subject });
  // Listening starts now: the changes of setting the scene are not part of the play.
  const changes: MarketChange[] = [];
  market.onChange((change) => changes.push(change));
  const frames = [frameAt(market, subject.asin, 0)];
  for (let atMs = MINUTE_MS; atMs <= scenario.durationMs; atMs += MINUTE_MS) {
    await clock.advance(MINUTE_MS);
    frames.push(frameAt(market, subject.asin, atMs));
  }
  return { market, clock, frames, changes };
}

function apply(market: Market, asin: string, event: ScenarioEvent): void {
  switch (event.kind) {
    case "move":
      market.move({ ...event, asin });
      return;
    case "stock":
      market.stock({ ...event, asin });
      return;
  }
}

function frameAt(market: Market, asin: string, atMs: number): ScenarioFrame {
  return { atMs, offers: market.offers(asin), featured: market.summary(asin).featured };
}
