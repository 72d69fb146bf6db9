import { beforeEach, describe, expect, it } from "vitest";
import { toChangeId } from "../../core/ids.ts";
import { type LinkedProduct, makeLinkedProduct, rowsOf } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { createSteps } from "../../testing/pipeline-steps.ts";
import { approveChanges, rejectChanges } from "./approve-changes.ts";
import { undoChanges } from "./undo-changes.ts";

const pipeline = usePipeline();
const steps = createSteps(pipeline);
let product: LinkedProduct;

beforeEach(async () => {
  product = await makeLinkedProduct(pipeline);
});

const setBounds = (floorMinor: bigint | null, ceilingMinor: bigint | null) =>
  pipeline.inShop(product.shopId, (tx) =>
    tx.catalog.setItemMoney(
      product.itemId,
      { costMinor: 1_000n, floorMinor, ceilingMinor, mapMinor: null, currency: "USD" },
      pipeline.clock.now(),
    ),
  );
const amazonChange = () => steps.lastChange(product, product.amazonId);
const undo = async () =>
  undoChanges(pipeline, {
    shopId: product.shopId,
    changeIds: [(await amazonChange()).change_id],
    person: "ana",
  });

describe("an approval", () => {
  it.each([
    ["above it, the floor", 2_950n, null],
    ["below it, the ceiling", null, 2_850n],
  ])("is refused when the merchant has since set, %s", async (_what, floor, ceiling) => {
    await steps.rivalMoves(product, 2_900n);
    await steps.decide(product);
    await setBounds(floor, ceiling);

    const outcome = await steps.approveAll(product);

    expect(outcome.moved).toEqual([]);
    expect(outcome.skipped.map((skip) => skip.code)).toEqual(["outside_bounds", "outside_bounds"]);
  });

  it("is refused for what is no longer proposed, is unknown, or stands behind another on its way", async () => {
    await steps.approved(product);
    const [first] = await steps.changesOf(product);
    if (first === undefined) throw new Error("nothing proposed");

    const outcome = await approveChanges(pipeline, {
      shopId: product.shopId,
      changeIds: [first.change_id, toChangeId("999999")],
      person: "ana",
    });

    expect(outcome.skipped).toEqual([
      { changeId: first.change_id, code: "not_proposed" },
      { changeId: "999999", code: "not_found" },
    ]);
  });

  it("given twice at the same moment happens once", async () => {
    await steps.rivalMoves(product, 2_900n);
    await steps.decide(product);

    const outcomes = await Promise.all([1, 2, 3].map(() => steps.approveAll(product)));

    expect(outcomes.flatMap((outcome) => outcome.moved)).toHaveLength(2);
    expect(await rowsOf(pipeline.pool, product.shopId, "SELECT 1 FROM push")).toHaveLength(2);
  });
});

describe("a rejection", () => {
  it("leaves alone what is no longer proposed", async () => {
    await steps.approved(product);
    const all = (await steps.changesOf(product)).map((change) => change.change_id);

    const outcome = await rejectChanges(pipeline, {
      shopId: product.shopId,
      changeIds: all,
      person: "ana",
    });

    expect(outcome.moved).toEqual([]);
    expect(outcome.skipped.map((skip) => skip.code)).toEqual(["not_proposed", "not_proposed"]);
  });
});

describe("an undo", () => {
  it("is refused for a change that is not live, or not there", async () => {
    await steps.rivalMoves(product, 2_900n);
    await steps.decide(product);

    expect((await undo()).skipped).toMatchObject([{ code: "not_live" }]);
    const nothing = await undoChanges(pipeline, {
      shopId: product.shopId,
      changeIds: [toChangeId("999999")],
      person: "ana",
    });
    expect(nothing).toMatchObject({ undone: [], skipped: [{ code: "not_found" }] });
  });

  it.each([
    ["below the floor set since", 3_100n, null, "below_floor"],
    ["above the ceiling set since", null, 2_950n, "above_ceiling"],
  ])("is refused when the old price would be %s", async (_what, floor, ceiling, code) => {
    await steps.approved(product);
    await steps.pushUntilLive(product);
    await setBounds(floor, ceiling);

    expect((await undo()).skipped).toMatchObject([{ code }]);
  });

  it("is refused while another change of the listing is on its way", async () => {
    await steps.approved(product);
    await steps.pushUntilLive(product);
    const live = await amazonChange();
    await steps.rivalMoves(product, 2_800n, 2_900n);
    await steps.decide(product);
    await steps.approveAll(product);

    const outcome = await undoChanges(pipeline, {
      shopId: product.shopId,
      changeIds: [live.change_id],
      person: "ana",
    });

    expect(outcome.skipped).toMatchObject([{ code: "in_flight" }]);
  });

  it("takes the engine's open proposal for the same listing with it", async () => {
    await steps.approved(product);
    await steps.pushUntilLive(product);
    const live = await amazonChange();
    await steps.rivalMoves(product, 2_800n, 2_900n);
    await steps.decide(product);

    await undoChanges(pipeline, {
      shopId: product.shopId,
      changeIds: [live.change_id],
      person: "ana",
    });

    const amazon = (await steps.changesOf(product)).filter(
      (change) => change.listing_id === product.amazonId,
    );
    expect(amazon.map((change) => [change.state, change.state_code])).toEqual([
      ["live", null],
      ["superseded", "undo"],
      ["approved", null],
    ]);
  });

  it("asked for twice at the same moment happens once, and the second hears why", async () => {
    await steps.approved(product);
    await steps.pushUntilLive(product);

    const order = {
      shopId: product.shopId,
      changeIds: [(await amazonChange()).change_id],
      person: "ana",
    };
    const outcomes = await Promise.all([1, 2, 3].map(() => undoChanges(pipeline, order)));

    expect(outcomes.flatMap((outcome) => outcome.undone)).toHaveLength(1);
    expect(outcomes.flatMap((outcome) => outcome.skipped.map((skip) => skip.code))).toEqual([
      "in_flight",
      "in_flight",
    ]);
  });

  it("and an approval of the same listing at the same moment never both pass", async () => {
    await steps.approved(product);
    await steps.pushUntilLive(product);
    const live = await amazonChange();
    await steps.rivalMoves(product, 2_800n, 2_900n);
    await steps.decide(product);
    const order = { shopId: product.shopId, changeIds: [live.change_id], person: "ana" };

    await Promise.all([undoChanges(pipeline, order), steps.approveAll(product)]);

    const amazon = (await steps.changesOf(product)).filter(
      (change) => change.listing_id === product.amazonId,
    );
    expect(amazon.filter((change) => change.state === "approved")).toHaveLength(1);
  });
});
