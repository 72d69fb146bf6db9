import { afterEach, describe, expect, it } from "vitest";
import { addMs } from "../core/time/duration.ts";
import { add, money, type Money } from "../core/money/money.ts";
import type { ChannelAccount } from "../ports/channel-account.ts";
import type { ListingAddress, PriceChannel } from "../ports/price-channel.ts";
import type { FeedMessage, FeedSeen, PriceFeeder } from "../ports/price-feeder.ts";

/** A channel that takes feeds, as the suite finds it before each claim. */
export interface PriceFeederRig {
  readonly feeder: PriceFeeder;
  /** Reads what the feeds brought. */
  readonly channel: Pick<PriceChannel, "readPrices">;
  readonly account: ChannelAccount;
  readonly marketplaceId: string;
  /** At least two, each with the price it shows. */
  readonly listings: readonly { readonly address: ListingAddress; readonly price: Money }[];
  /** A listing whose price the channel refuses. */
  readonly refused: { readonly address: ListingAddress; readonly price: Money };
  now(): Date;
  /** Lets time go by. */
  pass(ms: number): Promise<void>;
  /** The next feed waits in the queue until it is released or cancelled. */
  stickNext(): Promise<void>;
  /** The seller takes the consent back. */
  revoke(): Promise<void>;
  stop(): Promise<void>;
}

const signal = new AbortController().signal;
const LOOK_MS = 60_000;
const LOOKS_MAX = 60;

/** What every channel that takes many prices at once keeps to. */
export function describePriceFeeder(name: string, start: () => Promise<PriceFeederRig>): void {
  let rig: PriceFeederRig;
  const begin = async (): Promise<PriceFeederRig> => (rig = await start());

  const submit = async (messages: readonly FeedMessage[]): Promise<string> => {
    const { feeder, account, marketplaceId } = rig;
    const documentId = await feeder.upload(account, messages, signal);
    const submission = await feeder.submit(account, { documentId, marketplaceId }, signal);
    if (submission.kind !== "submitted") throw submission.error;
    return submission.feedId;
  };
  const untilEnded = async (feedId: string): Promise<FeedSeen> => {
    for (let look = 0; look < LOOKS_MAX; look += 1) {
      const seen = await rig.feeder.look(rig.account, feedId, signal);
      if (seen.endedAt !== null) return seen;
      await rig.pass(LOOK_MS);
    }
    throw new Error(`feed ${feedId} never ended`);
  };

  describe(`${name} as a taker of feeds`, () => {
    afterEach(() => rig.stop());

    it("brings each price to its own listing, and says which it refused", async () => {
      const { feeder, channel, account, listings, refused, pass } = await begin();
      const messages = messagesOf([...listings, refused]);

      const feed = await untilEnded(await submit(messages));
      const report = await feeder.readReport(account, feed.resultDocumentId ?? "", signal);
      await pass(LOOK_MS);

      expect(feed.status).toBe("DONE");
      expect(report.refused.map(({ messageId }) => messageId)).toEqual([messages.length]);
      expect(report.refused[0]?.words).not.toBe("");
      expect([report.processed, report.accepted, report.invalid]).toEqual([
        messages.length,
        messages.length - 1,
        1,
      ]);
      const addresses = messages.map(({ push }) => push.address);
      const readings = await channel.readPrices(account, addresses, signal);
      expect(readings.map((reading) => reading.kind === "price" && reading.price)).toEqual([
        ...messages.slice(0, -1).map(({ push }) => push.price),
        refused.price,
      ]);
    });

    it("says before how many bytes a message takes, within its limits", async () => {
      const { feeder, listings } = await begin();
      const [message] = messagesOf(listings);
      if (message === undefined) throw new Error("The rig has no listings.");
      const long = { ...message.push.address, externalId: `${message.push.address.externalId}☕x` };

      const bytes = feeder.sizeOf(message);
      const longer = feeder.sizeOf({ ...message, push: { ...message.push, address: long } });

      expect(bytes).toBeGreaterThan(0);
      expect(longer).toBe(bytes + Buffer.byteLength("☕x"));
      expect(feeder.limits.messagesMax * bytes).toBeGreaterThan(feeder.limits.bytesMax / 10);
    });

    it("finds a feed again by when it was submitted, and only then", async () => {
      const { feeder, account, listings, now } = await begin();
      const before = now();
      const feedId = await submit(messagesOf(listings));

      const found = await feeder.submittedSince(account, before, signal);
      const later = await feeder.submittedSince(account, addMs(now(), LOOK_MS), signal);

      expect(found.map((feed) => feed.feedId)).toEqual([feedId]);
      expect(later).toEqual([]);
    });

    it("cancels a feed that waits, and changes no price then", async () => {
      const { feeder, channel, account, listings, stickNext } = await begin();
      await stickNext();
      const feedId = await submit(messagesOf(listings));

      await feeder.cancel(account, feedId, signal);
      const feed = await untilEnded(feedId);

      expect(feed.status).toBe("CANCELLED");
      const addresses = listings.map(({ address }) => address);
      const readings = await channel.readPrices(account, addresses, signal);
      expect(readings.map((reading) => reading.kind === "price" && reading.price)).toEqual(
        listings.map(({ price }) => price),
      );
    });

    it("knows that nothing was submitted when the consent is gone", async () => {
      const { feeder, account, marketplaceId, listings, revoke } = await begin();
      const documentId = await feeder.upload(account, messagesOf(listings), signal);
      await revoke();

      const submission = await feeder.submit(account, { documentId, marketplaceId }, signal);

      expect(submission).toMatchObject({ kind: "not_submitted", error: { retry: "never" } });
      await expect(feeder.look(account, "1", signal)).rejects.toMatchObject({ retry: "never" });
    });
  });
}

function messagesOf(
  listings: readonly { readonly address: ListingAddress; readonly price: Money }[],
): FeedMessage[] {
  return listings.map(({ address, price }, place) => {
    const changed = add(price, money(BigInt(place) + 1n, price.currency));
    const messageId = place + 1;
    return { messageId, push: { address, price: changed, pushKey: `feed ${String(messageId)}` } };
  });
}
