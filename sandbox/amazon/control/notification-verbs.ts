/** Control calls about notifications: what is sent, lost, doubled, overtaken or made up. */
import {
  ControlError,
  flagArgument,
  optionalText,
  textArgument,
  wholeArgument,
} from "../../http/control.ts";
import type { ControlVerbs } from "../../http/control.ts";
import { namedSeller, shareArgument } from "./named-things.ts";
import type { AccountStatus } from "../notices/account-notices.ts";
import type { AmazonWorld } from "../world.ts";

const STATUSES: readonly AccountStatus[] = ["NORMAL", "AT_RISK", "DEACTIVATED"];
const DAY_MS = 86_400_000;

export function notificationVerbs(world: AmazonWorld): ControlVerbs {
  const { delivery, offerChanged, queues, queueName, misfortunes, market, notifications } = world;
  return {
    notifications: () => ({ ...delivery.counts(), queue: queues.find(queueName)?.counts() }),
    deliveries: (args) => ({ deliveries: delivery.deliveries(optionalText(args, "sellerId")) }),
    "drop-notifications": (args) => delivery.dropNext(wholeArgument(args, "next")),
    "duplicate-notifications": (args) => delivery.duplicateNext(wholeArgument(args, "next")),
    "reorder-notifications": (args) => delivery.reorderNext(wholeArgument(args, "next")),
    "notification-noise": (args) => {
      const sellerId = optionalText(args, "sellerId");
      delivery.setNoise({
        ...(sellerId === undefined ? {} : { sellerId }),
        dropShare: shareArgument(args, "dropShare", 0),
        duplicateShare: shareArgument(args, "duplicateShare", 0),
        delayShare: shareArgument(args, "delayShare", 0),
        delayMsMax: wholeArgument(args, "delayMsMax", 60_000),
        seed: wholeArgument(args, "seed", 1),
      });
    },
    "break-subscription": (args) => {
      const how = args["how"] ?? "vanish";
      if (how !== "vanish" && how !== "elsewhere")
        throw new ControlError('"how" must be "vanish" or "elsewhere"');
      const type = textArgument(args, "notificationType");
      const { sellerId } = namedSeller(world, args);
      if (!notifications.break({ type, sellerId, how }))
        throw new ControlError(`${sellerId} has no subscription for ${type}`);
    },
    "account-status": (args) => {
      const status = STATUSES.find((known) => known === args["status"]);
      if (status === undefined)
        throw new ControlError(`"status" must be one of ${STATUSES.join(", ")}`);
      return { previous: world.notices.setStatus(namedSeller(world, args).sellerId, status) };
    },
    ...secretVerbs(world),
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

/** Notices about the application's own client secret, which has to be rotated every 180 days. */
function secretVerbs({ publisher, clock, lwa }: AmazonWorld): ControlVerbs {
  const inDays = (days: number): string =>
    new Date(clock.now().getTime() + days * DAY_MS).toISOString();
  return {
    "announce-secret-expiry": (args) => {
      const days = wholeArgument(args, "days", 30);
      publisher.announce("APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY", {
        applicationOAuthClientSecretExpiry: {
          clientId: lwa.clientId,
          clientSecretExpiryTime: inDays(days),
          clientSecretExpiryReason: "PERIODIC_ROTATION",
        },
      });
    },
    "announce-new-secret": (args) => {
      publisher.announce("APPLICATION_OAUTH_CLIENT_NEW_SECRET", {
        applicationOAuthClientNewSecret: {
          clientId: lwa.clientId,
          newClientSecret: textArgument(args, "newClientSecret"),
          newClientSecretExpiryTime: inDays(180),
          oldClientSecretExpiryTime: inDays(7),
        },
      });
    },
  };
}
