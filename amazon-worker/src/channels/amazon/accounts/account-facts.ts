import { findMarketplace } from "@calibr/shared/core/marketplaces";
import type { AccountFacts } from "@calibr/shared/ports/listing-source";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import { readMarketplaceParticipations } from "../answers/sellers.ts";
import type { SpClient } from "../client/client.ts";

/**
 * The marketplaces a seller takes part in, or did. Amazon also lists "Non-Amazon" stores of its
 * multi-channel fulfilment (docs issue 761); only the country stores of the account's own region are kept.
 */
export async function readAccountFacts(
  client: SpClient,
  account: ChannelAccount,
  signal: AbortSignal,
): Promise<AccountFacts> {
  const operation = "getMarketplaceParticipations";
  const answer = readMarketplaceParticipations(await client.call(account, { operation }, signal));
  const marketplaces = answer.flatMap((each) => {
    const known = findMarketplace(each.marketplaceId);
    if (known === null || known.region !== account.region) return [];
    return [
      {
        marketplaceId: known.id,
        currency: each.currency ?? known.currency,
        storeName: each.storeName ?? "",
        isParticipating: each.isParticipating,
        hasSuspendedListings: each.hasSuspendedListings ?? false,
      },
    ];
  });
  const name = marketplaces.find(({ storeName }) => storeName !== "")?.storeName ?? null;
  return { name, currency: null, timeZone: null, marketplaces };
}
