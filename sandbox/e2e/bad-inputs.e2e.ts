/** What a merchant's data can have wrong: the page says it clearly, and nothing is lost by it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { linkAmazon } from "../spine/link-amazon.ts";
import { waitFor } from "../stack/wait.ts";
import type { AdminPage } from "./harness/admin-page.ts";
import { startCalibr } from "./harness/calibr.ts";
import type { Calibr } from "./harness/calibr.ts";
import { embeddedPages } from "./harness/embedded-pages.ts";
import type { EmbeddedPages } from "./harness/embedded-pages.ts";
import { picturesOfFailures } from "./harness/failure-picture.ts";
import { dollars, shownOutside } from "./harness/outside.ts";
import { proposeBy, proposeFor, untilState } from "./harness/proposals.ts";

const LAMP = "NOCOST-LAMP-WHT";
const ODD_SKUS = ["ODD SPACES A5 RULED", "ODD/SLASH/A5", "ODD-EMOJI-☕-📓", "ODD#HASH&AMP%25?=1"];
const SAVED = "Prices and limits saved";
const NO_COST = "The cost of this item is missing. Without it there is no safe floor.";

let calibr: Calibr;
let admin: AdminPage;
let pages: EmbeddedPages;

beforeAll(async () => {
  calibr = await startCalibr({ name: "bad-inputs" });
  const { control } = calibr.stack;
  await control("amazon", "seed-listing", {
    sku: "XQQ-CUP",
    title: "Cup in an odd currency",
    currency: "XQQ",
  });
  await control("amazon", "seed-listing", {
    sku: "NOASIN-CUP",
    title: "Cup without a page",
    asin: null,
  });
  const { listings } = await control<{ listings: { sku: string; asin: string }[] }>(
    "amazon",
    "listings",
  );
  const { asin } = listings.find(({ sku }) => sku.startsWith("WCN-")) ?? { asin: null };
  // The same page of Amazon's catalogue, offered a second time under a SKU that swallows prices.
  await control("amazon", "seed-listing", {
    sku: "SKU-IGNORED-CUP",
    title: "Cup that stays",
    asin,
    priceMinor: 3_800,
  });
  await calibr.link();
  admin = await calibr.window();
  pages = embeddedPages(admin, calibr);
});
afterAll(() => calibr.close());
picturesOfFailures(() => admin);
afterEach(() => admin.problems.check());

describe("a missing cost", () => {
  it("is flagged in the list, explained on the product and cured by typing one", async () => {
    await pages.open("/app/products?filter=no_cost&q=NOCOST-LAMP");
    await pages.text("2 of 2 items").waitFor();
    await pages.text("No cost").waitFor();
    await pages.openProduct(LAMP);
    await pages.text(NO_COST).waitFor();

    await pages.save({ "Cost per unit": "10.50" }, SAVED);
    await untilHeldForCost(false);
    await pages.openProduct(LAMP);
    await admin.app
      .getByText(/^(Proposed|Held) /)
      .first()
      .waitFor();
    expect(await admin.app.getByText(NO_COST).count()).toBe(0);
  });

  it("that was cleared again holds the price, and the proposal made with it cannot go out", async () => {
    const [proposal] = await proposeFor(calibr, [LAMP]);
    await pages.openProduct(LAMP);
    await pages.save({ "Cost per unit": "" }, SAVED);
    await untilHeldForCost(true);
    await pages.openProduct(LAMP);
    await pages.text(NO_COST).waitFor();
    await calibr.stack.merchant.submit("/app/approvals", {
      intent: "approve",
      id: proposal?.changeId ?? "",
    });
    const outcome = (await calibr.onlooker.changes()).find(
      ({ changeId }) => changeId === proposal?.changeId,
    );
    expect(outcome?.approvedAtMs).toBeNull();
    const shown = await shownOutside(calibr.stack, { sku: LAMP });
    expect(shown.amazon).toBe(proposal?.oldMinor);
    await pages.text("Price history").waitFor();
  });
});

/** Waits until the lamp's last decisions do, or do not, hold for its cost. */
async function untilHeldForCost(isHeld: boolean): Promise<void> {
  await waitFor(
    "the decision that answers the cost",
    async () => {
      const held = await calibr.onlooker.ask(
        `SELECT 1 FROM decision_head JOIN listing USING (shop_id, listing_id)
          WHERE channel = 'amazon' AND sku = $1 AND reason_code = 'cost_missing'`,
        [LAMP],
      );
      return held.length > 0 === isHeld ? true : null;
    },
    { timeoutMs: 15_000 },
  );
}

