import { AppError } from "@calibr/shared/core/app-error";
import { toConnectionId } from "@calibr/shared/core/ids";
import type { AccountLinker, ConsentGrant } from "@calibr/shared/ports/account-linker";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import type { AccessTokens } from "./access-tokens.ts";
import { readAccountFacts } from "./account-facts.ts";
import type { SpClient } from "../client/client.ts";
import { unreadableAnswer } from "../client/errors.ts";
import { requestTokens, type LwaClient, type LwaTokens } from "./lwa.ts";
import type { WaitingClock } from "../client/waiting.ts";

/** What linking works with. */
export interface AccountLinkerParts {
  readonly lwa: LwaClient;
  readonly tokens: Pick<AccessTokens, "renewOfSeller">;
  /** A client whose calls carry this access token, for an account that is not stored yet. */
  readonly clientWith: (accessToken: string) => SpClient;
  readonly clock: Pick<WaitingClock, "sleep">;
}

/** Exchanges the `spapi_oauth_code` of a consent; a code is good once, for five minutes. */
export function createAccountLinker(parts: AccountLinkerParts): AccountLinker {
  return {
    async exchangeCode(grant, signal) {
      const { code, redirectUri } = grant;
      const tokens = await requestTokens(
        parts.lwa,
        { grant_type: "authorization_code", code, redirect_uri: redirectUri },
        signal,
      ).catch(asRefusedCode);
      const { refreshToken } = tokens;
      if (refreshToken === null) {
        throw unreadableAnswer("lwa.authorization_code", "the answer has no refresh token");
      }
      await proveSeller(parts, { grant, tokens }, signal);
      return { refreshToken };
    },
    async checkConsent(account, signal) {
      await parts.tokens.renewOfSeller(account, signal);
    },
  };
}

// The code is spent: a hiccup of Amazon's must not cost the merchant the whole way again.
const TRIES = 3;
const BETWEEN_TRIES_MS = 1_500;

async function proveSeller(
  parts: AccountLinkerParts,
  { grant, tokens }: { readonly grant: ConsentGrant; readonly tokens: LwaTokens },
  signal: AbortSignal,
): Promise<void> {
  const client = parts.clientWith(tokens.accessToken);
  for (let tries = 1; ; tries += 1) {
    try {
      await askAsSeller(client, grant, signal);
      return;
    } catch (cause) {
      if (tries >= TRIES || !(cause instanceof AppError) || cause.retry === "never") throw cause;
      await parts.clock.sleep(BETWEEN_TRIES_MS, signal);
    }
  }
}

// The connection is made only when the seller is proven; no row ever has this key.
const NOT_STORED_YET = toConnectionId("9223372036854775807");

/**
 * Amazon names the seller of a token nowhere, but answers for listings only to their own seller: a path with
 * another seller's id is refused.
 */
async function askAsSeller(
  client: SpClient,
  { shopId, sellerId, region }: ConsentGrant,
  signal: AbortSignal,
): Promise<void> {
  const account: ChannelAccount = {
    shopId,
    connectionId: NOT_STORED_YET,
    accountId: sellerId,
    region,
  };
  const { marketplaces } = await readAccountFacts(client, account, signal);
  const [first] = marketplaces;
  if (first === undefined) throw noStore(region);
  const operation = "searchListingsItems";
  const path = { sellerId };
  const query = {
    marketplaceIds: [first.marketplaceId],
    includedData: ["summaries"],
    pageSize: 1,
  };
  try {
    await client.call(account, { operation, path, query }, signal);
  } catch (cause) {
    const isDenied = cause instanceof AppError && cause.code === "amazon_access_denied";
    throw isDenied ? notThisSeller(cause) : cause;
  }
}

function noStore(region: string): AppError {
  return new AppError({
    code: "amazon_no_store",
    retry: "never",
    message: `The account takes part in no marketplace of the region ${region}.`,
    context: { region },
  });
}

function notThisSeller(cause: AppError): AppError {
  return new AppError({
    code: "amazon_seller_mismatch",
    retry: "never",
    message: "Amazon does not show this seller's listings to the account that gave consent.",
    context: cause.context,
    cause,
  });
}

// The same OAuth words mean a lost consent on a refresh, and a bad code here.
function asRefusedCode(error: unknown): never {
  const isRefused =
    error instanceof AppError &&
    (error.code === "amazon_authorization_revoked" || error.code === "amazon_request_refused");
  if (!isRefused) throw error;
  throw new AppError({
    code: "amazon_oauth_code_refused",
    retry: "never",
    message: error.message,
    context: error.context,
    cause: error,
  });
}
