/**
 * The queue over HTTP: AWS JSON protocol 1.0, as @aws-sdk/client-sqs 3 speaks it. The operation is in
 * `x-amz-target`, the queue in the body's `QueueUrl`. Signatures are not checked: the trust of the
 * real queue is its policy, which the sandbox has no use for.
 */
import { randomUUID } from "node:crypto";
import { isRecord } from "./purchasable-offer.ts";
import { md5Hex, md5OfAttributes, QUEUE_ACCOUNT } from "./sqs.ts";
import type { MessageAttributes, Queue, QueueMessage } from "./sqs.ts";

const BATCH_MAX = 10;
const WAIT_SECONDS_MAX = 20;

type Input = Readonly<Record<string, unknown>>;

export interface QueueEndpoint {
  handle(request: Request): Promise<Response>;
  find(name: string): Queue | undefined;
  findByArn(arn: string): Queue | undefined;
  create(name: string): Queue;
  close(): void;
  reset(): void;
}

class QueueRefusal extends Error {
  readonly type: string;
  readonly queryCode: string;
  constructor(type: string, queryCode: string, message: string) {
    super(message);
    this.type = type;
    this.queryCode = queryCode;
  }
}

export function createQueueEndpoint(makeQueue: (name: string) => Queue): QueueEndpoint {
  const queues = new Map<string, Queue>();

  const create = (name: string): Queue => {
    const queue = queues.get(name) ?? makeQueue(name);
    queues.set(name, queue);
    return queue;
  };

  return {
    async handle(request) {
      const target = request.headers.get("x-amz-target") ?? "";
      const action = target.replace(/^AmazonSQS\./, "");
      try {
        const parsed: unknown = JSON.parse((await request.text()) || "{}");
        if (!isRecord(parsed)) throw invalid("The request body is not an object.");
        return reply(
          200,
          await runAction({
            action,
            input: parsed,
            signal: request.signal,
            origin: new URL(request.url).origin,
            queues,
            create,
          }),
        );
      } catch (error) {
        if (!(error instanceof QueueRefusal)) throw error;
        return reply(
          400,
          { __type: `com.amazonaws.sqs#${error.type}`, message: error.message },
          { "x-amzn-query-error": `${error.queryCode};Sender` },
        );
      }
    },
    find: (name) => queues.get(name),
    findByArn: (arn) => [...queues.values()].find((queue) => queue.arn === arn),
    create,
    close() {
      for (const queue of queues.values()) queue.close();
    },
    reset() {
      for (const queue of queues.values()) queue.purge();
    },
  };
}

interface QueueCall {
  readonly action: string;
  readonly input: Input;
  /** Aborts when the caller hangs up. */
  readonly signal: AbortSignal;
  /** Where the caller reached the endpoint, for the queue URLs it gets back. */
  readonly origin: string;
  readonly queues: ReadonlyMap<string, Queue>;
  readonly create: (name: string) => Queue;
}

async function runAction(call: QueueCall): Promise<unknown> {
  const { action, input, origin, queues, create } = call;
  const urlOf = (queue: Queue): string => `${origin}/sqs/${QUEUE_ACCOUNT}/${queue.name}`;
  const queue = (): Queue => queueOf(queues, textOf(input, "QueueUrl"));
  switch (action) {
    case "CreateQueue":
      return { QueueUrl: urlOf(create(textOf(input, "QueueName"))) };
    case "GetQueueUrl":
      return { QueueUrl: urlOf(queueOf(queues, textOf(input, "QueueName"))) };
    case "ListQueues":
      return { QueueUrls: [...queues.values()].map(urlOf) };
    case "SendMessage":
      return send(queue(), input);
    case "SendMessageBatch":
      return batch(input, (entry) => send(queue(), entry));
    case "ReceiveMessage":
      return receive(queue(), input, call.signal);
    case "DeleteMessage":
      queue().remove(textOf(input, "ReceiptHandle"));
      return {};
    case "DeleteMessageBatch":
      return batch(input, (entry) => void queue().remove(textOf(entry, "ReceiptHandle")));
    case "ChangeMessageVisibility":
      changeVisibility(queue(), input);
      return {};
    case "GetQueueAttributes":
      return { Attributes: attributesOf(queue(), input["AttributeNames"]) };
    case "PurgeQueue":
      queue().purge();
      return {};
    default:
      throw new QueueRefusal(
        "UnsupportedOperation",
        "AWS.SimpleQueueService.UnsupportedOperation",
        `Operation ${action} is not imitated.`,
      );
  }
}

/** By name, or by a URL whose last part is the name. */
function queueOf(queues: ReadonlyMap<string, Queue>, url: string): Queue {
  const queue = queues.get(url.split("/").at(-1) ?? "");
  if (queue !== undefined) return queue;
  throw new QueueRefusal(
    "QueueDoesNotExist",
    "AWS.SimpleQueueService.NonExistentQueue",
    "The specified queue does not exist.",
  );
}

