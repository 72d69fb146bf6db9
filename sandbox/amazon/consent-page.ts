/**
 * The page on which a seller lets an application act for the account: Seller Central's consent page,
 * here with a button that decides it. Reached at the real host name, or by a person's browser at
 * `/amazon-consent/<that host>/…` on the front port.
 *
 * The errors are Amazon's: MD9100 no redirect URI registered, MD5110 fragment in the URI, MD5101 URI
 * not registered, SPDC8143 not the primary user, MD1000 unknown application or draft without
 * `version=beta` (SP-API "Authorization errors", read 2026-11).
 */
import { MARKETPLACES } from "./marketplaces.ts";
import { escapeHtml, sellerCentralPage as page } from "./seller-central-page.ts";
import type { SellerAccount, SellerAccounts } from "./seller-accounts.ts";

export interface ConsentOptions {
  readonly applicationId: string;
  readonly applicationName: string;
  readonly registeredRedirectUris: readonly string[];
  readonly stage: () => "draft" | "published";
  readonly sellers: SellerAccounts;
  /** Mints the authorization code of an approval. */
  readonly issueCode: (sellerId: string) => string;
}

const CONSENT_PATH = "/apps/authorize/consent";

interface ConsentRequest {
  readonly redirectUri: string;
  readonly state: string;
}

class ConsentRefusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
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
    if (form.get("user") === "secondary") {
      throw new ConsentRefusal(
        "SPDC8143",
        "Only the primary user of the account can authorize an application.",
      );
    }
    const chosen = accounts.find(({ sellerId }) => sellerId === form.get("seller"));
    return approved(consent, chosen?.sellerId ?? accounts[0].sellerId, options);
  } catch (error) {
    if (!(error instanceof ConsentRefusal)) throw error;
    return page({
      status: 400,
      title: "We're sorry",
      main: `<p class="error" role="alert"><b>Error ${error.code}</b><br>${escapeHtml(error.message)}</p>`,
    });
  }
}

function parseConsent(query: URLSearchParams, options: ConsentOptions): ConsentRequest {
  const { registeredRedirectUris } = options;
  if (query.get("application_id") !== options.applicationId) {
    throw new ConsentRefusal("MD1000", "The application_id is missing or not known.");
  }
  const isBeta = query.get("version") === "beta";
  if (isBeta !== (options.stage() === "draft")) {
    throw new ConsentRefusal(
      "MD1000",
      isBeta
        ? "The application is published: version=beta must be left out."
        : "The application is a draft: version=beta is required.",
    );
  }
  const [first] = registeredRedirectUris;
  if (first === undefined) {
    throw new ConsentRefusal("MD9100", "The application has no OAuth redirect URI registered.");
  }
  const redirectUri = query.get("redirect_uri") ?? first;
  if (redirectUri.includes("#")) {
    throw new ConsentRefusal("MD5110", "The redirect_uri must not contain a fragment.");
  }
  if (!registeredRedirectUris.includes(redirectUri)) {
    throw new ConsentRefusal("MD5101", "The redirect_uri does not match a registered one.");
  }
  return { redirectUri, state: query.get("state") ?? "" };
}

/** A person's browser reaches the page with the host in the path. */
function hostOf({ hostname, pathname }: URL): string {
  return /^\/amazon-consent\/([^/]+)\//.exec(pathname)?.[1] ?? hostname;
}

/** Who could be signed in at a Seller Central: the sellers of its region, or the first one of all. */
function accountsAt(
  host: string,
  { sellers }: ConsentOptions,
): readonly [SellerAccount, ...SellerAccount[]] {
  const region = MARKETPLACES.find(({ sellerCentralHost }) => sellerCentralHost === host)?.region;
  const [first, ...others] = sellers.all().filter((account) => account.region === region);
  return first === undefined ? [sellers.primary] : [first, ...others];
}

function approved(consent: ConsentRequest, sellerId: string, options: ConsentOptions): Response {
  const target = new URL(consent.redirectUri);
  target.searchParams.set("state", consent.state);
  target.searchParams.set("selling_partner_id", sellerId);
  target.searchParams.set("spapi_oauth_code", options.issueCode(sellerId));
  return new Response(null, {
    status: 302,
    headers: { location: target.toString(), "referrer-policy": "no-referrer" },
  });
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
      <fieldset>
        <legend>Signed in as</legend>
        <label><input type="radio" name="user" value="primary" checked> Primary user</label>
        <label><input type="radio" name="user" value="secondary"> Secondary user <span class="muted">(Amazon refuses: SPDC8143)</span></label>
      </fieldset>
      <p class="muted">You can withdraw this at any time under Manage Your Apps. It ends after 365 days.</p>
      <p class="buttons">
        <button type="submit" name="decision" value="decline" class="plain">Cancel</button>
        <button type="submit" name="decision" value="approve" class="primary">Confirm authorization</button>
      </p>
    </form>`;
  return page({ status: 200, title: `Authorize ${name}`, main });
}

function accountName(account: SellerAccount | undefined): string {
  if (account === undefined) return "";
  const [store, id] = [escapeHtml(account.storeName), escapeHtml(account.sellerId)];
  return `<b>${store}</b> <span class="muted">(${id})</span>`;
}

function accountChoice(accounts: readonly SellerAccount[]): string {
  const choices = accounts.map((account, index) => {
    const id = escapeHtml(account.sellerId);
    const checked = index === 0 ? " checked" : "";
    return `<label><input type="radio" name="seller" value="${id}"${checked}> ${accountName(account)}</label>`;
  });
  return `<fieldset><legend>Selling account</legend>${choices.join("")}</fieldset>`;
}
