/**
 * From a notification to the queue, with the failings of the real road: lost, doubled and overtaken
 * messages, each asked for by a control call.
 */
import type { QueueEndpoint } from "./sqs-protocol.ts";

export interface NotificationDelivery {
  send(queueArn: string, notification: unknown): void;
  dropNext(count: number): void;
  duplicateNext(count: number): void;
  /** Holds the next `count` notifications back and then sends them last one first. */
  reorderNext(count: number): void;
  counts(): { sent: number; dropped: number; duplicated: number };
  reset(): void;
}

export function createNotificationDelivery(queues: QueueEndpoint): NotificationDelivery {
  let toDrop = 0;
  let toDuplicate = 0;
  let toHold = 0;
  let held: { readonly queueArn: string; readonly body: string }[] = [];
  let counted = { sent: 0, dropped: 0, duplicated: 0 };

  const put = (queueArn: string, body: string): void => {
    // A queue that is gone or forbids Amazon means silence at the real one too, never an error.
    queues.findByArn(queueArn)?.send({ body });
    counted.sent += 1;
  };

  return {
    send(queueArn, notification) {
      const body = JSON.stringify(notification);
      if (toDrop > 0) {
        toDrop -= 1;
        counted.dropped += 1;
        return;
      }
      if (toHold > 0) {
        toHold -= 1;
        held.push({ queueArn, body });
        if (toHold > 0) return;
        for (const each of held.reverse()) put(each.queueArn, each.body);
        held = [];
        return;
      }
      put(queueArn, body);
      if (toDuplicate > 0) {
        toDuplicate -= 1;
        counted.duplicated += 1;
        put(queueArn, body);
      }
    },
    dropNext(count) {
      toDrop = count;
    },
    duplicateNext(count) {
      toDuplicate = count;
    },
    reorderNext(count) {
      toHold = count;
    },
    counts: () => ({ ...counted }),
    reset() {
      toDrop = 0;
      toDuplicate = 0;
      toHold = 0;
      held = [];
      counted = { sent: 0, dropped: 0, duplicated: 0 };
    },
  };
}
