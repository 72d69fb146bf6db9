import type { ShopId } from "../core/ids.ts";
import type { ChannelAccount } from "./channel-account.ts";

/** A consent's code, with the seller that the browser named beside it. */
export interface ConsentGrant {
  readonly code: string;
  readonly redirectUri: string;
  readonly shopId: ShopId;
  /** As the address said it; anybody can write an address. */
  readonly sellerId: string;
  readonly region: string;
}

/** What a seller's consent gave us. */
export interface LinkedAccount {
  readonly refreshToken: string;
}

/** Exchanges the code of an OAuth consent. Only the worker has the secrets for it. */
export interface AccountLinker {
  /**
   * The refresh token behind a code, proven to be the named seller's: notifications are told apart by seller,
   * so a wrong name would open another seller's news.
   * @throws AppError amazon_oauth_code_refused when the code is used, expired or not ours;
   * amazon_seller_mismatch when the token is not of this seller; amazon_no_store when the seller sells in no
   * store of the region.
   */
  exchangeCode(grant: ConsentGrant, signal: AbortSignal): Promise<LinkedAccount>;
  /**
   * Asks for a fresh access token, whatever is still held: Amazon tells nobody that a consent was taken back.
   * @throws AppError amazon_authorization_revoked when it was, or has run out.
   */
  checkConsent(account: ChannelAccount, signal: AbortSignal): Promise<void>;
}
