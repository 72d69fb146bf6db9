/** Control calls about feeds and reports. */
import { ControlError, textArgument } from "../../http/control.ts";
import type { ControlArguments, ControlVerbs } from "../../http/control.ts";
import { REPORT_CHARSETS } from "../report-charset.ts";
import { REPORT_LOCALES } from "../report-headers.ts";
import type { AmazonWorld } from "../world.ts";

const STUCK = ["IN_PROGRESS", "IN_QUEUE"] as const;

export function documentVerbs({ feeds, reports }: AmazonWorld): ControlVerbs {
  return {
    "stick-feed": (args) => {
      const status = args["status"] === undefined ? "IN_PROGRESS" : oneOf(STUCK, args, "status");
      feeds.stickNext(status);
    },
    "release-feed": () => ({ released: feeds.release() }),
    "fail-report": (args) => {
      const status = textArgument(args, "status");
      if (status !== "FATAL" && status !== "CANCELLED") {
        throw new ControlError('"status" must be "FATAL" or "CANCELLED"');
      }
      reports.failNext(status);
    },
    "report-charset": (args) => {
      reports.setStyle({ charset: oneOf(REPORT_CHARSETS, args, "charset") });
    },
    "report-style": (args) => {
      const has = (name: string): boolean => args[name] !== undefined;
      reports.setStyle({
        ...(has("locale") ? { locale: oneOf(REPORT_LOCALES, args, "locale") } : {}),
        ...(has("charset") ? { charset: oneOf(REPORT_CHARSETS, args, "charset") } : {}),
      });
    },
  };
}

function oneOf<T extends string>(known: readonly T[], args: ControlArguments, name: string): T {
  const found = known.find((each) => each === args[name]);
  if (found === undefined) throw new ControlError(`"${name}" must be one of ${known.join(", ")}`);
  return found;
}
