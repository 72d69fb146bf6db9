import type { Clock } from "@calibr/shared/ports/clock";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import { z } from "zod";
import { answerError, type SpClient } from "./client.ts";
import { unreadableAnswer } from "./errors.ts";
import { readListingItem, type ListingItem } from "./listing-item.ts";
import type { CallPriority } from "./operations.ts";
import type { SpRequest } from "./transport.ts";

/** Most SKUs that one search may name. */
export const LOOKUP_MAX = 20;

/** SKUs of one marketplace to look up. */
export interface ListingLookup {
  readonly marketplaceId: string;
  readonly skus: readonly string[];
  /** A read-back when left out. */
  readonly priority?: CallPriority;
}

const INCLUDED = ["summaries", "attributes", "offers", "fulfillmentAvailability"] as const;
const SearchAnswer = z.object({ items: z.array(z.unknown()) });

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
): Promise<ReadonlyMap<string, ListingItem>> {
  const { client, clock, account } = parts;
  const { marketplaceId, priority = "read_back" } = lookup;
  const skus = [...new Set(lookup.skus)];
  const plain = skus.filter((sku) => !needsOwnCall(sku));
  const found: unknown[] = [];
  if (plain.length > 0)
    found.push(
      ...(await search(client, account, { marketplaceId, skus: plain, priority }, signal)),
    );
  for (const sku of skus.filter(needsOwnCall)) {
    found.push(...(await readOne(client, account, { marketplaceId, sku, priority }, signal)));
  }
  const context = { marketplaceId, now: clock.now() };
  const items = found.flatMap((item) => readListingItem(item, context) ?? []);
  return new Map(items.map((item) => [item.sku, item]));
}

// Also SKUs that Amazon's gateway might trim: a query value loses blanks at its ends.
function needsOwnCall(sku: string): boolean {
  return sku.includes(",") || sku !== sku.trim();
}

async function search(
  client: SpClient,
  account: ChannelAccount,
  lookup: Required<ListingLookup>,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
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
  const parsed = SearchAnswer.safeParse(await client.call(account, request, signal));
  if (!parsed.success) throw unreadableAnswer(request.operation, "the answer has no items");
  return parsed.data.items;
}

async function readOne(
  client: SpClient,
  account: ChannelAccount,
  listing: {
    readonly marketplaceId: string;
    readonly sku: string;
    readonly priority: CallPriority;
  },
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const request: SpRequest = {
    operation: "getListingsItem",
    priority: listing.priority,
    path: { sellerId: account.accountId, sku: listing.sku },
    query: { marketplaceIds: [listing.marketplaceId], includedData: INCLUDED },
  };
  const answer = await client.send(account, request, signal);
  if (answer.status === 404) return [];
  const error = answerError(request.operation, answer);
  if (error !== null) throw error;
  return [answer.body];
}
