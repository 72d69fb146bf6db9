import type { Stack } from "../stack/stack.ts";
import { waitFor } from "../stack/wait.ts";
import { linkAmazon } from "./link-amazon.ts";
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

  const subjects = await findSubjects(onlooker, SUBJECTS);
  for (const subject of subjects) await moveRival(stack, subject, 97);
  onProgress(`a rival moved on ${String(subjects.length)} products`);
  const proposals = await waitFor(
    "proposals on both channels",
    () => proposalsFor(onlooker, subjects),
    { timeoutMs: PROPOSALS_MS },
  );
  onProgress(`${String(proposals.length)} prices proposed`);

  const ids = proposals.map((change) => change.changeId);
  await stack.merchant.submit("/app/approvals", { intent: "approve", id: ids });
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
  return summary(onlooker, live, undone);
}

async function summary(
  onlooker: Onlooker,
  live: readonly ChangeSeen[],
  undone: readonly ChangeSeen[],
): Promise<SpineResult> {
  const [counted] = await onlooker.ask<{ observed: number; broken: number }>(
    `SELECT (SELECT count(*)::int FROM inbox WHERE source = 'amazon' AND state = 'done') AS observed,
            (SELECT count(*)::int FROM broken_receipts()) AS broken`,
  );
  if (counted === undefined || counted.observed === 0)
    throw new Error("no market event was taken in");
  if (counted.broken > 0)
    throw new Error(`${String(counted.broken)} receipts do not hash to what they say`);
  const changes = await onlooker.changes();
  const since = (change: ChangeSeen, at: number | null) =>
    at === null ? [] : [at - change.eventAtMs];
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

/** The open proposals of the subjects that have one on both channels, once they are enough; null before. */
async function proposalsFor(
  onlooker: Onlooker,
  subjects: readonly Subject[],
): Promise<ChangeSeen[] | null> {
  const open = new Map(
    (await onlooker.changes())
      .filter((change) => change.state === "proposed")
      .map((change) => [change.externalId, change]),
  );
  const pairs = subjects.flatMap((subject) => {
    const [amazon, shopify] = [open.get(subject.sku), open.get(subject.variantGid)];
    return amazon === undefined || shopify === undefined ? [] : [[amazon, shopify]];
  });
  if (pairs.length < SUBJECTS_NEEDED) return null;
  const [dirty] = await onlooker.ask<{ n: number }>("SELECT count(*)::int AS n FROM dirty");
  // Something may have moved since: an approval now would be refused, rightly.
  return dirty?.n === 0 ? pairs.flat() : null;
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
