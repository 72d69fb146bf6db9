/**
 * Product Fees v0: believable estimates, not Amazon's tariff. Referral: 8 % on electronics, 15 % on
 * the rest, at least 0.30. Fulfilment by Amazon: by weight, in steps that rise as the real ones do.
 */
import type {
  FeeDetail,
  FeesEstimateResult,
  IdType,
  PriceToEstimateFees,
} from "@sp-api-sdk/product-fees-api-v0";
import type { SandboxClock } from "../clock.ts";
import { toAmount, toMinor } from "./decimal.ts";
import type { Listing } from "./listing.ts";
import { isRecord } from "./purchasable-offer.ts";
import { invalidInput } from "./reply.ts";
import type { StoreOf } from "./seller-accounts.ts";
import { checkedMarketplace } from "./sp-api.ts";
import type { SpCall, SpOperation, SpReply } from "./sp-api.ts";

const ROOT = "/products/fees/v0";
const BATCH_MAX = 20;
const REFERRAL_MINOR_MIN = 30;
/** Up to this many grams → the fulfilment fee in US cents; heavier parcels pay per started kilogram. */
const FBA_STEPS = [
  [170, 306],
  [340, 365],
  [454, 431],
  [907, 510],
  [1_361, 584],
  [9_072, 775],
] as const;
const FBA_HEAVY_BASE_MINOR = 775;
const FBA_HEAVY_PER_KG_MINOR = 84;

interface ProductFeesOptions {
  readonly clock: SandboxClock;
  readonly storeOf: StoreOf;
}

interface FeesQuestion {
  readonly idType: IdType;
  readonly id: string;
  readonly marketplaceId: string;
  readonly isAmazonFulfilled: boolean;
  readonly identifier: string;
  readonly price: PriceToEstimateFees;
  readonly priceMinor: number;
  readonly currency: string;
}

export function productFeesOperations(options: ProductFeesOptions): SpOperation[] {
  const estimate = (question: FeesQuestion, call: SpCall) => estimateOf(question, call, options);

  const one =
    (idType: IdType, param: string) =>
    (call: SpCall): SpReply => {
      const request = isRecord(call.body) ? call.body["FeesEstimateRequest"] : undefined;
      const question = questionOf({ idType, id: call.params[param], request }, call);
      return { body: { payload: { FeesEstimateResult: estimate(question, call) } } };
    };

  return [
    {
      name: "getMyFeesEstimates",
      method: "POST",
      path: `${ROOT}/feesEstimate`,
      access: "seller",
      handle: (call) => {
        const entries: readonly unknown[] = Array.isArray(call.body) ? call.body : [];
        if (entries.length === 0 || entries.length > BATCH_MAX) {
          throw invalidInput(
            `Number of fees estimate requests must be between 1 and ${BATCH_MAX}.`,
          );
        }
        const questions = entries.map((entry) => {
          if (!isRecord(entry)) throw invalidInput("Each fees estimate request must be an object.");
          const { IdType: idType, IdValue: id, FeesEstimateRequest: request } = entry;
          if (idType !== "ASIN" && idType !== "SellerSKU") {
            throw invalidInput(`Invalid IdType: ${String(idType)}.`);
          }
          return questionOf({ idType, id, request }, call);
        });
        // The one operation whose answer is a bare array.
        return { body: questions.map((question) => estimate(question, call)) };
      },
    },
    {
      name: "getMyFeesEstimateForSKU",
      method: "POST",
      path: `${ROOT}/listings/{SellerSKU}/feesEstimate`,
      access: "seller",
      handle: one("SellerSKU", "SellerSKU"),
    },
    {
      name: "getMyFeesEstimateForASIN",
      method: "POST",
      path: `${ROOT}/items/{Asin}/feesEstimate`,
      access: "seller",
      handle: one("ASIN", "Asin"),
    },
  ];
}

