import type { ShopId } from "../../core/ids.ts";
import type { PriceChangeState } from "../../core/changes/states.ts";
import type { ChangeActor, ChangeMove } from "../../ports/change-store.ts";
import type { PriceReading, PushOutcome } from "../../ports/price-channel.ts";
import type { ClaimedPush, PushStep, SeenPrice } from "../../ports/push-store.ts";
import type { ShopTransaction } from "../../ports/shop-transaction.ts";
import type { PushDeps, PushResult } from "./push-prices.ts";

// Amazon processes an accepted patch in seconds to minutes, sometimes hours (contracts: ACCEPTED is only a
// receipt). After this long without seeing the price the merchant is told instead of left to hope.
const LIVE_DEADLINE_MS = 15 * 60_000;
const READ_DELAY_MS_FIRST = 500;
const READ_DELAY_MS_MAX = 60_000;
// A resend after an unknown outcome waits for the read-back, and each further one waits longer.
const RESOLVE_DELAY_MS = 1_000;
const UNREADABLE_DELAY_MS_MAX = 5 * 60_000;

/** What one result means for the ledger, the push row and what we know of the channel. */
interface Verdict {
  /** Moves in order; the second stands on the first. */
  readonly moves: readonly {
    to: PriceChangeState;
    actor: ChangeActor;
    code: string | null;
    facts: Record<string, string>;
  }[];
  readonly step: Omit<PushStep, "changeId" | "fence">;
  readonly seen: SeenPrice | null;
  /** The listing's change has ended: decide again, because the market may have moved meanwhile. */
  readonly isEnded: boolean;
}

/**
 * Stores what happened to pushes at their channel, in one transaction.
 *
 * Only results whose fence is still the newest count: a worker that lost its lease changes nothing.
 */
export async function recordResults(
  deps: PushDeps,
  shopId: ShopId,
  results: readonly PushResult[],
): Promise<void> {
  if (results.length === 0) return;
  await deps.inShop(shopId, async (tx) => {
    const now = deps.clock.now();
    const verdicts = results.map((result) => ({
      push: result.push,
      verdict:
        "sent" in result
          ? judgeSent(result.push, result.sent, now)
          : judgeSeen(result.push, result.seen, now),
    }));
    const stored = await tx.pushes.step(
      verdicts.map(({ push, verdict }) => ({
        changeId: push.changeId,
        fence: push.fence,
        ...verdict.step,
      })),
    );
    const mine = verdicts.filter(({ push }) => stored.has(push.changeId));
    for (const { push } of verdicts) {
      if (!stored.has(push.changeId))
        deps.logger.warn("push_result_fenced_off", { shopId, changeId: push.changeId });
    }
    await applyVerdicts(tx, mine, now);
  });
}

async function applyVerdicts(
  tx: ShopTransaction,
  mine: readonly { push: ClaimedPush; verdict: Verdict }[],
  now: Date,
): Promise<void> {
  for (const place of [0, 1]) {
    const moves = mine.flatMap(({ push, verdict }) => {
      const move = verdict.moves[place];
      return move === undefined ? [] : [{ changeId: push.changeId, ...move } satisfies ChangeMove];
    });
    await tx.changes.move(moves, now);
  }
  await tx.pushes.recordSeen(
    mine.flatMap(({ verdict }) => (verdict.seen === null ? [] : [verdict.seen])),
  );
  const again = mine.filter(
    ({ push, verdict }) => push.stage !== "send" && verdict.step.stage === "send",
  );
  for (const channel of new Set(again.map(({ push }) => push.raw.channel)))
    await tx.wake(`push:${channel}`);
  const ended = mine.filter(({ verdict }) => verdict.isEnded);
  if (ended.length === 0) return;
  await tx.market.markDirty(
    ended.map(({ push }) => ({ listingId: push.listingId, cause: "change_ended", eventAt: now })),
    now,
  );
  await tx.wake("decide");
}

function judgeSent(push: ClaimedPush, outcome: PushOutcome, now: Date): Verdict {
  switch (outcome.kind) {
    case "accepted":
      return {
        moves: [
          { to: "accepted", actor: "channel", code: null, facts: receiptFacts(outcome.receiptId) },
        ],
        step: {
          stage: "confirm",
          nextAt: later(now, READ_DELAY_MS_FIRST),
          deadlineAt: later(now, LIVE_DEADLINE_MS),
          receiptId: outcome.receiptId,
          didRead: false,
        },
        seen: null,
        isEnded: false,
      };
    case "refused":
      return {
        moves: [
          {
            to: "failed",
            actor: "channel",
            code: outcome.code,
            facts: { vendor: outcome.vendorMessage.slice(0, 500) },
          },
        ],
        step: done(now),
        seen: null,
        isEnded: false,
      };
    case "not_sent":
      return {
        moves: [],
        step: stay("send", later(now, outcome.afterMs)),
        seen: null,
        isEnded: false,
      };
    case "unknown":
      return {
        moves: [{ to: "unknown", actor: "worker", code: outcome.code, facts: {} }],
        step: stay("resolve", later(now, RESOLVE_DELAY_MS)),
        seen: null,
        isEnded: false,
      };
  }
}

