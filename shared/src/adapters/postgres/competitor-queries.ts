import type { RivalMove, RivalOffer } from "../../core/offers/market-moves.ts";
import { rivalOffers } from "../../core/offers/market-moves.ts";
import { DAY_MS, msBetween } from "../../core/time/duration.ts";
import type { OwnMoves } from "./buy-box-queries.ts";
import { jsonText } from "./json-text.ts";
import { type FollowedPicture, marketKey } from "./followed-picture.ts";
import type { QueryClient } from "./query-client.ts";

/** What a batch of pictures adds to one competitor. */
interface Profile {
  readonly marketplaceId: string;
  readonly offer: Pick<
    RivalOffer,
    "sellerId" | "isAmazonRetail" | "feedbackCount" | "positivePercent"
  >;
  seenFrom: Date;
  seenUntil: Date;
  asins: number;
  amazonOffers: number;
  merchantOffers: number;
  movesUp: number;
  movesDown: number;
  moveBps: bigint;
  undercuts: number;
  answers: number;
  answerMs: number;
}

/** Adds to the profiles of competitors what changed between consecutive pictures, and to the log of their moves. */
export async function followCompetitors(
  client: QueryClient,
  pictures: readonly FollowedPicture[],
  known: { ownSellerIds: readonly string[]; ownMoves: OwnMoves },
): Promise<void> {
  const profiles = new Map<string, Profile>();
  const moves: Record<string, unknown>[] = [];
  const ownMoves = new Map(known.ownMoves);
  for (const picture of pictures) {
    const { snapshot, difference } = picture;
    if (picture.isLate || snapshot.condition !== "new") continue;
    const key = marketKey(snapshot);
    addPresence(profiles, picture, known.ownSellerIds);
    for (const move of difference?.moves ?? []) {
      // A move of ours in the same picture may have come before or after: nobody can say how fast it was answered.
      const ownMovedAt = difference?.isOwnMoved === true ? undefined : ownMoves.get(key);
      const answerMs =
        move.isUndercut && ownMovedAt !== undefined
          ? msBetween(ownMovedAt, snapshot.observedAt)
          : null;
      addMove(profileOf(profiles, picture, move), move, answerMs);
      moves.push(toMoveRow(picture, move, answerMs));
    }
    if (difference?.isOwnMoved === true) ownMoves.set(key, snapshot.observedAt);
  }
  if (profiles.size > 0)
    await client.query(UPSERT_COMPETITORS, [jsonText([...profiles.values()].map(toProfileRow))]);
  if (moves.length > 0) await client.query(INSERT_MOVES, [jsonText(moves)]);
}

function addPresence(
  profiles: Map<string, Profile>,
  picture: FollowedPicture,
  ownSellerIds: readonly string[],
): void {
  const { snapshot, before, difference } = picture;
  const present = rivalOffers(snapshot, ownSellerIds);
  const appeared = difference?.appeared ?? present;
  const left = difference?.left ?? [];
  const was = new Set(before === null ? [] : sellersOf(rivalOffers(before, ownSellerIds)));
  const is = new Set(sellersOf(present));
  for (const [offers, sign] of [
    [appeared, 1],
    [left, -1],
  ] as const) {
    const counted = new Set<string>();
    for (const offer of offers) {
      const profile = profileOf(profiles, picture, offer);
      if (offer.fulfilment === "amazon") profile.amazonOffers += sign;
      else profile.merchantOffers += sign;
      const isOtherPresence = sign > 0 ? !was.has(offer.sellerId) : !is.has(offer.sellerId);
      if (isOtherPresence && !counted.has(offer.sellerId)) profile.asins += sign;
      counted.add(offer.sellerId);
    }
  }
  // Who only stays is noted once a day: that keeps "last seen" true at little cost.
  if (before !== null && dayOf(before.observedAt) !== dayOf(snapshot.observedAt))
    for (const offer of present) profileOf(profiles, picture, offer);
}

function sellersOf(offers: readonly RivalOffer[]): string[] {
  return offers.map((offer) => offer.sellerId);
}

function dayOf(at: Date): number {
  return Math.floor(at.getTime() / DAY_MS);
}

function profileOf(
  profiles: Map<string, Profile>,
  picture: FollowedPicture,
  named: { readonly sellerId: string } | RivalOffer,
): Profile {
  const { marketplaceId, observedAt, offers } = picture.snapshot;
  const key = `${marketplaceId} ${named.sellerId}`;
  const listed = offers.find((offer) => offer.sellerId === named.sellerId);
  const profile = profiles.get(key) ?? {
    marketplaceId,
    offer: listed ?? {
      isAmazonRetail: false,
      feedbackCount: null,
      positivePercent: null,
      ...named,
    },
    seenFrom: observedAt,
    seenUntil: observedAt,
    asins: 0,
    amazonOffers: 0,
    merchantOffers: 0,
    movesUp: 0,
    movesDown: 0,
    moveBps: 0n,
    undercuts: 0,
    answers: 0,
    answerMs: 0,
  };
  if (observedAt > profile.seenUntil) profile.seenUntil = observedAt;
  if (observedAt < profile.seenFrom) profile.seenFrom = observedAt;
  profiles.set(key, profile);
  return profile;
}