function estimateOf(
  question: FeesQuestion,
  call: SpCall,
  { clock, storeOf }: ProductFeesOptions,
): FeesEstimateResult {
  const { idType, id, marketplaceId } = question;
  const store = storeOf(call.sellerId);
  const listing =
    idType === "SellerSKU" ? store.find(id, marketplaceId) : store.ofAsin(id, marketplaceId)[0];
  const identifier = {
    MarketplaceId: question.marketplaceId,
    SellerId: call.sellerId,
    IdType: idType,
    IdValue: id,
    IsAmazonFulfilled: question.isAmazonFulfilled,
    PriceToEstimateFees: question.price,
    SellerInputIdentifier: question.identifier,
  };
  if (listing === undefined) {
    return {
      Status: "ClientError",
      FeesEstimateIdentifier: identifier,
      Error: {
        Type: "Sender",
        Code: "InvalidParameterValue",
        Message: `The ${idType} ${id} is not valid for this marketplace.`,
        Detail: [],
      },
    };
  }
  const { total, details } = feesOf(listing, question);
  return {
    Status: "Success",
    FeesEstimateIdentifier: identifier,
    FeesEstimate: {
      TimeOfFeesEstimation: clock.now().toISOString(),
      TotalFeesEstimate: total,
      FeeDetailList: details,
    },
  };
}

function questionOf(
  input: { idType: IdType; id: unknown; request: unknown },
  call: SpCall,
): FeesQuestion {
  const { idType, id, request } = input;
  if (typeof id !== "string" || id === "") throw invalidInput("Missing IdValue.");
  if (!isRecord(request)) throw invalidInput("Missing FeesEstimateRequest.");
  const { MarketplaceId, PriceToEstimateFees: price, Identifier } = request;
  if (typeof MarketplaceId !== "string") throw invalidInput("Missing MarketplaceId.");
  if (typeof Identifier !== "string") throw invalidInput("Missing Identifier.");
  const listingPrice = isRecord(price) ? price["ListingPrice"] : undefined;
  const currency = isRecord(listingPrice) ? listingPrice["CurrencyCode"] : undefined;
  if (!isRecord(listingPrice) || typeof currency !== "string") {
    throw invalidInput("Missing PriceToEstimateFees.ListingPrice.");
  }
  const priceMinor = toMinor(listingPrice["Amount"], currency);
  if (priceMinor === undefined)
    throw invalidInput("Invalid PriceToEstimateFees.ListingPrice.Amount.");
  const amount = toAmount(priceMinor, currency);
  return {
    idType,
    id,
    marketplaceId: checkedMarketplace(MarketplaceId, call),
    isAmazonFulfilled: request["IsAmazonFulfilled"] === true,
    identifier: Identifier,
    price: { ListingPrice: { CurrencyCode: currency, Amount: amount } },
    priceMinor,
    currency,
  };
}

function feesOf(listing: Listing, question: FeesQuestion) {
  const { currency, priceMinor, isAmazonFulfilled } = question;
  const shareBps = /electronic|audio|charger|cable|phone/i.test(listing.seed.productType)
    ? 800
    : 1_500;
  const referralMinor = Math.max(REFERRAL_MINOR_MIN, Math.round((priceMinor * shareBps) / 10_000));
  const fulfilmentMinor = isAmazonFulfilled ? fbaFeeMinor(listing.seed.weightGrams) : 0;
  const detail = (FeeType: string, minor: number): FeeDetail => {
    const money = { CurrencyCode: currency, Amount: toAmount(minor, currency) };
    const nothing = { CurrencyCode: currency, Amount: 0 };
    return { FeeType, FeeAmount: money, FeePromotion: nothing, FinalFee: money };
  };
  return {
    total: { CurrencyCode: currency, Amount: toAmount(referralMinor + fulfilmentMinor, currency) },
    details: [
      detail("ReferralFee", referralMinor),
      detail("VariableClosingFee", 0),
      detail("PerItemFee", 0),
      ...(isAmazonFulfilled ? [detail("FBAFees", fulfilmentMinor)] : []),
    ],
  };
}

function fbaFeeMinor(weightGrams: number): number {
  const step = FBA_STEPS.find(([maxGrams]) => weightGrams <= maxGrams);
  if (step !== undefined) return step[1];
  return FBA_HEAVY_BASE_MINOR + Math.ceil((weightGrams - 9_072) / 1_000) * FBA_HEAVY_PER_KG_MINOR;
}
