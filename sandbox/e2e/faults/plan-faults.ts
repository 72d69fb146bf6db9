/** What goes wrong in one fault run, all of it drawn from its seed. */
import { createRandom, type Random } from "../../seed/random.ts";

/** One listing of a run. Money in cents. */
export interface PlannedListing {
  readonly place: number;
  readonly baseMinor: number;
  /** Typed by the merchant: no price of ours may ever be shown below it. */
  readonly floorMinor: number;
  readonly ceilingMinor: number;
  /** Its market moves without a word, for as long as the run lasts. */
  readonly isSilent: boolean;
}

/** Something that happens to a run at an instant of it. */
export type PlannedAct = { readonly atMs: number } & (
  | { readonly kind: "move"; readonly place: number; readonly rival: 0 | 1; readonly minor: number }
  | { readonly kind: "foreign"; readonly place: number; readonly minor: number }
  | { readonly kind: "control"; readonly verb: string; readonly args: Record<string, unknown> }
);

/** A run, before anything of it has happened. */
export interface FaultPlan {
  readonly seed: number;
  readonly listings: readonly PlannedListing[];
  /** In the order of time, all within {@link NOISE_MS}. */
  readonly acts: readonly PlannedAct[];
  readonly ignoredShare: number;
  readonly noise: Readonly<Record<string, number>>;
  /** Every price of the run goes by feed. */
  readonly isFed: boolean;
  /** Its listings have been written before, so that no preview is asked for. */
  readonly isKnown: boolean;
  /** Until when calls of the sweep may have failed, from the start of the run. */
  readonly sweepTroubleUntilMs: number;
}

const MINUTE_MS = 60_000;
/** How long everything goes wrong. */
export const NOISE_MS = 10 * MINUTE_MS;
/** A silent market moves at least this often, so that every sweep finds something. */
export const SILENT_MOVE_MS = 4 * MINUTE_MS;

const OPERATIONS = [
  "patchListingsItem",
  "patchListingsItem",
  "searchListingsItems",
  "getListingOffersBatch",
  "*",
] as const;
const KINDS = ["500", "503", "html", "forbidden", "drop", "drop-after", "429"] as const;
const FEED_OPERATIONS = ["createFeedDocument", "createFeed", "getFeed", "getFeedDocument"] as const;

/** The same seed plans the same run again, whatever runs beside it. */
export function planFaults(seed: number): FaultPlan {
  const random = createRandom(seed).fork("faults");
  const listings = Array.from({ length: random.int(2, 4) }, (_, place) =>
    planListing(place, random),
  );
  const isFed = random.chance(0.12);
  const weather = planWeather(random.fork("weather"), isFed);
  const acts = [
    ...listings.flatMap((listing) =>
      planMoves(listing, random.fork(`moves ${String(listing.place)}`)),
    ),
    ...planForeign(listings, random.fork("foreign")),
    ...weather.acts,
  ].sort((left, right) => left.atMs - right.atMs);
  return {
    seed,
    listings,
    acts,
    ignoredShare: random.int(5, 30) / 100,
    noise: {
      dropShare: random.int(0, 30) / 100,
      duplicateShare: random.int(0, 30) / 100,
      delayShare: random.int(0, 30) / 100,
      delayMsMax: random.int(5, 120) * 1_000,
    },
    isFed,
    isKnown: random.chance(0.5),
    sweepTroubleUntilMs: weather.sweepTroubleUntilMs,
  };
}

function planListing(place: number, random: Random): PlannedListing {
  const baseMinor = random.int(1_500, 9_000);
  return {
    place,
    baseMinor,
    floorMinor: Math.round(baseMinor * 0.9),
    ceilingMinor: Math.round(baseMinor * 1.4),
    isSilent: random.chance(0.2),
  };
}

/** Rivals go below our floor now and then, and never to the price they had. */
function planMoves(listing: PlannedListing, random: Random): PlannedAct[] {
  const acts: PlannedAct[] = [];
  const gapMs = (): number =>
    listing.isSilent
      ? random.int(MINUTE_MS, SILENT_MOVE_MS)
      : random.int(MINUTE_MS / 2, 6 * MINUTE_MS);
  let last = 0;
  for (let atMs = gapMs(); atMs < NOISE_MS; atMs += gapMs()) {
    const rival = random.chance(0.8) ? 0 : 1;
    const minor = Math.round((listing.baseMinor * random.int(82, 118)) / 100) + random.int(1, 9);
    acts.push({
      kind: "move",
      atMs,
      place: listing.place,
      rival,
      minor: minor === last ? minor + 1 : minor,
    });
    last = minor;
  }
  return acts;
}

function planForeign(listings: readonly PlannedListing[], random: Random): PlannedAct[] {
  return Array.from({ length: random.int(0, 2) }, () => {
    const { place, baseMinor, floorMinor } = random.pick(listings);
    const minor = Math.max(floorMinor, Math.round((baseMinor * random.int(95, 130)) / 100));
    return { kind: "foreign", atMs: random.int(MINUTE_MS, NOISE_MS), place, minor };
  });
}

/** Fronts of failing calls, storms of 429s, slow answers and tokens that expire. */
function planWeather(
  random: Random,
  isFed: boolean,
): { acts: PlannedAct[]; sweepTroubleUntilMs: number } {
  const acts: PlannedAct[] = [];
  let sweepTroubleUntilMs = 0;
  const add = (verb: string, args: Record<string, unknown>): void => {
    const atMs = random.int(0, NOISE_MS - MINUTE_MS);
    const { operation, forMs } = args;
    acts.push({ kind: "control", atMs, verb, args });
    if (operation !== "*" && operation !== "getListingOffersBatch") return;
    sweepTroubleUntilMs = Math.max(sweepTroubleUntilMs, atMs + Number(forMs));
  };
  for (let front = random.int(2, 5); front > 0; front -= 1) {
    const forMs = random.int(20, 150) * 1_000;
    const share = random.int(10, 70) / 100;
    const operation =
      isFed && random.chance(0.5) ? random.pick(FEED_OPERATIONS) : random.pick(OPERATIONS);
    add("fail-share", {
      operation,
      kind: random.pick(KINDS),
      share,
      forMs,
      seed: random.int(1, 1e6),
    });
  }
  for (let storm = random.int(0, 2); storm > 0; storm -= 1)
    add("storm", { operation: random.pick(OPERATIONS), forMs: random.int(10, 90) * 1_000 });
  if (random.chance(0.4))
    add("slow", {
      operation: random.pick(OPERATIONS),
      ms: random.int(1, 6) * 1_000,
      forMs: random.int(10, 60) * 1_000,
    });
  for (let times = random.int(0, 2); times > 0; times -= 1) add("expire-access-tokens", {});
  if (isFed && random.chance(0.3))
    add("stick-feed", { status: random.pick(["IN_PROGRESS", "IN_QUEUE"]) });
  return { acts, sweepTroubleUntilMs };
}
