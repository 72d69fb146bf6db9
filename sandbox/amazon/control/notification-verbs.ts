/** Control calls about notifications: what is sent, lost, doubled, overtaken or made up. */
import { flagArgument, textArgument, wholeArgument } from "../../http/control.ts";
import type { ControlVerbs } from "../../http/control.ts";
import type { AmazonWorld } from "../world.ts";

export function notificationVerbs(world: AmazonWorld): ControlVerbs {
  const { delivery, offerChanged, queues, queueName } = world;
  return {
    notifications: () => ({ ...delivery.counts(), queue: queues.find(queueName)?.counts() }),
    "drop-notifications": (args) => delivery.dropNext(wholeArgument(args, "next")),
    "duplicate-notifications": (args) => delivery.duplicateNext(wholeArgument(args, "next")),
    "reorder-notifications": (args) => delivery.reorderNext(wholeArgument(args, "next")),
    "silence-asin": (args) =>
      offerChanged.silence(textArgument(args, "asin"), flagArgument(args, "isSilent", true)),
    "show-winner": (args) => offerChanged.showWinner(flagArgument(args, "isShown", true)),
    "send-raw": (args) => {
      queues.find(queueName)?.send({ body: textArgument(args, "body") });
    },
  };
}
