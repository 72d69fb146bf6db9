import type { Pace, QuotaPlan } from "../core/quotas/turns.ts";

/**
 * Names one bucket of a channel's. `owner` is the seller; `application` for calls made without a seller; `*`
 * (with region `*`) for a ceiling over all sellers of the application.
 */
export interface QuotaBucket {
  readonly operation: string;
  readonly owner: string;
  readonly region: string;
}

/** What a bucket holds at an instant. */
export interface QuotaStanding {
  /** When it would be full again if nobody took any more: microseconds since 1970. */
  readonly fullUs: number;
  /** Tokens a second: as the channel named it last, else as published. */
  readonly ratePerSecond: number;
  readonly pace: Pace;
}

/**
 * Turns that are the caller's alone. Turn `i` may be used from `firstUs + i × interval` until `tolerance` later
 * (both in `pace`); after that it is void, without anybody having to give it back.
 */
export interface QuotaLease extends QuotaStanding {
  /** How many; 0 when the next turn lies beyond the horizon. */
  readonly turns: number;
  /** First instant of turn 0, possibly past: microseconds since 1970. */
  readonly firstUs: number;
  /** First instant of the turn after the leased ones. */
  readonly nextUs: number;
}

/** What an answer taught about a bucket. */
export interface QuotaNews {
  readonly bucket: QuotaBucket;
  readonly now: Date;
  /** The bucket is full no earlier than this; null leaves it. */
  readonly fullUs: number | null;
  /** Tokens a second as the channel named it; null when it named none. */
  readonly ratePerSecond: number | null;
  /** The channel refused a call for its quota. */
  readonly isThrottled: boolean;
}

/**
 * Buckets shared by every worker. Nothing here belongs to a shop: two shops of one seller draw from one bucket.
 * Time is the caller's; clocks of workers may differ by the slack in core/quotas.
 */
export interface QuotaStore {
  /** Reserves up to `want` turns that may be used within `horizonMs`, atomically. */
  lease(request: {
    readonly bucket: QuotaBucket;
    readonly plan: QuotaPlan;
    readonly want: number;
    readonly horizonMs: number;
    readonly now: Date;
  }): Promise<QuotaLease>;
  /** How the bucket stands; takes nothing. An unknown bucket is full. */
  peek(bucket: QuotaBucket, plan: QuotaPlan): Promise<QuotaStanding>;
  /** Corrects the bucket for every worker. */
  hear(news: QuotaNews): Promise<void>;
}
