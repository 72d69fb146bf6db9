/** The variables that occur in more than one process, each with the check and the advice it needs. */
import { z } from "zod";

/** One key of the seal box; the list of them is what CALIBR_KEYS says. */
export interface SealKeySetting {
  readonly id: string;
  readonly secret: Uint8Array;
}

const KEY_ADVICE =
  'must read "k1:<base64 of 32 bytes>", further keys after commas; make one with: ' +
  `node -e 'console.log("k1:"+require("node:crypto").randomBytes(32).toString("base64"))'`;

const BASE64_OF_32_BYTES = /^[A-Za-z0-9+/]{43}=$/;

/** `postgresql://role:password@host:port/database`. */
export function databaseUrl(role: string) {
  const advice = `must be a PostgreSQL address of the role ${role}: postgresql://${role}:PASSWORD@HOST:5432/DATABASE`;
  return text(advice).refine((value) => /^postgres(ql)?:$/.test(protocolOf(value)), advice);
}

/** Any text that is not blank. */
export function text(advice: string) {
  return z.string({ error: advice }).trim().min(1, advice);
}

/** A variable that may be left out: null then. */
export function optionalText() {
  return z
    .string()
    .trim()
    .nullish()
    .transform((value) => value ?? null);
}

/** The app's own public address; only its origin is kept, as Shopify's library does. */
export function appUrl() {
  const advice =
    "must be the public address of the app as the Partner Dashboard has it, such as https://app.example.com";
  return text(advice)
    .refine((value) => /^https?:$/.test(protocolOf(value)), advice)
    .transform((value) => new URL(value).origin);
}

/** A TCP port; `fallback` where the variable is left out. */
export function port(fallback: number) {
  const advice = "must be a port from 1 to 65535";
  return z
    .string()
    .regex(/^\d{1,5}$/, advice)
    .default(String(fallback))
    .transform((digits) => Number.parseInt(digits, 10))
    .refine((value) => value >= 1 && value <= 65_535, advice);
}

/** How much the process says. */
export function logLevel() {
  return z
    .enum(["debug", "info", "warn", "error", "silent"], {
      error: "must be one of debug, info, warn, error, silent",
    })
    .default("info");
}

/** The keys that seal secrets at rest: the first seals, all of them open. */
export function sealKeys() {
  return text(KEY_ADVICE).transform((value, context): readonly SealKeySetting[] => {
    const keys = value.split(",").map((part) => readSealKey(part.trim()));
    const known = keys.filter((key) => key !== null);
    if (known.length !== keys.length) context.addIssue({ code: "custom", message: KEY_ADVICE });
    if (new Set(known.map((key) => key.id)).size !== known.length)
      context.addIssue({
        code: "custom",
        message: "names one key id twice; give each key its own id",
      });
    return known;
  });
}

/** What both processes need to speak as the Shopify app. */
export const shopifyFields = {
  SHOPIFY_API_KEY: text("must be the app's client id from the Partner Dashboard"),
  SHOPIFY_API_SECRET: text("must be the app's client secret from the Partner Dashboard"),
  SHOPIFY_APP_URL: appUrl(),
};

function readSealKey(part: string): SealKeySetting | null {
  const [id = "", secret = "", ...rest] = part.split(":");
  if (rest.length > 0 || !/^[A-Za-z0-9_-]{1,32}$/.test(id)) return null;
  if (!BASE64_OF_32_BYTES.test(secret)) return null;
  return { id, secret: Buffer.from(secret, "base64") };
}

function protocolOf(value: string): string {
  return URL.parse(value)?.protocol ?? "";
}
