import * as read from "../json/decode.ts";
import { currencyDecoder } from "../money/money-decoder.ts";
import type { FeeSchedule, FeeStep, RateTier } from "./fee-schedule.ts";

/** Decoder of a stored fee schedule. */
export const feeScheduleDecoder: read.Decoder<FeeSchedule> = read.object<FeeSchedule>({
  key: read.text,
  channel: read.oneOf(["amazon", "shopify"]),
  currency: currencyDecoder,
  method: read.oneOf(["marginal", "whole"]),
  tiers: read.list(
    read.object<RateTier>({ upToMinor: read.nullable(read.digits), rateBps: read.integer }),
  ),
  minimumMinor: read.digits,
  perSaleMinor: read.digits,
  fulfilmentSteps: read.list(
    read.object<FeeStep>({ upToMinor: read.nullable(read.digits), feeMinor: read.digits }),
  ),
  taxIncludedBps: read.integer,
  effectiveOn: read.text,
  source: read.text,
  readOn: read.text,
});
