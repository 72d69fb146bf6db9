import type { MarketExtras } from "@calibr/shared/core/offers/market-snapshot";
import type { OfferExtras } from "@calibr/shared/core/offers/offer";
import { z } from "zod";
import { readMoney } from "../client/vendor-money.ts";

const text = z.string().trim().min(1).nullish().catch(null);
const flag = z.boolean().nullish().catch(null);
const hours = z.union([z.int(), z.string()]).nullish().catch(null);

// Prime and shipping differ in their spelling between answers and notifications; both are read.
const OfferEntry = z.object({
  subcondition: text,
  primeinformation: z
    .object({
      isprime: flag,
      isofferprime: flag,
      isnationalprime: flag,
      isoffernationalprime: flag,
    })
    .nullish()
    .catch(null),
  shipsfrom: z.object({ country: text, state: text }).nullish().catch(null),
  shippingtime: z.object({ minimumhours: hours, availabilitytype: text }).nullish().catch(null),
});

/** What an offer of a v0 answer or a notification says beside its price, keys in lower case. */
export function readOfferExtras(entry: unknown): OfferExtras {
  const parsed = OfferEntry.safeParse(entry);
  if (!parsed.success) return {};
  const { subcondition, primeinformation, shipsfrom, shippingtime } = parsed.data;
  const country = shipsfrom?.country ?? null;
  const state = shipsfrom?.state ?? null;
  const handlingHoursMin = wholeNumber(shippingtime?.minimumhours);
  const prime = primeOf(primeinformation);
  const availability = shippingtime?.availabilitytype?.toUpperCase();
  return {
    ...(subcondition
      ? { subcondition: subcondition.toLowerCase().replaceAll(/[\s-]+/g, "_") }
      : {}),
    ...(prime === null ? {} : { prime }),
    ...(country === null && state === null ? {} : { shipsFrom: { country, state } }),
    ...(handlingHoursMin === null ? {} : { handlingHoursMin }),
    ...(availability === undefined
      ? {}
      : { availability: availability === "NOW" || availability === "AVAILABLE" ? "now" : "later" }),
  };
}

function primeOf(
  said: z.infer<typeof OfferEntry>["primeinformation"],
): "national" | "regional" | "none" | null {
  const isPrime = said?.isprime ?? said?.isofferprime ?? null;
  if (isPrime === null) return null;
  if (!isPrime) return "none";
  return (said?.isnationalprime ?? said?.isoffernationalprime) === true ? "national" : "regional";
}

/** Shares and hours are cut to whole numbers: they are compared with thresholds, never computed with. */
export function wholeNumber(value: number | string | null | undefined): number | null {
  const whole = Number.parseInt(String(value ?? ""), 10);
  return Number.isSafeInteger(whole) && whole >= 0 ? whole : null;
}

const Summary = z.object({
  totaloffercount: z.int().nonnegative().nullish().catch(null),
  numberofoffers: z.array(z.unknown()).nullish().catch(null),
  listprice: z.unknown().optional(),
  competitivepricethreshold: z.unknown().optional(),
  suggestedlowerpriceplusshipping: z.unknown().optional(),
  salesrankings: z.array(z.unknown()).nullish().catch(null),
});
const OfferCount = z.object({ offercount: z.int().nonnegative() });
const Ranking = z.object({ productcategoryid: z.string().min(1), rank: z.int().positive() });

/** What the summary says of the market beside who is featured, keys in lower case. */
export function readMarketExtras(summary: unknown): MarketExtras {
  const parsed = Summary.safeParse(summary);
  if (!parsed.success) return {};
  const { data } = parsed;
  const offersTotal = data.totaloffercount ?? totalOf(data.numberofoffers ?? []);
  const references = [
    { kind: "list" as const, price: readMoney(data.listprice) },
    { kind: "competitive_threshold" as const, price: readMoney(data.competitivepricethreshold) },
    { kind: "suggested" as const, price: readMoney(data.suggestedlowerpriceplusshipping) },
  ].flatMap(({ kind, price }) => (price === null ? [] : [{ kind, price }]));
  const ranks = (data.salesrankings ?? []).flatMap((value) => {
    const ranking = Ranking.safeParse(value);
    if (!ranking.success) return [];
    return [{ category: ranking.data.productcategoryid, rank: ranking.data.rank }];
  });
  return {
    ...(offersTotal === null ? {} : { offersTotal }),
    ...(references.length === 0 ? {} : { references }),
    ...(ranks.length === 0 ? {} : { ranks }),
  };
}

function totalOf(counts: readonly unknown[]): number | null {
  const read = counts.flatMap((each) => {
    const parsed = OfferCount.safeParse(each);
    return parsed.success ? [parsed.data.offercount] : [];
  });
  return read.length === 0 ? null : read.reduce((sum, each) => sum + each, 0);
}
