import { AppError } from "../../core/app-error.ts";
import type { ShopId } from "../../core/ids.ts";
import { type CurrencyCode, parseCurrency } from "../../core/money/currency.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { PriceChannel, PushOutcome } from "../../ports/price-channel.ts";
import type { InShop } from "../../ports/shop-transaction.ts";
import type { ClaimedWalls, WallsStep } from "../../ports/walls-store.ts";
import { type MirroredWalls, toChannelWalls } from "./walls-of-push.ts";

/** What mirroring needs from outside. */
export interface MirrorDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly channel: PriceChannel;
  readonly worker: string;
}

const LEASE_MS = 90_000;
const CLAIM_MAX = 3;
const SENDS_MAX = 3;
const SEE_AFTER_MS = 2 * 60_000;
const DECIDE_MS = 5_000;
const PUSH_MS = 60_000;
// The price has to move before its walls can: whoever pushes it brings them along.
const PRICE_MS = 60 * 60_000;

/**
 * Brings a floor or ceiling that a person has moved to Amazon although no price follows: as Amazon's own minimum and
 * maximum, so that nobody, not even in Seller Central, can go past them by mistake.
 *
 * A wall that does not fit the price shown is left to the next price: Amazon refuses a minimum above the price.
 * @returns when there is something to do again.
 */
export async function mirrorWalls(
  deps: MirrorDeps,
  shopId: ShopId,
  signal: AbortSignal,
): Promise<{ nextAt: Date | null }> {
  while (!signal.aborted) {
    const now = deps.clock.now();
    const leaseUntil = new Date(now.getTime() + LEASE_MS);
    const claimed = await deps.inShop(shopId, (tx) =>
      tx.walls.claim({ worker: deps.worker, now, leaseUntil, limit: CLAIM_MAX }),
    );
    if (claimed.length === 0) break;
    for (const walls of claimed) await mirrorOne(deps, walls, signal);
  }
  return { nextAt: await deps.inShop(shopId, (tx) => tx.walls.nextDueAt()) };
}

async function mirrorOne(
  deps: MirrorDeps,
  claimed: ClaimedWalls,
  signal: AbortSignal,
): Promise<void> {
  const { account, address } = claimed;
  let step: Omit<WallsStep, "fence">;
  try {
    step =
      claimed.mirror === "sent"
        ? await see(deps, claimed, signal)
        : await set(deps, claimed, signal);
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    const { code } = cause;
    deps.logger.warn("walls_not_mirrored", {
      shopId: account.shopId,
      listingId: address.listingId,
      code,
    });
    step = later(deps, claimed.mirror, code, PUSH_MS);
  }
  await deps.inShop(account.shopId, (tx) =>
    tx.walls.step(address.listingId, { ...step, fence: claimed.fence }),
  );
}

type Step = Omit<WallsStep, "fence">;

/** Sends the walls, unless there is nothing to send or a price will bring them. */
async function set(deps: MirrorDeps, claimed: ClaimedWalls, signal: AbortSignal): Promise<Step> {
  const { shopId } = claimed.account;
  const { listingId } = claimed.address;
  if (claimed.isDirty) return later(deps, "wanted", "decision_due", DECIDE_MS);
  const currency = parseCurrency(claimed.currency);
  const isForeign = claimed.boundsCurrency !== null && claimed.boundsCurrency !== claimed.currency;
  if (currency === null || isForeign) return ended("failed", "gate_currency_mismatch");
  const walls = wallsOf(claimed);
  if (isThere(claimed, walls)) return ended("done", null);
  if (!fitsPrice(claimed, walls)) return later(deps, "wanted", "price_outside", PRICE_MS);
  const turns = await deps.channel.turns?.(claimed.account, "push");
  if (turns !== undefined && turns.count < 1)
    return { mirror: "wanted", code: "no_turn", nextAt: turns.nextAt };
  // After the lease stands: whoever sends a price now sees it, or is seen here.
  if (claimed.hasPush || (await deps.inShop(shopId, (tx) => tx.walls.hasPush(listingId))))
    return later(deps, "wanted", "price_on_its_way", PUSH_MS);
  return send(deps, { claimed, walls, currency }, signal);
}