function addMove(profile: Profile, move: RivalMove, answerMs: number | null): void {
  const by = move.to.amountMinor - move.from.amountMinor;
  if (by > 0n) profile.movesUp += 1;
  else profile.movesDown += 1;
  if (move.from.amountMinor > 0n)
    profile.moveBps += ((by < 0n ? -by : by) * 10_000n) / move.from.amountMinor;
  if (move.isUndercut) profile.undercuts += 1;
  if (answerMs === null) return;
  profile.answers += 1;
  profile.answerMs += answerMs;
}

function toProfileRow(profile: Profile): Record<string, unknown> {
  const { offer } = profile;
  return {
    marketplace_id: profile.marketplaceId,
    seller_id: offer.sellerId,
    is_amazon_retail: offer.isAmazonRetail,
    feedback_count: offer.feedbackCount,
    positive_percent: offer.positivePercent,
    seen_from: profile.seenFrom.toISOString(),
    seen_until: profile.seenUntil.toISOString(),
    asins: profile.asins,
    amazon_offers: profile.amazonOffers,
    merchant_offers: profile.merchantOffers,
    moves_up: profile.movesUp,
    moves_down: profile.movesDown,
    move_bps: String(profile.moveBps),
    undercuts: profile.undercuts,
    answers: profile.answers,
    answer_ms: profile.answerMs,
  };
}

function toMoveRow(
  picture: FollowedPicture,
  move: RivalMove,
  answerMs: number | null,
): Record<string, unknown> {
  const { asin, marketplaceId, observedAt, currency } = picture.snapshot;
  return {
    marketplace_id: marketplaceId,
    seller_id: move.sellerId,
    asin,
    fulfilment: move.fulfilment,
    observed_at: observedAt.toISOString(),
    from_minor: String(move.from.amountMinor),
    to_minor: String(move.to.amountMinor),
    currency,
    is_undercut: move.isUndercut,
    answer_ms: answerMs,
  };
}

const UPSERT_COMPETITORS = `
  INSERT INTO competitor AS c (shop_id, marketplace_id, seller_id, is_amazon_retail, feedback_count, positive_percent, first_seen_at,
    last_seen_at, asins, amazon_offers, merchant_offers, moves_up, moves_down, move_bps_sum, undercuts, answers, answer_ms_sum)
  SELECT current_shop(), marketplace_id, seller_id, is_amazon_retail, feedback_count, positive_percent, seen_from, seen_until,
    asins, amazon_offers, merchant_offers, moves_up, moves_down, move_bps, undercuts, answers, answer_ms
    FROM jsonb_to_recordset($1::jsonb) AS r(marketplace_id text, seller_id text, is_amazon_retail boolean, feedback_count int,
      positive_percent int, seen_from timestamptz, seen_until timestamptz, asins int, amazon_offers int, merchant_offers int,
      moves_up int, moves_down int, move_bps bigint, undercuts int, answers int, answer_ms bigint)
   ORDER BY marketplace_id, seller_id
  ON CONFLICT (shop_id, marketplace_id, seller_id) DO UPDATE
    SET is_amazon_retail = excluded.is_amazon_retail OR c.is_amazon_retail,
        feedback_count = coalesce(excluded.feedback_count, c.feedback_count),
        positive_percent = coalesce(excluded.positive_percent, c.positive_percent),
        first_seen_at = least(c.first_seen_at, excluded.first_seen_at), last_seen_at = greatest(c.last_seen_at, excluded.last_seen_at),
        asins = greatest(c.asins + excluded.asins, 0), amazon_offers = greatest(c.amazon_offers + excluded.amazon_offers, 0),
        merchant_offers = greatest(c.merchant_offers + excluded.merchant_offers, 0),
        moves_up = c.moves_up + excluded.moves_up, moves_down = c.moves_down + excluded.moves_down,
        move_bps_sum = c.move_bps_sum + excluded.move_bps_sum, undercuts = c.undercuts + excluded.undercuts,
        answers = c.answers + excluded.answers, answer_ms_sum = c.answer_ms_sum + excluded.answer_ms_sum`;

const INSERT_MOVES = `
  INSERT INTO competitor_move (shop_id, marketplace_id, seller_id, asin, fulfilment, observed_at, from_minor, to_minor, currency, is_undercut, answer_ms)
  SELECT current_shop(), marketplace_id, seller_id, asin, fulfilment, observed_at, from_minor, to_minor, currency, is_undercut, answer_ms
    FROM jsonb_to_recordset($1::jsonb) AS r(marketplace_id text, seller_id text, asin text, fulfilment text, observed_at timestamptz,
      from_minor bigint, to_minor bigint, currency text, is_undercut boolean, answer_ms bigint)
  ON CONFLICT DO NOTHING`;
