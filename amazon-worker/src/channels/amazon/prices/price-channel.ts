import { AppError } from "@calibr/shared/core/app-error";
import type { Clock } from "@calibr/shared/ports/clock";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import type {
  ListingAddress,
  PriceChannel,
  PricePush,
  PriceReading,
  PushOutcome,
  Turns,
} from "@calibr/shared/ports/price-channel";
import type { ListingWithIssues } from "../answers/listings.ts";
import { answerError, type SpClient } from "../client/client.ts";
import { isAccountFailure, wasNotSent } from "../client/errors.ts";
import { LOOKUP_MAX, lookUpListings } from "./listing-lookup.ts";
import { type OfferEdit, patchOutcome, previewOutcome, pricePatch } from "./price-patch.ts";
import type { QuotaGate } from "../quotas/quota-gate.ts";

// Less than a second of quota: no price of a batch waits long for the outcome of another.
const PUSH_MAX = 3;
// Five calls a second of about half a second each keep three busy; the rest is for slow answers.
const PARALLEL_MAX = 5;
const ACCOUNT_FAILURE_AFTER_MS = 60_000;
const NO_CONNECTION_AFTER_MS = 5_000;

/** Amazon prices by patchListingsItem, read back by searchListingsItems. */
export function createAmazonPriceChannel(parts: {
  readonly client: SpClient;
  readonly clock: Clock;
  readonly quotas: Pick<QuotaGate, "plan">;
}): PriceChannel {
  return {
    channel: "amazon",
    batchMax: { push: PUSH_MAX, read: LOOKUP_MAX },
    hasFeeds: true,
    turns: (account, work) => turnsOf(parts.quotas, account, work),
    pushPrices: (account, pushes, signal) => pushAll(parts.client, { account, pushes }, signal),
    pushWalls: async (account, edit, signal) => {
      const outcome = await pushOne(parts.client, { account, edit }, signal);
      if (outcome instanceof AppError) throw outcome;
      return outcome;
    },
    readPrices: (account, listings, signal) => readAll(parts, { account, listings }, signal),
  };
}

async function turnsOf(
  quotas: Pick<QuotaGate, "plan">,
  account: ChannelAccount,
  work: "push" | "read",
): Promise<Turns> {
  const operation = work === "push" ? "patchListingsItem" : "searchListingsItems";
  const want = work === "push" ? PUSH_MAX : 1;
  const { turns, nextAt } = await quotas.plan({ operation }, account, { want });
  if (work === "read" || turns === 0) return { count: turns, nextAt };
  const preview = { operation, query: PREVIEW_QUERY } as const;
  const previews = await quotas.plan(preview, account, { want: PUSH_MAX });
  return { count: turns, nextAt, previews: { count: previews.turns, nextAt: previews.nextAt } };
}

const PREVIEW_QUERY = { mode: "VALIDATION_PREVIEW" } as const;

/**
 * Pushes with a few calls at a time. When the account fails (consent revoked), the pushes not yet sent
 * are `not_sent`; the failure itself is thrown only if no push reached Amazon, so that no outcome is
 * ever lost: the next call meets it at once.
 */
async function pushAll(
  client: SpClient,
  work: { readonly account: ChannelAccount; readonly pushes: readonly PricePush[] },
  signal: AbortSignal,
): Promise<PushOutcome[]> {
  const { account, pushes } = work;
  const outcomes = new Map<PricePush, PushOutcome>();
  let accountFailure: AppError | null = null;
  const queue = pushes.values();

  const pushInTurn = async (): Promise<void> => {
    for (const push of queue) {
      if (accountFailure !== null) return;
      const outcome = await pushOne(client, { account, edit: push }, signal);
      if (outcome instanceof AppError) accountFailure = outcome;
      else outcomes.set(push, outcome);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_MAX }, pushInTurn));

  const failure = accountFailure as AppError | null;
  const hasReached = [...outcomes.values()].some(({ kind }) => kind !== "not_sent");
  if (failure !== null && !hasReached) throw failure;
  return pushes.map((push) => outcomes.get(push) ?? leftBehind(failure));
}

function leftBehind(failure: AppError | null): PushOutcome {
  const code = failure?.code ?? "amazon_unavailable";
  return { kind: "not_sent", code, afterMs: ACCOUNT_FAILURE_AFTER_MS };
}

const STOPPING: PushOutcome = { kind: "not_sent", code: "worker_stopping", afterMs: 0 };

