import {
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  ACCEPTED_TO_LIVE_MS,
  API,
  itemUrl,
  listing,
  priceBody,
  SELLER,
  startAmazon,
  US,
} from "./testing/start-amazon.ts";
import type { Answer, RunningAmazon } from "./testing/start-amazon.ts";

let amazon: RunningAmazon;
let sqs: SQSClient;
let token: string;
let QueueUrl: string;

const PLAIN = { asin: "B0PLAIN001", priceMinor: 2_500 };
const QUIET = { asin: "B0QUIET001", priceMinor: 2_500, isSilent: true };

beforeEach(async () => {
  amazon = await startAmazon([listing("PLAIN", PLAIN), listing("QUIET", QUIET)]);
  sqs = amazon.sqs();
  token = await amazon.accessToken();
  QueueUrl = `${amazon.origin}/sqs/000000000000/calibr-amazon`;
});

afterEach(async () => {
  sqs.destroy();
  await amazon.stop();
});

const post = (path: string, body: unknown, bearer = token): Promise<Answer> =>
  amazon.call(`${API}${path}`, {
    method: "POST",
    headers: { "x-amz-access-token": bearer },
    body: JSON.stringify(body),
  });

const subscribe = async (filter?: Record<string, unknown>): Promise<Answer> => {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  const destination = await post(
    "/notifications/v1/destinations",
    { name: "calibr", resourceSpecification: { sqs: { arn: Attributes?.QueueArn } } },
    await amazon.grantlessToken(),
  );
  const { destinationId } = destination.json["payload"] as { destinationId: string };
  return post("/notifications/v1/subscriptions/ANY_OFFER_CHANGED", {
    payloadVersion: "1.0",
    destinationId,
    ...(filter === undefined
      ? {}
      : {
          processingDirective: { eventFilter: { eventFilterType: "ANY_OFFER_CHANGED", ...filter } },
        }),
  });
};

const receive = async (MaxNumberOfMessages = 10): Promise<Message[]> =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages }))).Messages ?? [];

interface OfferChanged {
  NotificationMetadata: { NotificationId: string };
  Payload: {
    AnyOfferChangedNotification: {
      SellerId: string;
      OfferChangeTrigger: { ASIN: string };
      Offers: { SellerId: string; ListingPrice: { Amount: number }; IsBuyBoxWinner?: boolean }[];
    };
  };
}
const bodyOf = (message: Message | undefined): OfferChanged =>
  JSON.parse(message?.Body ?? "{}") as OfferChanged;

describe("subscriptions", () => {
  it("take the seller's token where destinations take the application's", async () => {
    const subscription = await subscribe();
    const denied = await post(
      "/notifications/v1/subscriptions/ANY_OFFER_CHANGED",
      {},
      await amazon.grantlessToken(),
    );

    expect(subscription.status).toBe(200);
    expect(denied.status).toBe(403);
  });

  it("exist once for a type and seller", async () => {
    const first = await subscribe();
    const { destinationId } = first.json["payload"] as { destinationId: string };
    const second = await post("/notifications/v1/subscriptions/ANY_OFFER_CHANGED", {
      payloadVersion: "1.0",
      destinationId,
    });

    expect(second.status).toBe(409);
  });

  it("refuse a type that only EventBridge carries", async () => {
    const answer = await post("/notifications/v1/subscriptions/LISTINGS_ITEM_ISSUES_CHANGE", {
      payloadVersion: "1.0",
      destinationId: "x",
    });

    expect(answer.status).toBe(400);
  });
});

