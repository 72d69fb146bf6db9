import { parseAsin, parseMarketplaceId } from "../ids.ts";
import { encodeCanonical } from "../json/canonical.ts";
import * as read from "../json/decode.ts";
import { currencyDecoder, moneyDecoder } from "../money/money-decoder.ts";
import type { MarketSnapshot, ReferencePrice, SalesRank } from "./market-snapshot.ts";
import type { FeaturedSegment, Offer, Promotion } from "./offer.ts";

/**
 * A snapshot as canonical JSON text: bigints as digits, instants as ISO text, keys sorted.
 *
 * The text has no version: a field that came later is optional, is absent from what was written before it, and
 * stays absent when that is read and written again. Stored decisions therefore replay byte for byte.
 */
export function encodeSnapshot(snapshot: MarketSnapshot): string {
  return encodeCanonical(snapshot);
}

/** Reads a stored snapshot from parsed JSON. @throws DecodeError naming the field that is wrong. */
export function decodeSnapshot(value: unknown): MarketSnapshot {
  return snapshotDecoder(value, "snapshot");
}

const conditionDecoder = read.oneOf(["new", "used", "collectible", "refurbished", "club"]);

const offerDecoder = read.object<Offer>({
  sellerId: read.text,
  isOwn: read.flag,
  isFeatured: read.flag,
  isAmazonRetail: read.flag,
  listing: moneyDecoder,
  shipping: moneyDecoder,
  points: read.nullable(moneyDecoder),
  landed: moneyDecoder,
  fulfilment: read.oneOf(["amazon", "merchant"]),
  condition: conditionDecoder,
  feedbackCount: read.nullable(read.number),
  positivePercent: read.nullable(read.number),
  handlingHoursMax: read.nullable(read.number),
  isFeaturedMerchant: read.flag,
  subcondition: read.optional(read.text),
  prime: read.optional(read.oneOf(["national", "regional", "none"])),
  shipsFrom: read.optional(
    read.object<NonNullable<Offer["shipsFrom"]>>({
      country: read.nullable(read.text),
      state: read.nullable(read.text),
    }),
  ),
  handlingHoursMin: read.optional(read.integer),
  availability: read.optional(read.oneOf(["now", "later"])),
  promotions: read.optional(
    read.list(
      read.object<Promotion>({
        kind: read.text,
        amountOff: read.nullable(moneyDecoder),
        offBps: read.nullable(read.integer),
      }),
    ),
  ),
  segments: read.optional(
    read.list(
      read.object<FeaturedSegment>({
        membership: read.oneOf(["prime", "non_prime", "default"]),
        viewsBps: read.nullable(read.integer),
      }),
    ),
  ),
});

const referenceDecoder = read.object<ReferencePrice>({
  kind: read.oneOf(["list", "competitive_threshold", "suggested", "competitive", "was"]),
  price: moneyDecoder,
});

/** Decoder of a whole snapshot, for texts that contain one. */
export const snapshotDecoder: read.Decoder<MarketSnapshot> = read.object<MarketSnapshot>({
  asin: read.parsed("an ASIN", parseAsin),
  marketplaceId: read.parsed("a marketplace id", parseMarketplaceId),
  condition: conditionDecoder,
  currency: currencyDecoder,
  offers: read.list(offerDecoder),
  featuredLanded: read.nullable(moneyDecoder),
  observedAt: read.instant,
  receivedAt: read.instant,
  source: read.oneOf(["notification", "sweep"]),
  offersTotal: read.optional(read.integer),
  references: read.optional(read.list(referenceDecoder)),
  ranks: read.optional(
    read.list(read.object<SalesRank>({ category: read.text, rank: read.integer })),
  ),
});
