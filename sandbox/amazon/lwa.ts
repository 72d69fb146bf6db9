/**
 * Login with Amazon: authorization codes, refresh tokens and access tokens.
 *
 * A refresh token is never rotated by a refresh; a new authorization by the same seller replaces it.
 * An access token lasts an hour. Revocation shows as `invalid_grant` on the next refresh and as a 403
 * on calls with an access token already issued. Source: SP-API "Authorization", read 2026-11.
 */
import { randomBytes } from "node:crypto";
import type { SandboxClock } from "../clock.ts";

const AUTHORIZATION_CODE_LIFE_MS = 5 * 60_000;
/** A seller has to authorize a public application anew every year. */
const CONSENT_LIFE_MS = 365 * 86_400_000;
const ACCESS_TOKEN_LIFE_MS = 3_600_000;
export const NOTIFICATIONS_SCOPE = "sellingpartnerapi::notifications";
const SCOPES = [NOTIFICATIONS_SCOPE, "sellingpartnerapi::client_credential:rotation"] as const;

/** What an access token lets its bearer do, or why it lets nothing. */
type Bearer =
  | { readonly kind: "seller"; readonly sellerId: string }
  | { readonly kind: "grantless"; readonly scope: string }
  | { readonly kind: "missing" | "invalid" | "expired" | "secretExpired" };

export interface Lwa {
  readonly clientId: string;
  /** A code for `spapi_oauth_code`, good once within five minutes. */
  issueCode(sellerId: string): string;
  /** Authorizes without the consent page, `agoMs` before now; replaces the seller's refresh token. */
  authorize(sellerId: string, agoMs?: number): string;
  /** `POST /auth/o2/token`, form or JSON body. */
  token(request: Request): Promise<Response>;
  bearer(accessToken: string | null): Bearer;
  /** The seller withdraws consent: every token of his is void. */
  revoke(sellerId: string): void;
  /** Access tokens issued until now, of one seller or of all, are expired; refresh tokens stay good. */
  expireAccessTokens(sellerId?: string): void;
  setSecretExpired(isExpired: boolean): void;
  isAuthorized(sellerId: string): boolean;
  reset(): void;
}

interface LwaOptions {
  readonly clock: SandboxClock;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly registeredRedirectUris: readonly string[];
}

interface AccessToken {
  readonly grant:
    { readonly sellerId: string; readonly refreshToken: string } | { readonly scope: string };
  expiresAtMs: number;
}

export function createLwa(options: LwaOptions): Lwa {
  return new LoginWithAmazon(options);
}

class LoginWithAmazon implements Lwa {
  readonly clientId: string;
  readonly #options: LwaOptions;
  readonly #codes = new Map<string, { readonly sellerId: string; readonly expiresAtMs: number }>();
  /** The one good refresh token of each seller. */
  readonly #refreshTokens = new Map<string, string>();
  readonly #consentedAtMs = new Map<string, number>();
  readonly #accessTokens = new Map<string, AccessToken>();
  #isSecretExpired = false;

  constructor(options: LwaOptions) {
    this.#options = options;
    this.clientId = options.clientId;
  }

  issueCode(sellerId: string): string {
    const code = `AN${secretText(18)}`;
    this.#codes.set(code, { sellerId, expiresAtMs: this.#nowMs() + AUTHORIZATION_CODE_LIFE_MS });
    return code;
  }

  authorize(sellerId: string, agoMs = 0): string {
    const refreshToken = `Atzr|${secretText(64)}`;
    this.#consentedAtMs.set(sellerId, this.#nowMs() - agoMs);
    this.#refreshTokens.set(sellerId, refreshToken);
    return refreshToken;
  }

  async token(request: Request): Promise<Response> {
    const { clientId, clientSecret } = this.#options;
    const fields = await readFields(request);
    if (fields === undefined) return refuse(400, "invalid_request", "The request is malformed.");
    if (fields["client_id"] !== clientId || fields["client_secret"] !== clientSecret) {
      return refuse(401, "invalid_client", "Client authentication failed");
    }
    switch (fields["grant_type"]) {
      case "authorization_code":
        return this.#exchangeCode(fields);
      case "refresh_token":
        return this.#refresh(fields);
      case "client_credentials":
        return this.#grantless(fields);
      case undefined:
        return refuse(
          400,
          "invalid_request",
          "The request is missing a required parameter : grant_type",
        );
      default:
        return refuse(
          400,
          "unsupported_grant_type",
          "The authorization grant type is not supported by the authorization server",
        );
    }
  }

