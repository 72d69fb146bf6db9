import { findMarketplace } from "@calibr/shared/core/marketplaces";
import type { AccountFacts } from "@calibr/shared/ports/listing-source";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import { z } from "zod";
import type { SpClient } from "./client.ts";
import { unreadableAnswer } from "./errors.ts";

const Participations = z.object({ payload: z.array(z.unknown()) });
const Participation = z.object({
  marketplace: z.object({
    id: z.string(),
    defaultCurrencyCode: z.string().nullish().catch(null),
  }),
  participation: z.object({ isParticipating: z.boolean() }),
  storeName: z.string().nullish().catch(null),
});

/**
 * The marketplaces a seller takes part in. Amazon also lists "Non-Amazon" stores of its multi-channel
 * fulfilment (docs issue 761); only the country stores of the account's own region are kept.
 */
export async function readAccountFacts(
  client: SpClient,
  account: ChannelAccount,
  signal: AbortSignal,
): Promise<AccountFacts> {
  const operation = "getMarketplaceParticipations";
  const answer = Participations.safeParse(await client.call(account, { operation }, signal));
  if (!answer.success) throw unreadableAnswer(operation, "the answer has no payload");
  const marketplaces = answer.data.payload.flatMap((entry) => {
    const parsed = Participation.safeParse(entry);
    if (!parsed.success || !parsed.data.participation.isParticipating) return [];
    const { marketplace, storeName } = parsed.data;
    const known = findMarketplace(marketplace.id);
    if (known === null || known.region !== account.region) return [];
    const currency = marketplace.defaultCurrencyCode ?? known.currency;
    return [{ marketplaceId: known.id, currency, storeName: storeName ?? "" }];
  });
  const name = marketplaces.find(({ storeName }) => storeName !== "")?.storeName ?? null;
  return { name, currency: null, timeZone: null, marketplaces };
}
