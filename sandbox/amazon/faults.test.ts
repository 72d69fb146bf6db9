import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
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
import type { Answer, RunningAmazon } from "./testing/start-amazon.ts"; // prettier-ignore

const SKUS = Array.from({ length: 60 }, (_, index) => `S${String(index).padStart(3, "0")}`);
let amazon: RunningAmazon;
let token: string;

beforeEach(async () => {
  amazon = await startAmazon(SKUS.map((sku) => listing(sku, { priceMinor: 2_500 })), { processingMs: 1_000 }); // prettier-ignore
  await amazon.control("enforce-quotas", { isEnforced: false });
  token = await amazon.accessToken();
});

afterEach(() => amazon.stop());

const send = (url: string, method = "GET", body?: unknown): Promise<Answer> =>
  amazon.call(url, {
    method,
    headers: { "x-amz-access-token": token },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const read = (sku = "S000"): Promise<Answer> => send(itemUrl(sku));
const patch = (sku: string, price: number) => send(itemUrl(sku), "PATCH", priceBody(price));
const calls = async (operation: string) =>
  ((await amazon.control("calls"))["calls"] as Record<string, Record<string, number>>)[operation];

interface Write {
  readonly sku: string;
  readonly isIgnored: boolean;
  readonly appliedAt: string | null;
}

async function ignoredOf(price: number): Promise<string[]> {
  for (const sku of SKUS) await patch(sku, price);
  await amazon.clock.advance(ACCEPTED_TO_LIVE_MS);
  const { received } = await amazon.control("ledger");
  const last = (received as Write[]).slice(-SKUS.length);
  expect(last.every((write) => write.isIgnored === (write.appliedAt === null))).toBe(true);
  return last.filter((write) => write.isIgnored).map((write) => write.sku);
}

describe("accepted and ignored writes", () => {
  it("hit the share that was asked for, other SKUs the next time, the same with the same seed", async () => {
    await amazon.control("ignore-writes", { share: 0.2, seed: 3 });
    const [first, second] = [await ignoredOf(24), await ignoredOf(23)];
    await amazon.control("ignore-writes", { share: 0.2, seed: 3 });
    const again = await ignoredOf(22);

    expect(first.length).toBeGreaterThan(3);
    expect(first.length).toBeLessThan(25);
    expect(second).not.toEqual(first);
    expect(again).toEqual(first);
    expect((await amazon.control("sku", { sku: first[0] }))["shownMinor"]).not.toBe(2_200);
  });
});

describe("bad weather", () => {
  it("throttles everybody in a storm without taking tokens, and passes", async () => {
    await amazon.control("storm", { operation: "getListingsItem", forMs: 30_000 });
    const during = await read();
    await amazon.clock.advance(30_000);

    expect(during.status).toBe(429);
    expect((await read()).status).toBe(200);
    expect(await calls("getListingsItem")).toMatchObject({ calls: 2, own429: 0, imposed429: 1 });
  });

  it("is told apart from a 429 the caller has earned", async () => {
    await amazon.control("enforce-quotas", { isEnforced: true });
    for (let call = 0; call < 11; call += 1) await read();

    expect(await calls("getListingsItem")).toMatchObject({ calls: 11, own429: 1, imposed429: 0 });
  });

  it.each([["500"], ["503"], ["html"]])("fails a share of calls with %s", async (kind) => {
    await amazon.control("fail-share", { operation: "getListingsItem", kind, share: 0.3 });
    const statuses = [];
    for (const sku of SKUS) statuses.push((await read(sku)).status);
    const failed = statuses.filter((status) => status >= 500).length;

    expect(failed).toBeGreaterThan(6);
    expect(failed).toBeLessThan(35);
  });

  it("answers late by the sandbox clock", async () => {
    await amazon.control("slow", { operation: "getListingsItem", ms: 5_000 });
    let isAnswered = false;
    const answer = read().then((each) => {
      isAnswered = true;
      return each.status;
    });
    await expect.poll(() => amazon.clock.nextDueAt()).not.toBeNull();
    await amazon.clock.advance(4_999);
    const early = isAnswered;
    await amazon.clock.advance(1);

    expect(early).toBe(false);
    expect(await answer).toBe(200);
  });

  it("drops a share of connections, before or after the write counts", async () => {
    await amazon.control("fail-share", { operation: "patchListingsItem", kind: "drop-after", share: 1, forMs: 1 });
    await expect(patch("S001", 24)).rejects.toThrow();
    await amazon.clock.advance(ACCEPTED_TO_LIVE_MS);
    const written = (await amazon.control("sku", { sku: "S001" }))["shownMinor"];

    expect(written).toBe(2_400);
    expect((await patch("S001", 23)).status).toBe(200);
  }); // prettier-ignore
});

describe("a stuck feed", () => {
  const upload = async (price: number): Promise<string> => {
    const document = await send(`${API}/feeds/2021-06-30/documents`, "POST", { contentType: "application/json" });
    const messages = [{ messageId: 1, sku: "S000", operationType: "PATCH", ...(priceBody(price) as object) }];
    await amazon.call(String(document.json["url"]), {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ header: { sellerId: SELLER, version: "2.0" }, messages }),
    });
    const feed = { feedType: "JSON_LISTINGS_FEED", marketplaceIds: [US], inputFeedDocumentId: document.json["feedDocumentId"] };
    return String((await send(`${API}/feeds/2021-06-30/feeds`, "POST", feed)).json["feedId"]);
  }; // prettier-ignore
  const status = async (id: string) =>
    (await send(`${API}/feeds/2021-06-30/feeds/${id}`)).json["processingStatus"];

  it.each(["IN_QUEUE", "IN_PROGRESS"])(
    "stays %s, holds up the next one, and applies its messages when released",
    async (stuckIn) => {
      await amazon.control("stick-feed", { status: stuckIn });
      const [stuck, next] = [await upload(21), await upload(20)];
      await amazon.clock.advance(60_000);
      const before = [await status(stuck), await status(next)];
      await amazon.control("release-feed");
      await amazon.clock.advance(60_000);
      const { received } = await amazon.control("ledger", { sku: "S000" });

      expect(before).toEqual([stuckIn, "IN_QUEUE"]);
      expect([await status(stuck), await status(next)]).toEqual(["DONE", "DONE"]);
      expect((received as { priceMinor: number }[]).map((each) => each.priceMinor)).toEqual([
        2_100, 2_000,
      ]);
    },
  );

  it("can be cancelled in the queue only, and lets the next one through", async () => {
    await amazon.control("stick-feed", { status: "IN_QUEUE" });
    const [stuck, next] = [await upload(21), await upload(20)];
    await amazon.clock.advance(10_000);
    await send(`${API}/feeds/2021-06-30/feeds/${stuck}`, "DELETE");
    await amazon.clock.advance(10_000);

    expect([await status(stuck), await status(next)]).toEqual(["CANCELLED", "DONE"]);
  });
});

