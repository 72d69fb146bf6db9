/** What the tests of this folder share: a clock that is moved by waiting, and a Shopify that is scripted. */
import { toConnectionId, toShopId } from "../../core/ids.ts";
import { addMs } from "../../core/time/duration.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { OfflineSession, OfflineSessions } from "../../ports/offline-sessions.ts";
import type { ChannelAccount } from "../../ports/channel-account.ts";
import type { Fetch } from "./admin-call.ts";
import { type AdminClient, createAdminClient } from "./admin-client.ts";
import { createCostLimiter } from "./cost-limiter.ts";
import type { OfflineTokens } from "./offline-token.ts";

export const SHOP = { shopId: toShopId(3), domain: "calibr-demo.myshopify.com" };

export const ACCOUNT: ChannelAccount = {
  shopId: SHOP.shopId,
  connectionId: toConnectionId("7"),
  accountId: SHOP.domain,
  region: "",
};

export const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A clock whose time passes only where somebody waits on it. */
export function createWaitedClock(): Clock & {
  readonly waits: number[];
  pass(ms: number): void;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
} {
  let now = new Date("2026-11-23T08:00:00.000Z");
  const waits: number[] = [];
  const pass = (ms: number) => void (now = addMs(now, ms));
  return {
    now: () => now,
    pass,
    waits,
    sleep: (ms) => {
      waits.push(ms);
      pass(ms);
      return Promise.resolve();
    },
  };
}

/** One call as our code sent it. */
export interface SentCall {
  readonly url: string;
  readonly token: string | null;
  readonly body: {
    readonly operationName?: string;
    readonly variables?: Record<string, unknown>;
  } & Record<string, unknown>;
}

/** One answer of a script: given, thrown or made from the call. */
export type Step = Response | Error | ((call: SentCall) => Response | Promise<Response>);

/** A fetch that answers with the steps in turn, the last one for ever, and keeps what it was sent. */
export function scriptedFetch(...steps: readonly Step[]): { fetch: Fetch; sent: SentCall[] } {
  const sent: SentCall[] = [];
  const fetch: Fetch = async (url, init) => {
    const headers = new Headers(init.headers);
    const call: SentCall = {
      url,
      token: headers.get("x-shopify-access-token"),
      body: typeof init.body === "string" ? (JSON.parse(init.body) as SentCall["body"]) : {},
    };
    sent.push(call);
    const step = steps[Math.min(sent.length, steps.length) - 1];
    if (step === undefined) throw new Error("The script has no step.");
    if (step instanceof Error) throw step;
    return typeof step === "function" ? step(call) : step.clone();
  };
  return { fetch, sent };
}

export interface BucketFacts {
  readonly requested?: number;
  readonly available?: number;
}

/** A GraphQL answer with its cost block. */
export function answer(data: unknown, bucket: BucketFacts = {}, requestId = "req-1"): Response {
  return Response.json({ data, ...costBlock(bucket) }, { headers: { "x-request-id": requestId } });
}

/** A GraphQL answer with one top-level error. */
export function graphqlError(code: string, bucket: BucketFacts = {}): Response {
  const errors = [{ message: `because of ${code}`, extensions: { code } }];
  return Response.json({ errors, ...costBlock(bucket) });
}

function costBlock({ requested = 10, available = 1_900 }: BucketFacts) {
  const throttleStatus = {
    maximumAvailable: 2_000,
    currentlyAvailable: available,
    restoreRate: 100,
  };
  return { extensions: { cost: { requestedQueryCost: requested, throttleStatus } } };
}

/** A client over a scripted fetch, with tokens that are always good unless others are given. */
export function createTestClient(
  fetch: Fetch,
  tokens: OfflineTokens = {
    get: () => Promise.resolve("shpat_good"),
    replace: () => Promise.resolve("shpat_next"),
  },
): { client: AdminClient; clock: ReturnType<typeof createWaitedClock> } {
  const clock = createWaitedClock();
  const client = createAdminClient({
    tokens,
    limiter: createCostLimiter({ clock }),
    logger: SILENT,
    fetch,
    sleep: clock.sleep,
    random: () => 0,
  });
  return { client, clock };
}

/** Offline sessions in memory; one renewal at a time, as the database's lock has it. */
export function createSessionsFake(
  first: OfflineSession | null,
): OfflineSessions & { current(): OfflineSession | null; put(session: OfflineSession): void } {
  let session = first;
  let turn: Promise<unknown> = Promise.resolve();
  return {
    current: () => session,
    put: (next) => void (session = next),
    load: () => Promise.resolve(session),
    renewUnderLock(_shop, renew) {
      const mine = turn.then(async () => {
        if (session === null) return null;
        session = (await renew(session)) ?? session;
        return session;
      });
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}
