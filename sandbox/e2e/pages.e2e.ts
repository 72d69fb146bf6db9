/** Every page in every state, on a phone, by keyboard, with wrong input and without a database. */
import { readFileSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AdminPage } from "./harness/admin-page.ts";
import { startCalibr } from "./harness/calibr.ts";
import type { Calibr } from "./harness/calibr.ts";
import { embeddedPages } from "./harness/embedded-pages.ts";
import type { EmbeddedPages } from "./harness/embedded-pages.ts";
import { picturesOfFailures } from "./harness/failure-picture.ts";
import { dollars } from "./harness/outside.ts";
import { proposeBy } from "./harness/proposals.ts";
import { readWebVitals } from "./harness/web-vitals.ts";

const PAGES = [
  "/app",
  "/app/approvals",
  "/app/products",
  "/app/links",
  "/app/connections",
  "/app/syncs",
  "/app/activity",
];

let calibr: Calibr;
let admin: AdminPage;
let pages: EmbeddedPages;

beforeAll(async () => {
  calibr = await startCalibr({ name: "pages" });
  admin = await calibr.window();
  pages = embeddedPages(admin, calibr);
});
afterAll(() => calibr.close());
picturesOfFailures(() => admin);

describe("before Amazon is connected", () => {
  it.each([
    ["/app", "Set up Calibr"],
    ["/app/approvals", "Nothing waits for you"],
    ["/app/connections", "Connect Amazon"],
    ["/app/syncs", "Sync history"],
    ["/app/activity", "Nothing has happened yet"],
  ])("%s says what is missing and what comes next", async (path, heading) => {
    await pages.open(path);
    await pages.heading(heading).waitFor();
    admin.problems.check();
  });
});

describe("with a catalogue and proposals", () => {
  beforeAll(() => calibr.link());

  it("every page opens by itself and by the navigation, without a problem", async () => {
    for (const path of PAGES) await pages.open(path);
    for (const name of ["Approvals", "Products", "Connections", "Activity"]) {
      await admin.navLink(name).click();
      await pages.heading(name).waitFor();
    }
    await admin.app.locator("a[href^='/app/changes/']").first().click();
    await pages.text("Receipt is whole").waitFor();
    await admin.app.getByRole("link", { name: "Open the product" }).click();
    await pages.heading("Cost and limits").waitFor();
    admin.problems.check();
  });

  it("paints early and stands still", async () => {
    for (const path of ["/app", "/app/approvals"]) {
      await pages.open(path);
      const { lcpMs, cls } = await readWebVitals(await admin.ready());
      process.stdout.write(`  ${path}: LCP ${String(lcpMs)} ms, CLS ${String(cls)}\n`);
      expect(lcpMs).toBeGreaterThan(0);
      expect(cls).toBeLessThan(0.1);
    }
  });

  it("no page scrolls sideways on a phone", async () => {
    const phone = await calibr.window({ width: 390, height: 844 });
    const [item] = await calibr.onlooker.ask<{ item: string; change: string }>(
      "SELECT item_id::text AS item, change_id::text AS change FROM price_change JOIN listing USING (shop_id, listing_id) LIMIT 1",
    );
    const run = await importRun();
    const all = [
      ...PAGES,
      `/app/syncs/${run}`,
      `/app/products/${item?.item}`,
      `/app/changes/${item?.change}`,
    ];
    for (const path of all) {
      await phone.openApp(path);
      const frame = await phone.ready();
      const widths = await frame.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      expect(widths[0], `${path} is wider than the phone`).toBeLessThanOrEqual(widths[1] ?? 0);
    }
    phone.problems.check();
    await phone.close();
  });

  it("a new proposal appears by itself", async () => {
    const [{ subject, amazon }] = (await proposeBy(calibr, 1)) as [
      Awaited<ReturnType<typeof proposeBy>>[number],
    ];
    await pages.open(`/app/approvals?channel=amazon&q=${subject.sku}`);
    await pages.text(dollars(amazon.newMinor)).waitFor();
    const [next] = await proposeBy({ ...calibr, sharePercent: 98 }, 1);
    await pages
      .text(`Matches the featured offer at ${dollars(next?.amazon.newMinor ?? 0)}.`)
      .waitFor();
    admin.problems.check();
  });

  it("prices are approved and rejected by keys alone", async () => {
    await pages.open("/app/approvals?channel=shopify");
    await pages.heading("Approvals").click();
    const press = (keys: string) => admin.page.keyboard.press(keys);
    for (const key of ["j", "j", "k", "a"]) await press(key);
    await admin.toast("1 price approved").waitFor();
    for (const key of ["j", "r"]) await press(key);
    await admin.toast("1 price rejected").waitFor();
    admin.problems.check();
  });
});

