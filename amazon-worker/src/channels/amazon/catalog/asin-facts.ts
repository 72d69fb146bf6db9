import type { AsinFact } from "@calibr/shared/ports/catalog-source";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import { type CatalogItem, readCatalogItems } from "../answers/catalog-items.ts";
import type { SpClient } from "../client/client.ts";

const INCLUDED = ["summaries", "images", "identifiers", "salesRanks"] as const;

/** What Amazon's catalogue says of up to twenty ASINs; those it does not know are left out. */
export async function readAsinFacts(
  parts: { readonly client: SpClient; readonly account: ChannelAccount },
  question: { readonly marketplaceId: string; readonly asins: readonly string[] },
  signal: AbortSignal,
): Promise<readonly AsinFact[]> {
  const { client, account } = parts;
  const { marketplaceId, asins } = question;
  const query = {
    marketplaceIds: [marketplaceId],
    identifiers: asins,
    identifiersType: "ASIN",
    includedData: INCLUDED,
    // Amazon's default of 10 would hide half of a batch.
    pageSize: asins.length,
  };
  const body = await client.call(account, { operation: "searchCatalogItems", query }, signal);
  return readCatalogItems(body, marketplaceId).entries.map(toFact);
}

function toFact(item: CatalogItem): AsinFact {
  const { asin, title, brand, displayGroup, identifiers, ranks } = item;
  return {
    asin,
    title,
    brand,
    imageUrl: mainImage(item),
    productGroup: displayGroup,
    identifiers,
    ranks,
  };
}

/** The main picture in its largest size; any picture when none is called main. */
function mainImage({ images }: CatalogItem): string | null {
  const main = images.filter(({ variant }) => variant === "MAIN");
  const largest = (main.length > 0 ? main : images).toSorted(
    (a, b) => (b.heightPx ?? 0) - (a.heightPx ?? 0),
  );
  return largest[0]?.url ?? null;
}
