/** Control calls of the market: `/control/market/<verb>`, listed in `docs/sandbox-differences.md`. */
import {
  ControlError,
  flagArgument,
  handleControl,
  optionalText,
  textArgument,
  wholeArgument,
  type ControlArguments,
  type ControlVerb,
  type ControlVerbs,
} from "../http/control.ts";
import type { SandboxPart } from "../http/part.ts";
import { shelfOf } from "./shelf.ts";
import type { Market } from "./types.ts";

/** Puts an ASIN of the running market into a named scenario; throws RangeError for unknown names. */
export type StartScenario = (input: { name: string; asin: string; sellerId: string }) => unknown;

export function createMarketControl(market: Market, startScenario?: StartScenario): SandboxPart {
  const verbs: ControlVerbs = {
    ...readingVerbs(market),
    ...movingVerbs(market),
    ...(startScenario && {
      scenario: (args) =>
        startScenario({
          name: textArgument(args, "name"),
          asin: knownAsin(market, args),
          sellerId: textArgument(args, "sellerId"),
        }),
    }),
  };
  return {
    name: "market",
    owns: () => false,
    handle: (request) => handleControl(request, refusingKindly(verbs)),
  };
}

function readingVerbs(market: Market): ControlVerbs {
  return {
    asins: () => ({ asins: market.asins() }),
    offers: (args) => ({ offers: market.offers(knownAsin(market, args)) }),
    summary: (args) => market.summary(knownAsin(market, args)),
    truth: (args) => market.truth(knownAsin(market, args)),
    sales: (args) => {
      const [asin, sellerId] = [optionalText(args, "asin"), optionalText(args, "sellerId")];
      return { sales: market.sales({ ...(asin && { asin }), ...(sellerId && { sellerId }) }) };
    },
  };
}

function movingVerbs(market: Market): ControlVerbs {
  return {
    start: () => market.start(),
    freeze: () => market.freeze(),
    step: (args) => {
      market.step(args["asin"] === undefined ? undefined : knownAsin(market, args));
    },
    move: (args) => {
      const sellerId = optionalText(args, "sellerId");
      const asin = knownAsin(market, args);
      const listingPriceMinor = wholeArgument(args, "listingPriceMinor");
      const moved = market.move({ asin, listingPriceMinor, ...(sellerId && { sellerId }) });
      return { sellerId: moved, listingPriceMinor };
    },
    stock: (args) => {
      const sellerId = textArgument(args, "sellerId");
      const isInStock = flagArgument(args, "isInStock");
      market.stock({ asin: knownAsin(market, args), sellerId, isInStock });
    },
  };
}

/** The shelf of `asin` in `marketplaceId`, the United States when it is left out. */
function knownAsin(market: Market, args: ControlArguments): string {
  const marketplaceId = optionalText(args, "marketplaceId");
  const asin = textArgument(args, "asin");
  const shelf = marketplaceId === undefined ? asin : shelfOf(asin, marketplaceId);
  if (!market.has(shelf)) throw new ControlError(`no ASIN ${shelf} in this market`);
  return shelf;
}

/** The market throws RangeError for a price or a seller it cannot take: the caller's mistake. */
function refusingKindly(verbs: ControlVerbs): ControlVerbs {
  const guarded = (verb: ControlVerb): ControlVerb => {
    return (args) => {
      try {
        return verb(args);
      } catch (error) {
        if (error instanceof RangeError) throw new ControlError(error.message);
        throw error;
      }
    };
  };
  return Object.fromEntries(Object.entries(verbs).map(([name, verb]) => [name, guarded(verb)]));
}
