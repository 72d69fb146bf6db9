/** Every scenario by its name, and how the control API starts one in a running market. */
import type { SandboxClock } from "../clock.ts";
import type { StartScenario } from "../market/control.ts";
import type { Market } from "../market/types.ts";
import { calm } from "./calm.ts";
import { priceWar } from "./price-war.ts";
import { rivalBelowFloor } from "./rival-below-floor.ts";
import { rivalOutOfStock } from "./rival-out-of-stock.ts";
import { applyScenario, type Scenario } from "./scenario.ts";
import { silentAsin } from "./silent-asin.ts";
import { suppressedOffer } from "./suppressed-offer.ts";

export const SCENARIOS: readonly Scenario[] = [
  calm,
  priceWar,
  silentAsin,
  suppressedOffer,
  rivalOutOfStock,
  rivalBelowFloor,
];

export function scenarioNamed(name: string): Scenario {
  const scenario = SCENARIOS.find((each) => each.name === name);
  if (scenario !== undefined) return scenario;
  const known = SCENARIOS.map((each) => each.name).join(", ");
  throw new RangeError(`no scenario "${name}"; there are: ${known}`);
}

/**
 * Plays on an ASIN that is already sold: our own offer stays as it is, and its price is the base
 * price. A scenario started on the same ASIN before is called off.
 */
export function scenarioStarter(world: { market: Market; clock: SandboxClock }): StartScenario {
  const { market, clock } = world;
  const callOffByAsin = new Map<string, () => void>();
  return ({ name, asin, sellerId }) => {
    const scenario = scenarioNamed(name);
    const own = market.offers(asin).find((offer) => offer.sellerId === sellerId);
    if (own === undefined) throw new RangeError(`${sellerId} has no offer in stock on ${asin}`);
    const { listingPriceMinor: basePriceMinor, currency } = own;
    // The plan's own offer is not used here, so its SKU does not matter.
    const subject = { asin, sellerId, sku: asin, basePriceMinor, currency };
    callOffByAsin.get(asin)?.();
    callOffByAsin.set(
      asin,
      applyScenario(scenario, { market, clock, subject, keepOwnOffer: true }),
    );
    return { name, claim: scenario.claim, durationMs: scenario.durationMs };
  };
}
