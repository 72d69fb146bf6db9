import { z } from "zod";
import { OfferChange, readOfferChange } from "./offer-change.ts";
import { type ReadType, unreadable } from "./reading.ts";

const Document = z.object({ anyofferchangednotification: OfferChange });

/** ANY_OFFER_CHANGED 1.0: the twenty lowest offers of one ASIN and condition, and the featured price. */
export const readAnyOfferChanged: ReadType = (envelope, message) => {
  const parsed = Document.safeParse(envelope.body);
  if (!parsed.success) return unreadable("no_offer_change");
  const change = parsed.data.anyofferchangednotification;
  return readOfferChange(change, "offers", { envelope, message });
};
