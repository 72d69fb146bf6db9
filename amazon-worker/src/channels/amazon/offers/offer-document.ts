import { makeOffer, type Offer, type OfferCondition } from "@calibr/shared/core/offers/offer";
import { add, equals, money, subtract, type Money } from "@calibr/shared/core/money/money";
import type { MarketExtras } from "@calibr/shared/core/offers/market-snapshot";
import { z } from "zod";
import { isAmazonRetail } from "./amazon-retail.ts";
import { readMarketExtras, readOfferExtras, wholeNumber } from "./offer-extras.ts";
import { readMoney } from "../client/vendor-money.ts";

/**
 * The part that a v0 offers answer and an ANY_OFFER_CHANGED notification have in common, keys in lower
 * case. Amazon's schemas mark fields as required that real documents leave out (models issue 5054) and
 * leave out one that they carry (`IsBuyBoxWinner`, models issue 362), so everything is optional here.
 */
export interface OfferDocument {
  readonly offers: unknown;
  readonly summary: unknown;
  readonly condition: OfferCondition;
  readonly ownSellerId: string;
}

/** The offers of a document in the normal shape, or what could not be read. */
export type ReadOffers =
  | (MarketExtras & {
      readonly kind: "read";
      readonly offers: readonly Offer[];
      readonly featuredLanded: Money | null;
    })
  | { readonly kind: "unreadable"; readonly problem: string };

/**
 * Reads the offers and the featured price. An offer without a readable price makes the whole document
 * unreadable: leaving it out could make us look alone and raise the price. An offer in two currencies
 * cannot be compared and is left out.
 */
export function readOffers(document: OfferDocument): ReadOffers {
  const entries = Offers.safeParse(document.offers ?? []);
  if (!entries.success) return { kind: "unreadable", problem: "offers_no_list" };
  const parts: Draft[] = [];
  for (const entry of entries.data) {
    const draft = readDraft(entry, document);
    if (draft === null) return { kind: "unreadable", problem: "offer_price_unreadable" };
    if (draft.offer !== null) parts.push({ offer: draft.offer, isFlagged: draft.isFlagged });
  }
  const featured = readFeatured(document);
  const offers = withFeatured(parts, featured);
  const flagged = offers.find((offer) => offer.isFeatured);
  const featuredLanded = featured?.landed ?? flagged?.landed ?? null;
  return { kind: "read", offers, featuredLanded, ...readMarketExtras(document.summary) };
}

/** Amazon's condition words in any case; null when we do not know the class. */
export function readCondition(value: unknown): OfferCondition | null {
  const word = typeof value === "string" ? value.trim().toLowerCase() : "";
  return CONDITIONS.find((condition) => condition === word) ?? null;
}

const CONDITIONS = ["new", "used", "collectible", "refurbished", "club"] as const;

interface Draft {
  readonly offer: Offer;
  /** What `IsBuyBoxWinner` said; null when it was not there. */
  readonly isFlagged: boolean | null;
}

const flag = z.boolean().nullish().catch(null);
const count = z.union([z.int(), z.string()]).nullish().catch(null);
const Offers = z.array(z.unknown());
const OfferEntry = z.object({
  sellerid: z.string().nullish().catch(null),
  myoffer: flag,
  subcondition: z.string().nullish().catch(null),
  listingprice: z.unknown().optional(),
  shipping: z.unknown().optional(),
  points: z.unknown().optional(),
  isfulfilledbyamazon: flag,
  isbuyboxwinner: flag,
  isfeaturedmerchant: flag,
  sellerfeedbackrating: z
    .object({ feedbackcount: count, sellerpositivefeedbackrating: count })
    .nullish()
    .catch(null),
  shippingtime: z.object({ maximumhours: count }).nullish().catch(null),
});

function readDraft(
  entry: unknown,
  document: OfferDocument,
): { readonly offer: Offer | null; readonly isFlagged: boolean | null } | null {
  const parsed = OfferEntry.safeParse(entry);
  if (!parsed.success) return null;
  const fields = parsed.data;
  const listing = readMoney(fields.listingprice);
  const shipping = readMoney(fields.shipping);
  if (listing === null || shipping === null) return null;
  const sellerId = fields.sellerid ?? "";
  const rating = fields.sellerfeedbackrating;
  const offer = makeOffer({
    sellerId,
    isOwn: fields.myoffer === true || (sellerId !== "" && sellerId === document.ownSellerId),
    isFeatured: fields.isbuyboxwinner === true,
    isAmazonRetail: isAmazonRetail(sellerId),
    listing,
    shipping,
    points: readPoints(fields.points, listing),
    fulfilment: fields.isfulfilledbyamazon === true ? "amazon" : "merchant",
    condition: conditionOf(fields.subcondition ?? "", document.condition),
    feedbackCount: wholeNumber(rating?.feedbackcount),
    positivePercent: wholeNumber(rating?.sellerpositivefeedbackrating),
    handlingHoursMax: wholeNumber(fields.shippingtime?.maximumhours),
    isFeaturedMerchant: fields.isfeaturedmerchant === true,
    ...readOfferExtras(entry),
  });
  return { offer, isFlagged: fields.isbuyboxwinner ?? null };
}

