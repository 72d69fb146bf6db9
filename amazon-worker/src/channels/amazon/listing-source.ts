import { AppError } from "@calibr/shared/core/app-error";
import type { ListingFact, ListingSource } from "@calibr/shared/ports/listing-source";
import type { Logger } from "@calibr/shared/ports/logger";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import { readAccountFacts } from "./account-facts.ts";
import type { SpClient } from "./client.ts";
import { isAccountFailure } from "./errors.ts";
import { homeCurrency, type ListingItem } from "./listing-item.ts";
import { LOOKUP_MAX, lookUpListings } from "./listing-lookup.ts";
import { readListingsReport } from "./listings-report.ts";
import type { ReportRow } from "./report-rows.ts";
import type { WaitingClock } from "./waiting.ts";

export interface ListingSourceParts {
  readonly client: SpClient;
  readonly clock: WaitingClock;
  readonly logger: Logger;
}

/**
 * Imports a seller's catalogue: the report names every listing, a search of twenty at a time adds price,
 * currency, product type and what else moves the price.
 *
 * A batch whose details cannot be read comes as the report has it, without price (a listing without
 * price is held, one left out would look deleted); the log says how many.
 */
export function createAmazonListingSource(parts: ListingSourceParts): ListingSource {
  return {
    channel: "amazon",
    readAccount: (account, signal) => readAccountFacts(parts.client, account, signal),
    async *readListings(account, marketplaceIds, signal) {
      for (const marketplaceId of marketplaceIds) {
        const rows = readListingsReport({ ...parts, account }, marketplaceId, signal);
        for await (const batch of inBatches(rows)) {
          // What is shown is at least as new as the question; the answer may be older than its arrival.
          const observedAt = parts.clock.now();
          const items = await readDetails(parts, { account, marketplaceId, batch }, signal);
          yield batch.map((row) => toFact(row, items.get(row.sku), { marketplaceId, observedAt }));
        }
      }
    },
  };
}

async function* inBatches(rows: AsyncIterable<ReportRow>): AsyncGenerator<readonly ReportRow[]> {
  let batch: ReportRow[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < LOOKUP_MAX) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

interface Batch {
  readonly account: ChannelAccount;
  readonly marketplaceId: string;
  readonly batch: readonly ReportRow[];
}

const ATTEMPTS_MAX = 3;
const RETRY_MS = 2_000;

async function readDetails(
  parts: ListingSourceParts,
  work: Batch,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ListingItem>> {
  const { client, clock, logger } = parts;
  const { account, marketplaceId, batch } = work;
  const skus = batch.map((row) => row.sku);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await lookUpListings({ client, clock, account }, { marketplaceId, skus }, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof AppError) || isAccountFailure(error)) throw error;
      const { code, retry, message } = error;
      if (retry === "never" || attempt === ATTEMPTS_MAX) {
        const facts = { connectionId: account.connectionId, marketplaceId, code, message };
        logger.warn("amazon_import_batch_unreadable", { ...facts, count: batch.length });
        return new Map();
      }
      await clock.sleep(retry === "backoff" ? RETRY_MS * attempt : retry.afterMs, signal);
    }
  }
}

function toFact(
  row: ReportRow,
  item: ListingItem | undefined,
  context: { readonly marketplaceId: string; readonly observedAt: Date },
): ListingFact {
  const { marketplaceId, observedAt } = context;
  const isActive = item?.isBuyable ?? row.isActive;
  const title = item?.title ?? row.title;
  return {
    marketplaceId,
    externalId: row.sku,
    parentId: item?.asin ?? row.asin,
    sku: row.sku,
    barcode: item?.barcode ?? row.barcode,
    asinField: null,
    // Incomplete listings have no name yet; the SKU is what the seller knows them by.
    title: title === "" ? row.sku : title,
    currency: item?.currency ?? homeCurrency(marketplaceId),
    status: isActive ? "active" : "inactive",
    fulfilment: row.fulfilment ?? item?.fulfilment ?? null,
    quantity: row.quantity ?? item?.quantity ?? null,
    productType: item?.productType ?? null,
    priceMinor: item?.price?.amountMinor ?? null,
    compareAtMinor: null,
    costMinor: null,
    costCurrency: null,
    isAutoPriced: item?.isAutoPriced ?? false,
    saleUntil: item?.saleUntil ?? null,
    observedAt,
  };
}
