import { jsonResponse, readJsonObject } from "../http/json.ts";
import { signedFrameUrl } from "./admin-context.ts";
import type { AdminContext } from "./admin-context.ts";
import { SESSION_TOKEN_LIFE_MS, mintSessionToken } from "./session-token.ts";
import type { AdminShop } from "./store-data.ts";

/** Rows in the resource picker. */
const PICKER_PRODUCTS_MAX = 50;

/** Answers the shell's own script: tokens, addresses, products and scopes of one store. */
export async function adminApi(context: AdminContext, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (request.method !== "POST") return jsonResponse({ error: "POST only" }, { status: 405 });
  const input = readInput((await readJsonObject(request)) ?? {});
  const shop = context.shops.find(({ domain }) => domain === input.shop);
  if (shop === undefined) return jsonResponse({ error: "no such store" }, { status: 404 });
  const answer = await answerOf(context, pathname.slice("/admin-assets/".length), shop, input);
  return answer === undefined
    ? jsonResponse({ error: `${pathname} is not part of this stand-in` }, { status: 404 })
    : jsonResponse(answer);
}

interface ApiInput {
  readonly shop: string;
  readonly sessionId: string;
  readonly path: string;
  readonly search: string;
  readonly scopes: readonly string[];
}

async function answerOf(
  context: AdminContext,
  endpoint: string,
  shop: AdminShop,
  { sessionId, path, search, scopes }: ApiInput,
): Promise<unknown> {
  const { apiKey, apiSecret, now, storeData } = context;
  const { domain, staff } = shop;
  switch (endpoint) {
    case "id-token": {
      const minted = { apiKey, apiSecret, shop: domain, userId: staff.id, sessionId, now: now() };
      return { token: mintSessionToken(minted), lifeMs: SESSION_TOKEN_LIFE_MS };
    }
    case "embed-url":
      return { url: signedFrameUrl(context, { shop, path, sessionId }) };
    case "products":
      return storeData.products({ shop: domain, search, limit: PICKER_PRODUCTS_MAX });
    case "scopes":
      return storeData.scopes(domain);
    case "scopes-grant":
      return storeData.grantScopes(domain, scopes);
    case "scopes-revoke":
      return storeData.revokeScopes(domain, scopes);
    default:
      return undefined;
  }
}

function readInput(fields: Record<string, unknown>): ApiInput {
  const text = (name: string): string => {
    const value = fields[name];
    return typeof value === "string" ? value : "";
  };
  const scopes: unknown = fields["scopes"];
  return {
    shop: text("shop"),
    sessionId: text("sessionId"),
    path: text("path") || "/",
    search: text("search"),
    scopes: Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === "string") : [],
  };
}
