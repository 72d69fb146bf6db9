/** What is known of how fast an account's prices travel. */
export interface WaySpeeds {
  /** Patches a second, as the account has shown; null = never measured. */
  readonly patchesPerSecond: number | null;
  /** How long its feeds took from submission to report, newest first. */
  readonly feedMs: readonly number[];
}

// Amazon's published plan for patchListingsItem.
const PATCHES_PER_SECOND = 5;
// What others saw for a feed of any size (EU, March 2026); with five patches a second that is 9,000 prices.
const FEED_MS = 30 * 60_000;
// Amazon's advice: many small feeds hold each other up.
const FEED_MESSAGES_MIN = 1_500;

/**
 * How many prices are patched in the time a feed takes: more than that are there sooner by feed.
 * The median of the last feeds counts, so that one that was stuck does not.
 */
export function breakEven(speeds: WaySpeeds): number {
  const sorted = [...speeds.feedMs].sort((a, b) => a - b);
  const feedMs = sorted[Math.floor(sorted.length / 2)] ?? FEED_MS;
  const perSecond = speeds.patchesPerSecond ?? PATCHES_PER_SECOND;
  return Math.max(FEED_MESSAGES_MIN, Math.floor((feedMs / 1_000) * perSecond));
}

/**
 * How many of the prices without a way go by feed: what patching could not bring in the time of a feed, so that both
 * end together; none when that is too few for a feed of its own.
 */
export function feedShare(queue: {
  readonly unrouted: number;
  readonly patching: number;
  readonly breakEven: number;
}): number {
  const over = Math.min(queue.unrouted, queue.unrouted + queue.patching - queue.breakEven);
  return over < FEED_MESSAGES_MIN ? 0 : over;
}