  bearer(accessToken: string | null): Bearer {
    if (accessToken === null || accessToken === "") return { kind: "missing" };
    const token = this.#accessTokens.get(accessToken);
    if (token === undefined) return { kind: "invalid" };
    if (this.#isSecretExpired) return { kind: "secretExpired" };
    if (token.expiresAtMs <= this.#nowMs()) return { kind: "expired" };
    if ("scope" in token.grant) return { kind: "grantless", scope: token.grant.scope };
    const { sellerId, refreshToken } = token.grant;
    if (this.#refreshTokens.get(sellerId) !== refreshToken) return { kind: "invalid" };
    return { kind: "seller", sellerId };
  }

  revoke(sellerId: string): void {
    this.#refreshTokens.delete(sellerId);
  }

  expireAccessTokens(sellerId?: string): void {
    for (const token of this.#accessTokens.values()) {
      const owner = "sellerId" in token.grant ? token.grant.sellerId : undefined;
      if (sellerId === undefined || owner === sellerId) token.expiresAtMs = 0;
    }
  }

  setSecretExpired(isExpired: boolean): void {
    this.#isSecretExpired = isExpired;
  }

  isAuthorized(sellerId: string): boolean {
    return this.#refreshTokens.has(sellerId);
  }

  reset(): void {
    this.#codes.clear();
    this.#refreshTokens.clear();
    this.#accessTokens.clear();
    this.#isSecretExpired = false;
  }

  #exchangeCode(fields: Fields): Response {
    const code = this.#codes.get(fields["code"] ?? "");
    this.#codes.delete(fields["code"] ?? "");
    const uri = fields["redirect_uri"];
    const isRegistered = uri === undefined || this.#options.registeredRedirectUris.includes(uri);
    if (code === undefined || code.expiresAtMs <= this.#nowMs() || !isRegistered) {
      return refuseGrant("authorization_code");
    }
    const refreshToken = this.authorize(code.sellerId);
    const accessToken = this.#issueAccess({ sellerId: code.sellerId, refreshToken });
    return tokenReply({ access_token: accessToken, refresh_token: refreshToken });
  }

  #refresh(fields: Fields): Response {
    const refreshToken = fields["refresh_token"] ?? "";
    for (const [sellerId, current] of this.#refreshTokens) {
      if (current !== refreshToken) continue;
      const consentedAtMs = this.#consentedAtMs.get(sellerId) ?? 0;
      if (this.#nowMs() - consentedAtMs >= CONSENT_LIFE_MS) break;
      const accessToken = this.#issueAccess({ sellerId, refreshToken });
      return tokenReply({ access_token: accessToken, refresh_token: refreshToken });
    }
    return refuseGrant("refresh_token");
  }

  #grantless(fields: Fields): Response {
    const scope = SCOPES.find((known) => known === fields["scope"]);
    if (scope === undefined) {
      return refuse(400, "invalid_scope", "The request has an invalid scope.");
    }
    return tokenReply({ access_token: this.#issueAccess({ scope }), scope });
  }

  #issueAccess(grant: AccessToken["grant"]): string {
    const token = `Atza|${secretText(96)}`;
    this.#accessTokens.set(token, { grant, expiresAtMs: this.#nowMs() + ACCESS_TOKEN_LIFE_MS });
    return token;
  }

  #nowMs(): number {
    return this.#options.clock.now().getTime();
  }
}

type Fields = Readonly<Record<string, string | undefined>>;

/** The amazon-sp-api package posts JSON, everyone else a form: Amazon takes both. */
async function readFields(request: Request): Promise<Fields | undefined> {
  const text = await request.text();
  const isJson =
    request.headers.get("content-type")?.includes("json") === true || text.startsWith("{");
  if (!isJson) return Object.fromEntries(new URLSearchParams(text));
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== "object" || body === null) return undefined;
    return Object.fromEntries(
      Object.entries(body).map(([key, value]) => [
        key,
        typeof value === "string" ? value : undefined,
      ]),
    );
  } catch {
    return undefined;
  }
}

function tokenReply(body: Readonly<Record<string, string>>): Response {
  return lwaReply(200, { ...body, token_type: "bearer", expires_in: ACCESS_TOKEN_LIFE_MS / 1000 });
}

function refuseGrant(parameter: string): Response {
  return refuse(400, "invalid_grant", `The request has an invalid grant parameter : ${parameter}`);
}

function refuse(status: number, error: string, description: string): Response {
  return lwaReply(status, { error, error_description: description });
}

function lwaReply(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      "content-type": "application/json;charset=UTF-8",
      "cache-control": "no-store",
      pragma: "no-cache",
      "x-amz-request-id": secretText(20).toUpperCase(),
    },
  });
}

function secretText(length: number): string {
  return randomBytes(length).toString("base64url").slice(0, length);
}
