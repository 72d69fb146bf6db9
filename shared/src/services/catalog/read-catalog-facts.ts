import { AppError } from "../../core/app-error.ts";
import type { ConnectionId } from "../../core/ids.ts";
import { parseCurrency } from "../../core/money/currency.ts";
import type { CatalogScope } from "../../ports/catalog-facts.ts";
import { type AsinFact, ASINS_MAX, FEES_MAX, STOCK_MAX } from "../../ports/catalog-source.ts";
import type { RankPoint } from "../../ports/market-store.ts";
import type { ShopTransaction } from "../../ports/shop-transaction.ts";
import type { TaskRunKind } from "../../ports/sync-store.ts";
import type { TaskHandler, TaskStep } from "../tasks/run-tasks.ts";
import type { CatalogTaskDeps } from "./in-part.ts";
import { linkListings } from "./link-listings.ts";

const HOUR_MS = 60 * 60_000;

/** How one kind of fact is read: what is due, what is asked, what is stored. */
interface FactReader<Due> {
  readonly run: TaskRunKind;
  readonly limit: number;
  /** Facts older than this are read again. */
  readonly maxAgeMs: number;
  /** Calls of one step, and how long the task rests after it while more is due: the kind's share of quota. */
  readonly calls: number;
  readonly restMs: number;
  due(tx: ShopTransaction, scope: CatalogScope, before: Date, limit: number): Promise<Due[]>;
  /** Asks the channel. @returns what stores the answer, as of the given instant. */
  read(
    step: TaskStep,
    due: readonly Due[],
    signal: AbortSignal,
  ): Promise<(tx: ShopTransaction, scope: CatalogScope, at: Date) => Promise<void>>;
  /** What a finished run makes possible. */
  settle?(tx: ShopTransaction, connectionId: ConnectionId, at: Date): Promise<void>;
}

/** Titles, images, identifiers and sales ranks of the ASINs of a marketplace (the task's key), once a day. */
export function createAsinReader(deps: CatalogTaskDeps): TaskHandler {
  return factTask(deps, {
    run: "items",
    limit: ASINS_MAX,
    maxAgeMs: 24 * HOUR_MS,
    calls: 20,
    restMs: 0,
    due: (tx, scope, before, limit) => tx.catalogFacts.dueAsins(scope, before, limit),
    async read(step, asins, signal) {
      const question = { marketplaceId: step.key, asins };
      const facts = await deps.catalog.readAsins(step.account, question, signal);
      return async (tx, { marketplaceId }, at) => {
        await tx.catalogFacts.saveAsins(marketplaceId, asins, facts, at);
        await tx.market.recordRanks(facts.flatMap((fact) => ranksOf(fact, marketplaceId, at)));
      };
    },
    // A catalogue page says the barcode that the listing itself did not.
    async settle(tx, connectionId, at) {
      if (!(await tx.links.hasAlone(connectionId))) return;
      await linkListings(tx, at);
      await tx.wake("decide");
    },
  });
}

/** The ranks of an ASIN for the history, whose lists go by the channel's own ids. */
function ranksOf(fact: AsinFact, marketplaceId: string, observedAt: Date): RankPoint[] {
  return fact.ranks.map(({ listId, rank }) => ({
    marketplaceId,
    asin: fact.asin,
    category: listId,
    rank,
    observedAt,
    source: "catalog",
  }));
}

/** Stock at Amazon's warehouses of a marketplace (the task's key), four times a day. */
export function createStockReader(deps: CatalogTaskDeps): TaskHandler {
  return factTask(deps, {
    run: "stock",
    limit: STOCK_MAX,
    maxAgeMs: 6 * HOUR_MS,
    calls: 20,
    restMs: 0,
    due: (tx, scope, before, limit) => tx.catalogFacts.dueStock(scope, before, limit),
    async read(step, skus, signal) {
      const question = { marketplaceId: step.key, skus };
      const facts = await deps.catalog.readStock(step.account, question, signal);
      return (tx, scope, at) => tx.catalogFacts.saveStock(scope, skus, facts, at);
    },
  });
}

/**
 * Amazon's fee estimates of a marketplace (the task's key) at each listing's price now: those whose price
 * moved, and all once a week. Two hundred a minute, a third of what Amazon allows.
 */
export function createFeeReader(deps: CatalogTaskDeps): TaskHandler {
  return factTask(deps, {
    run: "fees",
    limit: FEES_MAX,
    maxAgeMs: 7 * 24 * HOUR_MS,
    calls: 20,
    restMs: 120_000,
    due: (tx, scope, before, limit) => tx.catalogFacts.dueFees(scope, before, limit),
    async read(step, questions, signal) {
      // A price in a currency that nobody knows cannot be put into a question; it counts as asked, or it would be due first
      // for ever.
      const known = questions.filter(({ currency }) => parseCurrency(currency) !== null);
      const question = { marketplaceId: step.key, questions: known };
      const answers =
        known.length === 0 ? [] : await deps.catalog.estimateFees(step.account, question, signal);
      return (tx, scope, at) => tx.catalogFacts.saveFees(scope, questions, answers, at);
    },
  });
}

function factTask<Due>(deps: CatalogTaskDeps, reader: FactReader<Due>): TaskHandler {
  return async (step, signal) => {
    try {
      for (let call = 0; call < reader.calls && !signal.aborted; call += 1) {
        if (await readNext(deps, step, reader, signal)) continue;
        return { dueAt: inMs(deps, HOUR_MS), progress: {} };
      }
      return { dueAt: inMs(deps, reader.restMs), progress: {} };
    } catch (cause) {
      if (cause instanceof AppError && cause.retry === "never")
        await endRun(deps, step, reader, cause.code);
      throw cause;
    }
  };
}

/** Reads what is due longest. @returns false when nothing was. */
async function readNext<Due>(
  deps: CatalogTaskDeps,
  step: TaskStep,
  reader: FactReader<Due>,
  signal: AbortSignal,
): Promise<boolean> {
  const { connectionId } = step.connection;
  const scope = { connectionId, marketplaceId: step.key };
  const askedAt = deps.clock.now();
  const before = new Date(askedAt.getTime() - reader.maxAgeMs);
  const due = await step.inLease((tx) => reader.due(tx, scope, before, reader.limit));
  if (due.length === 0) {
    await endRun(deps, step, reader, null);
    return false;
  }
  const store = await reader.read(step, due, signal);
  await step.inLease(async (tx) => {
    const runId = await tx.syncs.ensureRun(connectionId, reader.run, askedAt);
    await store(tx, scope, askedAt);
    await tx.connections.countRun(runId, { read: due.length });
  });
  return true;
}

async function endRun<Due>(
  deps: CatalogTaskDeps,
  step: TaskStep,
  reader: FactReader<Due>,
  errorCode: string | null,
): Promise<void> {
  await step.inLease(async (tx) => {
    const { connectionId } = step.connection;
    const runId = await tx.syncs.openRun(connectionId, reader.run);
    if (runId === null) return;
    const at = deps.clock.now();
    if (errorCode === null) await reader.settle?.(tx, connectionId, at);
    const state = errorCode === null ? "done" : "failed";
    await tx.connections.endRun(runId, { state, errorCode, at });
  });
}

function inMs(deps: CatalogTaskDeps, ms: number): Date {
  return new Date(deps.clock.now().getTime() + ms);
}
