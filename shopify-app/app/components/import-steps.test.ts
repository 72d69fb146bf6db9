import { describe, expect, it } from "vitest";
import type { ImportStandView } from "@calibr/shared/ports/connection-views";
import { importSteps, isSetUp } from "./import-steps.ts";

const account = { sweptAt: null };
const stand: ImportStandView = {
  state: "running",
  errorCode: null,
  parts: [{ marketplaceId: "ATVPDKIKX0DER", state: "report", errorCode: null }],
  listings: 0,
  lookedUp: 0,
  priced: 0,
  linked: 0,
  toCheck: 0,
  withoutCost: 0,
  asins: 0,
  asinsSeen: 0,
};
const states = (given: Partial<ImportStandView>, of: Parameters<typeof importSteps>[1] = account) =>
  importSteps({ ...stand, ...given }, of).map((step) => step.state);
const texts = (given: Partial<ImportStandView>) =>
  importSteps({ ...stand, ...given }, account).map((step) => step.text);

describe("setting an Amazon account up", () => {
  it("begins with the list, counts it, and goes on to prices", () => {
    expect(texts({})[0]).toBe("Asked for. Amazon usually has it within two minutes.");
    expect(texts({ listings: 1_240 })[0]).toBe("1,240 listings read so far");
    const parts = [{ marketplaceId: "ATVPDKIKX0DER", state: "details", errorCode: null }] as const;

    const looking = { parts, listings: 3_000, lookedUp: 1_240, priced: 1_200 };

    expect(states(looking)).toEqual(["done", "working", "open", "open"]);
    expect(texts(looking)[1]).toBe("1,240 of 3,000 listings looked up, 1,200 with a price");
  });

  it("says what it waits for when Amazon's list fails, and why when it gives up", () => {
    const failing = [
      { marketplaceId: "X", state: "report", errorCode: "amazon_unavailable" },
    ] as const;

    expect(texts({ parts: failing })[0]).toBe("Amazon does not answer. Calibr asks again.");
    expect(states({ parts: failing })[0]).toBe("working");
    expect(states({ state: "failed", errorCode: "amazon_report_failed" })[0]).toBe("failed");
  });

  it("is over at once for an account without listings, and counts nothing", () => {
    const nothing = { state: "done", listings: 0, asins: 0, asinsSeen: 0 } as const;

    expect(isSetUp(importSteps({ ...stand, ...nothing }, account))).toBe(true);
    expect(texts(nothing)).toEqual([
      "No listings in this account yet.",
      "Nothing to look up.",
      "Nothing to link.",
      "Nothing to watch yet.",
    ]);
  });

  it("is over once every ASIN was seen, or a market check has ended", () => {
    const read = { state: "done", listings: 3, linked: 1, toCheck: 1, asins: 3 } as const;

    expect(isSetUp(importSteps({ ...stand, ...read, asinsSeen: 2 }, account))).toBe(false);
    expect(isSetUp(importSteps({ ...stand, ...read, asinsSeen: 3 }, account))).toBe(true);
    expect(states({ ...read, asinsSeen: 2 }, { sweptAt: "2026-11-23T07:00:00.000Z" })).toEqual([
      "done",
      "done",
      "done",
      "done",
    ]);
    expect(texts(read)[2]).toBe("1 linked, 1 for you to check, 1 without a match");
  });
});