describe("a blank floor", () => {
  it("is said to be worked out, and shows which floor counts instead", async () => {
    const sku = ODD_SKUS[0] ?? "";
    await pages.openProduct(sku);
    await pages.text("Blank: worked out from cost, fees and margin.").waitFor();
    const workedOut = await floorInUse(sku);
    expect(workedOut).toBeGreaterThan(1_050);

    await pages.save({ Floor: "23.45" }, SAVED);
    expect(await floorInUse(sku, 2_345)).toBe(2_345);
    await pages.openProduct(sku);
    await pages.text("$23.45").waitFor();

    await pages.save({ Floor: "" }, SAVED);
    expect(await floorInUse(sku, workedOut)).toBe(workedOut);
    await pages.openProduct(sku);
    await pages.text(dollars(workedOut)).waitFor();
    expect(await admin.app.getByLabel("Floor").inputValue()).toBe("");
  });

  async function floorInUse(sku: string, expected?: number): Promise<number> {
    return waitFor(
      "the floor of the newest decision",
      async () => {
        const [row] = await calibr.onlooker.ask<{ floor: number | null }>(
          `SELECT floor_minor::int AS floor FROM decision JOIN decision_head USING (shop_id, listing_id, decision_id)
             JOIN listing USING (shop_id, listing_id) WHERE channel = 'amazon' AND sku = $1`,
          [sku],
        );
        const floor = row?.floor ?? null;
        return expected === undefined || floor === expected ? floor : null;
      },
      { timeoutMs: 15_000 },
    );
  }
});

describe("a listing", () => {
  it("in a currency nobody knows is left alone and says so", async () => {
    await pages.openProduct("XQQ-CUP");
    await pages
      .text(
        "The channel reports the currency “XQQ”, which Calibr does not know. No price is changed.",
      )
      .waitFor();
    await pages.text("Currency not known").waitFor();
    expect(await admin.app.getByLabel("Cost per unit").isDisabled()).toBe(true);
  });

  it("without an ASIN says that there are no rivals to look at", async () => {
    await pages.openProduct("NOASIN-CUP");
    await pages.text("Amazon has not matched this SKU to a catalogue page").waitFor();
    await pages.save({ "Cost per unit": "5" }, SAVED);
    await pages.text("Amazon has not matched this SKU to a catalogue page").waitFor();
  });

  it("whose SKU has spaces, slashes, emoji and URL signs goes live on Amazon and comes back", async () => {
    const changes = await proposeFor(calibr, ODD_SKUS);
    const ids = changes.map((change) => change.changeId);
    await pages.open(`/app/approvals?channel=amazon&q=${encodeURIComponent("ODD")}`);
    for (const sku of ODD_SKUS) await pages.text(sku).waitFor();
    await calibr.stack.merchant.submit("/app/approvals", { intent: "approve", id: ids });
    await untilState(calibr.onlooker, ids, "live");
    for (const { sku, newMinor } of changes) {
      expect([sku, (await shownOutside(calibr.stack, { sku })).amazon]).toEqual([sku, newMinor]);
    }

    await calibr.stack.merchant.submit("/app/activity", { intent: "undo", id: ids });
    const undone = await waitFor(
      "the undone prices to be live",
      async () => {
        const reversals = (await calibr.onlooker.changes()).filter(
          ({ revertsChangeId, state }) => state === "live" && ids.includes(revertsChangeId ?? ""),
        );
        return reversals.length === ids.length ? reversals : null;
      },
      { timeoutMs: 30_000 },
    );
    for (const { sku, newMinor } of undone) {
      expect([sku, (await shownOutside(calibr.stack, { sku })).amazon]).toEqual([sku, newMinor]);
    }
  });
});

describe("a revoked Amazon token", () => {
  it("shows on Connections, and prices approved meanwhile leave after reconnecting", async () => {
    const found = await proposeBy(calibr, 2);
    const [early, late] = found.map(({ amazon }) => amazon.changeId);
    await calibr.stack.control("amazon", "revoke");
    await calibr.stack.control("amazon", "expire-access-tokens");
    const approve = (id = "") =>
      calibr.stack.merchant.submit("/app/approvals", { intent: "approve", id });
    await approve(early);
    await pages.open("/app/connections");
    await pages.text("Amazon access has ended").waitFor();
    await pages.text("No price is sent to Amazon until you reconnect.").waitFor();
    await pages.heading("Reconnect Amazon").waitFor();
    await approve(late);

    await linkAmazon(calibr.stack, calibr.onlooker);
    await untilState(calibr.onlooker, [early ?? "", late ?? ""], "live");
    for (const { subject, amazon } of found) {
      expect((await shownOutside(calibr.stack, subject)).amazon).toBe(amazon.newMinor);
    }
    await pages.text("Amazon access has ended").waitFor({ state: "detached" });
    await pages.text(/^36[45] days left$/).waitFor();
  });
});

