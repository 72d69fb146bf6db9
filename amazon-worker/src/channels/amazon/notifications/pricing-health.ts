import { parseAsin } from "@calibr/shared/core/ids";
import { moneyToText } from "@calibr/shared/core/money/money-json";
import { findMarketplace } from "@calibr/shared/core/marketplaces";
import { z } from "zod";
import { readMoney } from "../client/vendor-money.ts";
import { instantOf } from "../client/vendor-time.ts";
import { type ReadType, unreadable } from "./reading.ts";

const text = z.string().min(1).nullish().catch(null);
const parts = z.record(z.string(), z.unknown()).nullish().catch(null);
const Document = z.object({
  issuetype: z.string().min(1),
  offerchangetrigger: z.object({
    marketplaceid: text,
    asin: text,
    itemcondition: text,
    timeofofferchange: text,
  }),
  merchantoffer: parts,
  summary: z.object({ referenceprice: parts }).nullish().catch(null),
});

// Amazon's names in lower case, and ours.
const REFERENCES = {
  averagesellingprice: "averageSelling",
  competitivepricethreshold: "competitiveThreshold",
  msrpprice: "msrp",
  retailofferprice: "retailOffer",
} as const;

/** PRICING_HEALTH 1.0: why our price keeps the offer from being featured, with Amazon's reference prices. */
export const readPricingHealth: ReadType = ({ body }) => {
  const parsed = Document.safeParse(body);
  if (!parsed.success) return unreadable("no_pricing_health");
  const { issuetype, offerchangetrigger: trigger, merchantoffer, summary } = parsed.data;
  const marketplace = findMarketplace(trigger.marketplaceid ?? "");
  if (marketplace === null) return unreadable("marketplace_unknown");
  const asin = parseAsin(trigger.asin);
  if (asin === null) return unreadable("asin_unreadable");
  const facts: Record<string, string> = {};
  const note = (name: string, value: unknown): void => {
    const amount = readMoney(value);
    if (amount !== null) facts[name] = moneyToText(amount);
  };
  note("ownLanded", merchantoffer?.["landedprice"]);
  for (const [theirs, ours] of Object.entries(REFERENCES))
    note(ours, summary?.referenceprice?.[theirs]);
  return {
    fact: {
      kind: "pricing_health",
      marketplaceId: marketplace.id,
      asin,
      condition: (trigger.itemcondition ?? "").toLowerCase(),
      issueType: issuetype,
      facts,
    },
    changedAt: instantOf(trigger.timeofofferchange),
    marketplaceId: marketplace.id,
  };
};