/** The Amazon import, which found every listing to be new. */
async function importRun(): Promise<string> {
  const [row] = await calibr.onlooker.ask<{ run: string }>(
    `SELECT run_id::text AS run FROM sync_run JOIN connection USING (shop_id, connection_id)
      WHERE channel = 'amazon' AND kind = 'import' ORDER BY run_id LIMIT 1`,
  );
  return row?.run ?? "0";
}

describe("the history of syncs", () => {
  it("is a click away from Connections, filters by kind, and leads to a run with its differences", async () => {
    await pages.open("/app/connections");
    await pages.heading("Latest syncs").waitFor();
    await admin.app.getByRole("link", { name: "Sync history" }).first().click();
    await pages.heading("Sync history").waitFor();
    await admin.app.getByRole("link", { name: "Import", exact: true }).click();
    await pages.untilPath(/kind=import/);
    await admin.app.getByRole("link", { name: "Amazon import" }).last().click();
    await pages.untilPath(/\/app\/syncs\/\d+$/);
    await pages.heading("Differences").waitFor();
    await admin.app.getByRole("row", { name: /New/ }).first().waitFor();
    await pages.text(/^50 of \d+ differences$/).waitFor();
    await admin.app.getByRole("link", { name: "Next" }).click();
    await admin.app.getByRole("link", { name: "Back to the first" }).waitFor();
    admin.problems.check();
  });

  it("gives the differences of a run as a file", async () => {
    await pages.open(`/app/syncs/${await importRun()}`);
    const [download] = await Promise.all([
      admin.page.waitForEvent("download"),
      pages.button("Download CSV").click(),
    ]);
    const text = readFileSync(await download.path(), "utf8");
    const [head, ...lines] = text.trim().split("\r\n");
    expect(head).toBe("Country store,SKU,Title,What,Fact,Before,Now");
    expect(lines.length).toBeGreaterThan(200);
    expect(lines.every((line) => line.startsWith("United States,"))).toBe(true);
    admin.problems.check();
  });
});

describe("what Amazon says of products", () => {
  it("filters those that lost the featured offer, and shows who holds it", async () => {
    await pages.open("/app/products");
    await admin.app.getByRole("link", { name: "Featured offer lost" }).click();
    await pages.untilPath(/filter=box_lost/);
    await pages.text(/^Featured offer lost /).waitFor();
    await admin.app.locator("a[data-primary-link]").first().click();
    await pages.heading("Market United States").waitFor();
    await admin.app
      .getByRole("row", { name: /featured/ })
      .first()
      .waitFor();
    await admin.app.getByRole("row", { name: /^You/ }).waitFor();
    await pages.heading("Who was featured").waitFor();
    await pages.text("Sales rank").waitFor();
    admin.problems.check();
  });

  it.each([
    ["Suppressed", "Amazon holds nothing against your listings."],
    ["Silent", "Calibr knows of no silent ASIN."],
  ])("filters by %s, and says so when nothing is", async (name, none) => {
    await pages.open("/app/products");
    await admin.app.getByRole("link", { name, exact: true }).click();
    await pages.text(none).waitFor();
    await admin.app.getByRole("link", { name: "Show all products" }).click();
    await pages.text(/of [\d,]+ items$/).waitFor();
    admin.problems.check();
  });
});

