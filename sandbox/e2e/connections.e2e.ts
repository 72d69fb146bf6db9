/** The Connections page by clicks: from an empty store to "Amazon is ready", what can go wrong, and the end of it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "../stack/wait.ts";
import type { AdminPage } from "./harness/admin-page.ts";
import { startCalibr, widenQuotas } from "./harness/calibr.ts";
import type { Calibr } from "./harness/calibr.ts";
import { embeddedPages } from "./harness/embedded-pages.ts";
import type { EmbeddedPages } from "./harness/embedded-pages.ts";
import { picturesOfFailures } from "./harness/failure-picture.ts";

const READY_MS = 5 * 60_000;
const WORK_MS = 60_000;
const EU_SELLER = "A9CALIBREUROPE";
// Sold on Amazon only as a pack, under a SKU and a barcode that the store does not know.
const PACK = {
  sku: "AMZ-3PK-SHEETS",
  title: "Copperline Juniper Baking Sheet, Half / Gold (Pack of 3)",
  brand: "Copperline",
  barcode: "9520000900011",
  priceMinor: 7_899,
};

// The answer to a form that is filled in wrong.
const WRONG_UNITS = /^answer: 422 .*\/app\/links\.data$/;

let calibr: Calibr;
let admin: AdminPage;
let pages: EmbeddedPages;

beforeAll(async () => {
  calibr = await startCalibr({ name: "connections" });
  admin = await calibr.window();
  pages = embeddedPages(admin, calibr);
  await widenQuotas(calibr.stack);
  await calibr.stack.control("amazon", "seed-listing", PACK);
});
afterAll(() => calibr.close());
picturesOfFailures(() => admin);

/** Clicks on the way to Amazon and answers its consent page. */
async function answerConsent(button: string, answer: "Confirm authorization" | "Cancel") {
  const [tab] = await Promise.all([
    admin.page.context().waitForEvent("page"),
    pages.button(button).first().click(),
  ]);
  await tab.waitForURL("https://*/apps/authorize/consent**");
  const address = new URL(tab.url());
  await tab.getByRole("button", { name: answer }).click();
  const heading =
    answer === "Cancel" ? "Authorization cancelled" : "Thank you, permission received";
  await tab.getByRole("heading", { name: heading }).waitFor();
  await tab.close();
  return address;
}

const number = async (text: string): Promise<string> => {
  const [row] = await calibr.onlooker.ask<{ n: string }>(text);
  return row?.n ?? "";
};

describe("a permission that does not come", () => {
  it("is waited for with the way back, when the seller says no", async () => {
    await pages.open("/app/connections");
    await pages.heading("Connect Amazon").waitFor();
    await answerConsent("Continue to Seller Central", "Cancel");

    await pages.text("Waiting for your yes in Seller Central").waitFor();
    await pages.text("Said no, or closed the tab?").waitFor();
    await pages.button("Open Seller Central again").waitFor();
    admin.problems.check();
  });

  it("is said to have come too late, when Amazon no longer takes its code", async () => {
    const address = await answerConsent("Open Seller Central again", "Cancel");
    const callback = new URL("/auth/amazon/callback", calibr.stack.appUrl);
    callback.searchParams.set("state", address.searchParams.get("state") ?? "");
    callback.searchParams.set("selling_partner_id", "A3CALIBRDEMO01");
    callback.searchParams.set("spapi_oauth_code", "ANmuchTooOldCode");
    expect((await fetch(callback, { headers: { accept: "text/html" } })).status).toBe(200);

    await pages.text("Amazon did not accept the connection").waitFor({ timeout: WORK_MS });
    await pages.button("Continue to Seller Central").waitFor();
    admin.problems.check();
  });
});

