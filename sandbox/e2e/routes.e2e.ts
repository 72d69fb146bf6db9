/** Every route of the app as a stranger, another shop and an attacker meet it, by plain HTTP. */
import { createHmac } from "node:crypto";
import { readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROJECT_ROOT } from "../../scripts/database/open-database.ts";
import { createMerchant } from "../stack/merchant.ts";
import type { Merchant } from "../stack/merchant.ts";
import { APP_IDENTITY, startCalibr } from "./harness/calibr.ts";
import type { Calibr } from "./harness/calibr.ts";

const OTHER_SHOP = "another-shop.myshopify.com";
const BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/147.0.0.0 Safari/537.36";

/** What each file of app/routes answers to; a new route without a line here fails the first test. */
const ROUTES: Readonly<Record<string, { path: string; kind: "page" | "outside" | "webhook" }>> = {
  "_index.tsx": { path: "/", kind: "outside" },
  "app.tsx": { path: "/app", kind: "page" },
  "app._index.tsx": { path: "/app", kind: "page" },
  "app.$.tsx": { path: "/app/nowhere", kind: "page" },
  "app.activity.tsx": { path: "/app/activity", kind: "page" },
  "app.amazon.tsx": { path: "/app/amazon", kind: "page" },
  "app.approvals.tsx": { path: "/app/approvals", kind: "page" },
  "app.changes.$changeId.tsx": { path: "/app/changes/1", kind: "page" },
  "app.connections.tsx": { path: "/app/connections", kind: "page" },
  "app.links.tsx": { path: "/app/links", kind: "page" },
  "app.products.$itemId.tsx": { path: "/app/products/1", kind: "page" },
  "app.products._index.tsx": { path: "/app/products", kind: "page" },
  "app.syncs.$runId._index.tsx": { path: "/app/syncs/1", kind: "page" },
  "app.syncs.$runId.csv.ts": { path: "/app/syncs/1/csv", kind: "page" },
  "app.syncs._index.tsx": { path: "/app/syncs", kind: "page" },
  "auth.$.ts": { path: "/auth/callback", kind: "page" },
  "auth.amazon.callback.tsx": { path: "/auth/amazon/callback?result=received", kind: "outside" },
  "auth.amazon.login.tsx": { path: "/auth/amazon/login", kind: "outside" },
  "auth.login.tsx": { path: "/auth/login", kind: "outside" },
  "healthz.ts": { path: "/healthz", kind: "outside" },
  "webhooks.ts": { path: "/webhooks", kind: "webhook" },
  "webhooks.compliance.ts": { path: "/webhooks/compliance", kind: "webhook" },
};

let calibr: Calibr;
beforeAll(async () => {
  calibr = await startCalibr({ name: "routes", hasBrowser: false });
  await calibr.link();
});
afterAll(() => calibr.close());

const pathsOf = (kind: string): string[] =>
  Object.values(ROUTES).flatMap((route) => (route.kind === kind ? [route.path] : []));

function ask(address: string, init: RequestInit = {}): Promise<Response> {
  const headers = { "user-agent": BROWSER, accept: "text/html", ...init.headers };
  return fetch(calibr.stack.appUrl + address, { redirect: "manual", ...init, headers });
}