/** The outcome of one push, or the failure that will meet every push of this account. */
async function pushOne(
  client: SpClient,
  work: { readonly account: ChannelAccount; readonly edit: OfferEdit & Partial<PricePush> },
  signal: AbortSignal,
): Promise<PushOutcome | AppError> {
  const { account, edit } = work;
  if (signal.aborted) return STOPPING;
  if (edit.needsPreview === true) {
    const refusal = await previewOne(client, { account, edit }, signal);
    if (refusal !== null) return refusal;
  }
  try {
    const request = pricePatch(account, edit);
    const answer = await client.send(account, request, signal);
    const error = answerError(request.operation, answer);
    if (error !== null && isAccountFailure(error)) return error;
    return patchOutcome(answer);
  } catch (error) {
    if (error instanceof AppError) return isAccountFailure(error) ? error : outcomeOf(error);
    // Stopped while waiting for token or quota; once sent, an abort is an AppError like any lost answer.
    if (signal.aborted) return STOPPING;
    throw error;
  }
}

/** Asks Amazon what it would say; null when it would take the edit. */
async function previewOne(
  client: SpClient,
  work: { readonly account: ChannelAccount; readonly edit: OfferEdit },
  signal: AbortSignal,
): Promise<PushOutcome | AppError | null> {
  const { account, edit } = work;
  try {
    const request = pricePatch(account, edit, "preview");
    const answer = await client.send(account, request, signal);
    const error = answerError(request.operation, answer);
    if (error !== null && isAccountFailure(error)) return error;
    return previewOutcome(answer);
  } catch (error) {
    if (error instanceof AppError) {
      if (isAccountFailure(error)) return error;
      const outcome = outcomeOf(error);
      // Whatever became of the preview, nothing was written.
      return outcome.kind === "unknown"
        ? { kind: "not_sent", code: error.code, afterMs: NO_CONNECTION_AFTER_MS }
        : outcome;
    }
    if (signal.aborted) return STOPPING;
    throw error;
  }
}

/** A push that has no answer. */
function outcomeOf(error: AppError): PushOutcome {
  const { code, retry } = error;
  if (!wasNotSent(error)) return { kind: "unknown", code };
  if (retry === "never") return { kind: "refused", code, vendorMessage: error.message };
  const afterMs = retry === "backoff" ? NO_CONNECTION_AFTER_MS : retry.afterMs;
  // Thrown before anything was sent, so it is our own gate that had no turn: nobody refused anything.
  const isOurs = code === "amazon_throttled";
  return { kind: "not_sent", code: isOurs ? "no_turn" : code, afterMs };
}

async function readAll(
  parts: { readonly client: SpClient; readonly clock: Clock },
  work: { readonly account: ChannelAccount; readonly listings: readonly ListingAddress[] },
  signal: AbortSignal,
): Promise<PriceReading[]> {
  const readings = new Map<ListingAddress, PriceReading>();
  const byMarketplace = Map.groupBy(work.listings, (listing) => listing.marketplaceId);
  for (const [marketplaceId, listings] of byMarketplace) {
    for (let from = 0; from < listings.length; from += LOOKUP_MAX) {
      const batch = listings.slice(from, from + LOOKUP_MAX);
      const lookup = { marketplaceId, skus: batch.map((listing) => listing.externalId) };
      const read = await lookUpOrCode({ ...parts, account: work.account }, lookup, signal);
      for (const listing of batch) {
        readings.set(listing, readingOf(read, listing, parts.clock.now()));
      }
    }
  }
  const unread: PriceReading = { kind: "unreadable", code: "amazon_bad_answer" };
  return work.listings.map((listing) => readings.get(listing) ?? unread);
}

/** Why a listing shows no price: what Amazon holds against it, when it says so. */
function withoutPrice({ issues }: ListingWithIssues): PriceReading {
  const held = issues.filter(({ actions, severity }) => actions.length > 0 || severity === "ERROR");
  if (held.length === 0) return { kind: "unreadable", code: "amazon_bad_answer" };
  const vendorMessage = held.map(({ message, code }) => `${message} (${code})`).join(" ");
  return { kind: "unreadable", code: "amazon_listing_suppressed", vendorMessage };
}

type Found = ReadonlyMap<string, ListingWithIssues>;

async function lookUpOrCode(
  ...[parts, lookup, signal]: Parameters<typeof lookUpListings>
): Promise<Found | AppError> {
  try {
    return await lookUpListings(parts, lookup, signal);
  } catch (error) {
    if (!(error instanceof AppError) || isAccountFailure(error)) throw error;
    return error;
  }
}

function readingOf(read: Found | AppError, listing: ListingAddress, now: Date): PriceReading {
  if (read instanceof AppError) return { kind: "unreadable", code: read.code };
  const item = read.get(listing.externalId);
  if (item === undefined) return { kind: "missing" };
  // A suppressed offer has no price in force: neither confirmed nor gone.
  if (item.price === null) return withoutPrice(item);
  const { price, saleUntil, terms } = item;
  return { kind: "price", price, observedAt: now, saleUntil, ...(terms === null ? {} : { terms }) };
}
