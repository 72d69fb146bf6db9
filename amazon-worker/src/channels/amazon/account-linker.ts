import { AppError } from "@calibr/shared/core/app-error";
import type { AccountLinker } from "@calibr/shared/ports/account-linker";
import { unreadableAnswer } from "./errors.ts";
import { requestTokens, type LwaClient } from "./lwa.ts";

/** Exchanges the `spapi_oauth_code` of a consent; a code is good once, for five minutes. */
export function createAccountLinker(client: LwaClient): AccountLinker {
  return {
    async exchangeCode({ code, redirectUri }, signal) {
      const tokens = await requestTokens(
        client,
        { grant_type: "authorization_code", code, redirect_uri: redirectUri },
        signal,
      ).catch(asRefusedCode);
      if (tokens.refreshToken === null) {
        throw unreadableAnswer("lwa.authorization_code", "the answer has no refresh token");
      }
      return { refreshToken: tokens.refreshToken };
    },
  };
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
