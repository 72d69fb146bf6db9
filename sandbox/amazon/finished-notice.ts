/** FEED_ and REPORT_PROCESSING_FINISHED, to whoever subscribed. */
import type { Feed } from "@sp-api-sdk/feeds-api-2021-06-30";
import type { Report } from "@sp-api-sdk/reports-api-2021-06-30";
import type { SandboxClock } from "../clock.ts";
import type { NotificationDelivery } from "./notification-delivery.ts";
import { camelEnvelope } from "./notifications.ts";
import type { Notifications } from "./notifications.ts";

interface NoticeOptions {
  readonly clock: SandboxClock;
  readonly applicationId: string;
  readonly notifications: Notifications;
  readonly delivery: NotificationDelivery;
}

export function createFinishedNotice({
  clock,
  applicationId,
  notifications,
  delivery,
}: NoticeOptions) {
  const send = (type: string, sellerId: string, payload: unknown): void => {
    for (const subscription of notifications.subscriptions(type)) {
      if (subscription.sellerId !== sellerId) continue;
      delivery.send(
        subscription.queueArn,
        camelEnvelope({ subscription, applicationId, at: clock.now(), payload }),
      );
    }
  };
  const account = (sellerId: string) => ({ sellerId, accountId: `amzn1.merchant.o.${sellerId}` });
  return {
    feed(
      { feedId, feedType, processingStatus, resultFeedDocumentId }: Feed,
      sellerId: string,
    ): void {
      const fields = { feedId, feedType, processingStatus, resultFeedDocumentId };
      send("FEED_PROCESSING_FINISHED", sellerId, {
        feedProcessingFinishedNotification: { ...account(sellerId), ...fields },
      });
    },
    report(
      { reportId, reportType, processingStatus, reportDocumentId }: Report,
      sellerId: string,
    ): void {
      const fields = { reportId, reportType, processingStatus, reportDocumentId };
      send("REPORT_PROCESSING_FINISHED", sellerId, {
        reportProcessingFinishedNotification: { ...account(sellerId), ...fields },
      });
    },
  };
}
