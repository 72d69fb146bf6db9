import type { Channel } from "../core/channel.ts";
import type { PriceChangeState } from "../core/changes/states.ts";
import type { ChangeId, ListingId } from "../core/ids.ts";
import { approveChanges } from "../services/changes/approve-changes.ts";
import { pushPrices } from "../services/changes/push-prices.ts";
import { ingestNotifications } from "../services/notifications/ingest-notifications.ts";
import { decideDirty } from "../services/pricing/decide-dirty.ts";
import { offersEvent } from "./channel-event.ts";
import { type LinkedProduct, type Pipeline, rowsOf, snapshotOf } from "./pipeline-shop.ts";

const CHANNELS: readonly Channel[] = ["amazon", "shopify"];

/** A price change as its row stands. */
export interface ChangeRow {
  readonly change_id: ChangeId;
  readonly listing_id: ListingId;
  readonly state: PriceChangeState;
  readonly old_minor: string;
  readonly new_minor: string;
  readonly floor_minor: string;
  readonly state_code: string | null;
}

/** The steps of the spine, each one call, for tests that are about something else. */
export function createSteps(pipeline: Pipeline) {
  const { signal } = new AbortController();
  let events = 0;

  /** A rival takes the featured offer at a price, a second later than anything before. */
  async function rivalMoves(product: LinkedProduct, rivalMinor: bigint, ourMinor = 3_000n) {
    events += 1;
    pipeline.clock.advance(1_000);
    const observedAt = pipeline.clock.now();
    return ingestNotifications(pipeline, [
      offersEvent(snapshotOf(product.asin, { rivalMinor, ourMinor, observedAt }), {
        eventId: `rival-${String(product.shopId)}-${String(events)}`,
      }),
    ]);
  }

  const decide = (product: LinkedProduct) => decideDirty(pipeline, product.shopId, signal);

  const approveAll = (product: LinkedProduct) =>
    approveChanges(pipeline, { shopId: product.shopId, changeIds: "all", person: "ana" });

  async function push(product: LinkedProduct, worker = "1") {
    for (const channel of CHANNELS) {
      await pushPrices({ ...pipeline, worker }, { shopId: product.shopId, channel }, signal);
    }
  }

  /** Sends, then reads back: the read-back is due a moment after the receipt. */
  async function pushUntilLive(product: LinkedProduct) {
    await push(product);
    pipeline.clock.advance(1_000);
    await push(product);
  }

  /** A rival's move, decided and approved. */
  async function approved(product: LinkedProduct, rivalMinor = 2_900n) {
    await rivalMoves(product, rivalMinor);
    await decide(product);
    await approveAll(product);
  }

  const changesOf = (product: LinkedProduct) =>
    rowsOf<ChangeRow>(
      pipeline.pool,
      product.shopId,
      "SELECT change_id, listing_id, state, old_minor, new_minor, floor_minor, state_code FROM price_change ORDER BY change_id",
    );

  /** The newest change of a listing. */
  async function lastChange(product: LinkedProduct, listingId: ListingId): Promise<ChangeRow> {
    const last = (await changesOf(product))
      .filter((change) => change.listing_id === listingId)
      .at(-1);
    if (last === undefined) throw new Error("the listing has no change");
    return last;
  }

  /** What the engine said last about a listing. */
  async function reasonsOf(product: LinkedProduct, listingId: ListingId): Promise<string[]> {
    const [row] = await rowsOf<{ reasons: { code: string }[] }>(
      pipeline.pool,
      product.shopId,
      "SELECT d.reasons FROM decision_head h JOIN decision d USING (decision_id) WHERE h.listing_id = $1",
      [listingId],
    );
    return (row?.reasons ?? []).map((reason) => reason.code);
  }

  return {
    rivalMoves,
    decide,
    approveAll,
    push,
    pushUntilLive,
    approved,
    changesOf,
    lastChange,
    reasonsOf,
  };
}

export type Steps = ReturnType<typeof createSteps>;