async function send(
  deps: MirrorDeps,
  work: { claimed: ClaimedWalls; walls: MirroredWalls; currency: CurrencyCode },
  signal: AbortSignal,
): Promise<Step> {
  const { claimed, walls, currency } = work;
  const { account, address } = claimed;
  const wanted = toChannelWalls(walls, currency);
  if (wanted === undefined || deps.channel.pushWalls === undefined) return ended("done", null);
  const outcome = await deps.channel.pushWalls(account, { address, walls: wanted }, signal);
  return judge(deps, outcome, { currency, ...walls, at: deps.clock.now() });
}

function judge(deps: MirrorDeps, outcome: PushOutcome, sent: NonNullable<WallsStep["sent"]>): Step {
  switch (outcome.kind) {
    case "accepted":
      return { ...later(deps, "sent", null, SEE_AFTER_MS), sent };
    case "unknown":
      return { ...later(deps, "sent", outcome.code, SEE_AFTER_MS), sent };
    case "refused":
      return ended("failed", outcome.code);
    case "not_sent":
      return later(deps, "wanted", outcome.code, outcome.afterMs);
  }
}

/** Reads the listing back: what Amazon shows as sent is done, what it does not show is sent again, a few times. */
async function see(deps: MirrorDeps, claimed: ClaimedWalls, signal: AbortSignal): Promise<Step> {
  const { account, address } = claimed;
  const [reading] = await deps.channel.readPrices(account, [address], signal);
  if (reading?.kind === "missing") return ended("failed", "listing_gone");
  if (reading?.kind !== "price" || reading.terms === undefined)
    return later(deps, "sent", "unreadable", SEE_AFTER_MS);
  const { terms, observedAt } = reading;
  const { listingId } = address;
  await deps.inShop(account.shopId, (tx) =>
    tx.pushes.recordTerms([{ listingId, terms, observedAt }]),
  );
  const isMaxAsSent = claimed.sentMaxMinor === null || claimed.sentMaxMinor === terms.maxMinor;
  if (claimed.sentMinMinor === terms.minMinor && isMaxAsSent) return ended("done", null);
  if (claimed.sends >= SENDS_MAX) return ended("failed", "not_seen_in_time");
  return later(deps, "wanted", "not_seen_in_time", 0);
}

function wallsOf(claimed: ClaimedWalls): MirroredWalls {
  const { floorMinor, handFloorMinor, mapMinor, handCeilingMinor, sentMaxMinor } = claimed;
  const floors = [floorMinor, handFloorMinor, mapMinor].filter((floor) => floor !== null);
  return {
    minMinor: floors.reduce<bigint | null>(
      (max, floor) => (max === null || floor > max ? floor : max),
      null,
    ),
    maxMinor: handCeilingMinor,
    removesMax: handCeilingMinor === null && sentMaxMinor !== null,
  };
}

/** Amazon has shown these very walls; one that we would take away must be gone. */
function isThere(claimed: ClaimedWalls, walls: MirroredWalls): boolean {
  if (walls.minMinor !== null && claimed.seenMinMinor !== walls.minMinor) return false;
  if (walls.removesMax) return claimed.seenMaxMinor === null;
  return walls.maxMinor === null || claimed.seenMaxMinor === walls.maxMinor;
}

function fitsPrice({ shownMinor }: ClaimedWalls, { minMinor, maxMinor }: MirroredWalls): boolean {
  if (shownMinor === null) return false;
  return (
    (minMinor === null || minMinor <= shownMinor) && (maxMinor === null || maxMinor >= shownMinor)
  );
}

function later(deps: MirrorDeps, mirror: "wanted" | "sent", code: string | null, ms: number): Step {
  return { mirror, code, nextAt: new Date(deps.clock.now().getTime() + ms) };
}

function ended(mirror: "done" | "failed", code: string | null): Step {
  return { mirror, code, nextAt: null };
}
