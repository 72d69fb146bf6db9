import { describe, expect, it } from "vitest";
import { SYNC_KINDS, SYNC_STATES } from "@calibr/shared/ports/sync-views";
import { consentWords, silentWords, STANDING_WORDS, watchWords } from "./connections.ts";
import { BUY_BOX_WORDS, suppressionWords, termLines } from "./market.ts";
import { notificationName, subscriptionProblem } from "./notifications.ts";
import { operationName, quotaSummary } from "./quotas.ts";
import {
  differenceTable,
  differenceValue,
  fieldName,
  SYNC_KIND_WORDS,
  SYNC_STATE_WORDS,
} from "./syncs.ts";
import {
  dateWords,
  dayWords,
  instantWords,
  longSpanWords,
  shortInstantWords,
  zoneWords,
} from "./time.ts";

const watch = {
  watched: 1_240,
  silent: 3,
  unreadable: 0,
  isTold: true,
  changeMs: 16.5 * 60_000,
  unheardChangeMs: 200_000,
  silenceMs: 3_600_000,
};

describe("a seller account in words", () => {
  it("promises when a change is found, with and without a queue", () => {
    expect(watchWords(watch).lead).toContain("within 17 minutes");
    expect(watchWords(watch).rest).toContain("within 4 minutes");
    expect(watchWords({ ...watch, isTold: false }).lead).toContain("regular checks alone");
    expect(silentWords(watch)).toBe("3 of 1,240 ASINs");
    expect(silentWords({ ...watch, silent: 0 })).toBe("None of 1,240 ASINs");
  });

  it.each([
    [{ consent: "fresh", consentDaysLeft: 300 }, "300 days left"],
    [{ consent: "ending", consentDaysLeft: 1 }, "1 day left"],
    [{ consent: "ending", consentDaysLeft: 0 }, "Ends today"],
    [{ consent: "ended", consentDaysLeft: 0 }, "Over"],
    [{ consent: null, consentDaysLeft: null }, "Not known"],
  ] as const)("says of a permission %o: %s", (connection, words) => {
    expect(consentWords({ ...connection, status: "connected" })).toBe(words);
  });

  it("promises no days of a permission that is gone", () => {
    const connection = { consent: "fresh", consentDaysLeft: 300, status: "disconnected" } as const;
    expect(consentWords(connection)).toBe("None now");
  });

  it("says what to do about a bad standing only", () => {
    expect(STANDING_WORDS.normal.text).toBeNull();
    expect(STANDING_WORDS.at_risk.text).toContain("Account Health");
    expect(STANDING_WORDS.deactivated.text).toContain("Account Health");
  });

  it("names the role that a kind of news lacks, and an unknown kind by Amazon's own name", () => {
    const failed = {
      type: "ORDER_CHANGE",
      state: "failed",
      problemCode: "amazon_access_denied",
      role: "Pricing",
      lastHeardAt: null,
      heard: 0,
      repairs: 0,
    } as const;

    expect(subscriptionProblem(failed)).toContain("the role “Pricing”");
    expect(subscriptionProblem({ ...failed, state: "active", problemCode: null })).toBeNull();
    expect(notificationName("ORDER_CHANGE")).toBe("Orders");
    expect(notificationName("BRAND_NEW")).toBe("BRAND_NEW");
  });

  it("sums the limits up in a line", () => {
    const quota = {
      operation: "patchListingsItem",
      takenLastHour: 12,
      throttledLastHour: 2,
      throttledAt: null,
      turnsNow: 1,
      burst: 5,
      waitingCalls: 40,
      waitSeconds: 90,
    };

    expect(quotaSummary([quota])).toBe(
      "12 calls in the last hour, all work done in 2 minutes, 2 refused as too fast",
    );
    expect(quotaSummary([])).toBe("0 calls in the last hour, nothing waits");
    expect(operationName("patchListingsItem")).toBe("Price changes");
  });
});

describe("a run in words", () => {
  it("has a name for every kind and state", () => {
    expect(SYNC_KINDS.every((kind) => SYNC_KIND_WORDS[kind] !== "")).toBe(true);
    expect(SYNC_STATES.every((state) => SYNC_STATE_WORDS[state] !== "")).toBe(true);
  });

  it.each([
    ["price_minor", "USD", "1999", "$19.99"],
    ["price_minor", null, "1999", "1999"],
    ["is_auto_priced", null, "true", "On"],
    ["fulfilment", null, "amazon", "amazon"],
    ["title", null, "a_b", "a_b"],
    ["title", null, null, "–"],
  ])("shows %s in %s of %s as %s", (field, currency, value, shown) => {
    expect(differenceValue({ field, currency }, value)).toBe(shown);
  });

  it("puts differences into a table that names every column", () => {
    const [head, line] = differenceTable([
      {
        differenceId: "1",
        kind: "changed",
        itemId: null,
        title: "Board",
        marketplaceId: "ATVPDKIKX0DER",
        sku: "B-1",
        field: "title",
        oldValue: "Old",
        newValue: null,
        currency: "USD",
      },
    ]);

    expect(head).toHaveLength(7);
    expect(line).toEqual(["United States", "B-1", "Board", "Changed", "Title", "Old", ""]);
    expect(fieldName("new_fact")).toBe("new fact");
  });
});

