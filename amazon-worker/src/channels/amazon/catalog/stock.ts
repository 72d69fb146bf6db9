import type { MarketplaceSkus, StockFact } from "@calibr/shared/ports/catalog-source";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import { type InventorySummary, readInventorySummaries } from "../answers/inventory-summaries.ts";
import type { SpClient } from "../client/client.ts";

// Fifty SKUs are one page; more would be an answer about something else.
const PAGES_MAX = 5;

/**
 * Stock of up to fifty SKUs at Amazon's warehouses. `sellerSkus` is one comma-joined parameter, so a SKU that
 * holds a comma is asked for alone.
 */
export async function readStock(
  parts: { readonly client: SpClient; readonly account: ChannelAccount },
  question: MarketplaceSkus,
  signal: AbortSignal,
): Promise<readonly StockFact[]> {
  const { marketplaceId, skus } = question;
  const plain = skus.filter((sku) => !sku.includes(","));
  const asked = new Set(skus);
  const found: InventorySummary[] = [];
  const ask = async (which: Readonly<Record<string, string | readonly string[]>>) => {
    let nextToken: string | null = null;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const query: Record<string, string | readonly string[]> = {
        granularityType: "Marketplace",
        granularityId: marketplaceId,
        marketplaceIds: [marketplaceId],
        details: "true",
        ...which,
        ...(nextToken === null ? {} : { nextToken }),
      };
      const request = { operation: "getInventorySummaries", query } as const;
      const answer = readInventorySummaries(
        await parts.client.call(parts.account, request, signal),
      );
      found.push(...answer.entries.filter(({ sku }) => asked.has(sku)));
      ({ nextToken } = answer);
      if (nextToken === null) return;
    }
  };
  if (plain.length > 0) await ask({ sellerSkus: plain });
  for (const sku of skus.filter((each) => each.includes(","))) await ask({ sellerSku: sku });
  return inTotal(found);
}

/** One fact a SKU: Amazon counts each condition of it by itself. */
function inTotal(summaries: readonly InventorySummary[]): readonly StockFact[] {
  return [...Map.groupBy(summaries, ({ sku }) => sku)].map(([sku, parts]) => {
    const sum = (count: (part: InventorySummary) => number | null): number =>
      parts.reduce((total, part) => total + (count(part) ?? 0), 0);
    return {
      sku,
      fnSku: parts[0]?.fnSku ?? null,
      fulfillable: sum((part) => part.fulfillable),
      inbound:
        sum((part) => part.inboundWorking) +
        sum((part) => part.inboundShipped) +
        sum((part) => part.inboundReceiving),
      reserved: sum((part) => part.reserved),
      unfulfillable: sum((part) => part.unfulfillable),
      total: sum((part) => part.total),
    };
  });
}
