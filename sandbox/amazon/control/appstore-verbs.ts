/** Where a seller would begin in the Appstore. */
import { optionalText } from "../../http/control.ts";
import type { ControlVerbs } from "../../http/control.ts";
import type { Appstore } from "../appstore.ts";

export function appstoreVerbs(appstore: Appstore): ControlVerbs {
  return {
    appstore: (args) => ({
      url: appstore.pageUrl(optionalText(args, "host") ?? "sellercentral.amazon.com"),
    }),
  };
}