describe("noise on the road of notifications", () => {
  it("loses, doubles and delays shares of them, and silences a share of ASINs", async () => {
    await subscribe();
    const { silent } = await amazon.control("silence-share", { share: 0.3, seed: 5 });
    await amazon.control("notification-noise", { dropShare: 0.1, duplicateShare: 0.3, delayShare: 0.4, delayMsMax: 60_000, seed: 2 });
    for (const asin of amazon.market.asins()) amazon.market.move({ asin, listingPriceMinor: 1_999 });
    await amazon.clock.advance(60_000);
    const { sent, dropped, duplicated, delayed } = (await amazon.control("notifications")) as Record<string, number>;
    const told = new Set((await drain()).map((each) => each.asin));

    expect((silent as string[]).length).toBeGreaterThan(5);
    expect((silent as string[]).filter((asin) => told.has(asin))).toEqual([]);
    for (const count of [dropped, duplicated, delayed]) expect(count).toBeGreaterThan(0);
    expect(sent).toBe(60 - (silent as string[]).length - Number(dropped) + Number(duplicated));
  }); // prettier-ignore

  async function subscribe(): Promise<void> {
    const grantless = await amazon.grantlessToken();
    const destination = await amazon.call(`${API}/notifications/v1/destinations`, {
      method: "POST",
      headers: { "x-amz-access-token": grantless },
      body: JSON.stringify({
        name: "calibr",
        resourceSpecification: { sqs: { arn: "arn:aws:sqs:us-east-1:000000000000:calibr-amazon" } },
      }),
    });
    const { destinationId } = destination.json["payload"] as { destinationId: string };
    const path = `${API}/notifications/v1/subscriptions/ANY_OFFER_CHANGED`;
    await send(path, "POST", { payloadVersion: "1.0", destinationId });
  }

  async function drain(): Promise<{ asin: string }[]> {
    const sqs = amazon.sqs();
    const QueueUrl = `${amazon.origin}/sqs/000000000000/calibr-amazon`;
    const found: { asin: string }[] = [];
    for (;;) {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 })); // prettier-ignore
      if (Messages === undefined || Messages.length === 0) break;
      for (const { Body } of Messages) {
        const body = JSON.parse(Body ?? "{}") as { Payload: { AnyOfferChangedNotification: { OfferChangeTrigger: { ASIN: string } } } }; // prettier-ignore
        found.push({ asin: body.Payload.AnyOfferChangedNotification.OfferChangeTrigger.ASIN });
      }
    }
    sqs.destroy();
    return found;
  }
});
