import type { EventFact } from "@calibr/shared/ports/notification-source";
import type { Envelope, QueueText } from "./envelope.ts";

/** What a parser of one type found in its document. */
export interface Reading {
  readonly fact: EventFact;
  /** When it happened, where the document says it more exactly than the envelope. */
  readonly changedAt?: Date | null;
  /** The marketplace it is about, where there is one. */
  readonly marketplaceId?: string | null;
}

/** Reads one type's document. Never throws: what cannot be read is a fact that says why. */
export type ReadType = (envelope: Envelope, message: QueueText) => Reading;

/** A document that cannot be read, and why. */
export function unreadable(problem: string): Reading {
  return { fact: { kind: "unreadable", problem } };
}
