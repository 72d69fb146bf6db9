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
  /** Up to `max` visible messages; waits up to `waitMs` for the first one. A caller who hangs up takes none. */
  receive(input: ReceiveInput): Promise<QueueMessage[]>;
  /** False for a receipt that names nothing any more, which SQS lets pass. */
  remove(receipt: string): boolean;
  setVisibility(receipt: string, visibilityMs: number): boolean;
  counts(): { visible: number; inFlight: number; delayed: number };
  purge(): void;
  /** Ends every wait with no message. */
  close(): void;
}

interface ReceiveInput {
  readonly max: number;
  readonly waitMs: number;
  readonly visibilityMs?: number;
  readonly signal?: AbortSignal;
}

interface QueueOptions {
  readonly name: string;
  readonly machineNowMs: () => number;
}

export const QUEUE_ACCOUNT = "000000000000";
const QUEUE_REGION = "us-east-1";
const VISIBILITY_TIMEOUT_MS = 30_000;

export function createQueue(options: QueueOptions): Queue {
  return new StandardQueue(options);
}

class StandardQueue implements Queue {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  visibilityTimeoutMs = VISIBILITY_TIMEOUT_MS;
  readonly #nowMs: () => number;
  #messages: QueueMessage[] = [];
  readonly #waiting = new Set<() => void>();
  #isClosed = false;

  constructor({ name, machineNowMs }: QueueOptions) {
    this.name = name;
    this.arn = `arn:aws:sqs:${QUEUE_REGION}:${QUEUE_ACCOUNT}:${name}`;
    this.#nowMs = machineNowMs;
    this.createdAtMs = machineNowMs();
  }

  send(input: { body: string; attributes?: MessageAttributes; delayMs?: number }): QueueMessage {
    const { body, attributes = {}, delayMs = 0 } = input;
    const nowMs = this.#nowMs();
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
    this.#messages.push(message);
    this.#wakeAll();
    return message;
  }

  async receive(input: ReceiveInput): Promise<QueueMessage[]> {
    const hiddenMs = input.visibilityMs ?? this.visibilityTimeoutMs;
    const untilMs = this.#nowMs() + input.waitMs;
    for (;;) {
      if (input.signal?.aborted === true) return [];
      const taken = this.#take(input.max, hiddenMs);
      const leftMs = untilMs - this.#nowMs();
      if (taken.length > 0 || leftMs <= 0 || this.#isClosed) return taken;
      const showsInMs = nextVisibleMs(this.#messages, this.#nowMs());
      await untilWoken(this.#waiting, Math.min(leftMs, showsInMs), input.signal);
    }
  }

  remove(receipt: string): boolean {
    const before = this.#messages.length;
    this.#messages = this.#messages.filter((message) => message.receipt !== receipt);
    return this.#messages.length < before;
  }

  setVisibility(receipt: string, visibilityMs: number): boolean {
    const message = this.#messages.find((each) => each.receipt === receipt);
    if (message === undefined) return false;
    message.visibleAtMs = this.#nowMs() + visibilityMs;
    this.#wakeAll();
    return true;
  }

  counts(): { visible: number; inFlight: number; delayed: number } {
    const nowMs = this.#nowMs();
    const hidden = this.#messages.filter((message) => message.visibleAtMs > nowMs);
    const inFlight = hidden.filter((message) => message.receiveCount > 0).length;
    const visible = this.#messages.length - hidden.length;
    return { visible, inFlight, delayed: hidden.length - inFlight };
  }

  purge(): void {
    this.#messages = [];
  }

  close(): void {
    this.#isClosed = true;
    this.#messages = [];
    this.#wakeAll();
  }

  #take(max: number, visibilityMs: number): QueueMessage[] {
    const nowMs = this.#nowMs();
    const taken = this.#messages.filter((message) => message.visibleAtMs <= nowMs).slice(0, max);
    for (const message of taken) {
      message.visibleAtMs = nowMs + visibilityMs;
      message.receiveCount += 1;
      message.firstReceivedAtMs ??= nowMs;
      message.receipt = randomUUID();
    }
    return taken;
  }

  #wakeAll(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}

/** How long until some hidden message shows again; Infinity when none is hidden. */
function nextVisibleMs(messages: readonly QueueMessage[], nowMs: number): number {
  // No spread: a full queue has more messages than a call may have arguments.
  return messages.reduce(
    (soonest, message) => Math.min(soonest, Math.max(1, message.visibleAtMs - nowMs)),
    Infinity,
  );
}

function untilWoken(
  waiting: Set<() => void>,
  delayMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      waiting.delete(wake);
      signal?.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, Math.ceil(delayMs));
    waiting.add(wake);
    signal?.addEventListener("abort", wake, { once: true });
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
