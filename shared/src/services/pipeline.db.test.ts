import { describe, expect, it } from "vitest";
import type { ChangeId } from "../core/ids.ts";
import { replay } from "../core/pricing/inputs-json.ts";
import { offersEvent } from "../testing/channel-event.ts";
import {
  type LinkedProduct,
  makeLinkedProduct,
  rowsOf,
  snapshotOf,
} from "../testing/pipeline-shop.ts";
import { usePipeline } from "../testing/use-pipeline.ts";
import { approveChanges, rejectChanges } from "./changes/approve-changes.ts";
import { pushPrices } from "./changes/push-prices.ts";
import { undoChanges } from "./changes/undo-changes.ts";
import { ingestNotifications } from "./notifications/ingest-notifications.ts";
import { decideDirty } from "./pricing/decide-dirty.ts";
import { setPaused, setApprovalPolicy } from "./settings/set-approval-policy.ts";

const pipeline = usePipeline();
const { signal } = new AbortController();

interface StoredChange {
  change_id: ChangeId;
  listing_id: string;
  state: string;
  new_minor: string;
  state_code: string | null;
}

function changesOf(product: LinkedProduct): Promise<StoredChange[]> {
  return rowsOf(
    pipeline.pool,
    product.shopId,
    "SELECT change_id, listing_id, state, new_minor, state_code FROM price_change ORDER BY change_id",
  );
}

let events = 0;
async function rivalMoves(product: LinkedProduct, rivalMinor: bigint, ourMinor = 3_000n) {
  events += 1;
  pipeline.clock.advance(1_000);
  return ingestNotifications(pipeline, [
    offersEvent(
      snapshotOf(product.asin, { rivalMinor, ourMinor, observedAt: pipeline.clock.now() }),
      { eventId: `event-${String(events)}` },
    ),
  ]);
}

const decide = (product: LinkedProduct) => decideDirty(pipeline, product.shopId, signal);
const push = async (product: LinkedProduct) => {
  for (const channel of ["amazon", "shopify"] as const) {
    await pushPrices({ ...pipeline, worker: "1" }, { shopId: product.shopId, channel }, signal);
  }
};
/** Push, then read back: the read-back is due a moment after the receipt. */
const pushUntilLive = async (product: LinkedProduct) => {
  await push(product);
  pipeline.clock.advance(1_000);
  await push(product);
};
const approveAll = (product: LinkedProduct) =>
  approveChanges(pipeline, { shopId: product.shopId, changeIds: "all", person: "ana" });

