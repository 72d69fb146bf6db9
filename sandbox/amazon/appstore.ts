/**
 * The authorization that begins at Amazon: the application's page in the Selling Partner Appstore, from
 * which a seller goes to the application's Login URI, and the callback by which the application sends
 * the seller back. Source: SP-API "Appstore authorization workflow", read 2026-11.
 *
 * 1. `/selling-partner-appstore/dp/<application>`: the page; its button leads to the Login URI with
 *    `amazon_callback_uri`, `amazon_state`, `selling_partner_id` and, for a draft, `version=beta`.
 * 2. `/apps/authorize/confirm/<application>`: the callback, with `amazon_state`, `state` and
 *    `redirect_uri`; it goes on to the redirect URI with the code.
 */
import { randomBytes } from "node:crypto";
import {
  accountChoice,
  accountsAt,
  checkedRedirectUri,
  checkVersion,
  ConsentRefusal,
  hostOf,
  redirectWithCode,
  refusalPage,
  signedIn,
  userChoice,
} from "./authorization.ts";
import type { ConsentOptions } from "./authorization.ts";
import { escapeHtml, sellerCentralPage } from "./seller-central-page.ts";
import type { SellerAccount } from "./seller-accounts.ts";

const STORE_PATH = /\/selling-partner-appstore\/dp\/([^/]+)$/;
const CONFIRM_PATH = /\/apps\/authorize\/confirm\/([^/]+)$/;
/** The whole workflow has to be over within ten minutes. */
const STATE_LIFE_MS = 10 * 60_000;

interface BegunVisit {
  readonly sellerId: string;
  readonly expiresAtMs: number;
}

export interface Appstore {
  owns(pathname: string): boolean;
  handle(request: Request): Promise<Response>;
  /** Address of the application's page. */
  pageUrl(host: string): string;
}

export function createAppstore(options: ConsentOptions): Appstore {
  const visits = new Map<string, BegunVisit>();

  const showPage = async (request: Request, url: URL): Promise<Response> => {
    const host = hostOf(url);
    const accounts = accountsAt(host, options);
    if (request.method !== "POST") return storePage(accounts, options);
    const { loginUri, stage, now } = options;
    if (loginUri === null) {
      throw new ConsentRefusal("MD9100", "The application has no OAuth Login URI registered.");
    }
    const { sellerId } = signedIn(new URLSearchParams(await request.text()), accounts);
    const amazonState = randomBytes(24).toString("base64url");
    visits.set(amazonState, { sellerId, expiresAtMs: now().getTime() + STATE_LIFE_MS });
    const target = new URL(loginUri);
    const callback = `https://${host}/apps/authorize/confirm/${options.applicationId}`;
    target.searchParams.set("amazon_callback_uri", callback);
    target.searchParams.set("amazon_state", amazonState);
    target.searchParams.set("selling_partner_id", sellerId);
    if (stage() === "draft") target.searchParams.set("version", "beta");
    return new Response(null, { status: 302, headers: { location: target.toString() } });
  };

  const confirm = (url: URL): Response => {
    const query = url.searchParams;
    const amazonState = query.get("amazon_state") ?? "";
    const visit = visits.get(amazonState);
    visits.delete(amazonState);
    if (visit === undefined || visit.expiresAtMs <= options.now().getTime()) {
      throw new ConsentRefusal("MD1000", "The amazon_state is not known or no longer good.");
    }
    checkVersion(query, options);
    const redirectUri = checkedRedirectUri(query, options);
    const state = query.get("state") ?? "";
    return redirectWithCode({ redirectUri, state, sellerId: visit.sellerId }, options);
  };

  return {
    owns: (pathname) => STORE_PATH.test(pathname) || CONFIRM_PATH.test(pathname),
    pageUrl: (host) => `https://${host}/selling-partner-appstore/dp/${options.applicationId}`,
    async handle(request) {
      const url = new URL(request.url);
      const named = (STORE_PATH.exec(url.pathname) ?? CONFIRM_PATH.exec(url.pathname))?.[1];
      try {
        if (decodeURIComponent(named ?? "") !== options.applicationId) {
          throw new ConsentRefusal("MD1000", "The application is not known.");
        }
        return CONFIRM_PATH.test(url.pathname) ? confirm(url) : await showPage(request, url);
      } catch (error) {
        return refusalPage(error);
      }
    },
  };
}

function storePage(accounts: readonly SellerAccount[], options: ConsentOptions): Response {
  const name = escapeHtml(options.applicationName);
  const main = `
    <p class="lead"><b>${name}</b> keeps the prices of your listings where you want them.</p>
    <p class="muted">You will be taken to ${name} to sign in, and back here to confirm.</p>
    <form method="post">
      ${accountChoice(accounts)}
      ${userChoice()}
      <p class="buttons"><button type="submit" class="primary">Authorize now</button></p>
    </form>`;
  return sellerCentralPage({ status: 200, title: `${name} in the Appstore`, main });
}
