import { z } from "zod";
import { connectionError, failureError, lwaFailure, unreadableAnswer } from "../client/errors.ts";
import { readJson } from "../client/vendor-json.ts";

/** The application's identity at Login with Amazon. */
export interface LwaClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The three grants of SP-API ("Authorizing Selling Partner API applications", read 2026-11). */
export type LwaGrant =
  | {
      readonly grant_type: "authorization_code";
      readonly code: string;
      readonly redirect_uri: string;
    }
  | { readonly grant_type: "refresh_token"; readonly refresh_token: string }
  | { readonly grant_type: "client_credentials"; readonly scope: string };

/** What the token endpoint gave. */
export interface LwaTokens {
  readonly accessToken: string;
  /** Null for grantless tokens. */
  readonly refreshToken: string | null;
  readonly expiresInSeconds: number;
}

// One host for all three regions.
const TOKEN_URL = "https://api.amazon.com/auth/o2/token";
const TIMEOUT_MS = 15_000;
// What Amazon documents; used only when an answer leaves it out.
const LIFE_SECONDS = 3_600;

const TokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish().catch(null),
  expires_in: z.number().positive().catch(LIFE_SECONDS),
});

/**
 * Asks for tokens with a form POST, the one encoding OAuth demands. The library's own calls are not
 * used: they post JSON, leave out `redirect_uri` and lose the HTTP status.
 * @throws AppError amazon_authorization_revoked, amazon_client_secret_invalid, amazon_unavailable, …
 */
export async function requestTokens(
  client: LwaClient,
  grant: LwaGrant,
  signal: AbortSignal,
): Promise<LwaTokens> {
  const operation = `lwa.${grant.grant_type}`;
  const form = new URLSearchParams({
    ...grant,
    client_id: client.clientId,
    client_secret: client.clientSecret,
  });
  const { status, body, requestId } = await post(operation, form, signal);
  if (status < 200 || status > 299) {
    const answer = { status, body, requestId };
    throw failureError(operation, answer, lwaFailure(answer));
  }
  const parsed = TokenAnswer.safeParse(body);
  if (!parsed.success) throw unreadableAnswer(operation, `HTTP ${status} without an access token`);
  return {
    accessToken: parsed.data.access_token,
    refreshToken: parsed.data.refresh_token ?? null,
    expiresInSeconds: parsed.data.expires_in,
  };
}

async function post(operation: string, form: URLSearchParams, signal: AbortSignal) {
  signal.throwIfAborted();
  try {
    const response = await fetch(TOKEN_URL, {
      method: "POST",
      body: form,
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const text = await response.text();
    const requestId = response.headers.get("x-amz-request-id");
    return { status: response.status, body: jsonOrNothing(text), requestId };
  } catch (error) {
    signal.throwIfAborted();
    throw connectionError(operation, error);
  }
}

function jsonOrNothing(text: string): unknown {
  try {
    return readJson(text);
  } catch {
    // A gateway's HTML page: the status says what it says.
    return undefined;
  }
}
