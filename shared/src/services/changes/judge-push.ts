import type { PriceChangeState } from "../../core/changes/states.ts";
import type { ChangeActor } from "../../ports/change-store.ts";
import type { PriceReading, PushOutcome } from "../../ports/price-channel.ts";
import type { ClaimedPush, PushStep, SeenPrice } from "../../ports/push-store.ts";
import { resendFacts, seenFacts, wordsOf } from "./push-facts.ts";
import { firstReadBack, LATE_READ_MS, nextReadBack } from "./read-back-times.ts";

// Amazon processes an accepted patch in seconds to minutes, sometimes hours (contracts: ACCEPTED is only a
// receipt). After this long without seeing the price the merchant is told instead of left to hope.
const LIVE_DEADLINE_MS = 15 * 60_000;
// About one write in twenty is accepted and ignored: an absolute price may be sent again without harm, so it is,
// twice, before the deadline.
const RESEND_AFTER_MS = 5 * 60_000;
const RESENDS_MAX = 2;
// A diverged price is still looked for: some appear hours later.
const LATE_DEADLINE_MS = 24 * 60 * 60_000;
// Told to wait for an hour, a price is no longer the one to send: the engine decides anew.
const WAIT_MS_MAX = 60 * 60_000;
const READ_DELAY_MS_MAX = 60_000;
// A resend after an unknown outcome waits for the read-back, and each further one waits longer.
const RESOLVE_DELAY_MS = 1_000;
const RESEND_DELAY_MS_FIRST = 250;
const UNREADABLE_DELAY_MS_MAX = 5 * 60_000;

/** One move of the ledger that a result makes. */
export interface VerdictMove {
  readonly to: PriceChangeState;
  readonly actor: ChangeActor;
  readonly code: string | null;
  readonly facts: Record<string, string>;
}

/** What one result means for the ledger, the push row and what we know of the channel. */
export interface Verdict {
  /** Moves in order; the second stands on the first. */
  readonly moves: readonly VerdictMove[];
  readonly step: Omit<PushStep, "changeId" | "fence">;
  readonly seen: SeenPrice | null;
  /** The listing's change has ended: decide again, because the market may have moved meanwhile. */
  readonly isEnded: boolean;
}

type Seen = Extract<PriceReading, { kind: "price" }>;

/** What the channel's answer to a write means. */
export function judgeSent(push: ClaimedPush, outcome: PushOutcome, now: Date): Verdict {
  const isFirst = push.changeState === "sending";
  switch (outcome.kind) {
    case "accepted": {
      const { receiptId } = outcome;
      const facts = { ...(receiptId === null ? {} : { receiptId }), ...wordsOf(outcome) };
      return going(
        {
          stage: "confirm",
          nextAt: firstReadBack(now),
          // One deadline for all tries of an accepted price; a live one that was set back gets a new one.
          deadlineAt: push.changeState === "accepted" ? null : later(now, LIVE_DEADLINE_MS),
          receiptId,
          didRead: false,
        },
        isFirst ? [{ to: "accepted", actor: "channel", code: null, facts }] : [],
      );
    }
    case "refused":
      return endUnproven(
        push,
        { code: outcome.code, facts: wordsOf(outcome) },
        { now, actor: "channel" },
      );
    case "not_sent":
      return judgeWait(push, outcome, now);
    case "unknown":
      return isFirst
        ? going(stay("resolve", later(now, RESOLVE_DELAY_MS)), [
            { to: "unknown", actor: "worker", code: outcome.code, facts: wordsOf(outcome) },
          ])
        : going({
            ...stay("confirm", later(now, RESOLVE_DELAY_MS)),
            deadlineAt: deadlineOf(push, now),
          });
  }
}

