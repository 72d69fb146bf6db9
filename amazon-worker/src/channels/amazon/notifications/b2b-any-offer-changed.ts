import { z } from "zod";
import { OfferChange, readOfferChange } from "./offer-change.ts";
import { type ReadType, unreadable } from "./reading.ts";

const Document = z.object({ b2banyofferchangednotification: OfferChange });

/**
 * B2B_ANY_OFFER_CHANGED 1.0: offers to business buyers. Only prices of a single unit make the picture;
 * quantity discounts stay in the stored document.
 */
export const readB2bAnyOfferChanged: ReadType = (envelope, message) => {
  const parsed = Document.safeParse(envelope.body);
  if (!parsed.success) return unreadable("no_offer_change");
  const change = parsed.data.b2banyofferchangednotification;
  const summary = singleUnits(change.summary);
  return readOfferChange({ ...change, summary }, "business_offers", { envelope, message });
};

const Summary = z.looseObject({ buyboxprices: z.array(z.looseObject({})) });
const Tier = z.object({
  offertype: z.string().nullish().catch(null),
  quantitytier: z.union([z.int(), z.string()]).nullish().catch(null),
});

/**
 * The summary with the featured business price of one unit alone, without the marks by which the
 * reader of consumers' documents would leave it aside.
 */
function singleUnits(summary: unknown): unknown {
  const parsed = Summary.safeParse(summary);
  if (!parsed.success) return summary;
  const buyboxprices = parsed.data.buyboxprices.flatMap((price) => {
    const { offertype, quantitytier } = Tier.parse(price);
    if (offertype != null && offertype.toUpperCase() !== "B2B") return [];
    if (quantitytier != null && String(quantitytier) !== "1") return [];
    const { offertype: _type, quantitytier: _tier, ...rest } = price as Record<string, unknown>;
    return [rest];
  });
  return { ...parsed.data, buyboxprices };
}
