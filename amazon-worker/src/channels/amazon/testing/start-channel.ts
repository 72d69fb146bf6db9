/**
 * The Amazon channel against the sandbox over HTTP. Time is the sandbox's driven clock: whoever sleeps
 * moves it, so a test that waits for quota takes milliseconds.
 */
import { AppError } from "@calibr/shared/core/app-error";
import { toConnectionId, toListingId, toShopId } from "@calibr/shared/core/ids";
import { money } from "@calibr/shared/core/money/money";
import type { LogFacts, Logger } from "@calibr/shared/ports/logger";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import type { ListingAddress, PricePush } from "@calibr/shared/ports/price-channel";
import { createMemoryQuotaStore } from "@calibr/shared/testing/memory-quota-store";
import { vi } from "vitest";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  listing,
  type RunningAmazon,
  SELLER,
  startAmazon,
  US,
} from "../../../../../sandbox/amazon/testing/start-amazon.ts";
import { type AmazonChannel, createAmazonChannel } from "../create-amazon-channel.ts";
import type { WaitingClock } from "../client/waiting.ts";

export { listing, SELLER, US };

export const ACCOUNT: ChannelAccount = {
  shopId: toShopId(1),
  connectionId: toConnectionId("1"),
  accountId: SELLER,
  region: "na",
};

export interface LogLine {
  readonly event: string;
  readonly facts: LogFacts;
}

export interface RunningChannel {
  readonly amazon: RunningAmazon;
  readonly channel: AmazonChannel;
  readonly clock: WaitingClock;
  /** Every call to Amazon and every warning, in order. */
  readonly log: readonly LogLine[];
  /** The seller's refresh token as the product holds it. */
  readonly secret: { refreshToken: string };
  stop(): Promise<void>;
}

export async function startChannel(
  listings: Parameters<typeof startAmazon>[0],
  options: { readonly eventBusAccountId?: string; readonly hasQueue?: boolean } = {},
): Promise<RunningChannel> {
  let nowMs = (): number => 0;
  const amazon = await startAmazon(listings, { machineNowMs: () => nowMs() });
  nowMs = () => amazon.clock.now().getTime();
  rerouteFetch(amazon.origin);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "sandbox");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "sandbox");
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ENDPOINT_URL_SQS", `${amazon.origin}/sqs`);
  const { refreshToken } = await amazon.control("authorize");
  const secret = { refreshToken: String(refreshToken) };
  const log: LogLine[] = [];
  const clock = drivenClock(amazon);
  const channel = createAmazonChannel({
    lwa: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET },
    queueUrl: options.hasQueue === true ? `${amazon.origin}/sqs/000000000000/calibr-amazon` : null,
    eventBusAccountId: options.eventBusAccountId ?? null,
    secrets: { refreshToken: () => Promise.resolve(secret.refreshToken) },
    clock,
    waiting: clock,
    quotaStore: createMemoryQuotaStore(),
    logger: loggerTo(log),
  });
  return {
    amazon,
    channel,
    clock,
    log,
    secret,
    async stop() {
      channel.close();
      vi.unstubAllGlobals();
      vi.unstubAllEnvs();
      await amazon.stop();
    },
  };
}

export function address(sku: string): ListingAddress {
  return {
    listingId: toListingId("1"),
    marketplaceId: US,
    externalId: sku,
    parentId: null,
    productType: null,
  };
}

export function push(sku: string, cents: bigint): PricePush {
  return { address: address(sku), price: money(cents, "USD"), pushKey: `push ${sku}` };
}

export function statusesOf(log: readonly LogLine[], operation: string): unknown[] {
  return log
    .filter(({ event, facts }) => event === "amazon_call" && facts["operation"] === operation)
    .map(({ facts }) => facts["status"]);
}

export async function failureOf(work: Promise<unknown>): Promise<AppError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof AppError) return error;
  throw new Error(`expected an AppError, got ${String(error)}`);
}

/** fetch to a vendor reaches the stand-in, as the preload does it in a real run. */
function rerouteFetch(origin: string): void {
  const usual = globalThis.fetch;
  vi.stubGlobal("fetch", (input: string | URL, init: RequestInit = {}) => {
    const target = new URL(input);
    if (target.hostname === "127.0.0.1") return usual(input, init);
    const headers = new Headers(init.headers);
    headers.set("x-sandbox-host", target.hostname);
    return usual(`${origin}${target.pathname}${target.search}`, { ...init, headers });
  });
}

// Real milliseconds between two looks at the sleepers: time for answers under way to arrive.
const PUMP_MS = 5;

function drivenClock(amazon: RunningAmazon): WaitingClock {
  const sleepers = new Set<number>();
  let isPumping = false;

  const pump = async (): Promise<void> => {
    isPumping = true;
    while (sleepers.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, PUMP_MS));
      const nextMs = Math.min(...sleepers);
      const byMs = nextMs - amazon.clock.now().getTime();
      if (Number.isFinite(nextMs)) await amazon.clock.advance(Math.max(0, byMs));
    }
    isPumping = false;
  };

  return {
    now: () => amazon.clock.now(),
    async sleep(ms, signal) {
      signal.throwIfAborted();
      if (ms <= 0) return;
      const dueMs = amazon.clock.now().getTime() + ms + sleepers.size / 1_000;
      sleepers.add(dueMs);
      if (!isPumping) void pump();
      await new Promise<void>((resolve, reject) => {
        const cancel = amazon.clock.after(ms, resolve);
        signal.addEventListener("abort", () => {
          cancel();
          reject(new Error("aborted"));
        });
      }).finally(() => sleepers.delete(dueMs));
    },
  };
}

function loggerTo(log: LogLine[]): Logger {
  const write = (event: string, facts: LogFacts = {}): void => void log.push({ event, facts });
  return { debug: write, info: write, warn: write, error: write };
}
