import { randomUUID } from "node:crypto";
import { embedUrl } from "../admin/embed-url.ts";
import { mintSessionToken } from "../admin/session-token.ts";

/** A member of staff with the app open in Shopify Admin, as far as HTTP shows it. */
export interface Merchant {
  /** Opens a page of the app the way the Admin frame does. @throws with status and body when it fails. */
  open(path: string): Promise<string>;
  /** Submits a form of a page as App Bridge does, with a fresh session token. */
  submit(
    path: string,
    fields: Readonly<Record<string, string | readonly string[]>>,
  ): Promise<string>;
}

/** Which app and store. */
export interface MerchantOptions {
  /** Origin of the app, which is also its SHOPIFY_APP_URL. */
  readonly appUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly shop: string;
}

// Shopify's library turns bots away (410), and a bare fetch looks like one.
const BROWSER =
  "Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36";
const STAFF_ID = 42;

/** Makes the merchant of a store. */
export function createMerchant(options: MerchantOptions): Merchant {
  const sessionId = randomUUID();
  const { appUrl, apiKey, apiSecret, shop } = options;
  const freshToken = () =>
    mintSessionToken({ apiKey, apiSecret, shop, userId: STAFF_ID, sessionId, now: new Date() });
  return {
    async open(path) {
      const url = embedUrl({
        appUrl,
        apiSecret,
        path,
        shop,
        locale: "en",
        idToken: freshToken(),
        sessionId,
        now: new Date(),
      });
      return answerOf(
        await fetch(url, { headers: { "user-agent": BROWSER, accept: "text/html" } }),
        path,
      );
    },
    async submit(path, fields) {
      const body = new URLSearchParams();
      for (const [name, value] of Object.entries(fields)) {
        for (const each of typeof value === "string" ? [value] : value) body.append(name, each);
      }
      const response = await fetch(`${appUrl}${path}.data`, {
        method: "POST",
        headers: {
          "user-agent": BROWSER,
          authorization: `Bearer ${freshToken()}`,
          origin: appUrl,
          "content-type": "application/x-www-form-urlencoded;charset=UTF-8",
        },
        body,
      });
      return answerOf(response, path);
    },
  };
}

async function answerOf(response: Response, path: string): Promise<string> {
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${path} answered ${String(response.status)}: ${text.slice(0, 400)}`);
  }
  return text;
}
