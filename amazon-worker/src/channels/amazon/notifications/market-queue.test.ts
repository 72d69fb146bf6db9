import { createHash } from "node:crypto";
import { QUIET } from "@calibr/shared/testing/pipeline-shop";
import { afterEach, expect, it, vi } from "vitest";
import { createMarketQueue, type MarketQueue } from "./market-queue.ts";
import { type PlainServer, startPlainServer } from "../testing/plain-server.ts";

const PATIENCE_MS = 200;
const { signal } = new AbortController();
let server: PlainServer;
let queue: MarketQueue;

/** A queue that holds one message, and leaves every other call without an answer. */
async function start(): Promise<void> {
  server = await startPlainServer((request, response) => {
    const operation = String(request.headers["x-amz-target"]);
    if (!operation.endsWith("ReceiveMessage")) return;
    const message = {
      MessageId: "m",
      ReceiptHandle: "r",
      Body: "{}",
      MD5OfBody: createHash("md5").update("{}").digest("hex"),
    };
    const body = JSON.stringify({ Messages: [message] });
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" });
    response.end(body);
  });
  vi.stubEnv("AWS_ACCESS_KEY_ID", "sandbox");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "sandbox");
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ENDPOINT_URL_SQS", server.origin);
  queue = createMarketQueue({
    queueUrl: `${server.origin}/000000000000/calibr`,
    clock: { now: () => new Date("2026-11-23T09:00:00Z") },
    logger: QUIET,
    patienceMs: PATIENCE_MS,
  });
}

afterEach(async () => {
  queue.close();
  vi.unstubAllEnvs();
  await server.stop();
});

it("gives up a call that nobody answers, and says that the queue is not available", async () => {
  await start();

  await expect(queue.readArn(signal)).rejects.toMatchObject({
    code: "queue_unavailable",
    retry: "backoff",
  });
});

it("goes on when messages cannot be acknowledged: they come again", async () => {
  await start();
  const batch = await queue.receive(signal);
  expect(batch.events).toHaveLength(1);

  await batch.acknowledge();
});
