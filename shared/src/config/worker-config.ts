import { z } from "zod";
import {
  databaseUrl,
  logLevel,
  optionalText,
  sealKeys,
  shopifyFields,
  text,
  type SealKeySetting,
} from "./env-fields.ts";
import { type Environment, readEnvironment } from "./read-env.ts";

const QUEUE_ADVICE =
  "must be the https address of an SQS queue, such as https://sqs.us-east-1.amazonaws.com/123456789012/calibr, or be left out";

/** What the worker reads from its environment. The AWS variables are read by the AWS SDK itself. */
export const workerEnvSchema = z
  .object({
    ...shopifyFields,
    WORKER_DATABASE_URL: databaseUrl("calibr_worker"),
    QUEUE_DATABASE_URL: databaseUrl("calibr_queue"),
    CALIBR_KEYS: sealKeys(),
    AMAZON_LWA_CLIENT_ID: text(
      "must be the LWA client id of the Amazon app (amzn1.application-oa2-client.…)",
    ),
    AMAZON_LWA_CLIENT_SECRET: text(
      "must be the LWA client secret of the Amazon app; it ends after 180 days",
    ),
    AMAZON_QUEUE_URL: optionalText().refine(
      (value) => value === null || /^https?:$/.test(URL.parse(value)?.protocol ?? ""),
      QUEUE_ADVICE,
    ),
    AMAZON_EVENTBRIDGE_ACCOUNT_ID: optionalText().refine(
      (value) => value === null || /^\d{12}$/.test(value),
      "must be the twelve digits of the AWS account whose EventBridge rule feeds the queue, or be left out",
    ),
    AWS_REGION: optionalText(),
    AWS_ACCESS_KEY_ID: optionalText(),
    AWS_SECRET_ACCESS_KEY: optionalText(),
    AWS_ENDPOINT_URL_SQS: optionalText(),
    LOG_LEVEL: logLevel(),
  })
  .superRefine((env, context) => {
    const need = (name: string, message: string) =>
      context.addIssue({ code: "custom", path: [name], message });
    if (env.AMAZON_QUEUE_URL !== null && env.AWS_REGION === null)
      need(
        "AWS_REGION",
        "must name the queue's region, such as us-east-1, because AMAZON_QUEUE_URL is set",
      );
    if (env.AMAZON_EVENTBRIDGE_ACCOUNT_ID !== null && env.AMAZON_QUEUE_URL === null)
      need(
        "AMAZON_QUEUE_URL",
        "must name the queue that the EventBridge rule feeds, because AMAZON_EVENTBRIDGE_ACCOUNT_ID is set",
      );
    if ((env.AWS_ACCESS_KEY_ID === null) !== (env.AWS_SECRET_ACCESS_KEY === null))
      need(
        env.AWS_ACCESS_KEY_ID === null ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY",
        "must be set together with its other half, or both left out where the machine has a role",
      );
  });

/** The settings of the worker, checked. */
export interface WorkerConfig {
  readonly databaseUrl: string;
  /** The role that owns the schema graphile_worker. */
  readonly queueDatabaseUrl: string;
  readonly sealKeys: readonly SealKeySetting[];
  readonly shopify: {
    readonly apiKey: string;
    readonly apiSecret: string;
    readonly appUrl: string;
  };
  readonly amazon: {
    readonly lwaClientId: string;
    readonly lwaClientSecret: string;
    /** Null: no notifications, sweeps alone find what moved. */
    readonly queueUrl: string | null;
    /** Null: what Amazon sends through EventBridge only is found by polling. */
    readonly eventBusAccountId: string | null;
  };
  readonly logLevel: "debug" | "info" | "warn" | "error" | "silent";
}

/** Reads and checks the worker's environment. @throws AppError config_invalid naming each bad variable. */
export function readWorkerConfig(environment: Environment = process.env): WorkerConfig {
  const env = readEnvironment("worker", workerEnvSchema, environment);
  return {
    databaseUrl: env.WORKER_DATABASE_URL,
    queueDatabaseUrl: env.QUEUE_DATABASE_URL,
    sealKeys: env.CALIBR_KEYS,
    shopify: {
      apiKey: env.SHOPIFY_API_KEY,
      apiSecret: env.SHOPIFY_API_SECRET,
      appUrl: env.SHOPIFY_APP_URL,
    },
    amazon: {
      lwaClientId: env.AMAZON_LWA_CLIENT_ID,
      lwaClientSecret: env.AMAZON_LWA_CLIENT_SECRET,
      queueUrl: env.AMAZON_QUEUE_URL,
      eventBusAccountId: env.AMAZON_EVENTBRIDGE_ACCOUNT_ID,
    },
    logLevel: env.LOG_LEVEL,
  };
}
