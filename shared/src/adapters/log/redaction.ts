/**
 * What may never stand in a log line, as one list for every process.
 *
 * Two nets: facts are dropped by their name, and every text is searched for what looks like a credential,
 * because vendors and libraries put tokens into their error messages.
 */

/** Stands where a secret stood. */
export const REDACTED = "[redacted]";

// Compared without case and separators, so that accessToken, access_token and ACCESS-TOKEN are one name.
const SECRET_NAMES: ReadonlySet<string> = new Set([
  "accesstoken",
  "apisecret",
  "apisecretkey",
  "authorization",
  "calibrkeys",
  "clientsecret",
  "code",
  "cookie",
  "hmac",
  "idtoken",
  "password",
  "refreshtoken",
  "secret",
  "sessiontoken",
  "setcookie",
  "signature",
  "spapioauthcode",
  "state",
  "token",
  "xamzaccesstoken",
  "xshopifyaccesstoken",
  "xshopifyhmacsha256",
]);

// `code` and `state` are an OAuth grant in an address, but our own words (error code, change state) in facts.
const OUR_OWN_WORDS: ReadonlySet<string> = new Set(["code", "state"]);

const SECRET_TEXTS: readonly RegExp[] = [
  // Shopify access and refresh tokens and app secrets: shpat_, shpca_, shprt_, shpss_ …
  /\bshp[a-z]{2,3}_[A-Za-z0-9_-]{8,}/g,
  // Amazon LWA access and refresh tokens, and client secrets.
  /\bAtz[ar]\|[A-Za-z0-9_\-+/=|]+/g,
  /\bamzn1\.oa2-cs\.[A-Za-z0-9._-]+/g,
  // JSON web tokens.
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g,
  // Our own sealed texts: useless without the key, and still nobody's business.
  /\bv1\.[A-Za-z0-9_-]{1,32}\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{22,}/g,
  // Passwords inside connection addresses.
  /(?<=:\/\/[^\s:/@]{0,80}:)[^\s@/]+(?=@)/g,
  // name=value and "name":"value", as fetch errors and vendors print them.
  /(?<=\b(?:access_token|refresh_token|id_token|client_secret|code|hmac|session|spapi_oauth_code|X-Amz-Signature|X-Amz-Security-Token)=)[^\s&"']+/gi,
  /(?<="(?:access_token|refresh_token|id_token|client_secret|subject_token|code)"\s*:\s*")[^"]+/gi,
  /(?<=\bBearer\s)[A-Za-z0-9._~+/=-]+/gi,
];

/** Whether a fact of this name must not be printed. */
export function isSecretFact(name: string): boolean {
  return isSecretParameter(name) && !OUR_OWN_WORDS.has(plain(name));
}

/** Whether a parameter of an address of this name must not be printed. */
export function isSecretParameter(name: string): boolean {
  return SECRET_NAMES.has(plain(name));
}

/** The text with everything that looks like a credential replaced. */
export function redactText(text: string): string {
  return SECRET_TEXTS.reduce((rest, secret) => rest.replace(secret, REDACTED), text);
}

function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
}
