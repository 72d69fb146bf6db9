import { z } from "zod";
import { fitting, flag, listOf, name, readFrame, text } from "./lenient.ts";

/** A seller's part in one marketplace (Sellers API v1); also "Non-Amazon" ones that are no stores. */
export interface MarketplaceParticipation {
  readonly marketplaceId: string;
  readonly country: string | null;
  readonly currency: string | null;
  readonly storeName: string | null;
  /** True also for stores that were never opened (docs issue 254). */
  readonly isParticipating: boolean;
  readonly hasSuspendedListings: boolean | null;
}

/** What getAccount tells of the seller; names and addresses of people are not read. */
export interface SellerAccount {
  readonly participations: readonly MarketplaceParticipation[];
  /** PROFESSIONAL, INDIVIDUAL or a new word. */
  readonly sellingPlan: string | null;
}

const Participation = z
  .object({
    marketplace: z.object({ id: name, countryCode: text, defaultCurrencyCode: text }),
    participation: z.object({ isParticipating: z.boolean(), hasSuspendedListings: flag }),
    storeName: text,
  })
  .transform(({ marketplace, participation, storeName }): MarketplaceParticipation => ({
    marketplaceId: marketplace.id,
    country: marketplace.countryCode,
    currency: marketplace.defaultCurrencyCode,
    storeName,
    isParticipating: participation.isParticipating,
    hasSuspendedListings: participation.hasSuspendedListings,
  }));
const Participations = z.object({ payload: z.array(z.unknown()) });
const Account = z.object({
  payload: z.object({
    marketplaceParticipationList: listOf(Participation),
    sellingPlan: text,
  }),
});

/** Where a seller sells. @throws AppError amazon_bad_answer when there is no list. */
export function readMarketplaceParticipations(body: unknown): readonly MarketplaceParticipation[] {
  const { payload } = readFrame("getMarketplaceParticipations", Participations, body);
  return fitting(payload, Participation).entries;
}

/** The seller's account. @throws AppError amazon_bad_answer when there is none. */
export function readAccount(body: unknown): SellerAccount {
  const { payload } = readFrame("getAccount", Account, body);
  return { participations: payload.marketplaceParticipationList, sellingPlan: payload.sellingPlan };
}
