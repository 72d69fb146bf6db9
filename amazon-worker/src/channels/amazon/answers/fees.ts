import type { Money } from "@calibr/shared/core/money/money";
import { z } from "zod";
import { withLowerCaseKeys } from "../client/vendor-json.ts";
import { amount, flag, instant, listOf, name, part, readFrame, text } from "./lenient.ts";
import type { VendorProblem } from "./vendor-problem.ts";

/** What Amazon would take of one sale at one price (Product Fees API v0). An estimate. */
export interface FeesEstimate {
  /** The key that our request gave this entry; null when Amazon did not repeat it. */
  readonly requestKey: string | null;
  readonly idType: string | null;
  /** The SKU or the ASIN that was asked about. */
  readonly id: string | null;
  readonly marketplaceId: string | null;
  readonly isAmazonFulfilled: boolean | null;
  /** The item's price the estimate is for, without shipping. */
  readonly atPrice: Money | null;
  /** Success, ClientError, ServiceError or a new word; null when Amazon does not say. */
  readonly status: string | null;
  /** All fees together; null when there is no estimate. */
  readonly total: Money | null;
  readonly fees: readonly Fee[];
  readonly estimatedAt: Date | null;
  /** Why there is no estimate. */
  readonly problem: VendorProblem | null;
}

export interface Fee {
  /** ReferralFee, FBAFees, VariableClosingFee… */
  readonly type: string;
  /** Before promotions; `final` is what is taken. */
  readonly amount: Money | null;
  readonly promotion: Money | null;
  readonly tax: Money | null;
  readonly final: Money | null;
  /** What this fee is made of; its parts have no parts. */
  readonly included: readonly Fee[];
}

const feeFields = {
  feetype: name,
  feeamount: amount,
  feepromotion: amount,
  taxamount: amount,
  finalfee: amount,
};
const FeePart = z.object(feeFields).transform((fields) => toFee(fields, []));
const WholeFee = z
  .object({ ...feeFields, includedfeedetaillist: listOf(FeePart) })
  .transform((fields) => toFee(fields, fields.includedfeedetaillist));
const Result = z.object({
  status: text,
  feesestimateidentifier: part(
    z.object({
      marketplaceid: text,
      idtype: text,
      idvalue: text,
      isamazonfulfilled: flag,
      pricetoestimatefees: part(z.object({ listingprice: amount })),
      sellerinputidentifier: text,
    }),
  ),
  feesestimate: part(
    z.object({
      timeoffeesestimation: instant,
      totalfeesestimate: amount,
      feedetaillist: listOf(WholeFee),
    }),
  ),
  error: part(z.object({ code: text, message: text })),
});
const Batch = z.array(z.unknown());
const Single = z.object({ payload: z.object({ feesestimateresult: Result }) });

/**
 * The entries of getMyFeesEstimates, whose answer is a bare list; match by `requestKey`.
 * @throws AppError amazon_bad_answer when it is no list.
 */
export function readFeesEstimates(body: unknown): readonly FeesEstimate[] {
  const entries = readFrame("getMyFeesEstimates", Batch, withLowerCaseKeys(body));
  return listOf(Result).parse(entries).map(toEstimate);
}

/** The one estimate of ForSKU and ForASIN. @throws AppError amazon_bad_answer when there is none. */
export function readFeesEstimate(body: unknown): FeesEstimate {
  const frame = readFrame("getMyFeesEstimate", Single, withLowerCaseKeys(body));
  return toEstimate(frame.payload.feesestimateresult);
}

function toEstimate(result: z.output<typeof Result>): FeesEstimate {
  const { feesestimateidentifier: asked, feesestimate: estimate, error } = result;
  return {
    requestKey: asked?.sellerinputidentifier ?? null,
    idType: asked?.idtype ?? null,
    id: asked?.idvalue ?? null,
    marketplaceId: asked?.marketplaceid ?? null,
    isAmazonFulfilled: asked?.isamazonfulfilled ?? null,
    atPrice: asked?.pricetoestimatefees?.listingprice ?? null,
    status: result.status,
    total: estimate?.totalfeesestimate ?? null,
    fees: estimate?.feedetaillist ?? [],
    estimatedAt: estimate?.timeoffeesestimation ?? null,
    problem: error === null ? null : { code: error.code ?? "", message: error.message ?? "" },
  };
}

interface FeeFields {
  readonly feetype: string;
  readonly feeamount: Money | null;
  readonly feepromotion: Money | null;
  readonly taxamount: Money | null;
  readonly finalfee: Money | null;
}

function toFee(fields: FeeFields, included: readonly Fee[]): Fee {
  return {
    type: fields.feetype,
    amount: fields.feeamount,
    promotion: fields.feepromotion,
    tax: fields.taxamount,
    final: fields.finalfee,
    included,
  };
}
