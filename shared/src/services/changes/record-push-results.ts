import type { ShopId } from "../../core/ids.ts";
import type { ChangeMove } from "../../ports/change-store.ts";
import type { AnsweredWrite, ClaimedPush } from "../../ports/push-store.ts";
import type { ShopTransaction } from "../../ports/shop-transaction.ts";
import { judgeSeen, judgeSent, type Verdict } from "./judge-push.ts";
import type { PushDeps, PushResult } from "./push-prices.ts";
import { wallsOfPush } from "./walls-of-push.ts";

// Longer than a lease: walls of a push that is answered now were worked out no earlier.
const WALLS_AGE_MS_MAX = 2 * 60_000;

type Judged = { readonly result: PushResult; readonly verdict: Verdict };

/**
 * Stores what happened to pushes at their channel, in one transaction.
 *
 * Only results whose fence is still the newest count: a worker that lost its lease changes nothing.
 */
export async function recordResults(
  deps: Pick<PushDeps, "inShop" | "clock" | "logger">,
  shopId: ShopId,
  results: readonly PushResult[],
): Promise<void> {
  if (results.length === 0) return;
  await deps.inShop(shopId, async (tx) => {
    const lost = await recordInShop(tx, results, deps.clock.now());
    for (const changeId of lost) deps.logger.warn("push_result_fenced_off", { shopId, changeId });
  });
}

/** The same inside a transaction of the caller's. @returns the changes whose result came too late. */
export async function recordInShop(
  tx: ShopTransaction,
  results: readonly PushResult[],
  now: Date,
): Promise<ClaimedPush["changeId"][]> {
  const judged = results.map((result): Judged => ({
    result,
    verdict:
      "sent" in result
        ? judgeSent(result.push, result.sent, now)
        : judgeSeen(result.push, result.seen, now),
  }));
  const stored = await tx.pushes.step(
    judged.map(({ result: { push }, verdict }) => ({
      changeId: push.changeId,
      fence: push.fence,
      ...verdict.step,
    })),
    now,
  );
  const mine = judged.filter(({ result }) => stored.has(result.push.changeId));
  await applyVerdicts(tx, mine, now);
  return judged
    .map(({ result }) => result.push.changeId)
    .filter((changeId) => !stored.has(changeId));
}

async function applyVerdicts(
  tx: ShopTransaction,
  mine: readonly Judged[],
  now: Date,
): Promise<void> {
  for (const place of [0, 1]) {
    const moves = mine.flatMap(({ result, verdict }) => {
      const move = verdict.moves[place];
      return move === undefined
        ? []
        : [{ changeId: result.push.changeId, ...move } satisfies ChangeMove];
    });
    await tx.changes.move(moves, now);
  }
  await tx.pushes.recordWritten(mine.flatMap(({ result }) => writeOf(result, now)));
  await tx.pushes.recordTerms(mine.flatMap(({ result }) => termsOf(result)));
  await tx.pushes.recordSeen(
    mine.flatMap(({ verdict }) => (verdict.seen === null ? [] : [verdict.seen])),
  );
  const again = mine.filter(
    ({ result, verdict }) => result.push.stage !== "send" && verdict.step.stage === "send",
  );
  for (const channel of new Set(again.map(({ result }) => result.push.raw.channel)))
    await tx.wake(`push:${channel}`);
  const ended = mine.filter(({ verdict }) => verdict.isEnded);
  if (ended.length === 0) return;
  await tx.market.markDirty(
    ended.map(({ result }) => ({
      listingId: result.push.listingId,
      cause: "change_ended",
      eventAt: now,
    })),
    now,
  );
  await tx.wake("decide");
}

function writeOf(result: PushResult, now: Date): AnsweredWrite[] {
  if (!("sent" in result)) return [];
  const { push, sent } = result;
  const isRefusedPreview = sent.kind === "refused" && sent.inPreview === true;
  if (push.raw.channel !== "amazon" || (sent.kind !== "accepted" && !isRefusedPreview)) return [];
  const { minMinor, maxMinor } = result.walls ?? wallsOfPush(push);
  return [
    {
      listingId: push.listingId,
      connectionId: push.connectionId,
      at: now,
      currency: push.currency,
      minMinor,
      maxMinor,
      wasPreviewed: push.needsPreview,
      isAccepted: sent.kind === "accepted",
      wallsAt: result.wallsAt ?? new Date(now.getTime() - WALLS_AGE_MS_MAX),
    },
  ];
}

function termsOf(result: PushResult) {
  if ("sent" in result || result.seen.kind !== "price" || result.seen.terms === undefined)
    return [];
  const { terms, observedAt } = result.seen;
  return [{ listingId: result.push.listingId, terms, observedAt }];
}
