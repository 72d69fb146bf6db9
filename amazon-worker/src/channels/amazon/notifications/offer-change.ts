import { parseAsin, type Asin } from "@calibr/shared/core/ids";
import { findMarketplace, type Marketplace } from "@calibr/shared/core/marketplaces";
import type { MarketSnapshot } from "@calibr/shared/core/offers/market-snapshot";
import type { OfferCondition } from "@calibr/shared/core/offers/offer";
import { z } from "zod";
import { readCondition, readOffers } from "../offers/offer-document.ts";
import { instantOf } from "../client/vendor-time.ts";
import type { Envelope, QueueText } from "./envelope.ts";
import { type Reading, unreadable } from "./reading.ts";

const text = z.string().min(1).nullish().catch(null);

/** What ANY_OFFER_CHANGED and its business twin have in common, keys in lower case. */
export const OfferChange = z.object({
  sellerid: text,
  offerchangetrigger: z.object({
    marketplaceid: text,
    asin: text,
    itemcondition: z.unknown().optional(),
    timeofofferchange: text,
  }),
  summary: z.unknown().optional(),
  offers: z.unknown().optional(),
});

/** What changed, where and when. */
interface OfferTrigger {
  readonly marketplace: Marketplace;
  readonly asin: Asin;
  readonly condition: OfferCondition;
  readonly changedAt: Date | null;
}

// Newer pictures win: an instant of the year 9999 would freeze the market for ever.
const AHEAD_MS_MAX = 24 * 60 * 60_000;

/** When the change happened: as exactly as the message says it, and never in a far future. */
export function changedAtOf(
  said: Date | null | undefined,
  envelope: Pick<Envelope, "saidAt">,
  message: QueueText,
): Date {
  const latestMs = message.receivedAt.getTime() + AHEAD_MS_MAX;
  const likely = [said, envelope.saidAt].find((at) => at != null && at.getTime() <= latestMs);
  return likely ?? message.sentAt;
}

/** The picture of the market that a change tells, as a fact of its kind. */
export function readOfferChange(
  change: z.infer<typeof OfferChange>,
  kind: "offers" | "business_offers",
  {
    envelope,
    message,
  }: { readonly envelope: Pick<Envelope, "saidAt">; readonly message: QueueText },
): Reading {
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
  const { observedAt: changedAt } = snapshot;
  return { fact: { kind, snapshot }, changedAt, marketplaceId: marketplace.id };
}

/** Reads the trigger; a word says what is wrong with it. */
function readTrigger(
  trigger: z.infer<typeof OfferChange>["offerchangetrigger"],
): OfferTrigger | string {
  const marketplace = findMarketplace(trigger.marketplaceid ?? "");
  if (marketplace === null) return "marketplace_unknown";
  const asin = parseAsin(trigger.asin);
  if (asin === null) return "asin_unreadable";
  const condition = readCondition(trigger.itemcondition);
  if (condition === null) return "condition_unknown";
  return { marketplace, asin, condition, changedAt: instantOf(trigger.timeofofferchange) };
}
