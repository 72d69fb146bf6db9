import type { ChangeId, ShopId } from "../ids.ts";
import type { PriceChangeState } from "./states.ts";

/** One move in the life of a price change, as its receipt keeps it for ever. */
export type ReceiptEvent = {
  readonly shopId: ShopId;
  readonly changeId: ChangeId;
  /** 1, 2, 3 … within one change. */
  readonly seq: number;
  /** Null on the first event. */
  readonly from: PriceChangeState | null;
  readonly to: PriceChangeState;
  readonly at: Date;
  readonly actor: string;
  readonly code: string | null;
  readonly facts: Readonly<Record<string, string>>;
};

/** An event with the seals that were stored beside it. */
export type SealedEvent = {
  readonly event: ReceiptEvent;
  /** The hash of the event before; empty on the first. */
  readonly previousHash: Uint8Array;
  readonly hash: Uint8Array;
};

/** SHA-256, handed in because core knows no crypto library. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** What is wrong with a receipt, and at which event. */
export type ReceiptCheck =
  | { readonly kind: "whole"; readonly events: number }
  | { readonly kind: "broken"; readonly seq: number; readonly why: "gap" | "link" | "hash" };

/**
 * The text of an event that is hashed: one field a line, the first state of all from "-", the instant in
 * milliseconds, then the facts sorted by key. Free text (code, keys, values) is written as JSON, so that a
 * line break inside a value never looks like another fact. `price_change_event_text` in the database writes
 * the same bytes; changing one means a new version word on the first line of both.
 */
export function receiptText(event: ReceiptEvent): string {
  const facts = Object.entries(event.facts)
    .toSorted(([left], [right]) => compareCodePoints(left, right))
    .map(([key, value]) => `${JSON.stringify(key)}=${JSON.stringify(value)}`)
    .join("\n");
  return [
    "v1",
    String(event.shopId),
    event.changeId,
    String(event.seq),
    event.from ?? "-",
    event.to,
    String(event.at.getTime()),
    event.actor,
    JSON.stringify(event.code),
    facts,
  ].join("\n");
}

// The order of UTF-8 bytes, which is the database's; JavaScript's own order differs beyond U+FFFF.
function compareCodePoints(left: string, right: string): number {
  const others = [...right];
  for (const [place, sign] of [...left].entries()) {
    const other = others[place];
    if (other === undefined) return 1;
    const difference = (sign.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return [...left].length - others.length;
}

/** Seals an event onto the one before: SHA-256 over the previous hash's bytes, then the text in UTF-8. */
export function sealEvent(
  event: ReceiptEvent,
  previousHash: Uint8Array,
  sha256: Sha256,
): SealedEvent {
  const text = new TextEncoder().encode(receiptText(event));
  const bytes = new Uint8Array(previousHash.length + text.length);
  bytes.set(previousHash);
  bytes.set(text, previousHash.length);
  return { event, previousHash, hash: sha256(bytes) };
}

/**
 * Checks one change's receipt from its first event on: nothing missing, every event linked to the one
 * before, every hash what its text gives.
 */
export function checkReceipt(receipt: readonly SealedEvent[], sha256: Sha256): ReceiptCheck {
  let previousHash = new Uint8Array();
  for (const [index, sealed] of receipt.entries()) {
    const { seq } = sealed.event;
    if (seq !== index + 1) return { kind: "broken", seq: index + 1, why: "gap" };
    if (!isSame(sealed.previousHash, previousHash)) return { kind: "broken", seq, why: "link" };
    const again = sealEvent(sealed.event, previousHash, sha256);
    if (!isSame(sealed.hash, again.hash)) return { kind: "broken", seq, why: "hash" };
    previousHash = new Uint8Array(sealed.hash);
  }
  return { kind: "whole", events: receipt.length };
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