describe("a request without a session", () => {
  it("is tried against every route there is", () => {
    const files = readdirSync(path.join(PROJECT_ROOT, "shopify-app", "app", "routes"));
    expect(files.sort()).toEqual(Object.keys(ROUTES).sort());
  });

  it("is sent away from every page, as a document and as data", async () => {
    for (const page of pathsOf("page")) {
      const document = await ask(page);
      expect([page, document.status, document.headers.get("location")]).toEqual([
        page,
        302,
        "/auth/login",
      ]);
      const data = await ask(`${page}.data`);
      // Remix tells the browser to go elsewhere in an answer of its own kind.
      expect([page, data.status, await data.text()]).toEqual([
        page,
        202,
        expect.stringContaining("/auth/login"),
      ]);
    }
  });

  it("changes nothing by any action, whether it has no token or a forged one", async () => {
    const before = await calibr.onlooker.ask("SELECT is_paused FROM shop_settings");
    for (const page of pathsOf("page").filter((each) => each.startsWith("/app"))) {
      const action = page === "/app" ? "/app?index" : page;
      const forged = { authorization: `Bearer ${forgedToken()}` };
      for (const headers of [{}, forged] as Record<string, string>[]) {
        const body = new URLSearchParams({ intent: "pause", all: "yes" });
        const [route = "", query = ""] = action.split("?");
        const answer = await ask(`${route}.data${query && `?${query}`}`, {
          method: "POST",
          body,
          headers,
        });
        expect([202, 401, 405], action).toContain(answer.status);
        const said = await answer.text();
        expect(said).not.toContain("saved");
        expect(said).not.toContain("moved");
      }
    }
    expect(await calibr.onlooker.ask("SELECT is_paused FROM shop_settings")).toEqual(before);
  });

  it("shows no page to a token that names another app's audience or has run out", async () => {
    for (const token of [forgedToken(), sign({ aud: "another-app" }), sign({ exp: 1 })]) {
      const answer = await ask(`/app/products.data`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(answer.status).toBe(401);
    }
  });
});

describe("a webhook", () => {
  const body = JSON.stringify({ id: 1 });
  const headers = (signature: string) => ({
    "x-shopify-hmac-sha256": signature,
    "x-shopify-topic": "app/uninstalled",
    "x-shopify-shop-domain": "calibr-demo.myshopify.com",
    "x-shopify-webhook-id": "forged",
  });

  it("with no, a foreign or somebody else's signature answers 401 and uninstalls nothing", async () => {
    const foreign = createHmac("sha256", "another secret").update(body).digest("base64");
    const ofOther = createHmac("sha256", APP_IDENTITY.shopify.apiSecret)
      .update("{}")
      .digest("base64");
    for (const address of pathsOf("webhook")) {
      for (const signature of ["", "not base64 at all", foreign, ofOther]) {
        const answer = await ask(address, { method: "POST", body, headers: headers(signature) });
        expect([address, answer.status]).toEqual([address, 401]);
      }
      const unsigned = await ask(address, { method: "POST", body });
      expect([address, unsigned.status]).toEqual([address, 401]);
    }
    expect(await calibr.onlooker.ask("SELECT status FROM shop")).toEqual([{ status: "installed" }]);
    expect(await calibr.onlooker.ask("SELECT 1 FROM inbox WHERE event_id = 'forged'")).toEqual([]);
  });
});

describe("a document", () => {
  it("may be framed by its own shop's Admin alone, and by nobody when it names no shop", async () => {
    const pages = [
      "/auth/login",
      "/auth/session-token",
      "/auth/amazon/callback?result=x",
      "/nowhere",
    ];
    for (const page of pages) {
      const join = page.includes("?") ? "&" : "?";
      expect(await framers(page), page).toBe("frame-ancestors 'none'");
      expect(await framers(`${page}${join}shop=evil.example`), page).toBe("frame-ancestors 'none'");
    }
    expect(await framers(`/auth/session-token?shop=${OTHER_SHOP}`)).toMatch(
      new RegExp(`^frame-ancestors https://${OTHER_SHOP} https://admin.shopify.com`),
    );
  });

  it("answers a frame exit that names no address without falling over", async () => {
    const answer = await ask("/auth/exit-iframe");
    expect(answer.status).toBeLessThan(500);
  });

  async function framers(address: string): Promise<string | undefined> {
    const answer = await ask(address);
    expect(answer.headers.get("content-type"), address).toContain("text/html");
    return answer.headers.get("content-security-policy")?.split(";")[0];
  }
});

describe("another shop", () => {
  let other: Merchant;
  let mine: { item: string; change: string; connection: string; run: string; listing: string };

  beforeAll(async () => {
    const { stack, onlooker } = calibr;
    await stack.control("shopify", "add_shop", { shop: OTHER_SHOP, installed: true });
    other = createMerchant({ appUrl: stack.appUrl, ...APP_IDENTITY.shopify, shop: OTHER_SHOP });
    await other.open("/app");
    const [ids] = await onlooker.ask<typeof mine>(
      `SELECT l.item_id::text AS item, c.change_id::text AS change, l.connection_id::text AS connection,
              l.listing_id::text AS listing,
              (SELECT max(run_id)::text FROM sync_run r WHERE r.shop_id = l.shop_id) AS run
         FROM price_change c JOIN listing l USING (shop_id, listing_id)
        WHERE c.state = 'proposed' AND l.channel = 'amazon' LIMIT 1`,
    );
    if (ids === undefined) throw new Error("the first market check proposed nothing");
    mine = ids;
  });

  it("finds nothing of the first shop on any page", async () => {
    await expect(other.open(`/app/products/${mine.item}`)).rejects.toThrow(/ 404: /);
    await expect(other.open(`/app/changes/${mine.change}`)).rejects.toThrow(/ 404: /);
    await expect(other.open(`/app/syncs/${mine.run}`)).rejects.toThrow(/ 404: /);
    await expect(other.open(`/app/syncs/${mine.run}/csv`)).rejects.toThrow(/ 404: /);
    for (const page of [
      "/app",
      "/app/approvals",
      "/app/products",
      "/app/links",
      "/app/connections",
      "/app/syncs",
      "/app/activity",
    ]) {
      const said = await other.open(page);
      expect(said, page).not.toContain("calibr-demo");
      expect(said, page).not.toContain("A3CALIBRDEMO01");
      expect(said, page).not.toContain(`/app/changes/${mine.change}"`);
    }
  });

  it("moves nothing of the first shop by any action", async () => {
    const before = await everything();
    const tries: readonly [string, Record<string, string>][] = [
      ...["approve", "reject", "undo"].flatMap((intent): [string, Record<string, string>][] =>
        [
          "/app/approvals",
          "/app/activity",
          `/app/changes/${mine.change}`,
          `/app/products/${mine.item}`,
        ].map((page) => [page, { intent, id: mine.change }]),
      ),
      ...["import", "sweep", "disconnect", "delete_data"].map(
        (intent): [string, Record<string, string>] => [
          "/app/connections",
          { intent, connectionId: mine.connection },
        ],
      ),
      [
        `/app/products/${mine.item}`,
        { intent: "item_money", cost: "1", floor: "", ceiling: "", map: "" },
      ],
      ["/app/links", { intent: "none", listingId: mine.listing }],
    ];
    for (const [page, fields] of tries) {
      const said = await submitted(page, fields);
      expect([page, fields["intent"], said]).toEqual([
        page,
        fields["intent"],
        expect.stringMatching(/not_found|link_review_gone/),
      ]);
    }
    await submitted("/app/approvals", { intent: "approve", all: "yes" });
    expect(await everything()).toEqual(before);
  });

  async function submitted(page: string, fields: Record<string, string>): Promise<string> {
    // A refusal has an error status and says why.
    return other.submit(page, fields).catch((cause: unknown) => String(cause));
  }

  function everything(): Promise<unknown[]> {
    return calibr.onlooker.ask(
      `SELECT (SELECT count(*) FROM price_change WHERE state <> 'proposed' AND state <> 'superseded') AS moved,
              (SELECT string_agg(connection.status || coalesce(import_due_at::text, ''), ',' ORDER BY connection_id)
                 FROM connection JOIN shop USING (shop_id) WHERE domain LIKE 'calibr-demo%') AS connections,
              (SELECT cost_minor FROM item WHERE item_id = ${mine.item}) AS cost`,
    );
  }
});

describe("the web process's log", () => {
  it("has each request and not one token of any", () => {
    const log = calibr.webLog();
    expect(log).toContain('"event":"request"');
    expect(log).toContain("id_token=[redacted]");
    // A JSON Web Token begins with {" in base64url; a code, an access or refresh token has Shopify's or Amazon's prefix.
    expect(log).not.toMatch(/eyJ[\w-]{10,}\.|shp[a-z]{2}_|Atz[ar]\||spapi_oauth_code=(?!\[)/);
    expect(log).not.toMatch(/id_token=(?!\[redacted\])|hmac=(?!\[redacted\])/);
  });
});

/** A session token's claims for the demo shop, signed by the app's own secret unless told otherwise. */
function sign(
  change: Record<string, unknown>,
  secret: string = APP_IDENTITY.shopify.apiSecret,
): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: "https://calibr-demo.myshopify.com/admin",
    dest: "https://calibr-demo.myshopify.com",
    aud: APP_IDENTITY.shopify.apiKey,
    sub: "42",
    exp: now + 60,
    nbf: now - 5,
    iat: now - 5,
    jti: "e2e",
    sid: "e2e",
    ...change,
  };
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const body = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
}

function forgedToken(): string {
  return sign({}, "not the app's secret");
}
