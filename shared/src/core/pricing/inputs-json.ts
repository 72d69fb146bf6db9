import { feeScheduleDecoder } from "../fees/fee-schedule-json.ts";
import { parseAsin, parseChangeId, parseListingId } from "../ids.ts";
import { encodeCanonical } from "../json/canonical.ts";
import * as read from "../json/decode.ts";
import { moneyDecoder } from "../money/money-decoder.ts";
import { snapshotDecoder } from "../offers/snapshot-json.ts";
import { decidePrice } from "./decide-price.ts";
import { encodeDecision } from "./decision.ts";
import type {
  BoundFacts,
  CostFacts,
  DecisionInputs,
  ListingFacts,
  SiblingFacts,
  TakenBack,
} from "./inputs.ts";
import { ruleDecoder } from "./rule-json.ts";

/** The inputs as canonical text: equal inputs give equal bytes, whatever made them. */
export function encodeInputs(inputs: DecisionInputs): string {
  return encodeCanonical(inputs);
}

/** Reads stored inputs. @throws DecodeError or SyntaxError when the text is not what was written. */
export function decodeInputs(text: string): DecisionInputs {
  return inputsDecoder(JSON.parse(text), "inputs");
}

/**
 * Decides again from stored inputs.
 * @returns the decision's canonical text, to be compared byte by byte with the stored one.
 */
export function replay(text: string): string {
  return encodeDecision(decidePrice(decodeInputs(text)));
}

const listingIdDecoder = read.parsed("a listing id", parseListingId);
const moneyOrNull = read.nullable(moneyDecoder);

const inputsDecoder = read.object<DecisionInputs>({
  decidedAt: read.instant,
  listing: read.object<ListingFacts>({
    listingId: listingIdDecoder,
    channel: read.oneOf(["amazon", "shopify"]),
    currency: read.text,
    isActive: read.flag,
    asin: read.nullable(read.parsed("an ASIN", parseAsin)),
    currentPrice: moneyOrNull,
    shipping: moneyOrNull,
    points: moneyOrNull,
    hasActiveSale: read.flag,
    isAutoPriced: read.flag,
    changeInFlight: read.nullable(read.parsed("a price change id", parseChangeId)),
  }),
  bounds: read.object<BoundFacts>({
    handFloor: moneyOrNull,
    handCeiling: moneyOrNull,
    map: moneyOrNull,
    recentPrice: moneyOrNull,
  }),
  costs: read.object<CostFacts>({
    cost: moneyOrNull,
    other: moneyOrNull,
    returnReserveBps: read.integer,
  }),
  fees: feeScheduleDecoder,
  rule: ruleDecoder,
  market: read.nullable(snapshotDecoder),
  sisterSellerIds: read.list(read.text),
  sibling: read.nullable(
    read.object<SiblingFacts>({
      listingId: listingIdDecoder,
      price: moneyOrNull,
      landed: moneyOrNull,
      observedAt: read.instant,
    }),
  ),
  takenBack: read.nullable(read.object<TakenBack>({ price: moneyDecoder, reference: moneyOrNull })),
});
