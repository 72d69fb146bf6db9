/** `POST /admin/oauth/access_token`: token exchange and refresh of expiring offline tokens. */
import { jsonResponse, readJsonObject } from "../http/json.ts";
import { idTokenProblem } from "./id-token.ts";
import type { TokenPair } from "./tokens.ts";
import type { StoreState } from "./state.ts";
import type { ShopifyWorld } from "./world-state.ts";

const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const OFFLINE_TOKEN = "urn:shopify:params:oauth:token-type:offline-access-token";

export async function handleTokenRequest(
  world: ShopifyWorld,
  store: StoreState,
  request: Request,
): Promise<Response> {
  const fields = await readFields(request);
  const { apiKey, apiSecret } = world.app;
  if (fields["client_id"] !== apiKey || fields["client_secret"] !== apiSecret) {
    return refusal(401, "invalid_client", "the client id or secret is wrong");
  }
  if (!store.installation.isInstalled) {
    return refusal(400, "application_not_installed", `the app is not installed on ${store.domain}`);
  }
  if (fields["grant_type"] === TOKEN_EXCHANGE) return exchange(world, store, fields);
  if (fields["grant_type"] === "refresh_token") {
    const pair = world.tokens.refresh(store.domain, fields["refresh_token"] ?? "");
    if (pair === undefined) {
      return refusal(400, "invalid_grant", "the refresh token is spent, expired or revoked");
    }
    world.log("token_refreshed", { shop: store.domain });
    return grant(store, pair);
  }
  return refusal(
    400,
    "unsupported_grant_type",
    `grant_type is ${fields["grant_type"] ?? "missing"}`,
  );
}

function exchange(
  world: ShopifyWorld,
  store: StoreState,
  fields: Readonly<Record<string, string>>,
): Response {
  const problem = idTokenProblem(fields["subject_token"] ?? "", {
    shop: store.domain,
    apiKey: world.app.apiKey,
    apiSecret: world.app.apiSecret,
    now: world.wallClock.now(),
  });
  if (problem !== undefined) return refusal(400, "invalid_subject_token", problem);
  if (fields["requested_token_type"] !== OFFLINE_TOKEN || fields["expiring"] !== "1") {
    return refusal(
      400,
      "invalid_request",
      "only expiring offline tokens are given out (public apps made since 2026-04 get no others)",
    );
  }
  world.log("token_exchanged", { shop: store.domain });
  return grant(store, world.tokens.issue(store.domain));
}

function grant(store: StoreState, pair: TokenPair): Response {
  return jsonResponse({
    access_token: pair.accessToken,
    scope: store.installation.scopes.join(","),
    expires_in: pair.expiresInSeconds,
    refresh_token: pair.refreshToken,
    refresh_token_expires_in: pair.refreshExpiresInSeconds,
  });
}

function refusal(status: number, error: string, description: string): Response {
  return jsonResponse({ error, error_description: description }, { status });
}

/** The library sends JSON, others a form; Shopify takes both. */
async function readFields(request: Request): Promise<Record<string, string>> {
  if (request.headers.get("content-type")?.includes("x-www-form-urlencoded") === true) {
    return Object.fromEntries(new URLSearchParams(await request.text()));
  }
  const body = (await readJsonObject(request)) ?? {};
  return Object.fromEntries(
    Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