describe("an Amazon listing in words", () => {
  const facts = {
    buyBox: null,
    enforcements: [],
    isSuppressed: false,
    hasWarnings: false,
    noticedAt: null,
    silentSince: null,
    rank: null,
    stock: null,
    terms: null,
    isAutoPriced: false,
  };

  it("names what Amazon holds against it, also by a word that came later", () => {
    expect(suppressionWords(facts)).toBeNull();
    expect(suppressionWords({ ...facts, isSuppressed: true })).toBe("Not for sale at Amazon");
    expect(suppressionWords({ ...facts, enforcements: ["SEARCH_SUPPRESSED"] })).toBe(
      "Hidden from search",
    );
    expect(suppressionWords({ ...facts, enforcements: ["BRAND_NEW"] })).toBe("brand new");
    expect(Object.values(BUY_BOX_WORDS).every((words) => words !== "")).toBe(true);
  });

  it("says what else stands on the offer", () => {
    const terms = {
      min: null,
      max: null,
      mirror: null,
      mirrorCode: null,
      sale: { amountMinor: "1500", currency: "USD" },
      saleFrom: null,
      saleUntil: "2026-12-01T08:00:00.000Z",
      business: { amountMinor: "1800", currency: "USD" },
      businessTiers: 2,
      autoRules: ["r"],
    };

    expect(termLines(terms, false)).toEqual([
      "Sale price $15.00 until Dec 1, 08:00 UTC.",
      "Business price $18.00 with 2 quantity discounts; Calibr leaves it as it is.",
      "Amazon’s Automate Pricing moves this price, so Calibr leaves it alone.",
    ]);
    expect(termLines(terms, false, "America/New_York")[0]).toBe(
      "Sale price $15.00 until Dec 1, 03:00 EST.",
    );
  });
});

describe("bounds and days", () => {
  it.each([
    [200, "1 second"],
    [45_000, "45 seconds"],
    [60_001, "2 minutes"],
    [3 * 3_600_000, "3 hours"],
    [72 * 3_600_000, "3 days"],
  ])("%s ms are %s", (ms, words) => {
    expect(longSpanWords(ms)).toBe(words);
  });

  it("counts days from now and falls back to the date", () => {
    const now = "2026-11-23T08:00:00.000Z";
    expect(dayWords("2026-12-05T09:00:00.000Z", now)).toBe("in 12 days");
    expect(dayWords("2026-11-23T20:00:00.000Z", now)).toBe("today");
    expect(dayWords("2026-11-20T20:00:00.000Z", now)).toBe("Nov 20, 20:00");
    expect(dayWords("2026-11-20T20:00:00.000Z", now, "Asia/Tokyo")).toBe("Nov 21, 05:00");
  });

  it.each([
    ["UTC", "Nov 23, 2026, 7:19:04 AM UTC", "Nov 23, 07:19", "UTC"],
    ["America/New_York", "Nov 23, 2026, 2:19:04 AM EST", "Nov 23, 02:19", "EST"],
    ["Europe/Berlin", "Nov 23, 2026, 8:19:04 AM GMT+1", "Nov 23, 08:19", "GMT+1"],
    ["Nowhere/Unknown", "Nov 23, 2026, 7:19:04 AM UTC", "Nov 23, 07:19", "UTC"],
  ])("shows an instant by the clocks of %s", (zone, full, short, clock) => {
    const at = "2026-11-23T07:19:04.000Z";
    expect(instantWords(at, zone).replaceAll(/\s/g, " ")).toBe(full);
    expect(shortInstantWords(at, zone)).toBe(short);
    expect(zoneWords(at, zone)).toBe(clock);
  });

  it("shows a day without a clock, and says when an instant is none", () => {
    expect(dateWords("2026-10-25")).toBe("Oct 25");
    expect(instantWords("soon")).toBe("unknown");
    expect(zoneWords("soon", "America/New_York")).toBe("UTC");
  });
});