describe("the spine", () => {
  it("brings a rival's move to both channels, proves it and takes it back", async () => {
    const product = await makeLinkedProduct(pipeline);

    expect(await rivalMoves(product, 2_850n)).toMatchObject({ kept: 1, marked: 2 });
    expect(await decide(product)).toMatchObject({ proposed: 2 });
    const proposed = await changesOf(product);
    expect(proposed.map((change) => [change.state, change.new_minor])).toEqual([
      ["proposed", "2850"],
      ["proposed", "2850"],
    ]);

    expect((await approveAll(product)).moved).toHaveLength(2);
    await pushUntilLive(product);
    expect((await changesOf(product)).map((change) => change.state)).toEqual(["live", "live"]);
    expect(pipeline.channels.amazon.shown.get(product.amazonId)?.minor).toBe(2_850n);
    expect(pipeline.channels.shopify.shown.get(product.shopifyId)?.minor).toBe(2_850n);

    const undone = await undoChanges(pipeline, {
      shopId: product.shopId,
      changeIds: proposed.map((change) => change.change_id),
      person: "ana",
    });
    expect(undone.undone).toHaveLength(2);
    await pushUntilLive(product);
    expect(pipeline.channels.amazon.shown.get(product.amazonId)?.minor).toBe(3_000n);
    expect(pipeline.channels.shopify.shown.get(product.shopifyId)?.minor).toBe(3_000n);
  });

  it("does not propose again what the merchant took back until the market gives another answer", async () => {
    const product = await makeLinkedProduct(pipeline);
    await rivalMoves(product, 2_900n);
    await decide(product);
    await approveAll(product);
    await pushUntilLive(product);
    const live = await changesOf(product);
    await undoChanges(pipeline, {
      shopId: product.shopId,
      changeIds: live.map((change) => change.change_id),
      person: "ana",
    });
    await pushUntilLive(product);

    await rivalMoves(product, 2_900n);
    expect(await decide(product)).toMatchObject({ proposed: 0 });
    await rivalMoves(product, 2_880n);
    expect(await decide(product)).toMatchObject({ proposed: 2 });
  });

  it("does not propose a rejected price again for the same market, and followers follow nobody", async () => {
    const product = await makeLinkedProduct(pipeline);
    await rivalMoves(product, 2_900n);
    await decide(product);
    const [amazonChange] = await changesOf(product);
    if (amazonChange === undefined) throw new Error("nothing proposed");
    await rejectChanges(pipeline, {
      shopId: product.shopId,
      changeIds: [amazonChange.change_id],
      person: "ana",
    });

    await decide(product);

    expect((await changesOf(product)).map((change) => change.state)).toEqual(["rejected", "stale"]);
  });

  it("keeps one copy of an event however often it comes", async () => {
    const product = await makeLinkedProduct(pipeline);
    const event = offersEvent(
      snapshotOf(product.asin, { rivalMinor: 2_700n, observedAt: pipeline.clock.now() }),
      { eventId: "same-event" },
    );

    await ingestNotifications(pipeline, [event, event]);
    const again = await ingestNotifications(pipeline, [event]);

    expect(again.marked).toBe(0);
    expect(
      await rowsOf(
        pipeline.pool,
        product.shopId,
        "SELECT 1 FROM inbox WHERE event_id = 'same-event'",
      ),
    ).toHaveLength(1);
  });

  it("lets a newer picture of the market win whatever order they arrive in", async () => {
    const product = await makeLinkedProduct(pipeline);
    await rivalMoves(product, 2_800n);
    const late = snapshotOf(product.asin, {
      rivalMinor: 2_000n,
      observedAt: new Date("2026-11-01T00:00:00Z"),
    });

    await pipeline.inShop(product.shopId, (tx) => tx.market.recordSnapshots([late], "sweep"));

    const [row] = await rowsOf<{ featured_landed_minor: string }>(
      pipeline.pool,
      product.shopId,
      "SELECT featured_landed_minor FROM offer_current",
    );
    expect(row?.featured_landed_minor).toBe("2800");
  });

  it("replaces an open proposal when the market moves, and drops it when there is nothing left to do", async () => {
    const product = await makeLinkedProduct(pipeline);
    await rivalMoves(product, 2_900n);
    await decide(product);
    await rivalMoves(product, 2_850n);
    await decide(product);
    await rivalMoves(product, 3_000n);
    await decide(product);

    expect((await changesOf(product)).map((change) => change.state)).toEqual([
      "superseded",
      "superseded",
      "stale",
      "stale",
    ]);
  });

  it("replays every stored decision to the same words", async () => {
    const product = await makeLinkedProduct(pipeline);
    await rivalMoves(product, 2_900n);
    await decide(product);

    const decisions = await rowsOf<{ inputs: string; kind: string; price_minor: string | null }>(
      pipeline.pool,
      product.shopId,
      "SELECT inputs, kind, price_minor FROM decision",
    );

    expect(decisions.length).toBeGreaterThan(0);
    for (const decision of decisions) {
      const again = replay(decision.inputs);
      expect(again).toContain(`"kind":"${decision.kind}"`);
      if (decision.price_minor !== null)
        expect(again).toContain(`"amountMinor":"${decision.price_minor}"`);
    }
  });
});