describe("the form of a product", () => {
  beforeAll(() => pages.openProduct("ODD-EMOJI-☕-📓"));

  it.each([
    ["zero", { Floor: "0" }, "Floor", "Enter an amount above zero."],
    ["a negative amount", { Floor: "-1" }, "Floor", "Enter an amount"],
    ["words", { Floor: "cheap" }, "Floor", "Enter an amount such as 19.99."],
    ["too many decimals", { Floor: "19.999" }, "Floor", "This currency has fewer decimals."],
    [
      "a floor above the ceiling",
      { Floor: "30", Ceiling: "20" },
      "Floor",
      "The floor must not be above the ceiling.",
    ],
    ["a cost of nothing", { "Cost per unit": "0" }, "Cost per unit", "Enter an amount above zero."],
  ])(
    "says next to the field what is wrong with %s, and saves nothing",
    async (_what, fields, field, words) => {
      for (const [label, value] of Object.entries(fields))
        await admin.app.getByLabel(label).fill(value);
      await admin.saveBar.getByRole("button", { name: "Save" }).click();
      await pages.text(words).waitFor();
      expect(await describedBy(field)).toContain(words);
      expect(await admin.saveBar.isVisible()).toBe(true);
      await admin.saveBar.getByRole("button", { name: "Discard" }).click();
      await admin.page.getByRole("button", { name: "Discard changes" }).click();
      await admin.saveBar.waitFor({ state: "hidden" });
      admin.problems.check([/^answer: 422 /]);
      const typed = await calibr.onlooker.ask(
        "SELECT 1 FROM item WHERE floor_minor IS NOT NULL OR ceiling_minor IS NOT NULL",
      );
      expect(typed).toEqual([]);
    },
  );

  it("holds a person back who leaves with unsaved values", async () => {
    await admin.app.getByLabel("Floor").fill("21");
    await admin.navLink("Products").click();
    await admin.page.getByRole("button", { name: "Stay" }).click();
    expect(await admin.app.getByLabel("Floor").inputValue()).toBe("21");
    await admin.navLink("Products").click();
    await admin.page.getByRole("button", { name: "Leave page" }).click();
    await pages.heading("Products").waitFor();
  });

  /** What a screen reader adds to the field's name. */
  function describedBy(label: string): Promise<string> {
    return admin.app.getByLabel(label).evaluate((field) =>
      (field.getAttribute("aria-describedby") ?? "")
        .split(" ")
        .map((id) => document.getElementById(id)?.textContent ?? "")
        .join(" "),
    );
  }
});

describe("a page that cannot be shown", () => {
  it.each(["/app/products/999999", "/app/products/words", "/app/changes/999999", "/app/nowhere"])(
    "%s says inside the frame that there is nothing",
    async (path) => {
      const lost = await calibr.window();
      await lost.openApp(path);
      await lost.app.getByRole("heading", { name: "Nothing here" }).waitFor();
      await lost.navLink("Products").click();
      await lost.app.getByRole("heading", { name: "Products", exact: true }).waitFor();
      lost.problems.check([/^answer: 404 /]);
      await lost.close();
    },
  );

  it("for want of the database shows a code and a support id that the log knows, and comes back", async () => {
    await pages.open("/app/products");
    const allow = await refuseConnections(calibr.database.ownerUrl);
    await admin.navLink("Activity").click();
    const said = await admin.app.getByText(/Code: \w+ · Support id: \w{8}/).innerText();
    await pages.heading("Something went wrong on our side").waitFor();
    const supportId = /Support id: (\w{8})/.exec(said)?.[1] ?? "none";
    expect(calibr.webLog()).toContain(`"supportId":"${supportId}"`);

    await allow();
    await admin.app.getByRole("button", { name: "Try again" }).click();
    await pages.heading("Activity").waitFor({ timeout: 20_000 });
  });
});

/** Ends every connection of the web process and lets nobody in. @returns what opens the door again. */
async function refuseConnections(ownerUrl: string): Promise<() => Promise<void>> {
  const name = new URL(ownerUrl).pathname.slice(1);
  const elsewhere = new URL(ownerUrl);
  elsewhere.pathname = "/postgres";
  const client = new pg.Client({ connectionString: elsewhere.href });
  await client.connect();
  await client.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
  await client.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'calibr_web'",
  );
  return async () => {
    await client.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
    await client.end();
  };
}