function judgeWait(
  push: ClaimedPush,
  outcome: Extract<PushOutcome, { kind: "not_sent" }>,
  now: Date,
): Verdict {
  if (outcome.code === "worker_stopping" || outcome.code === "no_turn")
    return going(stay("send", later(now, outcome.afterMs)));
  // Asked again and again, it must not take the turns of the others.
  const backoffMs = Math.min(
    RESEND_DELAY_MS_FIRST * 2 ** Math.min(push.attempts, 10),
    READ_DELAY_MS_MAX,
  );
  const step = stay("send", later(now, Math.max(outcome.afterMs, backoffMs)));
  const waitedMs = push.waitSince === null ? 0 : now.getTime() - push.waitSince.getTime();
  if (waitedMs < WAIT_MS_MAX) return going({ ...step, waitCode: outcome.code });
  const facts = { waitedMinutes: String(Math.round(waitedMs / 60_000)) };
  return endUnproven(push, { code: outcome.code, facts }, { now, actor: "worker" });
}

/** What a read-back means. */
export function judgeSeen(push: ClaimedPush, reading: PriceReading, now: Date): Verdict {
  switch (reading.kind) {
    case "missing":
      return endUnproven(push, { code: "listing_gone", facts: {} }, { now, didRead: true });
    case "unreadable":
      return isPastDeadline(push, now)
        ? giveUp(push, reading.code, now, wordsOf(reading))
        : readAgain(push, now, UNREADABLE_DELAY_MS_MAX);
    case "price":
      return judgePrice(push, reading, now);
  }
}

function judgePrice(push: ClaimedPush, reading: Seen, now: Date): Verdict {
  const isSame = (minor: bigint) =>
    reading.price.currency === push.currency && reading.price.amountMinor === minor;
  if (isSame(push.priceMinor)) return proven(push, reading, now);
  if (isHiddenBySale(push, reading, now)) return hiddenBySale(push, reading, now);
  const isOlder = push.olderMinors.some(isSame);
  if (isOlder || isSame(push.oldMinor)) return notThere(push, reading, { now, isOlder });
  const code =
    (reading.terms?.autoRules.length ?? 0) > 0 ? "automate_pricing_active" : "other_writer";
  return {
    moves: [{ to: "overtaken", actor: "channel", code, facts: seenFacts(reading) }],
    step: done(now, true),
    seen: toSeen(push, reading, now),
    isEnded: true,
  };
}

function proven(push: ClaimedPush, reading: Seen, now: Date): Verdict {
  const { changeState, resends } = push;
  const live = {
    to: "live",
    actor: "channel",
    code: changeState === "diverged" ? "seen_late" : null,
    facts: { ...seenFacts(reading), ...(resends > 0 ? { resends: String(resends) } : {}) },
  } as const;
  const moves = changeState === "unknown" ? [SEEN_AFTER_ALL, live] : [live];
  return {
    moves: changeState === "live" ? [] : moves,
    step: done(now, true),
    seen: { ...toSeen(push, reading, now), confirmedVersion: push.version },
    isEnded: true,
  };
}

const SEEN_AFTER_ALL: VerdictMove = {
  to: "accepted",
  actor: "channel",
  code: "seen_in_read_back",
  facts: {},
};

/** Our price is stored, and a sale that began meanwhile is what buyers pay. */
function isHiddenBySale(push: ClaimedPush, reading: Seen, now: Date): boolean {
  const isRunning = reading.saleUntil !== null && reading.saleUntil > now;
  return isRunning && reading.terms?.listedMinor === push.priceMinor;
}

function hiddenBySale(push: ClaimedPush, reading: Seen, now: Date): Verdict {
  const seen = toSeen(push, reading, now);
  if (push.changeState === "unknown") {
    const step = {
      ...stay("confirm", later(now, READ_DELAY_MS_MAX), true),
      deadlineAt: deadlineOf(push, now),
    };
    return { ...going(step, [SEEN_AFTER_ALL]), seen };
  }
  if (isPastDeadline(push, now)) return { ...giveUp(push, "sale_price_active", now), seen };
  return { ...readAgain(push, now, READ_DELAY_MS_MAX), seen };
}