describe("approvals", () => {
  it("refuses an approval while something moved that the engine has not looked at", async () => {
    const product = await makeLinkedProduct(pipeline);
    await rivalMoves(product, 2_900n);
    await decide(product);
    await rivalMoves(product, 2_800n);

    const outcome = await approveAll(product);

    expect(outcome.moved).toEqual([]);
    expect(outcome.skipped.map((skip) => skip.code)).toEqual(["stale_inputs", "stale_inputs"]);
  });

  it("says which changes of another shop it did not find, and moves none", async () => {
    const product = await makeLinkedProduct(pipeline);
    const stranger = await makeLinkedProduct(pipeline);
    await rivalMoves(product, 2_900n);
    await decide(product);
    const [change] = await changesOf(product);
    if (change === undefined) throw new Error("nothing proposed");

    const outcome = await approveChanges(pipeline, {
      shopId: stranger.shopId,
      changeIds: [change.change_id],
      person: "eve",
    });

    expect(outcome).toMatchObject({ moved: [], skipped: [{ code: "not_found" }] });
    expect((await changesOf(product))[0]?.state).toBe("proposed");
  });

  it("approves alone only what is inside the merchant's band", async () => {
    const product = await makeLinkedProduct(pipeline);
    await setApprovalPolicy(pipeline, { shopId: product.shopId, mode: "auto", autoMaxMove: "2" });

    await rivalMoves(product, 2_950n);
    expect(await decide(product)).toMatchObject({ approvedByPolicy: 2 });
    await pushUntilLive(product);
    await rivalMoves(product, 2_700n, 2_950n);
    expect(await decide(product)).toMatchObject({ proposed: 2, approvedByPolicy: 0 });
  });
});

