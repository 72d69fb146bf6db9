import type { AccountSecrets } from "@calibr/shared/ports/account-secrets";
import type { Clock } from "@calibr/shared/ports/clock";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import { requestTokens, type LwaClient, type LwaGrant } from "./lwa.ts";
import { NOTIFICATIONS_SCOPE } from "../client/operations.ts";
import { untilAborted } from "../client/waiting.ts";

/** Short-lived access tokens, fetched once however many calls need one. */
export interface AccessTokens {
  /** @throws AppError amazon_authorization_revoked when the seller's consent is gone. */
  ofSeller(account: ChannelAccount, signal: AbortSignal): Promise<string>;
  /** A token asked for now, whatever is still held. @throws like `ofSeller`. */
  renewOfSeller(account: ChannelAccount, signal: AbortSignal): Promise<string>;
  /** The application's own token for notification destinations. */
  ofApplication(signal: AbortSignal): Promise<string>;
  /** Forgets a token that Amazon refused, unless a newer one already took its place. */
  forget(token: string): void;
}

interface Held {
  readonly token: Promise<string>;
  /** Infinite while the token is still being fetched. */
  expiresAtMs: number;
  value: string | null;
}

// Amazon's tokens live 3,600 s; one that expires on the way is a wasted call.
const SECONDS_SPARED = 60;
const LIFE_SECONDS_MAX = 3_540;

/** Tokens of this process. Every worker may fetch its own: a refresh voids no other token. */
export function createAccessTokens(parts: {
  readonly client: LwaClient;
  readonly secrets: AccountSecrets;
  readonly clock: Clock;
}): AccessTokens {
  const { client, secrets, clock } = parts;
  const held = new Map<string, Held>();
  // A fetch serves all who wait for it: one caller's abort must not take it from the others.
  const forAll = new AbortController().signal;

  const fetchOnce = (key: string, grantOf: () => Promise<LwaGrant>): Promise<string> => {
    const known = held.get(key);
    if (known !== undefined && known.expiresAtMs > clock.now().getTime()) return known.token;
    const fetched = grantOf().then((grant) => requestTokens(client, grant, forAll));
    const entry: Held = {
      expiresAtMs: Infinity,
      value: null,
      token: fetched.then(
        ({ accessToken, expiresInSeconds }) => {
          const seconds = Math.min(expiresInSeconds - SECONDS_SPARED, LIFE_SECONDS_MAX);
          entry.expiresAtMs = clock.now().getTime() + seconds * 1_000;
          entry.value = accessToken;
          return accessToken;
        },
        (error: unknown) => {
          if (held.get(key) === entry) held.delete(key);
          throw error;
        },
      ),
    };
    held.set(key, entry);
    return entry.token;
  };

  const keyOf = (account: ChannelAccount): string => `${account.shopId} ${account.connectionId}`;
  const ofSeller: AccessTokens["ofSeller"] = (account, signal) => {
    const grantOf = async (): Promise<LwaGrant> => ({
      grant_type: "refresh_token",
      refresh_token: await secrets.refreshToken(account),
    });
    return untilAborted(fetchOnce(keyOf(account), grantOf), signal);
  };

  return {
    ofSeller,
    renewOfSeller(account, signal) {
      held.delete(keyOf(account));
      return ofSeller(account, signal);
    },
    ofApplication(signal) {
      const grant: LwaGrant = { grant_type: "client_credentials", scope: NOTIFICATIONS_SCOPE };
      return untilAborted(
        fetchOnce(NOTIFICATIONS_SCOPE, () => Promise.resolve(grant)),
        signal,
      );
    },
    forget(token) {
      for (const [key, entry] of held) if (entry.value === token) held.delete(key);
    },
  };
}
