import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { toChangeId, toShopId } from "../ids.ts";
import {
  checkReceipt,
  type ReceiptEvent,
  receiptText,
  type SealedEvent,
  sealEvent,
} from "./receipt.ts";

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());

const proposed: ReceiptEvent = {
  shopId: toShopId(1),
  changeId: toChangeId("7"),
  seq: 1,
  from: null,
  to: "proposed",
  at: new Date("2026-11-23T10:00:00.123Z"),
  actor: "engine",
  code: null,
  facts: {},
};
const approved: ReceiptEvent = {
  ...proposed,
  seq: 2,
  from: "proposed",
  to: "approved",
  actor: "person",
  code: "bulk",
  facts: { who: "ana", count: "3" },
};

function seal(events: readonly ReceiptEvent[]): SealedEvent[] {
  let previous: Uint8Array = new Uint8Array();
  return events.map((event) => {
    const sealed = sealEvent(event, previous, sha256);
    previous = sealed.hash;
    return sealed;
  });
}

describe("the text of an event", () => {
  it("is one field a line, facts sorted by key", () => {
    expect(receiptText(approved).split("\n")).toEqual([
      "v1",
      "1",
      "7",
      "2",
      "proposed",
      "approved",
      "1795428000123",
      "person",
      '"bulk"',
      '"count"="3"',
      '"who"="ana"',
    ]);
  });

  it("writes what is absent as such and ends with a line for no facts", () => {
    expect(receiptText(proposed)).toBe("v1\n1\n7\n1\n-\nproposed\n1795428000123\nengine\nnull\n");
  });

  it("gives different events different texts, whatever a fact says", () => {
    const twoFacts = receiptText({ ...proposed, facts: { seen: "USD 1", who: "ana" } });
    const oneFact = receiptText({ ...proposed, facts: { seen: "USD 1\nwho=ana" } });
    const quoted = receiptText({ ...proposed, facts: { seen: 'USD 1"\n"who"="ana' } });

    expect(new Set([twoFacts, oneFact, quoted]).size).toBe(3);
    expect(receiptText({ ...proposed, code: "null" })).not.toBe(receiptText(proposed));
  });

  it("sorts facts by code point, as UTF-8 bytes do", () => {
    const facts = { "\u{1F642}": "3", "\uFF5E": "2", a: "1", aa: "1b" };

    expect(
      receiptText({ ...proposed, facts })
        .split("\n")
        .slice(9),
    ).toEqual(['"a"="1"', '"aa"="1b"', '"\uFF5E"="2"', '"\u{1F642}"="3"']);
  });
});

describe("a receipt", () => {
  const whole = seal([proposed, approved]);

  it("is whole when every event hashes onto the one before", () => {
    expect(checkReceipt(whole, sha256)).toEqual({ kind: "whole", events: 2 });
    expect(checkReceipt([], sha256)).toEqual({ kind: "whole", events: 0 });
  });

  it.each<[string, (receipt: SealedEvent[]) => SealedEvent[], number, string]>([
    ["an event is gone", (all) => all.slice(1), 1, "gap"],
    ["an event was edited", (all) => edit(all, { actor: "policy" }), 2, "hash"],
    ["an event was sealed onto another", (all) => relink(all), 2, "link"],
  ])("is broken when %s", (_what, damage, seq, why) => {
    expect(checkReceipt(damage([...whole]), sha256)).toEqual({ kind: "broken", seq, why });
  });
});

function edit(receipt: readonly SealedEvent[], parts: Partial<ReceiptEvent>): SealedEvent[] {
  return receipt.map((sealed, index) =>
    index === 1 ? { ...sealed, event: { ...sealed.event, ...parts } } : sealed,
  );
}

function relink(receipt: readonly SealedEvent[]): SealedEvent[] {
  return receipt.map((sealed, index) =>
    index === 1 ? { ...sealed, previousHash: new Uint8Array([1]) } : sealed,
  );
}
