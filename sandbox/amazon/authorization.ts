/**
 * What both ways to an authorization share: who is signed in, what Amazon checks, how it refuses, and the
 * redirect with the code. One way begins on the consent page, the other in the Appstore.
 */
import { MARKETPLACES } from "./marketplaces.ts";
import { escapeHtml, sellerCentralPage } from "./seller-central-page.ts";
import type { SellerAccount, SellerAccounts } from "./seller-accounts.ts";

export interface ConsentOptions {
  readonly applicationId: string;
  readonly applicationName: string;
  readonly registeredRedirectUris: readonly string[];
  readonly stage: () => "draft" | "published";
  readonly sellers: SellerAccounts;
  /** Where the Appstore sends a seller who wants the application; null when none is registered. */
  readonly loginUri: string | null;
  readonly now: () => Date;
  /** Mints the authorization code of an approval. */
  readonly issueCode: (sellerId: string) => string;
}

/** Shown as a page with Amazon's own code. */
export class ConsentRefusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export function refusalPage(error: unknown): Response {
  if (!(error instanceof ConsentRefusal)) throw error;
  return sellerCentralPage({
    status: 400,
    title: "We're sorry",
    main: `<p class="error" role="alert"><b>Error ${error.code}</b><br>${escapeHtml(error.message)}</p>`,
  });
}

/** A draft needs `version=beta`, a published application must not have it. */
export function checkVersion(query: URLSearchParams, { stage }: ConsentOptions): void {
  const isBeta = query.get("version") === "beta";
  if (isBeta === (stage() === "draft")) return;
  throw new ConsentRefusal(
    "MD1000",
    isBeta
      ? "The application is published: version=beta must be left out."
      : "The application is a draft: version=beta is required.",
  );
}

/** The redirect URI asked for, the first registered one when none is. */
export function checkedRedirectUri(query: URLSearchParams, options: ConsentOptions): string {
  const { registeredRedirectUris } = options;
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
  return redirectUri;
}

/** The account a form names, if its primary user sent it. */
export function signedIn(
  form: URLSearchParams,
  accounts: readonly [SellerAccount, ...SellerAccount[]],
): SellerAccount {
  if (form.get("user") === "secondary") {
    throw new ConsentRefusal(
      "SPDC8143",
      "Only the primary user of the account can authorize an application.",
    );
  }
  return accounts.find(({ sellerId }) => sellerId === form.get("seller")) ?? accounts[0];
}

/** A person's browser reaches the page with the host in the path. */
export function hostOf({ hostname, pathname }: URL): string {
  return /^\/amazon-consent\/([^/]+)\//.exec(pathname)?.[1] ?? hostname;
}

/** Who could be signed in at a Seller Central: the sellers of its region, or the first one of all. */
export function accountsAt(
  host: string,
  { sellers }: ConsentOptions,
): readonly [SellerAccount, ...SellerAccount[]] {
  const region = MARKETPLACES.find(({ sellerCentralHost }) => sellerCentralHost === host)?.region;
  const [first, ...others] = sellers.all().filter((account) => account.region === region);
  return first === undefined ? [sellers.primary] : [first, ...others];
}

/** Back to the application, with a code good once and for five minutes. */
export function redirectWithCode(
  granted: { readonly redirectUri: string; readonly state: string; readonly sellerId: string },
  options: Pick<ConsentOptions, "issueCode">,
): Response {
  const { redirectUri, state, sellerId } = granted;
  const target = new URL(redirectUri);
  target.searchParams.set("state", state);
  target.searchParams.set("selling_partner_id", sellerId);
  target.searchParams.set("spapi_oauth_code", options.issueCode(sellerId));
  return new Response(null, {
    status: 302,
    headers: { location: target.toString(), "referrer-policy": "no-referrer" },
  });
}

export function userChoice(): string {
  return `<fieldset>
        <legend>Signed in as</legend>
        <label><input type="radio" name="user" value="primary" checked> Primary user</label>
        <label><input type="radio" name="user" value="secondary"> Secondary user <span class="muted">(Amazon refuses: SPDC8143)</span></label>
      </fieldset>`;
}

export function accountName(account: SellerAccount | undefined): string {
  if (account === undefined) return "";
  const [store, id] = [escapeHtml(account.storeName), escapeHtml(account.sellerId)];
  return `<b>${store}</b> <span class="muted">(${id})</span>`;
}

export function accountChoice(accounts: readonly SellerAccount[]): string {
  const choices = accounts.map((account, index) => {
    const id = escapeHtml(account.sellerId);
    const checked = index === 0 ? " checked" : "";
    return `<label><input type="radio" name="seller" value="${id}"${checked}> ${accountName(account)}</label>`;
  });
  return `<fieldset><legend>Selling account</legend>${choices.join("")}</fieldset>`;
}
