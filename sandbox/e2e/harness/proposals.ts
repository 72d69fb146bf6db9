import type { ChangeSeen, Onlooker } from "../../spine/onlooker.ts";
import { findSubjects, moveRival } from "../../spine/subjects.ts";
import type { Subject } from "../../spine/subjects.ts";
import type { Stack } from "../../stack/stack.ts";
import { waitFor } from "../../stack/wait.ts";

/** A product with a price that waits on each channel. */
export interface Proposed {
  readonly subject: Subject;
  readonly amazon: ChangeSeen;
  readonly shopify: ChangeSeen;
}

/** Lets rivals move until so many products have a price waiting on both channels, and nothing is left to decide. */
export async function proposeBy(
  rivals: { stack: Stack; onlooker: Onlooker; sharePercent?: number },
  count: number,
): Promise<readonly Proposed[]> {
  const { stack, onlooker, sharePercent = 96 } = rivals;
  // Some ASINs never send notifications, at Amazon as here.
  const subjects = await findSubjects(onlooker, count + 2);
  const before = new Set((await onlooker.changes()).map((change) => change.changeId));
  for (const subject of subjects) await moveRival(stack, subject, sharePercent);
  return waitFor(
    `${String(count)} products with a price waiting on both channels`,
    async () => {
      const found = await waitingPairs(onlooker, { subjects, before });
      return found.length >= count && (await isSettled(onlooker)) ? found.slice(0, count) : null;
    },
    { timeoutMs: 30_000 },
  );
}

async function waitingPairs(
  onlooker: Onlooker,
  { subjects, before }: { subjects: readonly Subject[]; before: ReadonlySet<string> },
): Promise<readonly Proposed[]> {
  const waiting = (await onlooker.changes()).filter(
    (change) => change.state === "proposed" && !before.has(change.changeId),
  );
  const of = (externalId: string) => waiting.find((change) => change.externalId === externalId);
  return subjects.flatMap((subject) => {
    const [amazon, shopify] = [of(subject.sku), of(subject.variantGid)];
    return amazon === undefined || shopify === undefined ? [] : [{ subject, amazon, shopify }];
  });
}

async function isSettled(onlooker: Onlooker): Promise<boolean> {
  const [dirty] = await onlooker.ask<{ n: number }>("SELECT count(*)::int AS n FROM dirty");
  return dirty?.n === 0;
}

/** Waits until these changes are in a state. @throws with what is missing when time is up. */
export function untilState(
  onlooker: Onlooker,
  ids: readonly string[],
  state: string,
): Promise<readonly ChangeSeen[]> {
  return waitFor(
    `${ids.join(", ")} to be ${state}`,
    async () => {
      const mine = (await onlooker.changes()).filter((change) => ids.includes(change.changeId));
      return mine.every((change) => change.state === state) ? mine : null;
    },
    { timeoutMs: 30_000 },
  );
}

/** Waits until nothing waits to be decided and no market check is under way: the quiet after connecting. */
export async function untilQuiet(onlooker: Onlooker): Promise<void> {
  await waitFor(
    "the first market check to end",
    async () => {
      const [rows] = await onlooker.ask<{ busy: number }>(
        `SELECT (SELECT count(*) FROM dirty)::int
              + (SELECT count(*) FROM sync_run WHERE state = 'running')::int
              + (SELECT count(*) FROM connection WHERE channel = 'amazon' AND swept_at IS NULL)::int AS busy`,
      );
      return rows?.busy === 0 ? true : null;
    },
    { timeoutMs: 60_000 },
  );
}

/** Lets a rival move on the listing of each SKU and waits for Amazon prices that answer it, in the SKUs' order. */
export async function proposeFor(
  { stack, onlooker }: { stack: Stack; onlooker: Onlooker },
  skus: readonly string[],
): Promise<readonly ChangeSeen[]> {
  const before = new Set((await onlooker.changes()).map((change) => change.changeId));
  for (const sku of skus) {
    const [listing] = await onlooker.ask<{ asin: string }>(
      "SELECT parent_id AS asin FROM listing WHERE channel = 'amazon' AND sku = $1",
      [sku],
    );
    if (listing === undefined) throw new Error(`no Amazon listing has the SKU ${sku}`);
    await moveRival(stack, { asin: listing.asin }, 95);
  }
  return waitFor(
    `a waiting Amazon price for ${skus.join(", ")}`,
    async () => {
      const fresh = (await onlooker.changes()).filter(
        (change) =>
          change.channel === "amazon" &&
          change.state === "proposed" &&
          !before.has(change.changeId),
      );
      const found = skus.flatMap((sku) => fresh.filter((change) => change.sku === sku).slice(-1));
      return found.length === skus.length && (await isSettled(onlooker)) ? found : null;
    },
    { timeoutMs: 30_000 },
  );
}
