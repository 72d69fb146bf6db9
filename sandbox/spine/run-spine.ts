import type { Stack } from "../stack/stack.ts";
import { waitFor } from "../stack/wait.ts";
import { linkAmazon, sweptOrNull } from "./link-amazon.ts";
import type { ChangeSeen, Onlooker } from "./onlooker.ts";
import { type Percentiles, percentiles } from "./percentiles.ts";
import { findSubjects, moveRival, type Subject } from "./subjects.ts";

/** The last line of `npm run demo -- --once --json`. */
export interface SpineResult {
  /** Market events taken in. */
  readonly observed: number;
  readonly proposed: number;
  readonly approved: number;
  readonly live: { readonly amazon: number; readonly shopify: number };
  readonly undone: number;
  readonly msEventToAccepted: Percentiles;
  readonly msEventToLive: Percentiles;
}

// Some ASINs never send notifications, at Amazon as here: a rival moves on more products than are waited for.
const SUBJECTS = 8;
const SUBJECTS_NEEDED = 6;
const PROPOSALS_MS = 30_000;
const SWEEP_MS = 120_000;
const APPROVAL_ROUNDS = 5;
const LIVE_MS = 60_000;

/**
 * Runs the main job by itself: link, watch, a rival moves, decide, the merchant approves on the page, push to
 * both channels, see it live, take it back. Each step is checked where it counts: at Amazon and Shopify.
 * @throws at the first promised step that did not happen.
 */
export async function runSpine(
  stack: Stack,
  onlooker: Onlooker,
  onProgress: (line: string) => void,
): Promise<SpineResult> {
  await linkAmazon(stack, onlooker);
  onProgress("both catalogues imported, Amazon's notifications subscribed");

  await waitFor("the first market sweep to end", () => sweptOrNull(onlooker), {
    timeoutMs: SWEEP_MS,
  });
  const subjects = await findSubjects(onlooker, SUBJECTS);
  const movedAtMs = stack.world.clock.now().getTime();
  for (const subject of subjects) await moveRival(stack, subject, 97);
  onProgress(`a rival moved on ${String(subjects.length)} products`);
  const ids = await approveProposals(stack, onlooker, subjects);
  onProgress(`${String(ids.length)} prices proposed and approved`);

  const live = await waitFor("the approved prices to be live", () => allIn(onlooker, ids, "live"), {
    timeoutMs: LIVE_MS,
  });
  await checkOutside(stack, live, (change) => change.newMinor);
  onProgress(`${String(live.length)} prices live, seen at Amazon and Shopify`);

  await stack.merchant.submit("/app/activity", { intent: "undo", id: ids });
  const undone = await waitFor(
    "the undone prices to be live again",
    () => allUndone(onlooker, ids),
    { timeoutMs: LIVE_MS },
  );
  await checkOutside(stack, undone, (change) => change.newMinor);
  onProgress(`${String(undone.length)} prices taken back`);
  return summary(onlooker, { live, undone, movedAtMs });
}

async function summary(
  onlooker: Onlooker,
  run: { live: readonly ChangeSeen[]; undone: readonly ChangeSeen[]; movedAtMs: number },
): Promise<SpineResult> {
  const { live, undone } = run;
  const [counted] = await onlooker.ask<{ observed: number; broken: number }>(
    `SELECT (SELECT count(*)::int FROM inbox WHERE source = 'amazon' AND state = 'done') AS observed,
            (SELECT count(*)::int FROM broken_receipts()) AS broken`,
  );
  if (counted === undefined || counted.observed === 0)
    throw new Error("no market event was taken in");
  if (counted.broken > 0)
    throw new Error(`${String(counted.broken)} receipts do not hash to what they say`);
  const changes = await onlooker.changes();
  // Where a rival's move led to the price that was proposed before, the older proposal stood: its event is not ours.
  const since = (change: ChangeSeen, at: number | null) =>
    at === null || change.eventAtMs < run.movedAtMs ? [] : [at - change.eventAtMs];
  return {
    observed: counted.observed,
    proposed: changes.filter((change) => change.revertsChangeId === null).length,
    approved: changes.filter(
      (change) => change.revertsChangeId === null && change.approvedAtMs !== null,
    ).length,
    live: {
      amazon: live.filter((change) => change.channel === "amazon").length,
      shopify: live.filter((change) => change.channel === "shopify").length,
    },
    undone: undone.length,
    msEventToAccepted: percentiles(live.flatMap((change) => since(change, change.acceptedAtMs))),
    msEventToLive: percentiles(live.flatMap((change) => since(change, change.liveAtMs))),
  };
}

/**
 * Approves the subjects' proposals on the Approvals page. The market does not wait: what was superseded
 * between reading and approving is refused, rightly, and its successor is approved in the next round.
 */