describe("the wizard", () => {
  it("leads from an empty store to a read account in under five minutes, counting what is there", async () => {
    const startedMs = performance.now();
    await calibr.stack.control("amazon", "hold", {
      point: "before",
      operation: "searchListingsItems",
    });
    await answerConsent("Continue to Seller Central", "Confirm authorization");
    await pages.heading("Reading your Amazon account").waitFor({ timeout: WORK_MS });
    await pages.text("You may leave this page").waitFor();
    await pages.text(/^\d+ of \d+ listings looked up/).waitFor({ timeout: WORK_MS });
    await calibr.stack.control("amazon", "release");

    await pages.heading("Amazon is ready").waitFor({ timeout: READY_MS });
    const listings = await number(
      "SELECT count(*)::text AS n FROM listing WHERE channel = 'amazon' AND status <> 'deleted'",
    );
    const asins = await number(
      "SELECT count(DISTINCT parent_id)::text AS n FROM listing WHERE channel = 'amazon' AND status = 'active'",
    );
    await pages.text(new RegExp(`^${listings} of ${listings} listings looked up`)).waitFor();
    await pages.text(`of ${asins} ASINs seen`).waitFor();
    await admin.app.getByRole("link", { name: "See what is linked" }).waitFor();
    expect(performance.now() - startedMs).toBeLessThan(READY_MS);
    admin.problems.check();
  });

  it("leads on to what only a person can link, and takes a pack for what it holds", async () => {
    await admin.app.getByRole("link", { name: "Check 1 link" }).click();
    await pages.heading(PACK.title).waitFor();
    await pages.text("Only the titles are alike").waitFor();
    await admin.app.getByLabel("Units in one sale").first().fill("0");
    await pages.button("Same product").first().click();
    await pages.text("Enter a whole number from 1 to 1,000.").waitFor();
    await admin.app.getByLabel("Units in one sale").first().fill("3");
    await pages.button("Same product").first().click();
    await admin.toast("Linked").waitFor();
    await pages.heading("No link waits for you").waitFor();

    await pages.openProduct(PACK.sku);
    await pages.heading(`Amazon United States, ${PACK.sku}`).waitFor();
    await pages.text("A person, 3 units a sale").waitFor();
    admin.problems.check([WRONG_UNITS]);
  });

  it("is followed by the account with its stores, its permission and how its market is heard", async () => {
    await pages.open("/app/connections");
    await pages.text("A3CALIBRDEMO01").waitFor();
    await pages.text(/^36[45] days left$/).waitFor();
    await admin.app.getByRole("row", { name: /United States.*USD.*Selling/ }).waitFor();
    await pages.heading("How the market is heard").waitFor();
    await pages.text(/is found within \d+ minutes/).waitFor();
    await pages.text(/^None of \d+ ASINs$/).waitFor();
    await admin.app.getByText(/kinds of news arrive as they happen/).click();
    await admin.app.getByRole("row", { name: /Offers of others.*As it happens/ }).waitFor();
    await admin.app.getByText("Amazon’s limits").click();
    await admin.app.getByRole("row", { name: /Market checks \d/ }).waitFor();
    admin.problems.check([WRONG_UNITS]);
  });

  it("adds a second seller in another region, and names the role that its news lacks", async () => {
    await calibr.stack.control("amazon", "add-seller", {
      sellerId: EU_SELLER,
      marketplaceIds: ["A1PA6795UKMFR9"],
      storeName: "Calibr Europe",
    });
    await calibr.stack.control("amazon", "fault", {
      operation: "createSubscription",
      kind: "role-missing",
      times: 1,
    });
    await pages.button("Connect another Amazon account or region").click();
    await admin.app.getByLabel("Your Amazon store").selectOption({ label: "Germany (amazon.de)" });
    await answerConsent("Continue to Seller Central", "Confirm authorization");

    await pages.text(EU_SELLER).waitFor({ timeout: WORK_MS });
    await admin.app
      .getByRole("row", { name: /Germany.*EUR.*Selling/ })
      .waitFor({ timeout: WORK_MS });
    await pages.text("lacks the role “Pricing”").waitFor({ timeout: WORK_MS });
    expect(await admin.app.getByRole("heading", { name: "Amazon", exact: true }).count()).toBe(2);
  });
});

describe("the end of a permission", () => {
  it("is said with what to do, when the seller has taken it back", async () => {
    await untilIdle(EU_SELLER);
    await calibr.stack.control("amazon", "revoke", { sellerId: EU_SELLER });
    const connectionId = await number(
      `SELECT connection_id::text AS n FROM connection WHERE account_id = '${EU_SELLER}'`,
    );
    // Whatever asks Amazon next finds out; something else may have been quicker.
    await calibr.stack.merchant
      .submit("/app/connections", { intent: "import", connectionId })
      .catch((cause: unknown) => expect(String(cause)).toContain("not_connected"));
    await pages.open("/app/connections");

    await pages.text("Amazon access has ended").waitFor({ timeout: WORK_MS });
    await card(EU_SELLER).getByRole("button", { name: "Reconnect" }).waitFor();
    expect(await card(EU_SELLER).getByRole("button", { name: "Import now" }).count()).toBe(0);
  });

  it("deletes what was read only after a typed word, and says what goes and what stays", async () => {
    await pages.open("/app/connections");
    await card(EU_SELLER).getByRole("button", { name: "Delete Amazon data" }).click();
    const dialog = admin.app.getByRole("dialog", { name: "Delete Amazon data?" });
    await dialog.getByRole("button", { name: "Cancel" }).waitFor();
    await pages.text("Receipts of price changes, without the prices of rivals").waitFor();
    const confirm = dialog.getByRole("button", { name: "Delete Amazon data" });
    expect(await confirm.isDisabled()).toBe(true);

    await admin.app.getByLabel("Type “delete” to go on").fill("delete");
    await expect.poll(() => confirm.isEnabled()).toBe(true);
    await confirm.click();

    await admin.toast("Amazon data is being deleted").waitFor();
    await waitFor(
      "everything of the seller to be deleted",
      async () => ((await leftOf(EU_SELLER)) === "0" ? true : null),
      { timeoutMs: WORK_MS },
    );
    expect(await leftOf("A3CALIBRDEMO01")).not.toBe("0");
  });
});

const card = (seller: string) =>
  admin.app.locator(".Polaris-ShadowBevel").filter({ hasText: seller }).first();

const leftOf = (seller: string): Promise<string> =>
  number(
    `SELECT count(*)::text AS n FROM connection_marketplace JOIN connection USING (shop_id, connection_id)
      WHERE account_id = '${seller}'`,
  );

/** Waits until the import of a seller is over, so that what comes next is what is looked for. */
function untilIdle(seller: string): Promise<true> {
  return waitFor(
    `the import of ${seller} to end`,
    async () => {
      const running = await number(
        `SELECT count(*)::text AS n FROM connection LEFT JOIN sync_run r USING (shop_id, connection_id)
          WHERE account_id = '${seller}' AND (imported_at IS NULL OR (r.kind = 'import' AND r.state = 'running'))`,
      );
      return running === "0" ? true : null;
    },
    { timeoutMs: WORK_MS },
  );
}
