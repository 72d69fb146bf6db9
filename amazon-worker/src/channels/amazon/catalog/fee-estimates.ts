import { currency } from "@calibr/shared/core/money/currency";
import { type Money, money } from "@calibr/shared/core/money/money";
import { printDecimal } from "@calibr/shared/core/money/money-text";
import type { FeeAnswer, FeeQuestion } from "@calibr/shared/ports/catalog-source";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import { type FeesEstimate, readFeesEstimates } from "../answers/fees.ts";
import type { SpClient } from "../client/client.ts";
import { jsonNumber } from "../client/vendor-json.ts";

/** Amazon's estimates of up to twenty sales; entries that Amazon leaves out are left out. */
export async function estimateFees(
  parts: { readonly client: SpClient; readonly account: ChannelAccount },
  question: { readonly marketplaceId: string; readonly questions: readonly FeeQuestion[] },
  signal: AbortSignal,
): Promise<readonly FeeAnswer[]> {
  const { marketplaceId, questions } = question;
  // Our key of an entry is its place: a SKU may be longer than what Amazon takes as one.
  const body = questions.map((each, place) => ({
    IdType: "SellerSKU",
    IdValue: each.sku,
    FeesEstimateRequest: {
      MarketplaceId: marketplaceId,
      IsAmazonFulfilled: each.isAmazonFulfilled,
      PriceToEstimateFees: { ListingPrice: toVendor(each) },
      Identifier: String(place),
    },
  }));
  const request = { operation: "getMyFeesEstimates", body } as const;
  const estimates = readFeesEstimates(await parts.client.call(parts.account, request, signal));
  return estimates.flatMap((estimate) => {
    const asked = questions[Number.parseInt(estimate.requestKey ?? "", 10)];
    return asked === undefined ? [] : [toAnswer(asked, estimate)];
  });
}

function toVendor(question: FeeQuestion): { CurrencyCode: string; Amount: unknown } {
  const price = money(question.priceMinor, currency(question.currency));
  return { CurrencyCode: question.currency, Amount: jsonNumber(printDecimal(price)) };
}

function toAnswer(asked: FeeQuestion, estimate: FeesEstimate): FeeAnswer {
  const minorOf = (amount: Money | null): bigint | null =>
    amount !== null && amount.currency === asked.currency ? amount.amountMinor : null;
  const totalMinor = minorOf(estimate.total);
  const isGiven = totalMinor !== null && estimate.problem === null;
  return {
    sku: asked.sku,
    totalMinor: isGiven ? totalMinor : null,
    fees: estimate.fees.flatMap((fee) => {
      const minor = minorOf(fee.final ?? fee.amount);
      return minor === null ? [] : [{ type: fee.type, minor }];
    }),
    vendorCode: isGiven ? null : (estimate.problem?.code ?? estimate.status ?? "no_estimate"),
  };
}
