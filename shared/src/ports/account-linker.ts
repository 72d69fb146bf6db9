/** What a seller's consent gave us. */
export interface LinkedAccount {
  readonly refreshToken: string;
}

/** Exchanges the code of an OAuth consent. Only the worker has the secrets for it. */
export interface AccountLinker {
  /** @throws AppError amazon_oauth_code_refused when the code is used, expired or not ours. */
  exchangeCode(
    grant: { code: string; redirectUri: string },
    signal: AbortSignal,
  ): Promise<LinkedAccount>;
}
