import { AppError } from "@calibr/shared/core/app-error";
import { parseAsin } from "@calibr/shared/core/ids";
import { findMarketplace } from "@calibr/shared/core/marketplaces";
import type { OfferQuery, OfferReading } from "@calibr/shared/ports/offer-source";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import { z } from "zod";
import type { SpClient } from "./client.ts";
import { isAccountFailure } from "./errors.ts";
import { readOffers } from "./offer-document.ts";
import { withLowerCaseKeys } from "./vendor-json.ts";
import { instantOf } from "./vendor-time.ts";
import type { WaitingClock } from "./waiting.ts";

export interface SweepParts {
  readonly client: SpClient;
  readonly clock: WaitingClock;
  readonly account: ChannelAccount;
}

/** Most SKUs that one getListingOffersBatch may name. */
const BATCH_MAX = 20;
const ATTEMPTS_MAX = 3;
const RETRY_MS = 2_000;

/**
 * Reads the offers of our own SKUs, twenty a call (five times the published speed of reading by ASIN).
 * A batch that fails is tried again twice, then told as unreadable; the sweep goes on.
 * @throws AppError when the account as a whole is refused.
 */
export async function* sweepOffers(
  parts: SweepParts,
  queries: readonly OfferQuery[],
  signal: AbortSignal,
): AsyncGenerator<readonly OfferReading[]> {
  // Amazon refuses a batch that asks the same twice.
  const distinct = [...new Map(queries.map((query) => [queryKey(query), query])).values()];
  for (let from = 0; from < distinct.length; from += BATCH_MAX) {
    yield await readBatch(parts, distinct.slice(from, from + BATCH_MAX), signal);
  }
}

function queryKey(query: { readonly marketplaceId: string; readonly sku: string }): string {
  return JSON.stringify([query.marketplaceId, query.sku]);
}

async function readBatch(
  parts: SweepParts,
  batch: readonly OfferQuery[],
  signal: AbortSignal,
): Promise<readonly OfferReading[]> {
  const { client, clock, account } = parts;
  const operation = "getListingOffersBatch";
  const body = { requests: batch.map(batchRequest) };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await client.call(account, { operation, body }, signal);
      return matchAnswers(batch, answer, { sellerId: account.accountId, now: clock.now() });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof AppError) || isAccountFailure(error)) throw error;
      const { code, retry } = error;
      if (retry === "never" || attempt === ATTEMPTS_MAX) {
        return batch.map((query) => ({ kind: "unreadable", query, vendorCode: code }));
      }
      await clock.sleep(retry === "backoff" ? RETRY_MS * attempt : retry.afterMs, signal);
    }
  }
}

// Parameters stand beside `uri`: the `queryParams` wrapper is refused since 2026-04-23.
function batchRequest(query: OfferQuery) {
  return {
    uri: `/products/pricing/v0/listings/${encodeURIComponent(query.sku.toWellFormed())}/offers`,
    method: "GET",
    MarketplaceId: query.marketplaceId,
    ItemCondition: "New",
    CustomerType: "Consumer",
  };
}

const text = z.string().nullish().catch(null);
const Responses = z.object({ responses: z.array(z.unknown()) });
const Response = z.object({
  status: z.object({ statuscode: z.int() }).nullish().catch(null),
  headers: z.object({ date: text }).nullish().catch(null),
  request: z.object({ sellersku: text, marketplaceid: text }).nullish().catch(null),
  body: z.object({
    payload: z.unknown().optional(),
    errors: z.array(z.unknown()).nullish().catch(null),
  }),
});
type ResponseEntry = z.infer<typeof Response>;

interface SweepContext {
  readonly sellerId: string;
  readonly now: Date;
}

/**
 * One reading for each query. Answers are matched by the request they repeat: Amazon promises no order,
 * and an item that fails comes with its own status.
 */
export function matchAnswers(
  batch: readonly OfferQuery[],
  answer: unknown,
  context: SweepContext,
): readonly OfferReading[] {
  const parsed = Responses.safeParse(withLowerCaseKeys(answer));
  const found = new Map<string, ResponseEntry>();
  for (const value of parsed.success ? parsed.data.responses : []) {
    const entry = Response.safeParse(value);
    if (!entry.success) continue;
    const { sellersku: sku, marketplaceid: marketplaceId } = entry.data.request ?? {};
    if (sku && marketplaceId) found.set(queryKey({ sku, marketplaceId }), entry.data);
  }
  return batch.map((query) => readResponse(query, found.get(queryKey(query)), context));
}

const ErrorEntry = z.object({ code: z.string().min(1) });
const Payload = z.object({
  asin: text,
  status: text,
  summary: z.unknown().optional(),
  offers: z.unknown().optional(),
});

// Answered with a payload, yet nothing to go by: the offer was just created.
const TOO_SOON = "ActiveButTooSoonForProcessing";

function readResponse(
  query: OfferQuery,
  response: ResponseEntry | undefined,
  context: SweepContext,
): OfferReading {
  const unreadable = (vendorCode: string): OfferReading => ({
    kind: "unreadable",
    query,
    vendorCode,
  });
  if (response === undefined) return unreadable("no_answer");
  const statusCode = response.status?.statuscode ?? 0;
  if (statusCode !== 200) {
    const error = ErrorEntry.safeParse(response.body.errors?.[0]);
    return unreadable(error.success ? error.data.code : `HTTP_${statusCode}`);
  }
  const payload = Payload.safeParse(response.body.payload);
  if (!payload.success) return unreadable("no_payload");
  const { asin: named, status, offers: entries, summary } = payload.data;
  if (status === TOO_SOON) return unreadable(TOO_SOON);
  const marketplace = findMarketplace(query.marketplaceId);
  const asin = parseAsin(named) ?? parseAsin(query.asin);
  if (marketplace === null || asin === null) return unreadable("no_marketplace_or_asin");
  const condition = "new";
  const read = readOffers({ offers: entries, summary, condition, ownSellerId: context.sellerId });
  if (read.kind === "unreadable") return unreadable(read.problem);
  const snapshot = {
    asin,
    marketplaceId: marketplace.id,
    condition,
    currency: marketplace.currency,
    offers: read.offers,
    featuredLanded: read.featuredLanded,
    observedAt: instantOf(response.headers?.date) ?? context.now,
    receivedAt: context.now,
    source: "sweep",
  } as const;
  return { kind: "market", query, snapshot };
}