async function approveProposals(
  stack: Stack,
  onlooker: Onlooker,
  subjects: readonly Subject[],
): Promise<string[]> {
  const startedMs = Date.now();
  for (let round = 0; round < APPROVAL_ROUNDS; round += 1) {
    const proposals = await waitFor(
      "proposals on both channels",
      () => proposalsFor(onlooker, subjects),
      {
        timeoutMs: PROPOSALS_MS,
      },
    );
    const id = proposals
      .filter((change) => change.state === "proposed")
      .map((change) => change.changeId);
    await stack.merchant.submit("/app/approvals", { intent: "approve", id });
    const approved = await approvedPairs(onlooker, subjects, startedMs);
    if (approved.length >= 2 * SUBJECTS_NEEDED) return approved.map((change) => change.changeId);
  }
  throw new Error(`after ${String(APPROVAL_ROUNDS)} rounds too few proposals could be approved`);
}

async function approvedPairs(
  onlooker: Onlooker,
  subjects: readonly Subject[],
  sinceMs: number,
): Promise<ChangeSeen[]> {
  const approved = new Map(
    (await onlooker.changes())
      .filter((change) => change.approvedAtMs !== null && change.approvedAtMs >= sinceMs)
      .map((change) => [change.externalId, change]),
  );
  return pairsIn(approved, subjects);
}

/** Both changes of each subject that has two. */
function pairsIn(
  byListing: ReadonlyMap<string, ChangeSeen>,
  subjects: readonly Subject[],
): ChangeSeen[] {
  return subjects.flatMap((subject) => {
    const [amazon, shopify] = [byListing.get(subject.sku), byListing.get(subject.variantGid)];
    return amazon === undefined || shopify === undefined ? [] : [amazon, shopify];
  });
}

/** Open or approved changes of the subjects that have one on both channels, once they are enough; null before. */
async function proposalsFor(
  onlooker: Onlooker,
  subjects: readonly Subject[],
): Promise<ChangeSeen[] | null> {
  const open = new Map(
    (await onlooker.changes())
      .filter((change) =>
        ["proposed", "approved", "sending", "accepted", "live"].includes(change.state),
      )
      .map((change) => [change.externalId, change]),
  );
  const pairs = pairsIn(open, subjects);
  if (pairs.length < 2 * SUBJECTS_NEEDED) return null;
  const [dirty] = await onlooker.ask<{ n: number }>("SELECT count(*)::int AS n FROM dirty");
  // Something may have moved since: an approval now would be refused, rightly.
  return dirty?.n === 0 ? pairs : null;
}

async function allIn(
  onlooker: Onlooker,
  ids: readonly string[],
  state: string,
): Promise<ChangeSeen[] | null> {
  const mine = (await onlooker.changes()).filter((change) => ids.includes(change.changeId));
  const ended = mine.find((change) =>
    ["failed", "rejected", "stale", "superseded", "diverged", "overtaken"].includes(change.state),
  );
  if (ended !== undefined) {
    throw new Error(
      `the change of ${ended.sku} on ${ended.channel} ended as ${ended.state} (${ended.stateCode ?? "no code"})`,
    );
  }
  return mine.length === ids.length && mine.every((change) => change.state === state) ? mine : null;
}

async function allUndone(onlooker: Onlooker, ids: readonly string[]): Promise<ChangeSeen[] | null> {
  const reversals = (await onlooker.changes()).filter(
    (change) => change.revertsChangeId !== null && ids.includes(change.revertsChangeId),
  );
  if (reversals.length < ids.length) return null;
  return allIn(
    onlooker,
    reversals.map((change) => change.changeId),
    "live",
  );
}

/** Asks Amazon and Shopify themselves what they show. @throws when one shows another price. */
async function checkOutside(
  stack: Stack,
  changes: readonly ChangeSeen[],
  expected: (change: ChangeSeen) => number,
): Promise<void> {
  for (const change of changes) {
    const shown = await shownMinor(stack, change);
    if (shown !== expected(change)) {
      throw new Error(
        `${change.channel} shows ${String(shown)} for ${change.sku}, not ${String(expected(change))}`,
      );
    }
    if (shown < change.floorMinor)
      throw new Error(`${change.channel} shows ${change.sku} below its floor`);
  }
}

async function shownMinor(stack: Stack, change: ChangeSeen): Promise<number> {
  if (change.channel === "amazon") {
    return (
      await stack.control<{ shownMinor: number }>("amazon", "sku", { sku: change.externalId })
    ).shownMinor;
  }
  const { price } = await stack.control<{ price: string }>("shopify", "variant", {
    sku: change.sku,
  });
  return Math.round(Number(price) * 100);
}
