import type { Clock } from "@calibr/shared/ports/clock";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import {
  type ListingContext,
  type ListingWithIssues,
  readListingsItem,
  readListingsItems,
} from "../answers/listings.ts";
import { answerError, type SpClient } from "../client/client.ts";
import type { CallPriority } from "../client/operations.ts";
import type { SpRequest } from "../client/transport.ts";

/** Most SKUs that one search may name. */
export const LOOKUP_MAX = 20;

/** SKUs of one marketplace to look up. */
export interface ListingLookup {
  readonly marketplaceId: string;
  readonly skus: readonly string[];
  /** A read-back when left out. */
  readonly priority?: CallPriority;
}

const INCLUDED = [
  "summaries",
  "attributes",
  "issues",
  "offers",
  "fulfillmentAvailability",
] as const;

/**
 * Looks up to {@link LOOKUP_MAX} SKUs up; those that Amazon does not have are missing from the result.
 *
 * `identifiers` is one comma-joined parameter, so a SKU that holds a comma would be taken for two:
 * such a SKU is read alone by getListingsItem, where it stands in the path.
 * @throws AppError when an answer is an error or cannot be read.
 */
export async function lookUpListings(
  parts: { readonly client: SpClient; readonly clock: Clock; readonly account: ChannelAccount },
  lookup: ListingLookup,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ListingWithIssues>> {
  const { client, clock, account } = parts;
  const { marketplaceId, priority = "read_back" } = lookup;
  const skus = [...new Set(lookup.skus)];
  const plain = skus.filter((sku) => !needsOwnCall(sku));
  const found: ListingWithIssues[] = [];
  const read = (body: unknown, reader: Reader): void =>
    void found.push(...reader(body, { marketplaceId, now: clock.now() }));
  if (plain.length > 0) {
    const answer = await search(client, account, { marketplaceId, skus: plain, priority }, signal);
    read(answer, (body, context) => readListingsItems(body, context).entries);
  }
  for (const sku of skus.filter(needsOwnCall)) {
    const answer = await readOne(client, account, { marketplaceId, sku, priority }, signal);
    if (answer !== null) read(answer, (body, context) => [readListingsItem(body, context)]);
  }
  return new Map(found.map((item) => [item.sku, item]));
}

type Reader = (body: unknown, context: ListingContext) => readonly ListingWithIssues[];

// Also SKUs that Amazon's gateway might trim: a query value loses blanks at its ends.
function needsOwnCall(sku: string): boolean {
  return sku.includes(",") || sku !== sku.trim();
}

async function search(
  client: SpClient,
  account: ChannelAccount,
  lookup: Required<ListingLookup>,
  signal: AbortSignal,
): Promise<unknown> {
  const request: SpRequest = {
    operation: "searchListingsItems",
    priority: lookup.priority,
    path: { sellerId: account.accountId },
    query: {
      marketplaceIds: [lookup.marketplaceId],
      identifiers: lookup.skus,
      identifiersType: "SKU",
      includedData: INCLUDED,
      // Amazon's default of 10 would hide half of a batch.
      pageSize: LOOKUP_MAX,
    },
  };
  return client.call(account, request, signal);
}

/** @returns null for a SKU that Amazon does not have. */
async function readOne(
  client: SpClient,
  account: ChannelAccount,
  listing: {
    readonly marketplaceId: string;
    readonly sku: string;
    readonly priority: CallPriority;
  },
  signal: AbortSignal,
): Promise<unknown> {
  const request: SpRequest = {
    operation: "getListingsItem",
    priority: listing.priority,
    path: { sellerId: account.accountId, sku: listing.sku },
    query: { marketplaceIds: [listing.marketplaceId], includedData: INCLUDED },
  };
  const answer = await client.send(account, request, signal);
  if (answer.status === 404) return null;
  const error = answerError(request.operation, answer);
  if (error !== null) throw error;
  return answer.body;
}
