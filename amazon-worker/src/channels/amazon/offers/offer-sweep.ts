import { AppError } from "@calibr/shared/core/app-error";
import { parseAsin } from "@calibr/shared/core/ids";
import { findMarketplace } from "@calibr/shared/core/marketplaces";
import type { OfferCondition } from "@calibr/shared/core/offers/offer";
import type { OfferQuery, OfferReading } from "@calibr/shared/ports/offer-source";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import { type OffersAnswer, readOffersBatch } from "../answers/offers.ts";
import type { SpClient } from "../client/client.ts";
import { isAccountFailure } from "../client/errors.ts";
import type { WaitingClock } from "../client/waiting.ts";

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
    const context = { operation, sellerId: account.accountId, now: clock.now() };
    return matchAnswers(queries, answer, context);
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
  return JSON.stringify([marketplaceId, operation === "getListingOffersBatch" ? sku : asin]);
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

interface SweepContext {
  readonly operation: OffersOperation;
  readonly sellerId: string;
  readonly now: Date;
}

/**
 * One reading for each query. Answers are matched by the request they repeat: Amazon promises no order,
 * and an item that fails comes with its own status.
 * @throws AppError amazon_bad_answer when there is no list of responses.
 */
export function matchAnswers(
  batch: readonly OfferQuery[],
  answer: unknown,
  context: SweepContext,
): readonly OfferReading[] {
  const { operation, sellerId } = context;
  const found = new Map<string, OffersAnswer>();
  for (const each of readOffersBatch(operation, answer, sellerId)) {
    const { marketplaceId, sku, asin } = each;
    if (marketplaceId === null) continue;
    const query = { marketplaceId, sku: sku ?? "", asin: asin ?? "" };
    found.set(askedOf(operation, query), each);
  }
  return batch.map((query) => readingOf(query, found.get(askedOf(operation, query)), context));
}

function readingOf(
  query: OfferQuery,
  answer: OffersAnswer | undefined,
  { now }: SweepContext,
): OfferReading {
  const unreadable = (vendorCode: string): OfferReading => ({
    kind: "unreadable",
    query,
    vendorCode,
  });
  if (answer === undefined) return unreadable("no_answer");
  const { result, answeredAt } = answer;
  if (result.kind === "refused") return unreadable(result.vendorCode);
  const marketplace = findMarketplace(query.marketplaceId);
  const asin = answer.asin ?? parseAsin(query.asin);
  if (marketplace === null || asin === null) return unreadable("no_marketplace_or_asin");
  const { offers, featuredLanded, extras } = result;
  const snapshot = {
    asin,
    marketplaceId: marketplace.id,
    condition: conditionOf(query),
    currency: marketplace.currency,
    offers,
    featuredLanded,
    ...extras,
    observedAt: answeredAt ?? now,
    receivedAt: now,
    source: "sweep",
  } as const;
  return { kind: "market", query, snapshot };
}
