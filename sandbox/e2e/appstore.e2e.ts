/** A seller who begins in Amazon's Appstore, and who in the end wants everything deleted; by plain HTTP. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "../stack/wait.ts";
import { startCalibr } from "./harness/calibr.ts";
import type { Calibr } from "./harness/calibr.ts";

const SHOP = "calibr-demo";
const WORK_MS = 60_000;

let calibr: Calibr;
beforeAll(async () => {
  calibr = await startCalibr({ name: "appstore", hasBrowser: false });
  await calibr.stack.merchant.open("/app");
});
afterAll(() => calibr.close());

/** A page of Amazon's, as the browser of a seller meets it. */
function atAmazon(address: URL, form?: Record<string, string>): Promise<Response> {
  const { origin } = calibr.stack.world;
  return fetch(`${origin}${address.pathname}${address.search}`, {
    method: form === undefined ? "GET" : "POST",
    redirect: "manual",
    headers: { "x-sandbox-host": address.host },
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
  });
}

async function locationOf(answer: Promise<Response>): Promise<URL> {
  const { status, headers } = await answer;
  const location = headers.get("location");
  if (location === null) throw new Error(`no redirect but ${String(status)}`);
  return new URL(location);
}

const connection = async () =>
  (
    await calibr.onlooker.ask<{ status: string; token: string | null; erasing: Date | null }>(
      "SELECT status, token_sealed AS token, erase_asked_at AS erasing FROM connection WHERE channel = 'amazon'",
    )
  )[0] ?? null;

/** From the Appstore's button to our Login URI. */
async function beginAtAmazon(): Promise<URL> {
  const page = await calibr.stack.control<{ url: string }>("amazon", "appstore", {});
  return locationOf(atAmazon(new URL(page.url), { user: "primary", decision: "approve" }));
}

/** The way into the store's admin that the page at the Login URI gives for a store. */
async function ticketFor(login: URL, shop: string): Promise<string> {
  login.searchParams.set("shop", shop);
  const html = await (await fetch(login, { headers: { accept: "text/html" } })).text();
  const link = /https:\/\/admin\.shopify\.com\/store\/[^"]+/
    .exec(html)?.[0]
    .replaceAll("&amp;", "&");
  return link === undefined ? "" : (new URL(link).searchParams.get("ticket") ?? "");
}

describe("a seller from Amazon's Appstore", () => {
  it("is asked for the store first, and sent to no address but Amazon's", async () => {
    const login = await beginAtAmazon();
    expect(login.pathname).toBe("/auth/amazon/login");
    const page = await fetch(login, { headers: { accept: "text/html" } });
    expect(await page.text()).toContain("Which Shopify store is this for?");
    expect(page.headers.get("referrer-policy")).toContain("no-referrer");

    login.searchParams.set("amazon_callback_uri", "https://evil.example/apps/authorize/confirm/x");
    const refused = await (await fetch(login, { headers: { accept: "text/html" } })).text();

    expect(refused).toContain("does not come from Amazon");
    expect(await ticketFor(login, SHOP)).toBe("");
  });

  it("is connected after somebody of the store said yes, once", async () => {
    const ticket = await ticketFor(await beginAtAmazon(), `${SHOP}.myshopify.com`);
    const { merchant } = calibr.stack;
    const page = await merchant.open(`/app/amazon?ticket=${encodeURIComponent(ticket)}`);
    expect(page).toContain("Yes, continue to Amazon");
    const yes = await merchant.submit("/app/amazon", { ticket });
    const callback = /https:\/\/[^"\\\s]+\/apps\/authorize\/confirm[^"\\\s]*/.exec(yes)?.[0];
    if (callback === undefined) throw new Error(`no way back to Amazon: ${yes.slice(0, 300)}`);

    const back = await locationOf(atAmazon(new URL(callback)));
    expect((await fetch(back, { headers: { accept: "text/html" } })).ok).toBe(true);

    await waitFor(
      "the seller to be connected and heard",
      async () => {
        const rows = await calibr.onlooker.ask(
          "SELECT 1 FROM connection WHERE channel = 'amazon' AND status = 'connected' AND notifications = 'subscribed'",
        );
        return rows.length > 0 ? true : null;
      },
      { timeoutMs: WORK_MS },
    );
    await expect(merchant.submit("/app/amazon", { ticket })).rejects.toThrow("ticket_ended");
  });

  it("is forgotten in every table but the ledger when the store asks for it", async () => {
    const [row] = await calibr.onlooker.ask<{ id: string }>(
      "SELECT connection_id AS id FROM connection WHERE channel = 'amazon'",
    );
    await waitFor(
      "something to delete",
      async () => {
        const some = await calibr.onlooker.ask(
          "SELECT 1 FROM listing WHERE channel = 'amazon' LIMIT 1",
        );
        return some.length > 0 ? true : null;
      },
      { timeoutMs: WORK_MS },
    );

    await calibr.stack.merchant.submit("/app/connections", {
      intent: "delete_data",
      connectionId: row?.id ?? "",
    });

    await waitFor(
      "everything to be deleted",
      async () => {
        const now = await connection();
        return now?.erasing === null && now.token === null ? true : null;
      },
      { timeoutMs: WORK_MS },
    );
    // Shopify's own row stands under no marketplace.
    const gone = {
      offer_current: "true",
      connection_marketplace: "marketplace_id <> ''",
      asin_watch: "true",
    };
    for (const [table, ofAmazon] of Object.entries(gone)) {
      const left = await calibr.onlooker.ask(`SELECT * FROM ${table} WHERE ${ofAmazon} LIMIT 1`);
      expect([table, left]).toEqual([table, []]);
    }
    expect(
      await calibr.onlooker.ask(
        "SELECT 1 FROM listing WHERE channel = 'amazon' AND title <> '' LIMIT 1",
      ),
    ).toEqual([]);
  });
});
