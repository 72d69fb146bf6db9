/** Coupons and deals that run on offers, ours or a competitor's, as a control call states them. */
import type { Promotion } from "@sp-api-sdk/product-pricing-api-2022-05-01";
import type { MarketOffer } from "../market/types.ts";
import { toAmount } from "./decimal.ts";

export const PROMOTION_TYPES = ["COUPON", "DEAL"] as const;

interface RunningPromotion {
  readonly type: (typeof PROMOTION_TYPES)[number];
  /** 1–100 */
  readonly percentOff: number;
}

export interface Promotions {
  /** What runs on a seller's offer; the listing price of an offer never includes it. */
  of(shelf: string, offer: MarketOffer): Promotion[];
  /** `null` ends it. */
  set(shelf: string, sellerId: string, promotion: RunningPromotion | null): void;
  reset(): void;
}

export function createPromotions(): Promotions {
  const running = new Map<string, RunningPromotion>();
  return {
    of(shelf, { sellerId, listingPriceMinor, currency }) {
      const promotion = running.get(`${shelf} ${sellerId}`);
      if (promotion === undefined) return [];
      const { type, percentOff } = promotion;
      const minor = Math.round((listingPriceMinor * (100 - percentOff)) / 100);
      const discountedPrice = { currencyCode: currency, amount: toAmount(minor, currency) };
      const discount = { type: "PERCENTAGE_OFF", percentOff };
      return [{ promotionType: type, promotionSavings: { discount, discountedPrice } }];
    },
    set(shelf, sellerId, promotion) {
      if (promotion === null) running.delete(`${shelf} ${sellerId}`);
      else running.set(`${shelf} ${sellerId}`, promotion);
    },
    reset: () => running.clear(),
  };
}
