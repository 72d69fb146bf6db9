import type { MarketSnapshot } from "@calibr/shared/core/offers/market-snapshot";
import { z } from "zod";
import { readOffers } from "../offer-document.ts";
import { changedAtOf, OfferChange, readTrigger } from "./offer-change.ts";
import { type ReadType, unreadable } from "./reading.ts";

const Document = z.object({ anyofferchangednotification: OfferChange });

/** ANY_OFFER_CHANGED 1.0: the twenty lowest offers of one ASIN and condition, and the featured price. */
export const readAnyOfferChanged: ReadType = (envelope, message) => {
  const parsed = Document.safeParse(envelope.body);
  if (!parsed.success) return unreadable("no_offer_change");
  const change = parsed.data.anyofferchangednotification;
  const trigger = readTrigger(change.offerchangetrigger);
  if (typeof trigger === "string") return unreadable(trigger);
  const { marketplace, asin, condition } = trigger;
  const { offers: entries, summary, sellerid } = change;
  const read = readOffers({ offers: entries, summary, condition, ownSellerId: sellerid ?? "" });
  if (read.kind === "unreadable") return unreadable(read.problem);
  const { kind: _, ...picture } = read;
  const snapshot: MarketSnapshot = {
    asin,
    marketplaceId: marketplace.id,
    condition,
    currency: marketplace.currency,
    ...picture,
    observedAt: changedAtOf(trigger.changedAt, envelope, message),
    receivedAt: message.receivedAt,
    source: "notification",
  };
  return {
    fact: { kind: "offers", snapshot },
    changedAt: snapshot.observedAt,
    marketplaceId: marketplace.id,
  };
};
