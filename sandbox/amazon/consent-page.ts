/**
 * The page on which a seller lets an application act for the account: Seller Central's consent page,
 * here with a button that decides it. Reached at the real host name, or by a person's browser at
 * `/amazon-consent/<that host>/…` on the front port.
 *
 * The errors are Amazon's: MD9100 no redirect URI registered, MD5110 fragment in the URI, MD5101 URI
 * not registered, SPDC8143 not the primary user, MD1000 unknown application or draft without
 * `version=beta` (SP-API "Authorization errors", read 2026-11).
 */
export interface ConsentOptions {
  readonly applicationId: string;
  readonly applicationName: string;
  readonly registeredRedirectUris: readonly string[];
  readonly stage: () => "draft" | "published";
  readonly sellerId: string;
  readonly storeName: string;
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
    if (request.method !== "POST") return askForConsent(options);
    const form = new URLSearchParams(await request.text());
    if (form.get("decision") !== "approve") return declined();
    if (form.get("user") === "secondary") {
      throw new ConsentRefusal(
        "SPDC8143",
        "Only the primary user of the account can authorize an application.",
      );
    }
    return approved(consent, options);
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

function approved(consent: ConsentRequest, options: ConsentOptions): Response {
  const target = new URL(consent.redirectUri);
  target.searchParams.set("state", consent.state);
  target.searchParams.set("selling_partner_id", options.sellerId);
  target.searchParams.set("spapi_oauth_code", options.issueCode(options.sellerId));
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

function askForConsent(options: ConsentOptions): Response {
  const name = escapeHtml(options.applicationName);
  const store = escapeHtml(options.storeName);
  const main = `
    <p class="lead"><b>${name}</b> asks for access to the selling account <b>${store}</b>
      <span class="muted">(${escapeHtml(options.sellerId)})</span>.</p>
    <h2>${name} will be able to</h2>
    <ul>
      <li>read and change the prices of your listings <span class="role">Pricing</span></li>
      <li>read your listings and their issues <span class="role">Product Listing</span></li>
      <li>read your inventory and order quantities <span class="role">Inventory and Order Tracking</span></li>
      <li>be told when the account's standing changes <span class="role">Selling Partner Insights</span></li>
    </ul>
    <form method="post">
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

const STYLE = `
  :root { color-scheme: light; font: 15px/1.5 "Amazon Ember", Arial, sans-serif; color: #0f1111; }
  body { margin: 0; background: #f3f3f3; }
  .stand-in { background: #ffd814; padding: 8px 24px; text-align: center; }
  header { background: #002f36; color: #fff; padding: 14px 24px; font-size: 18px; }
  header b { font-weight: 700; } header span { color: #9fd3d8; }
  main { max-width: 640px; margin: 40px auto; background: #fff; border: 1px solid #d5d9d9;
    border-radius: 8px; padding: 28px 36px 32px; }
  h1 { font-size: 26px; font-weight: 400; margin: 0 0 16px; }
  h2 { font-size: 16px; margin: 24px 0 8px; }
  li { margin: 6px 0; }
  .role { font-size: 12px; background: #e7f4f5; color: #00464f; border-radius: 4px; padding: 1px 6px; margin-left: 4px; }
  .muted { color: #565959; }
  fieldset { border: 1px solid #d5d9d9; border-radius: 8px; margin: 20px 0 12px; }
  label { display: block; padding: 3px 0; }
  .buttons { display: flex; justify-content: flex-end; gap: 12px; margin: 20px 0 0; }
  button { font: inherit; padding: 8px 20px; border-radius: 4px; cursor: pointer; border: 1px solid #888c8c; background: #fff; }
  button:focus-visible { outline: 3px solid #008296; outline-offset: 2px; }
  .primary { background: #008296; border-color: #008296; color: #fff; }
  .error { border: 1px solid #c40000; border-left-width: 8px; border-radius: 4px; padding: 12px 16px; }`;

function page(input: { status: number; title: string; main: string }): Response {
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${input.title} · Seller Central (sandbox)</title><style>${STYLE}</style></head>
<body>
  <div class="stand-in" role="note">This is the Calibr sandbox standing in for Amazon. No Amazon account is involved.</div>
  <header><b>seller</b> <span>central</span></header>
  <main><h1>${input.title}</h1>${input.main}</main>
</body>
</html>`;
  return new Response(html, {
    status: input.status,
    headers: { "content-type": "text/html; charset=utf-8", "referrer-policy": "no-referrer" },
  });
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