describe("ANY_OFFER_CHANGED", () => {
  it("reaches the queue when a competitor moves", async () => {
    await subscribe();
    const mover = amazon.market.move({ asin: PLAIN.asin, listingPriceMinor: 1_234 });
    const [message] = await receive();
    const change = bodyOf(message).Payload.AnyOfferChangedNotification;

    expect(change.SellerId).toBe(SELLER);
    expect(change.OfferChangeTrigger.ASIN).toBe(PLAIN.asin);
    expect(change.Offers.find((offer) => offer.SellerId === mover)?.ListingPrice.Amount).toBe(
      12.34,
    );
    expect(change.Offers.filter((offer) => offer.IsBuyBoxWinner)).toHaveLength(1);
  });

  it("tells of the seller's own price once it is live, not before", async () => {
    await subscribe();
    await amazon.call(itemUrl("PLAIN"), {
      method: "PATCH",
      headers: { "x-amz-access-token": token },
      body: JSON.stringify(priceBody(21)),
    });
    const early = await receive();
    await amazon.clock.advance(ACCEPTED_TO_LIVE_MS);
    const [message] = await receive();

    expect(early).toEqual([]);
    expect(
      bodyOf(message).Payload.AnyOfferChangedNotification.Offers.find(
        (offer) => offer.SellerId === SELLER,
      )?.ListingPrice.Amount,
    ).toBe(21);
  });

  it("never comes for a silent ASIN, nor without a subscription", async () => {
    amazon.market.move({ asin: PLAIN.asin, listingPriceMinor: 1_900 });
    await subscribe();
    amazon.market.move({ asin: QUIET.asin, listingPriceMinor: 1_234 });

    expect(await receive()).toEqual([]);
  });

  it("is lost, doubled and overtaken on request", async () => {
    await subscribe();
    await amazon.control("drop-notifications", { next: 1 });
    amazon.market.move({ asin: PLAIN.asin, listingPriceMinor: 2_001 });
    const lost = await receive();
    await amazon.control("duplicate-notifications", { next: 1 });
    amazon.market.move({ asin: PLAIN.asin, listingPriceMinor: 2_002 });
    const doubled = (await receive()).map(
      (message) => bodyOf(message).NotificationMetadata.NotificationId,
    );
    await amazon.control("reorder-notifications", { next: 2 });
    amazon.market.move({ asin: PLAIN.asin, listingPriceMinor: 2_003 });
    amazon.market.move({ asin: PLAIN.asin, listingPriceMinor: 2_004 });
    const prices = (await receive()).map((message) =>
      bodyOf(message).Payload.AnyOfferChangedNotification.Offers.map(
        (offer) => offer.ListingPrice.Amount,
      ),
    );

    expect(lost).toEqual([]);
    expect(doubled).toHaveLength(2);
    expect(new Set(doubled).size).toBe(1);
    expect(prices[0]).toContain(20.04);
    expect(prices[1]).toContain(20.03);
  });

  it("comes once for an aggregation window, with the last state", async () => {
    await subscribe({
      aggregationSettings: { aggregationTimePeriod: "FiveMinutes" },
      marketplaceIds: [US],
    });
    amazon.market.move({ asin: PLAIN.asin, listingPriceMinor: 2_001 });
    amazon.market.move({ asin: PLAIN.asin, listingPriceMinor: 2_002 });
    const early = await receive();
    await amazon.clock.advance(300_000);
    const messages = await receive();

    expect(early).toEqual([]);
    expect(messages).toHaveLength(1);
  });

  it("leaves the winner out when told to", async () => {
    await subscribe();
    await amazon.control("show-winner", { isShown: false });
    amazon.market.move({ asin: PLAIN.asin, listingPriceMinor: 2_001 });
    const [message] = await receive();

    expect(message?.Body).not.toContain("IsBuyBoxWinner");
  });
});

describe("the queue", () => {
  const send = (MessageBody: string): Promise<unknown> =>
    sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody,
        MessageAttributes: { kind: { DataType: "String", StringValue: "t" } },
      }),
    );

  it("hides a message for its visibility timeout and delivers it again with a new receipt", async () => {
    await send("one ☕");
    const [first] = await receive();
    const hidden = await receive();
    amazon.machine.nowMs += 30_000;
    const [again] = await receive();

    expect(first?.Body).toBe("one ☕");
    expect(hidden).toEqual([]);
    expect(again?.MessageId).toBe(first?.MessageId);
    expect(again?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  });

  it("forgets deleted messages", async () => {
    await send("a");
    await send("b");
    await send("c");
    const [first, ...others] = await receive();
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
    const Entries = others.map((message, index) => ({
      Id: String(index),
      ReceiptHandle: message.ReceiptHandle,
    }));
    const { Successful } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    amazon.machine.nowMs += 60_000;

    expect(Successful).toHaveLength(2);
    expect(await receive()).toEqual([]);
  });

  it("answers a long poll as soon as something arrives", async () => {
    const poll = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await send("late");

    expect((await poll).Messages?.[0]?.Body).toBe("late");
  });

  it("hands nothing to a consumer that died while it waited", async () => {
    const gone = new AbortController();
    const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 });
    const poll = expect(sqs.send(command, { abortSignal: gone.signal })).rejects.toThrow();
    expect(await receive()).toEqual([]);
    gone.abort();
    await poll;
    expect(await receive()).toEqual([]);

    await send("for the living");

    expect((await receive())[0]?.Body).toBe("for the living");
  });

  it("names a queue that does not exist as the SDK expects it", async () => {
    const missing = new ReceiveMessageCommand({
      QueueUrl: `${amazon.origin}/sqs/000000000000/nowhere`,
    });

    await expect(sqs.send(missing)).rejects.toMatchObject({ name: "QueueDoesNotExist" });
  });
});
