import type { CurrencyCode } from "../../core/money/currency.ts";
import { money } from "../../core/money/money.ts";
import type { ChannelWalls } from "../../ports/price-channel.ts";
import type { ClaimedPush } from "../../ports/push-store.ts";

/** Walls to be set at the channel with a price, minor units of the push's currency. */
export interface MirroredWalls {
  readonly minMinor: bigint | null;
  readonly maxMinor: bigint | null;
  /** We set a maximum before, and the merchant has none any more. */
  readonly removesMax: boolean;
}

/**
 * Floor and ceiling as Amazon is to hold them. The minimum is the highest floor that the last gate asks about; the
 * maximum is the merchant's own ceiling, and where there is none nothing is invented: one that somebody set in Seller
 * Central stays, one that we set goes.
 */
export function wallsOfPush(push: ClaimedPush): MirroredWalls {
  const { raw } = push;
  if (raw.channel !== "amazon") return { minMinor: null, maxMinor: null, removesMax: false };
  const isHand = raw.boundsCurrency === push.currency;
  const floors = [
    push.floorMinor,
    isHand ? raw.itemFloorMinor : null,
    isHand ? raw.mapMinor : null,
  ];
  const maxMinor = isHand ? raw.itemCeilingMinor : null;
  return {
    minMinor: floors.reduce<bigint>(
      (max, floor) => (floor !== null && floor > max ? floor : max),
      0n,
    ),
    maxMinor,
    removesMax: maxMinor === null && raw.mirroredMaxMinor !== null,
  };
}

/** The same as the channel takes it; undefined where the channel has no walls. */
export function toChannelWalls(
  walls: MirroredWalls,
  currency: CurrencyCode,
): ChannelWalls | undefined {
  const { minMinor, maxMinor, removesMax } = walls;
  if (minMinor === null && maxMinor === null && !removesMax) return undefined;
  return {
    min: minMinor === null ? null : money(minMinor, currency),
    max: maxMinor !== null ? money(maxMinor, currency) : removesMax ? "remove" : null,
  };
}
