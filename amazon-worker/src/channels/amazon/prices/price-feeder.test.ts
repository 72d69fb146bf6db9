import { afterEach, describe, expect, it } from "vitest";
import { money } from "@calibr/shared/core/money/money";
import type { FeedMessage } from "@calibr/shared/ports/price-feeder";
import { ACCEPTED_TO_LIVE_MS } from "../../../../../sandbox/amazon/testing/start-amazon.ts";
import { feedDocument } from "./feed-document.ts";
import {
  ACCOUNT,
  address,
  failureOf,
  listing,
  push,
  type RunningChannel,
  startChannel,
  statusesOf,
  US,
} from "../testing/start-channel.ts";

const { signal } = new AbortController();
const HOUR_MS = 3_600_000;
let running: RunningChannel | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function start(skus: readonly string[]) {
  running = await startChannel(skus.map((sku) => listing(sku, { priceMinor: 2_500 })));
  const { amazon, channel, log } = running;
  const feeder = channel.priceFeeder;
  const messages = skus.map((sku, place): FeedMessage => ({
    messageId: place + 1,
    push: {
      ...push(sku, 1_990n),
      walls: { min: money(1_500n, "USD"), max: money(3_000n, "USD") },
    },
  }));
  const submit = async () => {
    const documentId = await feeder.upload(ACCOUNT, messages, signal);
    const submission = await feeder.submit(ACCOUNT, { documentId, marketplaceId: US }, signal);
    if (submission.kind !== "submitted") throw submission.error;
    return submission.feedId;
  };
  return { amazon, channel, log, feeder, messages, submit };
}

describe("a price feed at Amazon", () => {
  it("is uploaded, submitted and reported message by message, and its prices are read back", async () => {
    const { amazon, channel, feeder, submit } = await start(["GOOD", "SKU-INVALID-2", "ALSO"]);

    const feedId = await submit();
    expect(await feeder.look(ACCOUNT, feedId, signal)).toMatchObject({ status: "IN_QUEUE" });
    await amazon.clock.advance(HOUR_MS);
    const done = await feeder.look(ACCOUNT, feedId, signal);
    const report = await feeder.readReport(ACCOUNT, done.resultDocumentId ?? "", signal);
    await amazon.clock.advance(ACCEPTED_TO_LIVE_MS);
    const readings = await channel.priceChannel.readPrices(
      ACCOUNT,
      [address("GOOD"), address("SKU-INVALID-2")],
      signal,
    );

    expect(done).toMatchObject({ status: "DONE", endedAt: expect.any(Date) as Date });
    expect(report).toMatchObject({ processed: 3, accepted: 2, invalid: 1 });
    expect(report.refused).toEqual([
      { messageId: 2, words: "The attributes are invalid. (90000900)" },
    ]);
    expect(readings.map((each) => (each.kind === "price" ? each.price.amountMinor : null))).toEqual(
      [1_990n, 2_500n],
    );
  });

  it("is found among the account's feeds when the answer to its submission was lost", async () => {
    const { amazon, feeder, submit } = await start(["GOOD"]);
    const since = amazon.clock.now();
    const feedId = await submit();

    const found = await feeder.submittedSince(ACCOUNT, since, signal);
    const later = await feeder.submittedSince(ACCOUNT, new Date(since.getTime() + 1), signal);

    expect(found).toMatchObject([{ feedId, marketplaceIds: [US] }]);
    expect(later).toEqual([]);
  });

  it("is cancelled while it waits, and asking too late is no failure", async () => {
    const { amazon, feeder, submit } = await start(["GOOD"]);
    const early = await submit();
    await feeder.cancel(ACCOUNT, early, signal);
    const late = await submit();
    await amazon.clock.advance(HOUR_MS);
    await feeder.cancel(ACCOUNT, late, signal);

    expect(await feeder.look(ACCOUNT, early, signal)).toMatchObject({ status: "CANCELLED" });
    expect(await feeder.look(ACCOUNT, late, signal)).toMatchObject({ status: "DONE" });
  });

  it("is not submitted without its document, and we know that it was not", async () => {
    const { feeder } = await start(["GOOD"]);

    const submission = await feeder.submit(
      ACCOUNT,
      { documentId: "gone", marketplaceId: US },
      signal,
    );

    expect(submission).toMatchObject({ kind: "not_submitted", error: { retry: "never" } });
  });

  it("waits as a row, not in the process, once five were submitted in five minutes", async () => {
    const { submit, log } = await start(["GOOD"]);
    for (let feed = 0; feed < 4; feed += 1) await submit();

    const error = await failureOf(
      (async () => {
        for (let feed = 0; feed < 4; feed += 1) await submit();
      })(),
    );

    expect(error).toMatchObject({ code: "amazon_throttled", context: { sent: "no" } });
    expect(statusesOf(log, "createFeed")).not.toContain(429);
  });

  it("weighs what its document weighs", async () => {
    const { feeder, messages } = await start(["GOOD", "ÜNÏ 漢字", 'A"B']);

    const empty = Buffer.byteLength(feedDocument(ACCOUNT.accountId, []));
    const weight = messages.reduce((sum, message) => sum + feeder.sizeOf(message), empty);

    // One comma less than messages.
    expect(Buffer.byteLength(feedDocument(ACCOUNT.accountId, messages))).toBe(weight - 1);
  });

  it("stays under Amazon's advice for the size of a document when it is full by weight", async () => {
    const { feeder, messages } = await start(["GOOD"]);
    const [message] = messages;
    if (message === undefined) throw new Error("no message was made");

    const count = Math.floor(feeder.limits.bytesMax / feeder.sizeOf(message));

    expect(count).toBeGreaterThan(20_000);
    expect(feeder.limits.bytesMax + 1_024).toBe(10 * 1024 * 1024);
  });
});
