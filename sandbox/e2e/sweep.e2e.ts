/** Notifications lead and sweeps follow: what Amazon never told is found all the same. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findSubjects, moveRival } from "../spine/subjects.ts";
import type { Subject } from "../spine/subjects.ts";
import { waitFor } from "../stack/wait.ts";
import { startCalibr } from "./harness/calibr.ts";
import type { Calibr } from "./harness/calibr.ts";
import { embeddedPages } from "./harness/embedded-pages.ts";
import { dollars } from "./harness/outside.ts";

describe("a rival's move whose notification is lost", () => {
  let calibr: Calibr;
  beforeAll(async () => {
    calibr = await startCalibr({ name: "sweep" });
    await calibr.link();
  });
  afterAll(() => calibr.close());

  it("is found by the next market check, with the price the notification would have led to", async () => {
    const { stack, onlooker } = calibr;
    const admin = await calibr.window();
    const pages = embeddedPages(admin, calibr);
    const subject = await oneSubject(calibr);
    await stack.control("amazon", "drop-notifications", { next: 100 });
    await moveRival(stack, subject, 97);
    const told = await onlooker.ask("SELECT event_id FROM inbox WHERE source = 'amazon'");
    const featured = await featuredMinor(calibr, subject);

    await pages.open("/app/connections");
    await pages.button("Check the market now").click();
    await admin.toast("Market check started").waitFor();
    expect(await answeredWith(calibr, subject, featured)).toBe(featured);
    expect(await onlooker.ask("SELECT event_id FROM inbox WHERE source = 'amazon'")).toEqual(told);

    await pages.open(`/app/approvals?channel=amazon&q=${subject.sku}`);
    await pages.text(`Matches the featured offer at ${dollars(featured)}.`).waitFor();
    admin.problems.check();
  });
});

describe("without a queue for notifications", () => {
  let calibr: Calibr;
  beforeAll(async () => {
    calibr = await startCalibr({ name: "no-queue", hasQueue: false });
    await calibr.link();
  });
  afterAll(() => calibr.close());

  it("the page says so, and sweeps alone lead to proposals", async () => {
    const { stack } = calibr;
    const admin = await calibr.window();
    const pages = embeddedPages(admin, calibr);
    await pages.open("/app/connections");
    await pages.text(/^By regular checks$/).waitFor();

    const subject = await oneSubject(calibr);
    await moveRival(stack, subject, 97);
    const featured = await featuredMinor(calibr, subject);
    await pages.button("Check the market now").click();
    await admin.toast("Market check started").waitFor();
    expect(await answeredWith(calibr, subject, featured)).toBe(featured);
    admin.problems.check();
  });
});

async function oneSubject({ onlooker }: Calibr): Promise<Subject> {
  const [subject] = await findSubjects(onlooker, 1);
  if (subject === undefined) throw new Error("findSubjects answers as many as it is asked for");
  return subject;
}

async function featuredMinor({ stack }: Calibr, { asin }: Subject): Promise<number> {
  const { offers } = await stack.control<{
    offers: { listingPriceMinor: number; shippingMinor: number }[];
  }>("market", "offers", { asin });
  return Math.min(...offers.map((offer) => offer.listingPriceMinor + offer.shippingMinor));
}

/** The price that waits on Amazon once it is the expected one. */
function answeredWith({ onlooker }: Calibr, subject: Subject, expected: number): Promise<number> {
  return waitFor(
    `a waiting price of ${dollars(expected)} for ${subject.sku}`,
    async () => {
      const waiting = (await onlooker.changes()).find(
        (change) => change.state === "proposed" && change.externalId === subject.sku,
      );
      return waiting?.newMinor === expected ? waiting.newMinor : null;
    },
    { timeoutMs: 60_000 },
  );
}