/** The channel shows the price from before, or an older one of ours. */
function notThere(
  push: ClaimedPush,
  reading: Seen,
  { now, isOlder }: { now: Date; isOlder: boolean },
): Verdict {
  const again = stay("send", now, true);
  // Before the same price is sent again the last gate asks again: bounds may have moved meanwhile.
  if (push.changeState === "unknown") return { ...going(again), seen: toSeen(push, reading, now) };
  if (push.changeState === "diverged")
    return isPastDeadline(push, now) ? giveUp(push, null, now) : readAgain(push, now, LATE_READ_MS);
  if (push.resends < RESENDS_MAX && (isOlder || isResendDue(push, now)))
    return going({ ...again, isResend: true });
  if (isPastDeadline(push, now))
    return giveUp(push, isOlder ? "own_older_message" : "not_seen_in_time", now);
  return readAgain(push, now, READ_DELAY_MS_MAX);
}

function isResendDue(push: ClaimedPush, now: Date): boolean {
  if (push.deadlineAt === null) return false;
  const waitMs = LIVE_DEADLINE_MS - (push.resends + 1) * RESEND_AFTER_MS;
  return push.deadlineAt.getTime() - now.getTime() <= waitMs;
}

/** Time is up. An accepted price becomes diverged and is looked for a day longer; a diverged one stays so. */
function giveUp(
  push: ClaimedPush,
  code: string | null,
  now: Date,
  words: Record<string, string> = {},
): Verdict {
  if (push.changeState !== "accepted")
    return endUnproven(push, { code, facts: words }, { now, didRead: true });
  const facts = { ...words, ...resendFacts(push) };
  return {
    moves: [{ to: "diverged", actor: "worker", code, facts }],
    step: {
      ...stay("confirm", later(now, LATE_READ_MS), true),
      deadlineAt: later(now, LATE_DEADLINE_MS),
    },
    seen: null,
    isEnded: true,
  };
}

/** Ends a change that was not proven, in the word that its state allows. */
function endUnproven(
  push: ClaimedPush,
  why: { code: string | null; facts: Record<string, string> },
  how: { now: Date; actor?: ChangeActor; didRead?: boolean },
): Verdict {
  const to = UNPROVEN[push.changeState];
  const facts = { ...why.facts, ...resendFacts(push) };
  return {
    moves: to === undefined ? [] : [{ to, actor: how.actor ?? "worker", code: why.code, facts }],
    step: done(how.now, how.didRead ?? false),
    seen: null,
    isEnded: true,
  };
}

const UNPROVEN: Partial<Record<PriceChangeState, PriceChangeState>> = {
  sending: "failed",
  unknown: "failed",
  accepted: "diverged",
  live: "overtaken",
};

function readAgain(push: ClaimedPush, now: Date, limitMs: number): Verdict {
  const stage = push.changeState === "unknown" ? "resolve" : "confirm";
  return going(stay(stage, nextReadBack(push, now, limitMs), true));
}

function going(step: Verdict["step"], moves: readonly VerdictMove[] = []): Verdict {
  return { moves, step, seen: null, isEnded: false };
}

function deadlineOf(push: ClaimedPush, now: Date): Date | null {
  return push.deadlineAt === null ? later(now, LIVE_DEADLINE_MS) : null;
}

function toSeen(push: ClaimedPush, reading: Seen, now: Date): SeenPrice {
  return {
    listingId: push.listingId,
    priceMinor: reading.price.amountMinor,
    currency: reading.price.currency,
    observedAt: reading.observedAt,
    receivedAt: now,
    source: "read_back",
    confirmedVersion: null,
  };
}

function isPastDeadline(push: ClaimedPush, now: Date): boolean {
  return push.deadlineAt !== null && now >= push.deadlineAt;
}

function later(from: Date, ms: number): Date {
  return new Date(from.getTime() + ms);
}

function done(now: Date, didRead = false): Verdict["step"] {
  return { stage: "done", nextAt: now, deadlineAt: null, receiptId: null, didRead };
}

function stay(
  stage: "send" | "resolve" | "confirm",
  nextAt: Date,
  didRead = false,
): Verdict["step"] {
  return { stage, nextAt, deadlineAt: null, receiptId: null, didRead };
}
