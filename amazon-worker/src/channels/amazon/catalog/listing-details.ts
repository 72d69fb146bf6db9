import { AppError } from "@calibr/shared/core/app-error";
import type {
  DetailsAnswer,
  KnownListing,
  ListingIssues,
} from "@calibr/shared/ports/catalog-source";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import type { Clock } from "@calibr/shared/ports/clock";
import type { ListingFact } from "@calibr/shared/ports/listing-source";
import type { ListingWithIssues } from "../answers/listings.ts";
import type { SpClient } from "../client/client.ts";
import { homeCurrency, type ListingItem } from "../prices/listing-item.ts";
import { lookUpListings } from "../prices/listing-lookup.ts";

/** What a look-up works with. */
export interface LookupParts {
  readonly client: SpClient;
  readonly clock: Clock;
  readonly account: ChannelAccount;
}

/**
 * Looks listings up. A batch that Amazon refuses is halved until the listing it refuses stands alone: that
 * one is missing, the others are read.
 */
export async function readDetails(
  parts: LookupParts,
  lookup: { readonly marketplaceId: string; readonly listings: readonly KnownListing[] },
  signal: AbortSignal,
): Promise<DetailsAnswer> {
  const { marketplaceId, listings } = lookup;
  // What is shown is at least as new as the question; the answer may be older than its arrival.
  const observedAt = parts.clock.now();
  const skus = listings.map(({ sku }) => sku);
  const items = await lookUpOrHalve(parts, { marketplaceId, skus }, signal);
  const facts: ListingFact[] = [];
  const issues: ListingIssues[] = [];
  const missing: string[] = [];
  for (const known of listings) {
    const item = items.get(known.sku);
    if (item === undefined) {
      missing.push(known.sku);
      continue;
    }
    facts.push(toFact(known, item, { marketplaceId, observedAt }));
    issues.push(toIssues(item));
  }
  return { facts, issues, missing };
}

function toIssues({ sku, statuses, issues }: ListingWithIssues): ListingIssues {
  return {
    sku,
    statuses,
    severities: [...new Set(issues.map(({ severity }) => severity))],
    enforcements: [...new Set(issues.flatMap(({ actions }) => actions))],
  };
}

async function lookUpOrHalve(
  parts: LookupParts,
  lookup: { readonly marketplaceId: string; readonly skus: readonly string[] },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ListingWithIssues>> {
  const { marketplaceId, skus } = lookup;
  try {
    return await lookUpListings(parts, { ...lookup, priority: "sweep" }, signal);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "amazon_request_refused") throw error;
    // A gateway that refuses for a while refuses every half too, and none of the listings is missing.
    if (error.retry !== "never") throw error;
    if (skus.length === 1) return new Map();
    const middle = Math.ceil(skus.length / 2);
    const halves = [skus.slice(0, middle), skus.slice(middle)];
    const found = new Map<string, ListingWithIssues>();
    for (const half of halves) {
      const items = await lookUpOrHalve(parts, { marketplaceId, skus: half }, signal);
      for (const [sku, item] of items) found.set(sku, item);
    }
    return found;
  }
}

function toFact(
  known: KnownListing,
  item: ListingItem,
  context: { readonly marketplaceId: string; readonly observedAt: Date },
): ListingFact {
  const { marketplaceId, observedAt } = context;
  const isActive = item.isBuyable ?? known.status === "active";
  return {
    marketplaceId,
    externalId: known.sku,
    parentId: item.asin ?? known.asin,
    sku: known.sku,
    barcode: item.barcode ?? known.barcode,
    asinField: null,
    title: item.title ?? known.title,
    currency: item.currency ?? homeCurrency(marketplaceId),
    status: isActive ? "active" : "inactive",
    // Amazon leaves both out for some listings of its own warehouses; what was known of them stands.
    fulfilment: item.fulfilment ?? known.fulfilment,
    ...(item.condition === null ? {} : { condition: item.condition }),
    quantity: item.quantity ?? known.quantity,
    productType: item.productType,
    priceMinor: item.price?.amountMinor ?? null,
    compareAtMinor: null,
    costMinor: null,
    costCurrency: null,
    isAutoPriced: item.isAutoPriced,
    saleUntil: item.saleUntil,
    observedAt,
  };
}
