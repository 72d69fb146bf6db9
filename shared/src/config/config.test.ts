import { describe, expect, it } from "vitest";
import { AppError } from "../core/app-error.ts";
import { readWebConfig } from "./web-config.ts";
import { readWorkerConfig } from "./worker-config.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");
const OTHER_KEY = Buffer.alloc(32, 8).toString("base64");

const WEB = {
  SHOPIFY_API_KEY: "client-id",
  SHOPIFY_API_SECRET: "client-secret",
  SHOPIFY_APP_URL: "https://app.example.com/some/path",
  WEB_DATABASE_URL: "postgresql://calibr_web:hunter2@localhost:5432/calibr",
  CALIBR_KEYS: `k1:${KEY}`,
  AMAZON_APP_ID: "amzn1.sp.solution.1",
};

const WORKER = {
  SHOPIFY_API_KEY: "client-id",
  SHOPIFY_API_SECRET: "client-secret",
  SHOPIFY_APP_URL: "https://app.example.com",
  WORKER_DATABASE_URL: "postgresql://calibr_worker:hunter2@localhost:5432/calibr",
  QUEUE_DATABASE_URL: "postgresql://calibr_queue:hunter2@localhost:5432/calibr",
  CALIBR_KEYS: `k1:${KEY},k0:${OTHER_KEY}`,
  AMAZON_LWA_CLIENT_ID: "amzn1.application-oa2-client.1",
  AMAZON_LWA_CLIENT_SECRET: "lwa-secret",
};

function failureOf(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("Expected a failure, found none.");
}

describe("web settings", () => {
  it("are read with their defaults", () => {
    const config = readWebConfig(WEB);

    expect(config).toMatchObject({
      port: 3000,
      shopify: { apiKey: "client-id", appUrl: "https://app.example.com" },
      amazon: { appStage: "draft" },
      logLevel: "info",
    });
    expect(config.sealKeys.map((key) => key.id)).toEqual(["k1"]);
    expect(config.sealKeys[0]?.secret).toHaveLength(32);
  });

  it("name every bad variable at once, with advice and without its value", () => {
    const failure = failureOf(() =>
      readWebConfig({
        ...WEB,
        WEB_DATABASE_URL: "mysql://root:hunter2@db/x",
        CALIBR_KEYS: "k1:short",
        PORT: "0",
      }),
    );

    expect(failure.code).toBe("config_invalid");
    expect(failure.message).toContain(
      "WEB_DATABASE_URL must be a PostgreSQL address of the role calibr_web",
    );
    expect(failure.message).toContain("CALIBR_KEYS must read");
    expect(failure.message).toContain("PORT must be a port");
    expect(failure.message).not.toContain("hunter2");
    expect(failure.message).not.toContain("k1:short");
  });

  it("say of a missing variable that it is not set", () => {
    const failure = failureOf(() => readWebConfig({ ...WEB, SHOPIFY_API_SECRET: "  " }));

    expect(failure.message).toContain(
      "SHOPIFY_API_SECRET is not set: it must be the app's client secret",
    );
  });

  // Each of these would otherwise be found by the first merchant.
  it.each([
    [
      "two keys of one id",
      { CALIBR_KEYS: `k1:${KEY},k1:${OTHER_KEY}` },
      "CALIBR_KEYS names one key id twice",
    ],
    [
      "a key of 31 bytes",
      { CALIBR_KEYS: `k1:${Buffer.alloc(31).toString("base64")}` },
      "CALIBR_KEYS must read",
    ],
    ["a key id with a dot", { CALIBR_KEYS: `k.1:${KEY}` }, "CALIBR_KEYS must read"],
    [
      "an app address without scheme",
      { SHOPIFY_APP_URL: "app.example.com" },
      "SHOPIFY_APP_URL must be the public",
    ],
    ["an unknown stage", { AMAZON_APP_STAGE: "live" }, "AMAZON_APP_STAGE must be draft"],
    ["an unknown log level", { LOG_LEVEL: "loud" }, "LOG_LEVEL must be one of"],
  ])("refuse %s", (_case, change, message) => {
    expect(failureOf(() => readWebConfig({ ...WEB, ...change })).message).toContain(message);
  });
});

describe("worker settings", () => {
  it("take a variable with nothing behind its = for one left out", () => {
    expect(readWorkerConfig({ ...WORKER, LOG_LEVEL: "", AWS_REGION: " " }).logLevel).toBe("info");
  });

  it("are read without a queue", () => {
    const config = readWorkerConfig({ ...WORKER, AMAZON_QUEUE_URL: "" });

    expect(config.amazon.queueUrl).toBeNull();
    expect(config.sealKeys.map((key) => key.id)).toEqual(["k1", "k0"]);
  });

  it("want the region of a configured queue", () => {
    const queue = { AMAZON_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/1/calibr" };

    expect(failureOf(() => readWorkerConfig({ ...WORKER, ...queue })).message).toContain(
      "AWS_REGION is not set",
    );
    expect(readWorkerConfig({ ...WORKER, ...queue, AWS_REGION: "us-east-1" }).amazon.queueUrl).toBe(
      queue.AMAZON_QUEUE_URL,
    );
  });

  it("want a queue for an EventBridge rule to feed, and twelve digits of its account", () => {
    const bus = { AMAZON_EVENTBRIDGE_ACCOUNT_ID: "123456789012" };
    const queue = {
      AMAZON_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/1/calibr",
      AWS_REGION: "us-east-1",
    };

    expect(failureOf(() => readWorkerConfig({ ...WORKER, ...bus })).message).toContain(
      "AMAZON_QUEUE_URL is not set",
    );
    expect(
      failureOf(() =>
        readWorkerConfig({ ...WORKER, ...queue, AMAZON_EVENTBRIDGE_ACCOUNT_ID: "12" }),
      ).message,
    ).toContain("twelve digits");
    expect(readWorkerConfig({ ...WORKER, ...queue, ...bus }).amazon.eventBusAccountId).toBe(
      "123456789012",
    );
  });

  it("want both halves of the AWS credentials or none", () => {
    const failure = failureOf(() => readWorkerConfig({ ...WORKER, AWS_ACCESS_KEY_ID: "AKIA" }));

    expect(failure.message).toContain("AWS_SECRET_ACCESS_KEY is not set");
  });

  it("refuse a queue that is no address", () => {
    const failure = failureOf(() =>
      readWorkerConfig({ ...WORKER, AMAZON_QUEUE_URL: "arn:aws:sqs:x" }),
    );

    expect(failure.message).toContain("AMAZON_QUEUE_URL must be the https address");
  });
});