// Subconditions of used and collectible goods share their words; the document's own class decides.
const SUBCONDITIONS: Readonly<Record<string, OfferCondition>> = {
  new: "new",
  mint: "used",
  very_good: "used",
  good: "used",
  acceptable: "used",
  club: "club",
  refurbished: "refurbished",
  refurbished_warranty: "refurbished",
};

function conditionOf(subcondition: string, asked: OfferCondition): OfferCondition {
  const word = subcondition
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_");
  const named = SUBCONDITIONS[word] ?? asked;
  return named === "used" && asked !== "new" ? asked : named;
}

const PointsEntry = z.object({
  pointsnumber: z.int().nonnegative().nullish().catch(null),
  pointsmonetaryvalue: z.unknown().optional(),
});

// Notifications name only the number; one Amazon point is worth one yen (amazon.co.jp, "Amazon Points").
function readPoints(value: unknown, listing: Money): Money | null {
  const parsed = PointsEntry.safeParse(value);
  if (!parsed.success) return null;
  const worth = readMoney(parsed.data.pointsmonetaryvalue);
  if (worth !== null) return worth;
  const points = parsed.data.pointsnumber ?? 0;
  return points > 0 && listing.currency === "JPY" ? money(BigInt(points), "JPY") : null;
}

interface FeaturedPrice {
  readonly landed: Money;
  readonly sellerId: string | null;
}

const BuyBoxPrices = z.object({ buyboxprices: z.array(z.unknown()).catch([]) });
const BuyBoxPrice = z.object({
  condition: z.string().catch(""),
  offertype: z.string().nullish().catch(null),
  quantitytier: z.int().nullish().catch(null),
  landedprice: z.unknown().optional(),
  listingprice: z.unknown().optional(),
  shipping: z.unknown().optional(),
  points: z.unknown().optional(),
  sellerid: z.string().nullish().catch(null),
});

/** The featured price for one piece and ordinary buyers; business and bulk prices are other markets. */
function readFeatured(document: OfferDocument): FeaturedPrice | null {
  const summary = BuyBoxPrices.safeParse(document.summary);
  if (!summary.success) return null;
  for (const entry of summary.data.buyboxprices) {
    const parsed = BuyBoxPrice.safeParse(entry);
    if (!parsed.success) continue;
    const price = parsed.data;
    const isOurs = readCondition(price.condition) === document.condition;
    const isOrdinary = (price.offertype ?? "B2C") === "B2C" && (price.quantitytier ?? 1) <= 1;
    const landed = isOurs && isOrdinary ? landedOf(price) : null;
    if (landed !== null) return { landed, sellerId: price.sellerid ?? null };
  }
  return null;
}

// Listing and shipping are preferred: LandedPrice has been seen with and without points taken off.
function landedOf(price: z.infer<typeof BuyBoxPrice>): Money | null {
  const listing = readMoney(price.listingprice);
  const shipping = readMoney(price.shipping);
  if (listing === null || shipping === null || shipping.currency !== listing.currency) {
    return readMoney(price.landedprice);
  }
  const gross = add(listing, shipping);
  const points = readPoints(price.points, listing);
  return points?.currency === gross.currency ? subtract(gross, points) : gross;
}

/**
 * Marks who holds the featured offer. The flags count when there are any; else the one offer that
 * fits price (and seller, when named). Several that fit are left unmarked: nobody can say whose it is.
 */
function withFeatured(drafts: readonly Draft[], featured: FeaturedPrice | null): Offer[] {
  const offers = drafts.map(({ offer }) => offer);
  if (featured === null || drafts.some(({ isFlagged }) => isFlagged === true)) return offers;
  const fits = offers.filter(
    (offer) =>
      equals(offer.landed, featured.landed) &&
      (featured.sellerId === null || featured.sellerId === offer.sellerId),
  );
  const eligible = fits.filter((offer) => offer.isFeaturedMerchant);
  const [only, another] = eligible.length > 0 ? eligible : fits;
  if (only === undefined || another !== undefined) return offers;
  return offers.map((offer) => (offer === only ? { ...offer, isFeatured: true } : offer));
}
