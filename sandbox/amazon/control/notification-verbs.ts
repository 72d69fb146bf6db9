/** Control calls about notifications: what is sent, lost, doubled, overtaken or made up. */
import { flagArgument, textArgument, wholeArgument } from "../../http/control.ts";
import type { ControlVerbs } from "../../http/control.ts";
import { shareArgument } from "./named-things.ts";
import type { AmazonWorld } from "../world.ts";

export function notificationVerbs(world: AmazonWorld): ControlVerbs {
  const { delivery, offerChanged, queues, queueName, misfortunes, market } = world;
  return {
    notifications: () => ({ ...delivery.counts(), queue: queues.find(queueName)?.counts() }),
    "drop-notifications": (args) => delivery.dropNext(wholeArgument(args, "next")),
    "duplicate-notifications": (args) => delivery.duplicateNext(wholeArgument(args, "next")),
    "reorder-notifications": (args) => delivery.reorderNext(wholeArgument(args, "next")),
    "notification-noise": (args) => {
      delivery.setNoise({
        dropShare: shareArgument(args, "dropShare", 0),
        duplicateShare: shareArgument(args, "duplicateShare", 0),
        delayShare: shareArgument(args, "delayShare", 0),
        delayMsMax: wholeArgument(args, "delayMsMax", 60_000),
        seed: wholeArgument(args, "seed", 1),
      });
    },
    "silence-share": (args) => {
      const share = shareArgument(args, "share");
      misfortunes.silenceAsins({ share, seed: wholeArgument(args, "seed", 1) });
      return { silent: market.asins().filter((shelf) => misfortunes.isSilent(shelf)) };
    },
    "silence-asin": (args) =>
      offerChanged.silence(textArgument(args, "asin"), flagArgument(args, "isSilent", true)),
    "show-winner": (args) => offerChanged.showWinner(flagArgument(args, "isShown", true)),
    "send-raw": (args) => {
      queues.find(queueName)?.send({ body: textArgument(args, "body") });
    },
  };
}
