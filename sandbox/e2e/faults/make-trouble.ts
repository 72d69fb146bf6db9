/** Carries out what a run's plan says, at its instants: moves, other hands, weather; and workers that die. */
import { setTimeout as timeout } from "node:timers/promises";
import type { Random } from "../../seed/random.ts";
import type { DrivenWorld } from "../driven/driven-world.ts";
import type { FaultListing, FaultShop } from "./fault-shop.ts";
import { type FaultPlan, NOISE_MS } from "./plan-faults.ts";
import type { MoveMade } from "./read-facts.ts";

// Every run lives through about nine deaths.
const DEATH_EVERY_MS = { from: 30_000, to: 90_000 } as const;

/** Sets the run's misfortunes and plans its acts. */
export async function makeTrouble(
  world: DrivenWorld,
  shops: readonly FaultShop[],
  moves: MoveMade[],
): Promise<void> {
  for (const shop of shops) {
    const { plan, sellerId } = shop;
    const { seed } = plan;
    await world.amazon.control("ignore-writes", { sellerId, share: plan.ignoredShare, seed });
    await world.amazon.control("notification-noise", { sellerId, ...plan.noise, seed });
    for (const act of plan.acts) world.clock.after(act.atMs, () => actOut(world, shop, act, moves));
    if (plan.isFed) keepFeeding(world, shop);
  }
}

async function actOut(
  world: DrivenWorld,
  shop: FaultShop,
  act: FaultPlan["acts"][number],
  moves: MoveMade[],
): Promise<void> {
  const { sellerId } = shop;
  if (act.kind === "control")
    return void (await world.amazon.control(act.verb, { ...act.args, sellerId }));
  const listing = shop.listings[act.place];
  if (listing === undefined) return;
  if (act.kind === "move")
    return makeMove(world, listing, { rival: act.rival, minor: act.minor }, moves);
  await world.amazon.control("foreign-price", {
    sellerId,
    sku: listing.sku,
    priceMinor: act.minor,
  });
}

/** A rival's new price, unless it is the old one. */
export function makeMove(
  world: DrivenWorld,
  listing: FaultListing,
  move: { rival: 0 | 1; minor: number },
  moves: MoveMade[],
): void {
  const { asin, rivals } = listing;
  const sellerId = rivals[move.rival];
  const before = world.amazon.market.offers(asin).find((offer) => offer.sellerId === sellerId);
  if (before?.listingPriceMinor === move.minor) return;
  world.amazon.market.move({ asin, sellerId, listingPriceMinor: move.minor });
  moves.push({ asin, atMs: world.clock.now().getTime() });
}

const FEED_EVERY_MS = 20_000;

/** Plans the feed as the choice of ways would, which a handful of prices never asks for. */
function keepFeeding(world: DrivenWorld, shop: FaultShop): void {
  const { shopId, connectionId } = shop;
  const plan = async (): Promise<void> => {
    world.clock.after(FEED_EVERY_MS, plan);
    const waiting = await world.ask(FED_AND_WAITING, [shopId]);
    if (waiting.length === 0) return;
    const now = world.clock.now();
    await world.workers[0]?.parts.inShop(shopId, (tx) =>
      tx.tasks.plan({ connectionId, kind: "feed", key: "" }, now),
    );
  };
  world.clock.after(FEED_EVERY_MS, plan);
}

// A feed task that was laid aside stays so: nobody but the audit may find it.
const FED_AND_WAITING = `
  SELECT 1 FROM push WHERE shop_id = $1 AND stage = 'send' AND way = 'feed'
     AND NOT EXISTS (SELECT 1 FROM task WHERE shop_id = $1 AND kind = 'feed' AND state = 'dead') LIMIT 1`;

/**
 * A worker dies a few milliseconds after it has begun to work on what is due, or with fresh notifications in its
 * hands, and another takes its place.
 */
export function scheduleDeaths(
  world: DrivenWorld,
  trouble: { readonly shops: readonly FaultShop[]; readonly moves: MoveMade[] },
  random: Random,
): { readonly count: number } {
  const listings = trouble.shops.flatMap((shop) => shop.listings);
  const deaths = { count: 0 };
  const endsAtMs = world.clock.now().getTime() + NOISE_MS;
  const next = (): void => {
    const waitMs = random.int(DEATH_EVERY_MS.from, DEATH_EVERY_MS.to);
    if (world.clock.now().getTime() + waitMs >= endsAtMs) return;
    world.clock.after(waitMs, async () => {
      const place = random.int(0, world.workers.length - 1);
      if (random.chance(0.5)) moveSome(world, { ...trouble, listings }, random);
      else await world.workers[place]?.sweep();
      await timeout(random.int(0, 25));
      await world.replaceWorker(place);
      deaths.count += 1;
      next();
    });
  };
  next();
  return deaths;
}

const MOVED_AT_A_DEATH = 10;

function moveSome(
  world: DrivenWorld,
  { listings, moves }: { readonly listings: readonly FaultListing[]; readonly moves: MoveMade[] },
  random: Random,
): void {
  for (let each = 0; each < MOVED_AT_A_DEATH; each += 1) {
    const listing = random.pick(listings);
    const minor = Math.round((listing.baseMinor * random.int(95, 118)) / 100);
    makeMove(world, listing, { rival: 0, minor }, moves);
  }
}
