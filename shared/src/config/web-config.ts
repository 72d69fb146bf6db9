import { z } from "zod";
import {
  databaseUrl,
  logLevel,
  port,
  sealKeys,
  shopifyFields,
  text,
  type SealKeySetting,
} from "./env-fields.ts";
import { type Environment, readEnvironment } from "./read-env.ts";

/**
 * What the web process reads from its environment. There is no Amazon secret among it: the web process
 * never calls Amazon.
 */
export const webEnvSchema = z.object({
  ...shopifyFields,
  WEB_DATABASE_URL: databaseUrl("calibr_web"),
  CALIBR_KEYS: sealKeys(),
  PORT: port(3000),
  AMAZON_APP_ID: text(
    "must be the application id from Seller Central's Developer Central (amzn1.sp.solution.…)",
  ),
  AMAZON_APP_STAGE: z
    .enum(["draft", "published"], {
      error: "must be draft (until Amazon has approved the app) or published",
    })
    .default("draft"),
  LOG_LEVEL: logLevel(),
});

/** The settings of the web process, checked. */
export interface WebConfig {
  readonly databaseUrl: string;
  readonly port: number;
  readonly sealKeys: readonly SealKeySetting[];
  readonly shopify: {
    readonly apiKey: string;
    readonly apiSecret: string;
    readonly appUrl: string;
  };
  /** `draft` adds version=beta to the consent address, as Amazon demands before approval. */
  readonly amazon: { readonly appId: string; readonly appStage: "draft" | "published" };
  readonly logLevel: "debug" | "info" | "warn" | "error" | "silent";
}

/** Reads and checks the web process's environment. @throws AppError config_invalid naming each bad variable. */
export function readWebConfig(environment: Environment = process.env): WebConfig {
  const env = readEnvironment("web", webEnvSchema, environment);
  return {
    databaseUrl: env.WEB_DATABASE_URL,
    port: env.PORT,
    sealKeys: env.CALIBR_KEYS,
    shopify: {
      apiKey: env.SHOPIFY_API_KEY,
      apiSecret: env.SHOPIFY_API_SECRET,
      appUrl: env.SHOPIFY_APP_URL,
    },
    amazon: { appId: env.AMAZON_APP_ID, appStage: env.AMAZON_APP_STAGE },
    logLevel: env.LOG_LEVEL,
  };
}
