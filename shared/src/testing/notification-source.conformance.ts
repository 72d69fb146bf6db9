import { afterEach, describe, expect, it } from "vitest";
import type { ChannelAccount } from "../ports/channel-account.ts";
import type {
  ChannelEvent,
  ChannelEventBatch,
  NotificationSource,
  SubscriptionDesk,
} from "../ports/notification-source.ts";

/** A channel that tells of changes, as the suite finds it before each claim. */
export interface NotificationSourceRig {
  readonly source: NotificationSource;
  readonly desk: SubscriptionDesk;
  readonly account: ChannelAccount;
  /** A type that the rig's own changes are told by. */
  readonly type: string;
  /** Something happens at the channel. */
  change(): Promise<void>;
  /** The next notification is delivered twice. */
  duplicateNext(): Promise<void>;
  /** Something arrives that is no notification. */
  sendText(text: string): Promise<void>;
  /** Until a message that was received and not acknowledged shows again. */
  untilShownAgain(): Promise<void>;
  /** The seller takes the consent back. */
  revoke(): Promise<void>;
  stop(): Promise<void>;
}

const signal = new AbortController().signal;
const RECEIVES_MAX = 5;

/** What every source of notifications and its subscriptions keep to. */
export function describeNotificationSource(
  name: string,
  start: () => Promise<NotificationSourceRig>,
): void {
  let rig: NotificationSourceRig;
  const begin = async (): Promise<NotificationSourceRig> => (rig = await start());

  /** Batches until so many events have come; none is acknowledged. */
  const receive = async (wanted: number): Promise<ChannelEventBatch[]> => {
    const batches: ChannelEventBatch[] = [];
    for (let call = 0; call < RECEIVES_MAX && eventsOf(batches).length < wanted; call += 1) {
      batches.push(await rig.source.receive(signal));
    }
    return batches;
  };
  const acknowledge = (batches: readonly ChannelEventBatch[]) =>
    Promise.all(batches.map((batch) => batch.acknowledge()));

  describe(`${name} as a source of notifications`, () => {
    afterEach(() => rig.stop());

    it("tells of what happens once it is asked to, and names whose it is", async () => {
      const { desk, account, type, change } = await begin();
      const standing = await desk.ensure(account, type, signal);
      await change();

      const [event] = eventsOf(await receive(1));

      expect(event).toMatchObject({ topic: type, sellerId: account.accountId });
      expect(event?.subscriptionId).toBe(
        standing.kind === "active" ? standing.subscriptionId : "never",
      );
    });

    it("tells again what was not acknowledged, as the same event, and never what was", async () => {
      const { desk, account, type, change, sendText, untilShownAgain } = await begin();
      await desk.ensure(account, type, signal);
      await change();

      const first = await receive(1);
      await untilShownAgain();
      const again = await receive(1);
      await acknowledge(again);
      await untilShownAgain();
      await sendText("a mark behind everything before it");
      const [next] = eventsOf(await receive(1));

      expect(idsOf(eventsOf(again))).toEqual(idsOf(eventsOf(first)));
      expect(next?.fact.kind).toBe("unreadable");
    });

    it("gives a notification that arrives twice the same id", async () => {
      const { desk, account, type, change, duplicateNext } = await begin();
      await desk.ensure(account, type, signal);
      await duplicateNext();
      await change();

      const events = eventsOf(await receive(2));

      expect(events).toHaveLength(2);
      expect(new Set(idsOf(events)).size).toBe(1);
    });

    it.each(["", "no JSON", "null", "[]", '"text"', "{}", '{"Payload":{}}', '{"a":'.repeat(2_000)])(
      "keeps what is no notification and goes on: %s",
      async (text) => {
        const { sendText } = await begin();
        await sendText(text === "" ? " " : text);

        const [event] = eventsOf(await receive(1));

        expect(event?.fact.kind).toBe("unreadable");
        expect(event?.eventId).not.toBe("");
      },
    );

    it("may be asked for the same subscription twice, and to end it twice", async () => {
      const { desk, account, type } = await begin();

      const first = await desk.ensure(account, type, signal);
      const second = await desk.ensure(account, type, signal);
      if (first.kind !== "active") throw new Error(`${type} is ${first.code}`);
      const { subscriptionId } = first;
      await desk.remove(account, { type, subscriptionId }, signal);
      await desk.remove(account, { type, subscriptionId }, signal);
      const third = await desk.ensure(account, type, signal);

      expect(second).toEqual(first);
      expect(third).toMatchObject({ kind: "active" });
      expect(third).not.toMatchObject({ subscriptionId });
    });

    it("throws when the consent is gone", async () => {
      const { desk, account, type, revoke } = await begin();
      await revoke();

      await expect(desk.ensure(account, type, signal)).rejects.toMatchObject({ retry: "never" });
    });
  });
}

function eventsOf(batches: readonly ChannelEventBatch[]): ChannelEvent[] {
  return batches.flatMap(({ events }) => events);
}

function idsOf(events: readonly ChannelEvent[]): string[] {
  return events.map(({ eventId }) => eventId);
}