describe("pushes", () => {
  async function approved(rivalMinor = 2_900n): Promise<LinkedProduct> {
    const product = await makeLinkedProduct(pipeline);
    await rivalMoves(product, rivalMinor);
    await decide(product);
    await approveAll(product);
    return product;
  }
  const amazonState = async (product: LinkedProduct) =>
    (await changesOf(product)).filter((change) => change.listing_id === product.amazonId).at(-1);

  it("reads back before sending again when the outcome is unknown", async () => {
    const product = await approved();
    const sentBefore = pipeline.channels.amazon.received.length;
    pipeline.channels.amazon.nextOutcomes.push("apply_then_unknown");

    await push(product);
    expect((await amazonState(product))?.state).toBe("unknown");
    pipeline.clock.advance(2_000);
    await push(product);

    expect((await amazonState(product))?.state).toBe("live");
    expect(pipeline.channels.amazon.received.length - sentBefore).toBe(1);
  });

  it("sends again under a new fence when the read-back shows the old price", async () => {
    const product = await approved();
    pipeline.channels.amazon.nextOutcomes.push({ kind: "unknown", code: "amazon_unavailable" });

    await push(product);
    pipeline.clock.advance(2_000);
    await push(product);
    pipeline.clock.advance(2_000);
    await push(product);

    expect((await amazonState(product))?.state).toBe("live");
    expect(pipeline.channels.amazon.shown.get(product.amazonId)?.minor).toBe(2_900n);
  });

  it("waits and sends later when the channel certainly did not process it", async () => {
    const product = await approved();
    pipeline.channels.amazon.nextOutcomes.push({
      kind: "not_sent",
      code: "amazon_throttled",
      afterMs: 5_000,
    });

    await push(product);
    expect((await amazonState(product))?.state).toBe("sending");
    pipeline.clock.advance(6_000);
    await pushUntilLive(product);

    expect((await amazonState(product))?.state).toBe("live");
  });

  it("ends a refused change with the channel's own words", async () => {
    const product = await approved();
    pipeline.channels.amazon.nextOutcomes.push({
      kind: "refused",
      code: "amazon_request_refused",
      vendorMessage: "minimum price is greater",
    });

    await push(product);

    expect(await amazonState(product)).toMatchObject({
      state: "failed",
      state_code: "amazon_request_refused",
    });
  });

  it("never calls an accepted price live until it is seen, and says so when time is up", async () => {
    const product = await approved();
    // The price is sent again twice before its time is up.
    for (let send = 0; send < 3; send += 1)
      pipeline.channels.amazon.nextOutcomes.push("accept_and_ignore");

    await push(product);
    for (let minute = 0; minute < 16; minute += 1) {
      pipeline.clock.advance(61_000);
      await push(product);
    }

    expect(await amazonState(product)).toMatchObject({
      state: "diverged",
      state_code: "not_seen_in_time",
    });
  });

  it("names another writer and never overwrites it", async () => {
    const product = await approved();
    await push(product);
    pipeline.channels.amazon.shown.set(product.amazonId, { minor: 2_222n, currency: "USD" });
    pipeline.clock.advance(1_000);
    const sent = pipeline.channels.amazon.received.length;

    await push(product);

    expect(await amazonState(product)).toMatchObject({
      state: "overtaken",
      state_code: "other_writer",
    });
    expect(pipeline.channels.amazon.received.length).toBe(sent);
  });

  it("takes what a dead worker held for unknown, and a result under an old fence for nothing", async () => {
    const product = await approved();
    const now = pipeline.clock.now();
    const claimed = await pipeline.inShop(product.shopId, async (tx) => {
      const [connection] = await tx.connections.byChannel("amazon");
      if (connection === undefined) throw new Error("Amazon is not connected");
      const { connectionId } = connection;
      const [one] = await tx.pushes.claim({
        work: "send",
        connectionId,
        worker: "77",
        now,
        leaseUntil: new Date(now.getTime() + 90_000),
        limit: 1,
        previewLimit: 1,
        unpreviewedIfDueBy: pipeline.clock.now(),
      });
      if (one === undefined) throw new Error("nothing claimed");
      await tx.changes.move(
        [{ changeId: one.changeId, to: "sending", actor: "worker", code: null, facts: {} }],
        now,
      );
      return one;
    });
    await pipeline.inShop(product.shopId, (tx) => tx.pushes.releaseLeasesOf("77"));

    await push(product);
    const stored = await pipeline.inShop(product.shopId, (tx) =>
      tx.pushes.step(
        [
          {
            changeId: claimed.changeId,
            fence: claimed.fence,
            stage: "done",
            nextAt: now,
            deadlineAt: null,
            receiptId: null,
            didRead: false,
          },
        ],
        now,
      ),
    );

    expect(stored.size).toBe(0);
    const states = await rowsOf<{ to_state: string }>(
      pipeline.pool,
      product.shopId,
      "SELECT to_state FROM price_change_event WHERE change_id = $1 ORDER BY seq",
      [claimed.changeId],
    );
    expect(states.map((row) => row.to_state).slice(0, 4)).toEqual([
      "proposed",
      "approved",
      "sending",
      "unknown",
    ]);
  });

  it("lets nothing through the last gate when cost or bounds changed after the approval", async () => {
    const product = await approved();
    await pipeline.inShop(product.shopId, (tx) =>
      tx.catalog.setItemMoney(
        product.itemId,
        {
          costMinor: 2_890n,
          floorMinor: null,
          ceilingMinor: null,
          mapMinor: null,
          currency: "USD",
        },
        pipeline.clock.now(),
      ),
    );
    const sent = pipeline.channels.amazon.received.length;

    await push(product);

    expect(await amazonState(product)).toMatchObject({
      state: "failed",
      state_code: "gate_loses_margin",
    });
    expect(pipeline.channels.amazon.received.length).toBe(sent);
  });

  it("sends nothing while the shop is paused", async () => {
    const product = await approved();
    await setPaused(pipeline, { shopId: product.shopId, isPaused: true });
    const sent = pipeline.channels.amazon.received.length;

    await push(product);
    expect(pipeline.channels.amazon.received.length).toBe(sent);
    await setPaused(pipeline, { shopId: product.shopId, isPaused: false });
    await pushUntilLive(product);

    expect((await amazonState(product))?.state).toBe("live");
  });

  it("skips an undo when somebody else changed the price since", async () => {
    const product = await approved();
    await pushUntilLive(product);
    const change = await amazonState(product);
    if (change === undefined) throw new Error("no change");
    await pipeline.inShop(product.shopId, (tx) =>
      tx.pushes.recordSeen([
        {
          listingId: product.amazonId,
          priceMinor: 2_500n,
          currency: "USD",
          observedAt: new Date(pipeline.clock.now().getTime() + 1_000),
          receivedAt: pipeline.clock.now(),
          source: "import",
          confirmedVersion: null,
        },
      ]),
    );

    const outcome = await undoChanges(pipeline, {
      shopId: product.shopId,
      changeIds: [change.change_id],
      person: "ana",
    });

    expect(outcome).toMatchObject({ undone: [], skipped: [{ code: "changed_since" }] });
  });
});
