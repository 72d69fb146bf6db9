/**
 * A standard SQS queue as it shows to a consumer: at least once, unordered under redelivery, a
 * visibility timeout, long polling. Behind it neither shards nor retention.
 *
 * Waiting and visibility go by the machine's time: consumer and queue are two processes of the
 * machine, whatever the sandbox clock says.
 */
import { createHash, randomUUID } from "node:crypto";

export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly sentAtMs: number;
  visibleAtMs: number;
  receiveCount: number;
  firstReceivedAtMs: number | undefined;
  /** Good until the next delivery of the same message. */
  receipt: string | undefined;
}

export type MessageAttributes = Readonly<
  Record<
    string,
    { readonly DataType: string; readonly StringValue?: string; readonly BinaryValue?: string }
  >
>;

export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  visibilityTimeoutMs: number;
  send(input: { body: string; attributes?: MessageAttributes; delayMs?: number }): QueueMessage;
  /** Up to `max` visible messages; waits up to `waitMs` for the first one. */
  receive(input: { max: number; waitMs: number; visibilityMs?: number }): Promise<QueueMessage[]>;
  /** False for a receipt that names nothing any more, which SQS lets pass. */
  remove(receipt: string): boolean;
  setVisibility(receipt: string, visibilityMs: number): boolean;
  counts(): { visible: number; inFlight: number; delayed: number };
  purge(): void;
  /** Ends every wait with no message. */
  close(): void;
}

export interface QueueOptions {
  readonly name: string;
  readonly machineNowMs: () => number;
}

export const QUEUE_ACCOUNT = "000000000000";
const QUEUE_REGION = "us-east-1";
const VISIBILITY_TIMEOUT_MS = 30_000;

export function createQueue({ name, machineNowMs }: QueueOptions): Queue {
  let messages: QueueMessage[] = [];
  const waiting = new Set<() => void>();
  let isClosed = false;

  const take = (max: number, visibilityMs: number): QueueMessage[] => {
    const nowMs = machineNowMs();
    const taken = messages.filter((message) => message.visibleAtMs <= nowMs).slice(0, max);
    for (const message of taken) {
      message.visibleAtMs = nowMs + visibilityMs;
      message.receiveCount += 1;
      message.firstReceivedAtMs ??= nowMs;
      message.receipt = randomUUID();
    }
    return taken;
  };

  const queue: Queue = {
    name,
    arn: `arn:aws:sqs:${QUEUE_REGION}:${QUEUE_ACCOUNT}:${name}`,
    createdAtMs: machineNowMs(),
    visibilityTimeoutMs: VISIBILITY_TIMEOUT_MS,
    send({ body, attributes = {}, delayMs = 0 }) {
      const nowMs = machineNowMs();
      const message: QueueMessage = {
        id: randomUUID(),
        body,
        attributes,
        sentAtMs: nowMs,
        visibleAtMs: nowMs + delayMs,
        receiveCount: 0,
        firstReceivedAtMs: undefined,
        receipt: undefined,
      };
      messages.push(message);
      for (const wake of [...waiting]) wake();
      return message;
    },
    async receive({ max, waitMs, visibilityMs }) {
      const hiddenMs = visibilityMs ?? queue.visibilityTimeoutMs;
      const untilMs = machineNowMs() + waitMs;
      for (;;) {
        const taken = take(max, hiddenMs);
        const leftMs = untilMs - machineNowMs();
        if (taken.length > 0 || leftMs <= 0 || isClosed) return taken;
        const showsInMs = nextVisibleMs(messages, machineNowMs());
        await untilWoken(waiting, Math.min(leftMs, showsInMs));
      }
    },
    remove(receipt) {
      const before = messages.length;
      messages = messages.filter((message) => message.receipt !== receipt);
      return messages.length < before;
    },
    setVisibility(receipt, visibilityMs) {
      const message = messages.find((each) => each.receipt === receipt);
      if (message === undefined) return false;
      message.visibleAtMs = machineNowMs() + visibilityMs;
      for (const wake of [...waiting]) wake();
      return true;
    },
    counts() {
      const nowMs = machineNowMs();
      const hidden = messages.filter((message) => message.visibleAtMs > nowMs);
      const inFlight = hidden.filter((message) => message.receiveCount > 0).length;
      return {
        visible: messages.length - hidden.length,
        inFlight,
        delayed: hidden.length - inFlight,
      };
    },
    purge() {
      messages = [];
    },
    close() {
      isClosed = true;
      messages = [];
      for (const wake of [...waiting]) wake();
    },
  };
  return queue;
}

/** How long until some hidden message shows again; Infinity when none is hidden. */
function nextVisibleMs(messages: readonly QueueMessage[], nowMs: number): number {
  return Math.min(Infinity, ...messages.map((message) => Math.max(1, message.visibleAtMs - nowMs)));
}

function untilWoken(waiting: Set<() => void>, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      waiting.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, Math.ceil(delayMs));
    waiting.add(wake);
  });
}

export function md5Hex(text: string): string {
  return createHash("md5").update(text, "utf8").digest("hex");
}

/**
 * MD5 over name, data type and value of each attribute, every part preceded by its length as four
 * bytes, sorted by name; the value carries a type byte. Source: Amazon SQS Developer Guide,
 * "Calculating the MD5 message digest for message attributes".
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  const add = (part: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    hash.update(length).update(part);
  };
  for (const name of names) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    add(Buffer.from(name));
    add(Buffer.from(attribute.DataType));
    const isBinary = attribute.BinaryValue !== undefined;
    hash.update(Buffer.from([isBinary ? 2 : 1]));
    add(
      isBinary
        ? Buffer.from(attribute.BinaryValue, "base64")
        : Buffer.from(attribute.StringValue ?? ""),
    );
  }
  return hash.digest("hex");
}
