import { beforeAll, describe, expect, it } from "vitest";
import { createShopViews } from "../adapters/postgres/shop-views.ts";
import type { ChangeId, ConnectionId } from "../core/ids.ts";
import type { ShopTransaction } from "../ports/shop-transaction.ts";
import {
  type LinkedProduct,
  listingFact,
  makeLinkedProduct,
  rowsOf,
} from "../testing/pipeline-shop.ts";
import { usePipeline } from "../testing/use-pipeline.ts";
import { createSteps } from "../testing/pipeline-steps.ts";
import { setItemMoney } from "./catalog/set-item-money.ts";
import { approveChanges, rejectChanges } from "./changes/approve-changes.ts";
import { undoChanges } from "./changes/undo-changes.ts";
import {
  disconnectConnection,
  requestImport,
  requestSweep,
} from "./connections/manage-connection.ts";
import { viewChange } from "./views/view-change.ts";
import { viewProduct } from "./views/view-product.ts";

// Eve's shop is whole and busy like Ana's; whatever she does with Ana's ids finds nothing and changes nothing.
const pipeline = usePipeline();
let ana: LinkedProduct;
let eve: LinkedProduct;
let anasChanges: ChangeId[];
let anasConnections: ConnectionId[];
let anasRows: string;

beforeAll(async () => {
  const steps = createSteps(pipeline);
  ana = await makeLinkedProduct(pipeline);
  eve = await makeLinkedProduct(pipeline);
  for (const product of [ana, eve]) {
    await steps.approved(product);
    await steps.pushUntilLive(product);
    await steps.rivalMoves(product, 2_800n, 2_900n);
    await steps.decide(product);
    await steps.rivalMoves(product, 2_700n, 2_900n);
  }
  anasChanges = (await steps.changesOf(ana)).map((change) => change.change_id);
  anasConnections = await pipeline.inShop(ana.shopId, async (tx) =>
    [
      ...(await tx.connections.byChannel("amazon")),
      ...(await tx.connections.byChannel("shopify")),
    ].map((each) => each.connectionId),
  );
  anasRows = await everythingOf(ana);
});

/** All rows of a shop as one text, to see that nothing moved. */
async function everythingOf(product: LinkedProduct): Promise<string> {
  const texts: string[] = [];
  for (const table of [
    "shop",
    "rule",
    "connection",
    "item",
    "listing",
    "channel_head",
    "dirty",
    "price_change",
    "push",
    "inbox",
    "decision",
  ]) {
    const rows = await rowsOf<{ row: string }>(
      pipeline.pool,
      product.shopId,
      `SELECT t::text AS row FROM ${table} t ORDER BY 1`,
    );
    texts.push(...rows.map((each) => each.row));
  }
  return texts.join("\n");
}

const byEve = () => ({ shopId: eve.shopId, person: "eve" });

describe("a service asked by one shop about another", () => {
  it("moves no change", async () => {
    const order = { ...byEve(), changeIds: anasChanges };
    for (const act of [approveChanges, rejectChanges, undoChanges]) {
      const outcome = await act(pipeline, order);

      expect(outcome.skipped.map((skip) => skip.code)).toEqual(anasChanges.map(() => "not_found"));
    }
  });

  it("finds no item", async () => {
    const money = { cost: "1", floor: "", ceiling: "", map: "" };

    expect(await setItemMoney(pipeline, { shopId: eve.shopId, itemId: ana.itemId, money })).toEqual(
      { kind: "not_found" },
    );
  });

  it("finds no connection", async () => {
    for (const act of [disconnectConnection, requestImport, requestSweep]) {
      for (const connectionId of anasConnections) {
        expect(await act(pipeline, { shopId: eve.shopId, connectionId })).toEqual({
          kind: "not_found",
        });
      }
    }
  });

  it("shows nothing", async () => {
    const deps = { views: createShopViews(pipeline.pool), clock: pipeline.clock };
    for (const changeId of anasChanges)
      expect(await viewChange(deps, { shopId: eve.shopId, changeId })).toBeNull();

    expect(await viewProduct(deps, { shopId: eve.shopId, itemId: ana.itemId })).toBeNull();
  });
});

