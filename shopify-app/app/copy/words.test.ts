import { describe, expect, it } from "vitest";
import { inputLines } from "./input-lines.ts";
import {
  bpsField,
  bpsWords,
  moneyField,
  moneyWords,
  plural,
  priceMove,
  totalMove,
} from "./money.ts";
import { reasonSentence, reasonSentences } from "./reasons.ts";
import { toastWords } from "./replies.ts";
import { stateCodeSentence } from "./states.ts";
import { countsWords } from "./sync-counts.ts";
import { agoWords, durationWords } from "./time.ts";

const usd = (amountMinor: string) => ({ amountMinor, currency: "USD" });

describe("money", () => {
  it.each([
    [usd("199900"), "$1,999.00"],
    [{ amountMinor: "1999", currency: "JPY" }, "¥1,999"],
    [{ amountMinor: "19990", currency: "HUF" }, "HUF 199.90"],
    [null, "–"],
    [{ amountMinor: "5", currency: "XXX" }, "XXX 5"],
  ])("%o reads %s", (amount, expected) => {
    expect(moneyWords(amount).replaceAll(/\s/g, " ")).toBe(expected);
  });

  it("stands in a field as it would be typed", () => {
    expect([moneyField(usd("1950")), moneyField(null)]).toEqual(["19.50", ""]);
  });

  it.each([
    ["2000", "1900", "down", "−$1.00", "−5.0 %"],
    ["2000", "2105", "up", "+$1.05", "+5.2 %"],
    ["2000", "2000", "same", "$0.00", "0.0 %"],
    ["1000000", "1000001", "up", "+$0.01", "+0.1 %"],
    ["0", "500", "up", "+$5.00", "–"],
  ])("from %s to %s moves %s", (from, to, direction, amount, percent) => {
    expect(priceMove(usd(from), usd(to))).toEqual({ direction, amount, percent });
  });

  it("does not compare two currencies", () => {
    expect(priceMove(usd("100"), { amountMinor: "100", currency: "EUR" })).toBeNull();
  });

  it("adds moves up for each currency", () => {
    const moves = [
      { oldPrice: usd("1000"), newPrice: usd("900") },
      { oldPrice: usd("1000"), newPrice: usd("1050") },
      {
        oldPrice: { amountMinor: "100", currency: "EUR" },
        newPrice: { amountMinor: "150", currency: "EUR" },
      },
    ];

    expect(totalMove(moves)).toEqual(["−$0.50", "+€0.50"]);
    expect(totalMove([])).toEqual([]);
  });

  it.each([
    [1000, "10", "10 %"],
    [1050, "10.5", "10.5 %"],
    [5, "0.05", "0.05 %"],
    [-250, "-2.5", "-2.5 %"],
    [0, "0", "0 %"],
  ])("%s basis points read %s", (bps, field, words) => {
    expect([bpsField(bps), bpsWords(bps)]).toEqual([field, words]);
  });

  it("counts one and many", () => {
    expect([plural(1, "price"), plural(1_204, "price")]).toEqual(["1 price", "1,204 prices"]);
  });
});

describe("time", () => {
  const now = "2026-11-23T12:00:00.000Z";

  it.each([
    ["2026-11-23T11:59:58.000Z", "just now"],
    ["2026-11-23T11:59:30.000Z", "30 s ago"],
    ["2026-11-23T11:57:00.000Z", "3 min ago"],
    ["2026-11-22T13:00:00.000Z", "23 h ago"],
    ["2026-11-20T12:00:00.000Z", "3 d ago"],
    ["never", "unknown"],
  ])("%s is %s", (at, expected) => {
    expect(agoWords(at, now)).toBe(expected);
  });

  it.each([
    [850, "850 ms"],
    [4_240, "4.2 s"],
    [42_000, "42 s"],
    [180_000, "3 min"],
  ])("%s ms take %s", (ms, expected) => {
    expect(durationWords(ms)).toBe(expected);
  });
});

describe("reasons", () => {
  it("fill in money and shares in their own form", () => {
    const matched = {
      code: "matched_featured",
      facts: { reference: "USD 1999", target: "USD 1999" },
    };
    const unreachable = {
      code: "floor_unreachable",
      facts: { cost: "USD 900", marginBps: "1500" },
    };

    expect(reasonSentence(matched)).toBe("Matches the featured offer at $19.99.");
    expect(reasonSentence(unreachable)).toBe(
      "With a cost of $9.00, no price earns 15 % after fees.",
    );
  });

  it("put the limit first when it, and not the target, made the price", () => {
    const sentences = reasonSentences([
      { code: "matched_featured", facts: { reference: "USD 1817", target: "USD 1817" } },
      {
        code: "raised_to_floor",
        facts: { wanted: "USD 1817", floor: "USD 1859", source: "margin" },
      },
    ]);

    expect(sentences).toEqual([
      "The market would ask for $18.17, but your floor is $18.59.",
      "Aims at $18.17, the featured offer.",
    ]);
  });

  it("show a code from the future rather than nothing", () => {
    expect(reasonSentence({ code: "from_2031", facts: {} })).toBe("from_2031");
  });

  it("say what another writer left", () => {
    expect(stateCodeSentence("other_writer", { seen: "USD 1500" })).toBe(
      "The channel shows $15.00, which Calibr did not write.",
    );
    expect(stateCodeSentence(null, {})).toBeNull();
  });
});

describe("toasts", () => {
  it("count what moved and stay silent when nothing did", () => {
    const skipped = [{ changeId: "1", code: "stale_inputs" }];

    expect(toastWords({ kind: "moved", verb: "approve", moved: 3, skipped })?.text).toBe(
      "3 prices approved",
    );
    expect(toastWords({ kind: "moved", verb: "undo", moved: 0, skipped })).toBeNull();
    expect(toastWords({ kind: "invalid", fields: {} })).toBeNull();
    expect(toastWords({ kind: "refused", code: "not_found" })?.isError).toBe(true);
  });
});

describe("counts and inputs", () => {
  it("leave out zeros, and keep what was seen", () => {
    expect(countsWords({ seen: 0, added: 0 })).toBe("0 seen");
    expect(countsWords({ seen: 1280, added: 12, changed: 0, new_kind: 2 })).toBe(
      "1,280 seen, 12 new, 2 new kind",
    );
  });

  it("show stored inputs as lines, with money as money", () => {
    const lines = inputLines(
      '{"bounds":{"handFloor":{"amountMinor":"1200","currency":"USD"},"map":null},"ids":[]}',
    );

    expect(lines).toEqual([
      { name: "bounds › hand floor", value: "$12.00" },
      { name: "bounds › map", value: "–" },
      { name: "ids", value: "none" },
    ]);
    expect(inputLines("not json")).toEqual([{ name: "Inputs", value: "not json" }]);
  });
});
