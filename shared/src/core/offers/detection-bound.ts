import { MINUTE_MS, SECOND_MS } from "../time/duration.ts";

/** How many ASINs of one seller account are watched, and how fast they can be asked about. */
export type WatchLoad = {
  /** ASINs whose notifications arrive: swept as a check. */
  readonly heard: number;
  /** ASINs that sweeps alone can see: silent ones, or all of them where there is no queue. */
  readonly unheard: number;
  /** Calls a second that the channel's published quota allows. */
  readonly callsPerSecond: number;
  /** ASINs that one call asks about. */
  readonly perCall: number;
};

/** How long after its last sweep an ASIN is due again, in milliseconds. */
export type WatchPace = { readonly heardMs: number; readonly unheardMs: number };

/** The longest it can take until something is found, in milliseconds, rounded up. */
export type DetectionBound = {
  /** A change that no notification told, on an ASIN that usually speaks. */
  readonly changeMs: number;
  /** A change on an ASIN that sweeps alone can see. */
  readonly unheardChangeMs: number;
  /** That the notifications of an ASIN have stopped, once its market moves in every round. */
  readonly silenceMs: number;
};

/** A notification may be this late and still count as told. */
export const NOTIFICATION_GRACE_MS = 5 * MINUTE_MS;
/** Changes in a row that no notification told, after which an ASIN that once spoke counts as silent. */
export const MISSES_TO_SILENCE = 3;
/** The same for an ASIN that was never heard: nothing speaks for it. */
export const MISSES_TO_SILENCE_UNHEARD = 2;

// Notifications lead and the sweep checks; asking more often costs our machine more than it finds.
const HEARD_MS_MIN = 10 * MINUTE_MS;
// Sweeps are the only eyes here, and at three minutes a thousand ASINs take half of the quota.
const UNHEARD_MS_MIN = 3 * MINUTE_MS;
// Of the calls, one in three may go to ASINs that sweeps alone can see; the others must not wait for ever.
const UNHEARD_SHARE = 3;
// Two paces run into each other now and then; with every call planned, being late would never be made up for.
const MIXED_USE = 0.95;
// From the alarm to the stored answer, also when Amazon's answer is slow: half a second is usual, five are rare.
const CALL_MS = 10 * SECOND_MS;
const TURNS_LOST = 3;

/** The pace at which the quota is enough for everybody; zero ASINs have the shortest. */
export function watchPace(load: WatchLoad): WatchPace {
  const perMs = (load.callsPerSecond * load.perCall) / 1_000;
  const roundMs = Math.ceil((load.heard + load.unheard) / perMs);
  const together = {
    heardMs: Math.max(HEARD_MS_MIN, roundMs),
    unheardMs: Math.max(UNHEARD_MS_MIN, roundMs),
  };
  if (load.heard === 0 || load.unheard === 0) return together;
  const unheardMs = Math.max(UNHEARD_MS_MIN, Math.ceil((UNHEARD_SHARE * load.unheard) / perMs));
  const leftPerMs = MIXED_USE * perMs - load.unheard / unheardMs;
  const heardMs = Math.max(HEARD_MS_MIN, Math.ceil(load.heard / leftPerMs));
  // With more silent than speaking ASINs a third of the calls would be less than their even share.
  return unheardMs < heardMs ? { heardMs, unheardMs } : together;
}

/**
 * How long a change can stay unseen, from the quota and the number of ASINs alone.
 *
 * The ASIN that has been due longest is asked first. Between two sweeps of one ASIN every other one of its pace is
 * asked at most once; as the paces fit the quota, that takes no longer than the pace itself. The ASINs of the other
 * pace may come in between, all at once after an import or a person's wish. docs/decisions/0015 has the reasoning.
 */
export function detectionBound(load: WatchLoad): DetectionBound {
  const { heardMs, unheardMs } = watchPace(load);
  const perMs = (load.callsPerSecond * load.perCall) / 1_000;
  // Due between two turns an ASIN waits for the next one, and the last call of each pace may be half empty.
  const slackMs = CALL_MS + (TURNS_LOST * 1_000) / load.callsPerSecond;
  const roundMs = (load.heard + load.unheard) / perMs;
  // A stretch of heard ASINs that was asked in one go takes longer when the others come in between; but once an ASIN
  // is due, each of the others goes before it once at most, and that is a round.
  const leftPerMs = perMs - load.unheard / unheardMs;
  const stretchMs = leftPerMs > 0 ? (load.heard + load.unheard) / leftPerMs : Infinity;
  const displacedMs = load.unheard === 0 ? 0 : Math.min(stretchMs - load.heard / perMs, roundMs);
  const changeMs = Math.ceil(Math.max(heardMs + displacedMs, roundMs) + slackMs);
  const unheardChangeMs = Math.ceil(Math.max(unheardMs + load.heard / perMs, roundMs) + slackMs);
  const silenceMs = MISSES_TO_SILENCE * changeMs + NOTIFICATION_GRACE_MS;
  return { changeMs, unheardChangeMs, silenceMs };
}
