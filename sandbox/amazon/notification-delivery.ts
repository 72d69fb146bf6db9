/**
 * From a notification to the queue, with the failings of the real road: lost, doubled and overtaken
 * messages, the next few or a seeded share, each asked for by a control call.
 */
import type { SandboxClock } from "../clock.ts";
import { createRandom } from "../market/random.ts";
import type { SeededRandom } from "../market/random.ts";
import type { QueueEndpoint } from "./sqs-protocol.ts";

export interface NotificationDelivery {
  /** `about` is what it tells of, for the book of deliveries. */
  send(queueArn: string, notification: unknown, about?: Told): void;
  dropNext(count: number): void;
  duplicateNext(count: number): void;
  /** Holds the next `count` notifications back and then sends them last one first. */
  reorderNext(count: number): void;
  setNoise(noise: DeliveryNoise): void;
  counts(): { sent: number; dropped: number; duplicated: number; delayed: number };
  /** What reached a queue lately, oldest first, of one seller or of all. */
  deliveries(sellerId?: string): readonly Delivery[];
  reset(): void;
}

/** What a notification tells of. */
export interface Told {
  readonly sellerId: string;
  readonly type: string;
  /** An offer change: which ASIN, and when it happened. */
  readonly asin?: string | undefined;
  readonly happenedAt?: Date | undefined;
}

/** A notification that reached its queue. */
export interface Delivery extends Told {
  readonly at: Date;
}

/** Shares 0–1 of all notifications. */
export interface DeliveryNoise {
  /** Only to this seller; to everybody without noise of their own when left out. */
  readonly sellerId?: string;
  readonly dropShare: number;
  readonly duplicateShare: number;
  /** These come late, by up to `delayMsMax` of sandbox time, and are overtaken by later ones. */
  readonly delayShare: number;
  readonly delayMsMax: number;
  readonly seed: number;
}

// A book, not a log: a demo that runs for days must not grow by it.
const DELIVERIES_KEPT = 50_000;
const EVERYBODY = "*";

const QUIET: DeliveryNoise = {
  dropShare: 0,
  duplicateShare: 0,
  delayShare: 0,
  delayMsMax: 0,
  seed: 0,
};

interface Noise {
  readonly noise: DeliveryNoise;
  readonly random: SeededRandom;
}

const NO_NOISE: Noise = { noise: QUIET, random: createRandom("delivery") };

export function createNotificationDelivery(
  queues: QueueEndpoint,
  clock: SandboxClock,
): NotificationDelivery {
  return new DeliveryRoad(queues, clock);
}

class DeliveryRoad implements NotificationDelivery {
  readonly #queues: QueueEndpoint;
  readonly #clock: SandboxClock;
  #toDrop = 0;
  #toDuplicate = 0;
  #toHold = 0;
  #held: { readonly queueArn: string; readonly body: string }[] = [];
  #noises = new Map<string, Noise>();
  #deliveries: Delivery[] = [];
  #counted = { sent: 0, dropped: 0, duplicated: 0, delayed: 0 };

  constructor(queues: QueueEndpoint, clock: SandboxClock) {
    this.#queues = queues;
    this.#clock = clock;
  }

  send(queueArn: string, notification: unknown, about?: Told): void {
    const body = JSON.stringify(notification);
    const { noise, random } =
      this.#noises.get(about?.sellerId ?? EVERYBODY) ?? this.#noises.get(EVERYBODY) ?? NO_NOISE;
    // All three are always drawn, so that one share does not shift the draws of another.
    const [drop, duplicate, late] = [random.unit(), random.unit(), random.unit()];
    if (this.#toDrop > 0 || drop < noise.dropShare) {
      this.#toDrop = Math.max(0, this.#toDrop - 1);
      this.#counted.dropped += 1;
      return;
    }
    if (this.#toHold > 0) return this.#hold(queueArn, body);
    const isDoubled = this.#toDuplicate > 0 || duplicate < noise.duplicateShare;
    this.#toDuplicate = Math.max(0, this.#toDuplicate - 1);
    this.#counted.duplicated += isDoubled ? 1 : 0;
    const deliver = (): void => {
      if (about !== undefined) this.#note(about);
      for (let copy = 0; copy < (isDoubled ? 2 : 1); copy += 1) this.#put(queueArn, body);
    };
    if (late >= noise.delayShare) return deliver();
    this.#counted.delayed += 1;
    this.#clock.after((late / noise.delayShare) * noise.delayMsMax, deliver);
  }

  dropNext(count: number): void {
    this.#toDrop = count;
  }

  duplicateNext(count: number): void {
    this.#toDuplicate = count;
  }

  reorderNext(count: number): void {
    this.#toHold = count;
  }

  setNoise(noise: DeliveryNoise): void {
    const random = createRandom(`${noise.seed}/delivery`);
    this.#noises.set(noise.sellerId ?? EVERYBODY, { noise, random });
  }

  counts(): { sent: number; dropped: number; duplicated: number; delayed: number } {
    return { ...this.#counted };
  }

  reset(): void {
    this.#toDrop = 0;
    this.#toDuplicate = 0;
    this.#toHold = 0;
    this.#held = [];
    this.#noises.clear();
    this.#deliveries = [];
    this.#counted = { sent: 0, dropped: 0, duplicated: 0, delayed: 0 };
  }

  deliveries(sellerId?: string): readonly Delivery[] {
    return this.#deliveries.filter((each) => sellerId === undefined || each.sellerId === sellerId);
  }

  #note(about: Told): void {
    this.#deliveries.push({ ...about, at: this.#clock.now() });
    if (this.#deliveries.length > 2 * DELIVERIES_KEPT) this.#deliveries.splice(0, DELIVERIES_KEPT);
  }

  #hold(queueArn: string, body: string): void {
    this.#toHold -= 1;
    this.#held.push({ queueArn, body });
    if (this.#toHold > 0) return;
    for (const each of this.#held.reverse()) this.#put(each.queueArn, each.body);
    this.#held = [];
  }

  #put(queueArn: string, body: string): void {
    // A queue that is gone or forbids Amazon means silence at the real one too, never an error.
    this.#queues.findByArn(queueArn)?.send({ body });
    this.#counted.sent += 1;
  }
}
