/**
 * The page on which a seller lets an application act for the account: Seller Central's consent page,
 * here with a button that decides it. Reached at the real host name, or by a person's browser at
 * `/amazon-consent/<that host>/…` on the front port.
 *
 * The errors are Amazon's: MD9100 no redirect URI registered, MD5110 fragment in the URI, MD5101 URI
 * not registered, SPDC8143 not the primary user, MD1000 unknown application or draft without
 * `version=beta` (SP-API "Authorization errors", read 2026-11).
 */
import {
  accountChoice,
  accountName,
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
import { escapeHtml, sellerCentralPage as page } from "./seller-central-page.ts";
import type { SellerAccount } from "./seller-accounts.ts";

const CONSENT_PATH = "/apps/authorize/consent";

interface ConsentRequest {
  readonly redirectUri: string;
  readonly state: string;
}

export async function handleConsent(request: Request, options: ConsentOptions): Promise<Response> {
  const url = new URL(request.url);
  if (!url.pathname.endsWith(CONSENT_PATH)) {
    return page({ status: 404, title: "Page not found", main: "<p>There is nothing here.</p>" });
  }
  try {
    const consent = parseConsent(url.searchParams, options);
    const accounts = accountsAt(hostOf(url), options);
    if (request.method !== "POST") return askForConsent(accounts, options);
    const form = new URLSearchParams(await request.text());
    if (form.get("decision") !== "approve") return declined();
    const { sellerId } = signedIn(form, accounts);
    return redirectWithCode({ ...consent, sellerId }, options);
  } catch (error) {
    return refusalPage(error);
  }
}

function parseConsent(query: URLSearchParams, options: ConsentOptions): ConsentRequest {
  if (query.get("application_id") !== options.applicationId) {
    throw new ConsentRefusal("MD1000", "The application_id is missing or not known.");
  }
  checkVersion(query, options);
  const redirectUri = checkedRedirectUri(query, options);
  return { redirectUri, state: query.get("state") ?? "" };
}

function declined(): Response {
  return page({
    status: 200,
    title: "Authorization cancelled",
    main: "<p>No application has been authorized. You can close this page.</p>",
  });
}

function askForConsent(accounts: readonly SellerAccount[], options: ConsentOptions): Response {
  const name = escapeHtml(options.applicationName);
  const main = `
    <p class="lead"><b>${name}</b> asks for access to the selling account ${accountName(accounts[0])}.</p>
    <h2>${name} will be able to</h2>
    <ul>
      <li>read and change the prices of your listings <span class="role">Pricing</span></li>
      <li>read your listings and their issues <span class="role">Product Listing</span></li>
      <li>read your inventory and order quantities <span class="role">Inventory and Order Tracking</span></li>
      <li>be told when the account's standing changes <span class="role">Selling Partner Insights</span></li>
    </ul>
    <form method="post">
      ${accounts.length > 1 ? accountChoice(accounts) : ""}
      ${userChoice()}
      <p class="muted">You can withdraw this at any time under Manage Your Apps. It ends after 365 days.</p>
      <p class="buttons">
        <button type="submit" name="decision" value="decline" class="plain">Cancel</button>
        <button type="submit" name="decision" value="approve" class="primary">Confirm authorization</button>
      </p>
    </form>`;
  return page({ status: 200, title: `Authorize ${name}`, main });
}
