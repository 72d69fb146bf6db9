import { encodeCanonical } from "../json/canonical.ts";
import * as read from "../json/decode.ts";
import type { OfferFilters } from "../offers/filter-offers.ts";
import type { PricingRule, Strategy } from "./pricing-rule.ts";

/** A rule as canonical JSON text, as rows store it. */
export function encodeRule(rule: PricingRule): string {
  return encodeCanonical(rule);
}

/** Reads a stored rule from parsed JSON. @throws DecodeError naming the field that is wrong. */
export function decodeRule(value: unknown): PricingRule {
  return ruleDecoder(value, "rule");
}

const followDecoder = read.object<Extract<Strategy, { kind: "follow" }>>({
  kind: read.oneOf(["follow"]),
  offsetBps: read.integer,
  keepsParity: read.flag,
});

const answerDecoder = read.object<Exclude<Strategy, { kind: "follow" }>>({
  kind: read.oneOf(["match", "beat"]),
  beatByMinor: read.digits,
});

const strategyDecoder: read.Decoder<Strategy> = (value, path) =>
  read.record(value, path).kind === "follow"
    ? followDecoder(value, path)
    : answerDecoder(value, path);

/** Decoder of a whole rule, for texts that contain one. */
export const ruleDecoder: read.Decoder<PricingRule> = read.object<PricingRule>({
  version: read.integer,
  strategy: strategyDecoder,
  target: read.oneOf(["featured", "lowest"]),
  filters: read.object<OfferFilters>({
    mustBeEligible: read.flag,
    fulfilment: read.oneOf(["amazon", "merchant", "any"]),
    ignoresAmazonRetail: read.flag,
    feedbackCountMin: read.number,
    positivePercentMin: read.number,
    handlingHoursMax: read.nullable(read.number),
    ignoredSellerIds: read.list(read.text),
  }),
  minMarginBps: read.integer,
  minProfitMinor: read.digits,
  needsHandFloor: read.flag,
  maxStepBps: read.nullable(read.integer),
  minChangeMinor: read.digits,
  maxAgeMs: read.integer,
  ceilingCapBps: read.integer,
});
