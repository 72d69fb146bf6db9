import type { ChangesPage } from "@calibr/shared/ports/catalog-source";
import { readListingsItems } from "../answers/listings.ts";
import type { SpRequest } from "../client/transport.ts";
import type { LookupParts } from "./listing-details.ts";

// Amazon's default of 10 would need twice the calls.
const PAGE_SIZE = 20;

/** One page of the listings that changed at `since` or later, oldest change first. */
export async function readChanges(
  parts: LookupParts,
  question: {
    readonly marketplaceId: string;
    readonly since: Date;
    readonly pageToken: string | null;
  },
  signal: AbortSignal,
): Promise<ChangesPage> {
  const { client, clock, account } = parts;
  const { marketplaceId, since, pageToken } = question;
  const request: SpRequest = {
    operation: "searchListingsItems",
    priority: "sweep",
    path: { sellerId: account.accountId },
    query: {
      marketplaceIds: [marketplaceId],
      includedData: ["summaries"],
      lastUpdatedAfter: since.toISOString(),
      sortBy: "lastUpdatedDate",
      sortOrder: "ASC",
      pageSize: PAGE_SIZE,
      ...(pageToken === null ? {} : { pageToken }),
    },
  };
  const body = await client.call(account, request, signal);
  const page = readListingsItems(body, { marketplaceId, now: clock.now() });
  return {
    listings: page.entries.map((item) => ({
      sku: item.sku,
      title: item.title ?? item.sku,
      asin: item.asin,
      barcode: item.barcode,
      status: item.isBuyable === true ? "active" : "inactive",
      quantity: item.quantity,
      fulfilment: item.fulfilment,
      priceText: null,
    })),
    nextToken: page.nextToken,
    lastChangedAt: page.entries.at(-1)?.updatedAt ?? null,
  };
}
