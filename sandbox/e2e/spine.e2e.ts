/** The main job by a newcomer's clicks alone: from an empty app to prices live on both channels, and back. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "../stack/wait.ts";
import type { AdminPage } from "./harness/admin-page.ts";
import { ADMIN_ORIGIN } from "./harness/admin-page.ts";
import { startCalibr, widenQuotas } from "./harness/calibr.ts";
import type { Calibr } from "./harness/calibr.ts";
import { picturesOfFailures } from "./harness/failure-picture.ts";
import { dollars, shownOutside } from "./harness/outside.ts";
import { collectProblems } from "./harness/page-problems.ts";
import { proposeBy } from "./harness/proposals.ts";
import type { Proposed } from "./harness/proposals.ts";

const IMPORT_MS = 60_000;
const LIVE_MS = 30_000;

describe("the main job, by clicks", () => {
  let calibr: Calibr;
  let admin: AdminPage;
  let proposed: Proposed;

  beforeAll(async () => {
    calibr = await startCalibr({ name: "spine" });
    await widenQuotas(calibr.stack);
    admin = await calibr.window();
  });
  afterAll(() => calibr.close());
  picturesOfFailures(() => admin);

  it("leads somebody who has just arrived to the first step", async () => {
    await admin.page.goto(`${ADMIN_ORIGIN}/store/calibr-demo`);
    await admin.page
      .locator("#side-nav")
      .getByRole("link", { name: "Calibr", exact: true })
      .click();
    await admin.ready();

    await heading("Set up Calibr").waitFor();
    await text("0 of 4 done").waitFor();
    await text("No price has changed yet").waitFor();
    await admin.app.getByRole("link", { name: "Connect Amazon" }).click();
    await heading("Connect Amazon").waitFor();
    await expectPath(/^\/app\/connections$/);
    admin.problems.check();
  });

  it("connects Amazon by its consent page, in a tab of its own", async () => {
    const [tab] = await Promise.all([
      admin.page.context().waitForEvent("page"),
      button("Continue to Seller Central").click(),
    ]);
    const problems = collectProblems(tab);
    await tab.waitForURL("https://sellercentral.amazon.com/apps/authorize/consent**");
    await text("Waiting for your yes in Seller Central").waitFor();
    await tab.getByRole("button", { name: "Confirm authorization" }).click();
    await tab.getByRole("heading", { name: "Thank you, permission received" }).waitFor();
    await tab.getByText("You can close this tab.").waitFor();
    expect(tab.url()).not.toContain("spapi_oauth_code");
    problems.check();
    await tab.close();
  });

  it("counts the import as it runs, and then shows the account", async () => {
    await whileImporting(() => text(/^\d+ of \d+ listings looked up/).waitFor());
    await heading("Amazon is ready").waitFor({ timeout: IMPORT_MS });
    await text("A3CALIBRDEMO01").waitFor();
    await text("United States", "exact").waitFor();
    await text(/^36[45] days left$/).waitFor();
    await heading("How the market is heard").waitFor();

    const [rows] = await calibr.onlooker.ask<{ amazon: string; shopify: string }>(
      `SELECT to_char(count(*) FILTER (WHERE channel = 'amazon'), 'FM9,999') AS amazon,
              to_char(count(*) FILTER (WHERE channel = 'shopify'), 'FM9,999') AS shopify FROM listing`,
    );
    await admin.app.getByRole("link", { name: "Sync history" }).first().click();
    await heading("Sync history").waitFor();
    await text(`${rows?.amazon} seen, ${rows?.amazon} new, ${rows?.amazon} linked`).waitFor();
    await text(`${rows?.shopify} seen, ${rows?.shopify} new`).waitFor();
    admin.problems.check();
  });

  it("shows what a rival's move asks for: old price, new price, limits and reason", async () => {
    const found = await proposeBy(calibr, 1);
    // proposeBy(…, 1) never answers with none.
    proposed = found[0] as Proposed;
    const { amazon, shopify } = proposed;

    await admin.navLink("Approvals").click();
    await heading("Approvals").waitFor();
    await admin.app.getByPlaceholder("Search product, SKU or ASIN").fill(proposed.subject.sku);
    await admin.page.keyboard.press("Enter");
    await text("2 of 2 waiting prices").waitFor();

    for (const change of [amazon, shopify]) {
      const said = await row(change.channel).innerText();
      expect(said).toContain(dollars(change.oldMinor));
      expect(said).toContain(dollars(change.newMinor));
      expect(said).toContain(dollars(change.floorMinor));
    }
    await text(`Matches the featured offer at ${dollars(amazon.newMinor)}.`).waitFor();
    await text(`Follows your Amazon price of ${dollars(amazon.newMinor)}.`).waitFor();
    admin.problems.check();
  });

  it("approves several at once after asking, and shows them until they are live", async () => {
    await admin.app.getByRole("checkbox", { name: "Select all prices" }).last().check();
    await text("2 selected").first().waitFor();
    await button("Approve").first().click();
    await admin.app.getByRole("dialog", { name: "Approve 2 prices?" }).waitFor();
    await text(/0 up, 2 down; all prices together −\$/).waitFor();
    await button("Approve 2 prices").click();
    await admin.toast("2 prices approved").waitFor();
    await text("No waiting price fits").waitFor();

    await openLiveSteps();
    const live = admin.app.getByRole("row").filter({ hasText: "Seen on the channel." });
    await live.nth(1).waitFor({ timeout: LIVE_MS });
    const { amazon, shopify, subject } = proposed;
    expect(await shownOutside(calibr.stack, subject)).toEqual({
      amazon: amazon.newMinor,
      shopify: shopify.newMinor,
    });
    admin.problems.check();
  });

  it("keeps a receipt of every step", async () => {
    await admin.app.locator(`a[href="/app/changes/${proposed.amazon.changeId}"]`).first().click();
    await text("Receipt is whole").waitFor();
    const told = await admin.app.locator(".timeline").innerText();
    const steps = ["Waiting", "Approved", "Sending", "Accepted", "Live"];
    expect(steps.filter((step) => !told.includes(step))).toEqual([]);
    admin.problems.check();
  });

  it("shows the new price and its history on the product's page", async () => {
    await admin.app.getByRole("link", { name: "Open the product" }).click();
    await expectPath(/^\/app\/products\/\d+$/);
    await heading("Price history").waitFor();
    const { amazon, shopify } = proposed;
    const history = admin.app.getByRole("table", { name: /Price history/ });
    const lines = await history.innerText();
    expect(lines).toMatch(new RegExp(`Your price, Amazon\\s+\\${dollars(amazon.newMinor)}`));
    expect(lines).toMatch(new RegExp(`Your price, Amazon\\s+\\${dollars(amazon.oldMinor)}`));
    expect(lines).toMatch(new RegExp(`Your price, Shopify\\s+\\${dollars(shopify.newMinor)}`));
    await admin.navLink("Products").click();
    await heading("Products").waitFor();
    await admin.app.getByPlaceholder("Search product, SKU or ASIN").fill(proposed.subject.sku);
    await admin.page.keyboard.press("Enter");
    await text("1 of 1 items").waitFor();
    await admin.app
      .getByRole("row")
      .filter({ hasText: dollars(amazon.newMinor) })
      .waitFor();
    admin.problems.check();
  });

  it("takes prices back from Activity after asking, live again at the old price", async () => {
    await openLiveSteps();
    await admin.app.getByRole("checkbox", { name: "Select all steps" }).last().click();
    await text("2 selected").first().waitFor();
    await button("Undo").first().click();
    await admin.app.getByRole("dialog", { name: "Undo 2 prices?" }).waitFor();
    await button("Undo 2 prices").click();
    await admin.toast("2 prices on the way back").waitFor();
    const { amazon, shopify, subject } = proposed;
    for (const change of [amazon, shopify]) {
      await liveAgain(change).waitFor({ timeout: LIVE_MS });
    }
    expect(await shownOutside(calibr.stack, subject)).toEqual({
      amazon: amazon.oldMinor,
      shopify: shopify.oldMinor,
    });
    admin.problems.check();
  });

  /** The newest steps are those of the first market check; what became live is a filter away. */
  async function openLiveSteps(): Promise<void> {
    await admin.navLink("Activity").click();
    await heading("Activity").waitFor();
    await admin.app.getByRole("link", { name: "Live", exact: true }).click();
    await expectPath(/state=live/);
  }

  /** Stops the import once it has counted something, so that a page that looks now and then must see it. */
  async function whileImporting(look: () => Promise<void>): Promise<void> {
    const { onlooker, stack } = calibr;
    await waitFor(
      "the Amazon import to count",
      async () => {
        const counted = await onlooker.ask(
          `SELECT 1 FROM sync_run JOIN connection USING (shop_id, connection_id)
            WHERE channel = 'amazon' AND kind = 'import' AND (counts ->> 'seen')::int > 0`,
        );
        return counted.length > 0 ? true : null;
      },
      { timeoutMs: IMPORT_MS, everyMs: 20 },
    );
    await stack.control("amazon", "hold", { point: "before", operation: "searchListingsItems" });
    await look();
    await stack.control("amazon", "release");
  }

  const heading = (name: string) => admin.app.getByRole("heading", { name, exact: true });
  const button = (name: string) => admin.app.getByRole("button", { name, exact: true });
  const text = (words: string | RegExp, exact?: "exact") =>
    admin.app.getByText(words, { exact: exact === "exact" }).first();
  const row = (channel: string) =>
    admin.app.getByRole("row").filter({ has: admin.app.locator(`[data-channel="${channel}"]`) });
  /** The step of an undo that was seen on its channel: from the new price to the old one. */
  const liveAgain = (change: { channel: string; oldMinor: number; newMinor: number }) =>
    row(change.channel)
      .filter({ hasText: "Seen on the channel." })
      .filter({ hasText: `from ${dollars(change.newMinor)}→to ${dollars(change.oldMinor)}` });

  async function expectPath(pattern: RegExp): Promise<void> {
    await expect.poll(() => admin.path()).toMatch(pattern);
  }
});

/** Each page opened once the way a person's own browser goes: by the dev proxy, the vendors' hosts absent. */
describe("the pages through the dev proxy", () => {
  let calibr: Calibr;
  beforeAll(async () => {
    calibr = await startCalibr({ name: "spine-proxy", frontage: "proxy" });
  });
  afterAll(() => calibr.close());

  it("open without a problem, one after another", async () => {
    const admin = await calibr.window();
    await admin.page.goto(calibr.stack.adminUrl);
    await admin.openApp();
    await admin.app.getByRole("heading", { name: "Set up Calibr" }).waitFor();
    for (const page of ["Approvals", "Products", "Connections", "Activity"]) {
      await admin.navLink(page).click();
      await admin.app.getByRole("heading", { name: page, exact: true }).waitFor();
    }
    await admin.page.reload();
    await admin.ready();
    await admin.app.getByRole("heading", { name: "Activity", exact: true }).waitFor();
    admin.problems.check();
  });
});
