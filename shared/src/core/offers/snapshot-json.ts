import { parseAsin, parseMarketplaceId } from "../ids.ts";
import { encodeCanonical } from "../json/canonical.ts";
import * as read from "../json/decode.ts";
import { currencyDecoder, moneyDecoder } from "../money/money-decoder.ts";
import type { MarketSnapshot } from "./market-snapshot.ts";
import type { Offer } from "./offer.ts";

/** A snapshot as canonical JSON text: bigints as digits, instants as ISO text, keys sorted. */
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
});