describe("a store bound to one shop", () => {
  const [change, listing] = [() => anasChanges[0] ?? missing(), () => ana.amazonId];
  const connection = () => anasConnections[0] ?? missing();
  const later = new Date("2030-01-01");
  const lookScope = () => ({
    connectionId: connection(),
    marketplaceId: "ATVPDKIKX0DER",
    now: later,
    staleBefore: later,
    restBefore: later,
    limit: 20,
  });
  // Every method that takes an id of ours, with an id of the other shop's.
  it.each<[string, (tx: ShopTransaction) => Promise<unknown>, unknown]>([
    ["changes.lock", (tx) => tx.changes.lock(anasChanges), []],
    ["changes.lockProposalsOf", (tx) => tx.changes.lockProposalsOf([listing()]), []],
    ["connections.read", (tx) => tx.connections.read(connection()), null],
    [
      "connections.disconnect",
      (tx) => tx.connections.disconnect(connection(), "x", new Date(0)),
      undefined,
    ],
    [
      "connections.noteProblem",
      (tx) => tx.connections.noteProblem(connection(), "x", new Date(0)),
      undefined,
    ],
    [
      "connections.setNotifications",
      (tx) => tx.connections.setNotifications(connection(), "failed"),
      undefined,
    ],
    [
      "connections.requestDue",
      (tx) => tx.connections.requestDue(connection(), "sweep", new Date(0)),
      undefined,
    ],
    [
      "connections.finishDue",
      (tx) =>
        tx.connections.finishDue(connection(), "import", { at: new Date(0), nextDueAt: null }),
      undefined,
    ],
    ["connections.releaseLeasesOf", (tx) => tx.connections.releaseLeasesOf("1"), 0],
    ["catalog.markUnseen", (tx) => tx.catalog.markUnseen(connection(), new Date("2030-01-01")), 0],
    ["catalog.itemCurrency", (tx) => tx.catalog.itemCurrency(ana.itemId), null],
    ["catalog.listingsOfItem", (tx) => tx.catalog.listingsOfItem(ana.itemId), []],
    [
      "watches.claim",
      (tx) =>
        tx.watches.claim(connection(), {
          worker: "1",
          now: new Date("2030-01-01"),
          leaseUntil: new Date("2030-01-02"),
          limit: 20,
        }),
      [],
    ],
    [
      "watches.leftInRound",
      (tx) => tx.watches.leftInRound(connection(), new Date("2030-01-01")),
      0,
    ],
    [
      "watches.judgeSilence",
      (tx) => tx.watches.judgeSilence(connection(), new Date("2030-01-01"), 1),
      0,
    ],
    ["closerLooks.summaryTargets", (tx) => tx.closerLooks.summaryTargets(lookScope()), []],
    ["closerLooks.expectationTargets", (tx) => tx.closerLooks.expectationTargets(lookScope()), []],
    [
      "links.save",
      (tx) =>
        tx.links.save([
          {
            listingId: listing(),
            sku: "STOLEN",
            title: "x",
            evidence: "exact_sku",
            supports: [],
            confidenceBps: 9_500,
          },
        ]),
      0,
    ],
    [
      "links.linkByHand",
      (tx) =>
        tx.links.linkByHand({
          listingId: ana.amazonId,
          variantId: ana.shopifyId,
          unitsPerSale: 1,
          person: "bo",
          at: new Date(0),
        }),
      null,
    ],
    [
      "links.dismiss",
      (tx) => tx.links.dismiss(ana.amazonId, { person: "bo", at: new Date(0) }),
      false,
    ],
    ["decisions.leaders", (tx) => tx.decisions.leaders([ana.itemId]), []],
    [
      "decisions.clearDirty",
      (tx) => tx.decisions.clearDirty([{ listingId: listing(), generation: "1" }]),
      undefined,
    ],
    [
      "market.markDirty",
      (tx) =>
        tx.market.markDirty(
          [{ listingId: listing(), cause: "sweep", eventAt: new Date(0) }],
          new Date(0),
        ),
      undefined,
    ],
    ["inbox.finish", (tx) => tx.inbox.finish(["rival-1-1", "rival-1-2"], "poison", "x"), undefined],
    [
      "pushes.step",
      (tx) =>
        tx.pushes.step(
          [
            {
              changeId: change(),
              fence: "1",
              stage: "send",
              nextAt: new Date(0),
              deadlineAt: null,
              receiptId: null,
              didRead: false,
            },
          ],
          new Date(0),
        ),
      new Set(),
    ],
  ])("%s finds nothing of another", async (_name, call, answer) => {
    expect(await pipeline.inShop(eve.shopId, call)).toEqual(answer);
  });

  it.each<[string, (tx: ShopTransaction) => Promise<unknown>]>([
    [
      "changes.move",
      (tx) =>
        tx.changes.move(
          [{ changeId: change(), to: "rejected", actor: "person", code: null, facts: {} }],
          new Date(0),
        ),
    ],
    [
      "catalog.saveListings",
      (tx) =>
        tx.catalog.saveListings(
          connection(),
          "amazon",
          [listingFact({ externalId: "X" })],
          new Date(0),
        ),
    ],
    [
      "changes.propose",
      (tx) =>
        tx.changes.propose(
          [
            {
              listingId: listing(),
              origin: "engine",
              decisionId: null,
              revertsChangeId: null,
              oldMinor: 2n,
              newMinor: 1n,
              currency: "USD",
              floorMinor: 1n,
              ceilingMinor: null,
              reasons: [],
              inputsHash: "00",
              eventAt: new Date(0),
              actor: "engine",
            },
          ],
          new Date(0),
        ),
    ],
  ])("%s fails on what is not its own", async (_name, call) => {
    await expect(pipeline.inShop(eve.shopId, call)).rejects.toThrow();
  });
});

describe("afterwards", () => {
  it("nothing of the other shop has moved", async () => {
    expect(await everythingOf(ana)).toBe(anasRows);
  });
});

function missing(): never {
  throw new Error("Ana has none");
}
