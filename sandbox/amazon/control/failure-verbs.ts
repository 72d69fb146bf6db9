/** Control calls that make single calls of an operation fail or wait. */
import { ControlError, optionalText, textArgument, wholeArgument } from "../../http/control.ts";
import type { ControlArguments, ControlVerbs } from "../../http/control.ts";
import { FAULT_KINDS } from "../gates.ts";
import type { AmazonWorld } from "../world.ts";

const WAIT_HELD_MS = 10_000;

export function failureVerbs({ gates }: AmazonWorld): ControlVerbs {
  const named = (args: ControlArguments) => ({
    operation: optionalText(args, "operation") ?? "patchListingsItem",
    sku: optionalText(args, "sku"),
    times: wholeArgument(args, "times", 1),
  });
  return {
    fault: (args) => {
      const kind = FAULT_KINDS.find((known) => known === args["kind"]);
      if (kind === undefined)
        throw new ControlError(`"kind" must be one of ${FAULT_KINDS.join(", ")}`);
      gates.addFault({ ...named(args), kind });
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
    "clear-faults": () => gates.reset(),
  };
}