describe("a channel that misbehaves", () => {
  it("is told on the receipt: refused, timed out, ignored or throttled", async () => {
    await pages.openProduct("SKU-IGNORED-CUP");
    await pages.save({ "Cost per unit": "15" }, SAVED);
    const skus = [
      "SKU-REFUSED-TEAPOT",
      "SKU-IGNORED-CUP",
      "SKU-THROTTLED-KETTLE",
      "SKU-TIMEOUT-GRINDER",
    ];
    const ids = (await proposeFor(calibr, skus)).map((change) => change.changeId);
    const [refused = "", ignored = "", throttled = "", timedOut = ""] = ids;
    await calibr.stack.merchant.submit("/app/approvals", { intent: "approve", id: ids });
    await untilState(calibr.onlooker, [timedOut], "live");

    await pages.openReceipt(refused);
    await pages.text("Amazon did not accept this price for this listing.").waitFor();
    await pages.text(/vendor The attributes are invalid/).waitFor();

    await pages.openReceipt(timedOut);
    await pages.text("Amazon could not be reached. Calibr tries again by itself.").waitFor();
    await pages.text("Found on the channel when read back.").waitFor();

    await pages.openReceipt(ignored);
    await pages.text("The channel took it. Calibr watches until it is live.").waitFor();
    await calibr.onlooker.ask(
      "UPDATE push SET deadline_at = now(), next_at = now() WHERE change_id = $1",
      [ignored],
    );
    await pages.text("The channel accepted the price but did not show it in time.").waitFor();

    await pages.openReceipt(throttled);
    await pages.text("Being sent to the channel.").waitFor();
    expect(await untilState(calibr.onlooker, [throttled], "sending")).toHaveLength(1);
  });
});

describe("a second install of the same shop", () => {
  it("finds costs, limits, rules and history as they were", async () => {
    await pages.openProduct(LAMP);
    await pages.save({ "Cost per unit": "11", Floor: "19.50" }, SAVED);
    await pages.open("/app");
    await admin.app.getByLabel("Least margin").first().fill("12");
    await admin.saveBar.getByRole("button", { name: "Save" }).click();
    await admin.toast("Pricing rule saved").waitFor();
    const before = await kept();

    await calibr.stack.control("shopify", "uninstall");
    await waitFor(
      "the app to be gone",
      async () => ((await shopStatus()) === "uninstalled" ? true : null),
      { timeoutMs: 15_000 },
    );
    await admin.page.goto(`https://admin.shopify.com/store/calibr-demo/apps/calibr`);
    await admin.page.getByRole("button", { name: "Install" }).click();
    await admin.ready();
    await pages.heading("Overview").waitFor();

    expect(await shopStatus()).toBe("installed");
    expect(await kept()).toEqual(before);
    await pages.openProduct(LAMP);
    expect(await admin.app.getByLabel("Cost per unit").inputValue()).toBe("11.00");
    expect(await admin.app.getByLabel("Floor").inputValue()).toBe("19.50");
    await pages.open("/app");
    expect(await admin.app.getByLabel("Least margin").first().inputValue()).toBe("12");
    await pages.open("/app/connections");
    await pages.text("Costs, limits, rules and history are still here.").waitFor();
    await pages.heading("Reconnect Amazon").waitFor();
  });

  async function shopStatus(): Promise<string | undefined> {
    return (await calibr.onlooker.ask<{ status: string }>("SELECT status FROM shop"))[0]?.status;
  }

  /** Everything of the shop that is nobody else's to know again. */
  function kept(): Promise<unknown[]> {
    return calibr.onlooker.ask(
      `SELECT (SELECT count(*) FROM item WHERE cost_minor IS NOT NULL) AS costs,
              (SELECT count(*) FROM item WHERE floor_minor IS NOT NULL) AS floors,
              (SELECT jsonb_agg(body ORDER BY channel) FROM rule) AS rules,
              (SELECT count(*) FROM price_change WHERE state = 'live') AS live,
              (SELECT count(*) FROM broken_receipts()) AS broken`,
    );
  }
});
