import type { Money } from "../money/money.ts";
import type { MarketSnapshot } from "./market-snapshot.ts";

/**
 * Who holds the featured offer of an ASIN:
 * won (we, or another account of the same merchant) · lost (somebody else, or nobody can say who) ·
 * suppressed (there are offers, and none is featured) · none (there is no offer at all).
 */
export type BuyBoxState = "won" | "lost" | "suppressed" | "none";

/** The Buy Box as one picture showed it. */
export type BuyBoxSight = {
  readonly at: Date;
  readonly state: BuyBoxState;
  /** Null when nobody holds it, or the holder is not named. */
  readonly winnerId: string | null;
  readonly landed: Money | null;
};

/**
 * The last sights of an ASIN, oldest first, and since when the state of the oldest of them has held.
 * Keeping several makes late pictures harmless: they are put where they belong and everything is read anew.
 */
export type BuyBoxTrail = { readonly since: Date; readonly sights: readonly BuyBoxSight[] };

/** Reads the Buy Box from a picture. @param ownSellerIds every seller account of the merchant. */
export function readBuyBox(snapshot: MarketSnapshot, ownSellerIds: readonly string[]): BuyBoxSight {
  const { observedAt: at, offers, featuredLanded } = snapshot;
  const featured = offers.filter((offer) => offer.isFeatured);
  const ours = featured.find((offer) => offer.isOwn || ownSellerIds.includes(offer.sellerId));
  if (ours !== undefined) return { at, state: "won", winnerId: ours.sellerId, landed: ours.landed };
  // Of several winners the first by name, so that the order of offers never looks like a change.
  const [winner] = [...featured].sort((a, b) => (a.sellerId < b.sellerId ? -1 : 1));
  if (winner !== undefined)
    return { at, state: "lost", winnerId: winner.sellerId || null, landed: winner.landed };
  if (featuredLanded !== null) return { at, state: "lost", winnerId: null, landed: featuredLanded };
  const state = offers.length > 0 ? "suppressed" : "none";
  return { at, state, winnerId: null, landed: null };
}

// Pictures overtake each other by seconds, not by more than this many pictures of one ASIN.
const SIGHTS_MAX = 16;

/**
 * The trail with one more sight, wherever in time it belongs. The same sights give the same trail in any
 * order, as long as none comes more than sixteen sights late.
 * @returns null when the sight changes nothing: it is known, or too old to be placed.
 */
export function withSight(trail: BuyBoxTrail | null, sight: BuyBoxSight): BuyBoxTrail | null {
  if (trail === null) return { since: sight.at, sights: [sight] };
  const [oldest] = trail.sights;
  if (oldest === undefined) return { since: sight.at, sights: [sight] };
  const isFull = trail.sights.length >= SIGHTS_MAX;
  if (sight.at < oldest.at && isFull) return null;
  const known = trail.sights.find((each) => each.at.getTime() === sight.at.getTime());
  // Two sources may say two things of one instant: the same one counts whichever came first.
  if (known !== undefined && keyOf(known) >= keyOf(sight)) return null;
  const sights = [...trail.sights.filter((each) => each !== known), sight].sort(
    (left, right) => left.at.getTime() - right.at.getTime(),
  );
  const isFirst = sights[0] === sight;
  return trimmed({ since: isFirst ? sight.at : trail.since, sights });
}

/** Where the state of now began: its first sight, with the instant since which it has held. */
export function currentHolding(trail: BuyBoxTrail): BuyBoxSight {
  const last = holdings(trail).at(-1);
  if (last === undefined) throw new RangeError("a trail has at least one sight");
  return last;
}

/** Every state of the trail with the instant at which it began, oldest first; neighbours differ. */
export function holdings(trail: BuyBoxTrail): readonly BuyBoxSight[] {
  const found: BuyBoxSight[] = [];
  for (const sight of trail.sights) {
    const last = found.at(-1);
    if (last === undefined) found.push({ ...sight, at: trail.since });
    else if (!isSameHolding(last, sight)) found.push(sight);
  }
  return found;
}

function trimmed(trail: BuyBoxTrail): BuyBoxTrail {
  const [oldest, next] = trail.sights;
  if (trail.sights.length <= SIGHTS_MAX || oldest === undefined || next === undefined) return trail;
  const since = isSameHolding(oldest, next) ? trail.since : next.at;
  return { since, sights: trail.sights.slice(1) };
}

function isSameHolding(left: BuyBoxSight, right: BuyBoxSight): boolean {
  return left.state === right.state && left.winnerId === right.winnerId;
}

function keyOf({ state, winnerId, landed }: BuyBoxSight): string {
  return `${state} ${winnerId ?? ""} ${landed?.amountMinor ?? ""}`;
}
