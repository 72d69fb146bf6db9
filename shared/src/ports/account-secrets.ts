import type { ChannelAccount } from "./channel-account.ts";

/** Hands an adapter the secret of an account when it needs one, and hears when it stopped working. */
export interface AccountSecrets {
  /** The long-lived refresh token. @throws AppError when the account has none. */
  refreshToken(account: ChannelAccount): Promise<string>;
}
