import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from "@aws-sdk/client-sqs";
import { AppError } from "@calibr/shared/core/app-error";
import type { Clock } from "@calibr/shared/ports/clock";
import type { Logger } from "@calibr/shared/ports/logger";
import type {
  ChannelEventBatch,
  NotificationSource,
} from "@calibr/shared/ports/notification-source";
import { readNotification } from "./read-notification.ts";

/** The queue that Amazon's notifications arrive in. */
export interface MarketQueue extends NotificationSource {
  /** The queue's name for Amazon's destinations. @throws AppError queue_unavailable. */
  readArn(signal: AbortSignal): Promise<string>;
  close(): void;
}

// Both are the most that SQS allows: fewer calls, and no wait beyond what an arriving message ends.
const WAIT_SECONDS = 20;
const BATCH_MAX = 10;
// What a killed worker had received shows again after this. Taking a batch in is one short transaction, and
// one that lasts longer only makes it come twice, which the event ids make harmless.
const HIDDEN_SECONDS = 5;
// The client of AWS waits for ever: a connection that broke without a word would end all notifications.
const PATIENCE_MS = 10_000;

/** Reads one SQS queue; messages reappear by themselves unless they are acknowledged. */
export function createMarketQueue(parts: {
  readonly queueUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a call may take, beyond its long poll. */
  readonly patienceMs?: number;
}): MarketQueue {
  const { queueUrl, clock, logger, patienceMs = PATIENCE_MS } = parts;
  const within = (signal: AbortSignal | null, ms: number): { abortSignal: AbortSignal } => ({
    abortSignal: AbortSignal.any([...(signal === null ? [] : [signal]), AbortSignal.timeout(ms)]),
  });
  const region = /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com\//.exec(queueUrl)?.[1];
  const sqs = new SQSClient(region === undefined ? {} : { region });

  return {
    async receive(signal) {
      if (signal.aborted) return NOTHING;
      const command = new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: BATCH_MAX,
        WaitTimeSeconds: WAIT_SECONDS,
        VisibilityTimeout: HIDDEN_SECONDS,
        MessageSystemAttributeNames: ["SentTimestamp"],
      });
      try {
        const { Messages = [] } = await sqs.send(
          command,
          within(signal, WAIT_SECONDS * 1_000 + patienceMs),
        );
        return {
          events: Messages.map((message) => toEvent(message, clock)),
          acknowledge: () =>
            deleteAll(sqs, { queueUrl, messages: Messages, logger }, within(null, patienceMs)),
        };
      } catch (error) {
        if (signal.aborted) return NOTHING;
        throw queueUnavailable("receiving", error);
      }
    },
    async readArn(signal) {
      const command = new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: ["QueueArn"],
      });
      try {
        const { Attributes = {} } = await sqs.send(command, within(signal, patienceMs));
        const arn = Attributes["QueueArn"];
        if (arn !== undefined) return arn;
      } catch (error) {
        signal.throwIfAborted();
        throw queueUnavailable("reading its ARN", error);
      }
      throw queueUnavailable("reading its ARN", new Error("the answer names no QueueArn"));
    },
    close: () => sqs.destroy(),
  };
}

const NOTHING: ChannelEventBatch = { events: [], acknowledge: () => Promise.resolve() };

function toEvent(message: Message, clock: Clock) {
  const receivedAt = clock.now();
  const sentMs = Number.parseInt(message.Attributes?.SentTimestamp ?? "", 10);
  return readNotification({
    messageId: message.MessageId ?? "",
    body: message.Body ?? "",
    sentAt: Number.isNaN(sentMs) ? receivedAt : new Date(sentMs),
    receivedAt,
  });
}

async function deleteAll(
  sqs: SQSClient,
  batch: {
    readonly queueUrl: string;
    readonly messages: readonly Message[];
    readonly logger: Logger;
  },
  options: { readonly abortSignal: AbortSignal },
): Promise<void> {
  const { queueUrl, messages, logger } = batch;
  const entries = messages.map((message, index) => ({
    Id: String(index),
    ReceiptHandle: message.ReceiptHandle,
  }));
  if (entries.length === 0) return;
  const command = new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries });
  try {
    const { Failed = [] } = await sqs.send(command, options);
    if (Failed.length === 0) return;
    logger.warn("amazon_queue_delete_failed", {
      count: Failed.length,
      vendorCode: Failed[0]?.Code,
    });
  } catch (error) {
    // The rows are committed: these messages come again and are known by their event id.
    logger.error("amazon_queue_delete_failed", { count: entries.length }, error);
  }
}

function queueUnavailable(doing: string, cause: unknown): AppError {
  const name = cause instanceof Error ? cause.name : "unknown";
  return new AppError({
    code: "queue_unavailable",
    retry: "backoff",
    message: `Amazon's notification queue failed while ${doing}: ${name}`,
    context: { vendorCode: name },
    cause,
  });
}