function judgeSeen(push: ClaimedPush, reading: PriceReading, now: Date): Verdict {
  const isUnknown = push.changeState === "unknown";
  switch (reading.kind) {
    case "missing":
      return end(push, isUnknown ? "failed" : "diverged", "listing_gone", now);
    case "unreadable":
      return isPastDeadline(push, now)
        ? end(push, "diverged", reading.code, now)
        : {
            moves: [],
            step: stay(
              isUnknown ? "resolve" : "confirm",
              later(now, backoff(push.reads, UNREADABLE_DELAY_MS_MAX)),
              true,
            ),
            seen: null,
            isEnded: false,
          };
    case "price":
      return judgePrice(push, reading, now);
  }
}

function judgePrice(
  push: ClaimedPush,
  reading: Extract<PriceReading, { kind: "price" }>,
  now: Date,
): Verdict {
  const isUnknown = push.changeState === "unknown";
  const isOurs =
    reading.price.currency === push.currency && reading.price.amountMinor === push.priceMinor;
  if (isOurs) {
    const live = {
      to: "live" as const,
      actor: "channel" as const,
      code: null,
      facts: seenFacts(reading),
    };
    const accepted = {
      to: "accepted" as const,
      actor: "channel" as const,
      code: "seen_in_read_back",
      facts: {},
    };
    return {
      moves: isUnknown ? [accepted, live] : [live],
      step: done(now, true),
      seen: toSeen(push, reading, now, push.version),
      isEnded: true,
    };
  }
  if (reading.price.currency === push.currency && reading.price.amountMinor === push.oldMinor) {
    if (isUnknown) {
      // Not there. Before the same price is sent again the last gate asks again: bounds may have moved meanwhile.
      return {
        moves: [],
        step: stay("send", now, true),
        seen: toSeen(push, reading, now, null),
        isEnded: false,
      };
    }
    if (isPastDeadline(push, now)) return end(push, "diverged", "not_seen_in_time", now);
    return {
      moves: [],
      step: stay("confirm", later(now, backoff(push.reads, READ_DELAY_MS_MAX)), true),
      seen: null,
      isEnded: false,
    };
  }
  return {
    moves: [{ to: "overtaken", actor: "channel", code: "other_writer", facts: seenFacts(reading) }],
    step: done(now, true),
    seen: toSeen(push, reading, now, null),
    isEnded: true,
  };
}

/** Ends a change that could not be proven. A diverged one that was diverged already only stays so. */
function end(push: ClaimedPush, to: "failed" | "diverged", code: string, now: Date): Verdict {
  const moves: Verdict["moves"] =
    to === "diverged" && push.changeState === "diverged"
      ? []
      : [{ to, actor: "worker", code, facts: {} }];
  // An unknown outcome that could never be read back was not proven accepted either.
  const honest =
    push.changeState === "unknown" && to === "diverged"
      ? [{ to: "failed" as const, actor: "worker" as const, code, facts: {} }]
      : moves;
  return { moves: honest, step: done(now, true), seen: null, isEnded: true };
}

function toSeen(
  push: ClaimedPush,
  reading: Extract<PriceReading, { kind: "price" }>,
  now: Date,
  confirmedVersion: number | null,
): SeenPrice {
  return {
    listingId: push.listingId,
    priceMinor: reading.price.amountMinor,
    currency: reading.price.currency,
    observedAt: reading.observedAt,
    receivedAt: now,
    source: "read_back",
    confirmedVersion,
  };
}

function isPastDeadline(push: ClaimedPush, now: Date): boolean {
  return push.deadlineAt !== null && now >= push.deadlineAt;
}

/** 0.5 s, 1 s, 2 s, 4 s … up to a limit: soon at first, cheap later. */
function backoff(reads: number, limitMs: number): number {
  return Math.min(READ_DELAY_MS_FIRST * 2 ** Math.min(reads, 20), limitMs);
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

function receiptFacts(receiptId: string | null): Record<string, string> {
  return receiptId === null ? {} : { receiptId };
}

function seenFacts(reading: Extract<PriceReading, { kind: "price" }>): Record<string, string> {
  return { seen: `${reading.price.currency} ${String(reading.price.amountMinor)}` };
}