function send(queue: Queue, input: Input): unknown {
  const body = textOf(input, "MessageBody");
  const attributes = messageAttributes(input["MessageAttributes"]);
  const message = queue.send({
    body,
    attributes,
    delayMs: numberOf(input, "DelaySeconds", 0) * 1000,
  });
  const attributesMd5 = md5OfAttributes(attributes);
  return {
    MessageId: message.id,
    MD5OfMessageBody: md5Hex(body),
    ...(attributesMd5 === undefined ? {} : { MD5OfMessageAttributes: attributesMd5 }),
  };
}

async function receive(queue: Queue, input: Input, signal: AbortSignal): Promise<unknown> {
  const max = numberOf(input, "MaxNumberOfMessages", 1);
  const waitSeconds = numberOf(input, "WaitTimeSeconds", 0);
  if (max < 1 || max > BATCH_MAX) throw invalid("MaxNumberOfMessages must be between 1 and 10.");
  if (waitSeconds > WAIT_SECONDS_MAX) throw invalid("WaitTimeSeconds must be at most 20.");
  const visibility = input["VisibilityTimeout"];
  const messages = await queue.receive({
    max,
    waitMs: waitSeconds * 1000,
    signal,
    ...(typeof visibility === "number" ? { visibilityMs: visibility * 1000 } : {}),
  });
  // The service leaves the list out when there is nothing to deliver.
  return messages.length === 0 ? {} : { Messages: messages.map((each) => delivered(each, queue)) };
}

function delivered(message: QueueMessage, queue: Queue): unknown {
  const attributesMd5 = md5OfAttributes(message.attributes);
  // SQS states instants on the wall clock; the queue counts from the machine's start.
  const wallMs = (ms: number): string => String(Math.round(performance.timeOrigin + ms));
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    Body: message.body,
    MD5OfBody: md5Hex(message.body),
    Attributes: {
      SenderId: "437568002678",
      SentTimestamp: wallMs(message.sentAtMs),
      ApproximateReceiveCount: String(message.receiveCount),
      ApproximateFirstReceiveTimestamp: wallMs(message.firstReceivedAtMs ?? queue.createdAtMs),
    },
    ...(attributesMd5 === undefined
      ? {}
      : { MessageAttributes: message.attributes, MD5OfMessageAttributes: attributesMd5 }),
  };
}

function changeVisibility(queue: Queue, input: Input): void {
  const visibilityMs = numberOf(input, "VisibilityTimeout", 0) * 1000;
  if (!queue.setVisibility(textOf(input, "ReceiptHandle"), visibilityMs)) {
    throw new QueueRefusal(
      "ReceiptHandleIsInvalid",
      "ReceiptHandleIsInvalid",
      "The receipt handle is not valid.",
    );
  }
}

function batch(input: Input, run: (entry: Input) => unknown): unknown {
  const entries: readonly unknown[] = Array.isArray(input["Entries"]) ? input["Entries"] : [];
  if (entries.length === 0) {
    throw new QueueRefusal(
      "EmptyBatchRequest",
      "AWS.SimpleQueueService.EmptyBatchRequest",
      "There should be at least one entry in the request.",
    );
  }
  if (entries.length > BATCH_MAX) {
    throw new QueueRefusal(
      "TooManyEntriesInBatchRequest",
      "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
      "Maximum number of entries per request are 10.",
    );
  }
  const successful = entries.filter(isRecord).map((entry) => {
    const outcome = run(entry);
    return { Id: textOf(entry, "Id"), ...(isRecord(outcome) ? outcome : {}) };
  });
  return { Successful: successful, Failed: [] };
}

function attributesOf(queue: Queue, names: unknown): Record<string, string> {
  const { visible, inFlight, delayed } = queue.counts();
  const all: Record<string, string> = {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(queue.visibilityTimeoutMs / 1000),
    CreatedTimestamp: String(Math.round((performance.timeOrigin + queue.createdAtMs) / 1000)),
  };
  const asked: readonly unknown[] = Array.isArray(names) ? names : [];
  if (asked.includes("All")) return all;
  return Object.fromEntries(Object.entries(all).filter(([name]) => asked.includes(name)));
}

function messageAttributes(value: unknown): MessageAttributes {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, attribute]) => {
      const { DataType, StringValue, BinaryValue } = isRecord(attribute) ? attribute : {};
      return [
        name,
        {
          DataType: typeof DataType === "string" ? DataType : "String",
          ...(typeof StringValue === "string" ? { StringValue } : {}),
          ...(typeof BinaryValue === "string" ? { BinaryValue } : {}),
        },
      ];
    }),
  );
}

function textOf(input: Input, name: string): string {
  const value = input[name];
  if (typeof value !== "string" || value === "") {
    throw new QueueRefusal(
      "MissingParameter",
      "MissingParameter",
      `The request must contain the parameter ${name}.`,
    );
  }
  return value;
}

function numberOf(input: Input, name: string, fallback: number): number {
  const value = input[name];
  return typeof value === "number" ? value : fallback;
}

function invalid(message: string): QueueRefusal {
  return new QueueRefusal("InvalidParameterValue", "InvalidParameterValue", message);
}

function reply(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      ...headers,
      "content-type": "application/x-amz-json-1.0",
      "x-amzn-requestid": randomUUID(),
    },
  });
}
