/** Control calls that make single calls of an operation fail or wait. */
import { ControlError, optionalText, textArgument, wholeArgument } from "../../http/control.ts";
import type { ControlArguments, ControlVerbs } from "../../http/control.ts";
import { FAULT_KINDS } from "../gates.ts";
import { shareArgument } from "./named-things.ts";
import type { AmazonWorld } from "../world.ts";

const WAIT_HELD_MS = 10_000;

export function failureVerbs(world: AmazonWorld): ControlVerbs {
  const { gates } = world;
  const named = (args: ControlArguments) => ({
    operation: optionalText(args, "operation") ?? "patchListingsItem",
    sku: optionalText(args, "sku"),
    times: wholeArgument(args, "times", 1),
  });
  return {
    fault: (args) => {
      gates.addFault({ ...named(args), kind: kindArgument(args) });
    },
    hold: (args) => {
      const point = textArgument(args, "point");
      if (point !== "before" && point !== "after") {
        throw new ControlError('"point" must be "before" or "after"');
      }
      gates.addHold({ ...named(args), point });
    },
    held: () => ({ held: gates.held() }),
    "wait-held": async (args) => {
      const count = wholeArgument(args, "count", 1);
      const isReached = await gates.waitHeld(count, wholeArgument(args, "timeoutMs", WAIT_HELD_MS));
      return { isReached, held: gates.held() };
    },
    release: (args) => {
      const how = optionalText(args, "how") ?? "proceed";
      if (how !== "proceed" && how !== "drop")
        throw new ControlError('"how" must be "proceed" or "drop"');
      return { released: gates.release(how) };
    },
    "clear-faults": () => {
      gates.reset();
      world.weather.reset();
      world.misfortunes.reset();
    },
    ...weatherVerbs(world),
  };
}

function weatherVerbs(world: AmazonWorld): ControlVerbs {
  const { weather, misfortunes, counts } = world;
  const reach = (args: ControlArguments) => ({
    operation: optionalText(args, "operation") ?? "*",
    sellerId: optionalText(args, "sellerId"),
    forMs: args["forMs"] === undefined ? undefined : wholeArgument(args, "forMs"),
  });
  return {
    storm: (args) => weather.storm(reach(args)),
    "fail-share": (args) => {
      const seed = wholeArgument(args, "seed", 1);
      const share = shareArgument(args, "share");
      weather.fail({ ...reach(args), kind: kindArgument(args), share, seed });
    },
    slow: (args) => weather.slow({ ...reach(args), ms: wholeArgument(args, "ms") }),
    "ignore-writes": (args) => {
      const source = args["source"] ?? "all";
      if (source !== "patch" && source !== "feed" && source !== "all")
        throw new ControlError('"source" must be "patch", "feed" or "all"');
      const share = shareArgument(args, "share");
      const sellerId = optionalText(args, "sellerId");
      misfortunes.ignoreWrites({ share, seed: wholeArgument(args, "seed", 1), source, sellerId });
    },
    calls: (args) => ({ calls: counts.read(optionalText(args, "sellerId")) }),
  };
}

function kindArgument(args: ControlArguments) {
  const kind = FAULT_KINDS.find((known) => known === args["kind"]);
  if (kind === undefined) throw new ControlError(`"kind" must be one of ${FAULT_KINDS.join(", ")}`);
  return kind;
}
