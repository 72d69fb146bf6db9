import { isSecretParameter, REDACTED, redactText } from "./redaction.ts";

/**
 * Parameters an access log may show. Everything else keeps its name and loses its value: Shopify Admin
 * adds id_token, hmac and session to our addresses, Amazon adds the OAuth code, and what either adds next
 * year must not reach the log first.
 */
const SHOWN_PARAMETERS: ReadonlySet<string> = new Set([
  "_data",
  "_routes",
  "after",
  "before",
  "channel",
  "cursor",
  "embedded",
  "index",
  "locale",
  "page",
  "selling_partner_id",
  "shop",
  "sort",
  "tab",
  "view",
]);

const LENGTH_MAX = 512;

/**
 * An address as an access log may print it: path and the names of its parameters, values only of those
 * known to be harmless; no user, password or fragment.
 * @param url what a request line holds (`/app?x=y`) or a whole address; anything else is masked whole.
 */
export function redactUrl(url: string): string {
  const isRelative = url.startsWith("/");
  const parsed = URL.parse(isRelative ? `http://relative${url}` : url);
  if (parsed === null) return REDACTED;
  const parameters = [...parsed.searchParams].map(([name, value]) => {
    const isShown = SHOWN_PARAMETERS.has(name) && !isSecretParameter(name);
    return `${encodeURIComponent(name)}=${isShown ? encodeURIComponent(value) : REDACTED}`;
  });
  const query = parameters.length === 0 ? "" : `?${parameters.join("&")}`;
  const origin = isRelative ? "" : `${parsed.protocol}//${parsed.host}`;
  return redactText(origin + parsed.pathname + query).slice(0, LENGTH_MAX);
}
