import { AppError } from "@calibr/shared/core/app-error";
import { parseAsin } from "@calibr/shared/core/ids";
import { findMarketplace } from "@calibr/shared/core/marketplaces";
import type { OfferCondition } from "@calibr/shared/core/offers/offer";
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

/** Most offers lists that one batch may ask for, by SKU or by ASIN. */
export const SWEEP_BATCH_MAX = 20;

/**
 * Reads the offers of our own SKUs, at most twenty in one call (five times the published speed of reading by ASIN).
 * A call that Amazon refuses as such leaves all of them unreadable.
 * @throws AppError when the account is refused, the quota has no turn or Amazon is not well.
 */
export async function readOwnOffers(
  parts: SweepParts,
  queries: readonly OfferQuery[],
  signal: AbortSignal,
): Promise<readonly OfferReading[]> {
  return readBatch(parts, { operation: "getListingOffersBatch", queries }, signal);
}

/**
 * Reads the offers of ASINs, also where our own SKU has no answer; a fifth of the speed. No ASIN twice.
 * @throws AppError like {@link readOwnOffers}.
 */
export async function readAsinOffers(
  parts: SweepParts,
  queries: readonly OfferQuery[],
  signal: AbortSignal,
): Promise<readonly OfferReading[]> {
  return readBatch(parts, { operation: "getItemOffersBatch", queries }, signal);
}

type OffersOperation = "getListingOffersBatch" | "getItemOffersBatch";

async function readBatch(
  parts: SweepParts,
  batch: { readonly operation: OffersOperation; readonly queries: readonly OfferQuery[] },
  signal: AbortSignal,
): Promise<readonly OfferReading[]> {
  const { client, clock, account } = parts;
  const { operation } = batch;
  // Amazon refuses a batch that asks the same twice.
  const queries = [
    ...new Map(batch.queries.map((query) => [askedOf(operation, query), query])).values(),
  ];
  if (queries.length === 0) return [];
  const body = { requests: queries.map((query) => batchRequest(operation, query)) };
  try {
    const answer = await client.call(account, { operation, body }, signal);
    return matchAnswers(queries, answer, { sellerId: account.accountId, now: clock.now() });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof AppError) || error.retry !== "never" || isAccountFailure(error))
      throw error;
    const vendorCode = error.code;
    return queries.map((query) => ({ kind: "unreadable", query, vendorCode }));
  }
}

function askedOf(operation: OffersOperation, query: OfferQuery): string {
  const { marketplaceId, sku, asin } = query;
  return operation === "getListingOffersBatch"
    ? answerKey("sku", marketplaceId, sku)
    : answerKey("asin", marketplaceId, asin);
}

const conditionOf = ({ condition }: OfferQuery): OfferCondition => condition ?? "new";

const CONDITIONS: Readonly<Record<OfferCondition, string>> = {
  new: "New",
  used: "Used",
  collectible: "Collectible",
  refurbished: "Refurbished",
  club: "Club",
};

// Parameters stand beside `uri`: the `queryParams` wrapper is refused since 2026-04-23.
function batchRequest(operation: OffersOperation, query: OfferQuery) {
  const path =
    operation === "getListingOffersBatch"
      ? `listings/${encodeURIComponent(query.sku.toWellFormed())}`
      : `items/${query.asin}`;
  return {
    uri: `/products/pricing/v0/${path}/offers`,
    method: "GET",
    MarketplaceId: query.marketplaceId,
    ItemCondition: CONDITIONS[conditionOf(query)],
    CustomerType: "Consumer",
  };
}

const text = z.string().nullish().catch(null);
const Responses = z.object({ responses: z.array(z.unknown()) });
const Response = z.object({
  status: z.object({ statuscode: z.int() }).nullish().catch(null),
  headers: z.object({ date: text }).nullish().catch(null),
  request: z.object({ sellersku: text, asin: text, marketplaceid: text }).nullish().catch(null),
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
    const { sellersku: sku, asin, marketplaceid: marketplaceId } = entry.data.request ?? {};
    if (!marketplaceId) continue;
    if (sku) found.set(answerKey("sku", marketplaceId, sku), entry.data);
    else if (asin) found.set(answerKey("asin", marketplaceId, asin), entry.data);
  }
  return batch.map((query) => {
    const { marketplaceId, sku, asin } = query;
    const response =
      found.get(answerKey("sku", marketplaceId, sku)) ??
      found.get(answerKey("asin", marketplaceId, asin));
    return readResponse(query, response, context);
  });
}

function answerKey(...names: readonly [by: "sku" | "asin", marketplaceId: string, name: string]) {
  return JSON.stringify(names);
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
  const condition = conditionOf(query);
  const read = readOffers({ offers: entries, summary, condition, ownSellerId: context.sellerId });
  if (read.kind === "unreadable") return unreadable(read.problem);
  const { kind: _, ...picture } = read;
  const snapshot = {
    asin,
    marketplaceId: marketplace.id,
    condition,
    currency: marketplace.currency,
    ...picture,
    observedAt: instantOf(response.headers?.date) ?? context.now,
    receivedAt: context.now,
    source: "sweep",
  } as const;
  return { kind: "market", query, snapshot };
}
