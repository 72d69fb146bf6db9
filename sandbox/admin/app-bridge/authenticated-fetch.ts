import { frameContext } from "./frame-context.ts";
import { idToken, renewIdToken } from "./id-token.ts";

const RETRY_HEADER = "X-Shopify-Retry-Invalid-Session-Request";
const REAUTHORIZE_HEADER = "X-Shopify-API-Request-Failure-Reauthorize-Url";

/**
 * Puts the session token on every request to the app's own origin, asks again once with a new token
 * when the server says that the token was the trouble, and leaves for the address the server names
 * when it wants a new authorisation.
 */
export function installAuthenticatedFetch(): void {
  const plainFetch = window.fetch.bind(window);
  window.fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    if (!frameContext.isFramed || !isOwnOrigin(input)) return plainFetch(input, init);
    const request = new Request(input, init);
    const repeat = request.clone();
    let response = await plainFetch(withToken(request, await idToken()));
    if (response.headers.has(RETRY_HEADER)) {
      response = await plainFetch(withToken(repeat, await renewIdToken()));
    }
    const reauthorizeUrl = response.headers.get(REAUTHORIZE_HEADER);
    if (reauthorizeUrl !== null) window.open(new URL(reauthorizeUrl, location.href), "_top");
    return response;
  };
}

function isOwnOrigin(input: RequestInfo | URL): boolean {
  const address = input instanceof Request ? input.url : String(input);
  return new URL(address, location.href).origin === location.origin;
}

function withToken(request: Request, token: string): Request {
  if (!request.headers.has("Authorization")) {
    request.headers.set("Authorization", `Bearer ${token}`);
  }
  request.headers.set("X-Requested-With", "XMLHttpRequest");
  return request;
}
