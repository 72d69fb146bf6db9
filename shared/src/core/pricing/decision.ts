import type { Money } from "../money/money.ts";
import { encodeCanonical } from "../json/canonical.ts";
import type { Reasons } from "./reasons.ts";

/** What the engine says for one listing at one instant. */
export type PriceDecision =
  | {
      readonly kind: "propose";
      readonly price: Money;
      readonly floor: Money;
      readonly ceiling: Money;
      /**
       * The price this one answers: a rival's landed price or the sibling's price; null when it only
       * moves back inside the walls. Stored, so that a price that was taken back is not proposed again
       * for the same reference.
       */
      readonly reference: Money | null;
      readonly reasons: Reasons;
    }
  | {
      readonly kind: "hold";
      readonly because: Reasons;
      /** The walls as far as they could be worked out. */
      readonly floor: Money | null;
      readonly ceiling: Money | null;
    };

/** The decision as canonical text, for receipts and for comparing a replay byte by byte. */
export function encodeDecision(decision: PriceDecision): string {
  return encodeCanonical(decision);
}
