/** Control calls about feeds and reports. */
import { ControlError, textArgument } from "../../http/control.ts";
import type { ControlVerbs } from "../../http/control.ts";
import type { AmazonWorld } from "../world.ts";

export function documentVerbs({ feeds, reports }: AmazonWorld): ControlVerbs {
  return {
    "stick-feed": () => feeds.stickNext(),
    "release-feed": () => feeds.release(),
    "fail-report": (args) => {
      const status = textArgument(args, "status");
      if (status !== "FATAL" && status !== "CANCELLED") {
        throw new ControlError('"status" must be "FATAL" or "CANCELLED"');
      }
      reports.failNext(status);
    },
    "report-charset": (args) => {
      const charset = textArgument(args, "charset");
      if (charset !== "UTF-8" && charset !== "Cp1252") {
        throw new ControlError('"charset" must be "UTF-8" or "Cp1252"');
      }
      reports.setCharset(charset);
    },
  };
}
