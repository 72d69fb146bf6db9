/**
 * Control calls of the Amazon stand-in: `/control/amazon/<verb>`, for tests, the demo and a person
 * with curl. All of them are listed in docs/sandbox-differences.md.
 */
import type { ControlArguments, ControlVerbs } from "../http/control.ts";
import { accountVerbs } from "./control/account-verbs.ts";
import { documentVerbs } from "./control/document-verbs.ts";
import { failureVerbs } from "./control/failure-verbs.ts";
import { listingVerbs } from "./control/listing-verbs.ts";
import { notificationVerbs } from "./control/notification-verbs.ts";
import { offerVerbs } from "./control/offer-verbs.ts";
import { orderVerbs } from "./control/order-verbs.ts";
import type { AmazonWorld } from "./world.ts";

export function amazonControlVerbs(world: AmazonWorld): ControlVerbs {
  return {
    ...listingVerbs(world),
    ...offerVerbs(world),
    ...accountVerbs(world),
    ...failureVerbs(world),
    ...notificationVerbs(world),
    ...documentVerbs(world),
    ...orderVerbs(world),
    "model-findings": (args) => modelFindings(world, args),
    reset: () => world.reset(),
  };
}

/** What arrived and does not fit Amazon's models; `{"forget": true}` forgets it afterwards. */
function modelFindings({ requestModels }: AmazonWorld, args: ControlArguments) {
  const findings = [...requestModels.findings()];
  if (args["forget"] === true) requestModels.forget();
  return { isChecking: requestModels.isChecking, findings };
}
