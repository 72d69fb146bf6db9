import { describe, expect, it } from "vitest";
import { createSteps } from "../../testing/pipeline-steps.ts";
import { makeLinkedProduct } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";

const pipeline = usePipeline();
const steps = createSteps(pipeline);

async function liveProduct() {
  const product = await makeLinkedProduct(pipeline);
  await steps.approved(product);
  await steps.pushUntilLive(product);
  return product;
}

const seenAt = (product: Awaited<ReturnType<typeof liveProduct>>, minor: bigint, afterMs: number) =>
  pipeline.inShop(product.shopId, async (tx) => {
    const observedAt = new Date(pipeline.clock.now().getTime() + afterMs);
    await tx.pushes.recordSeen([
      {
        listingId: product.amazonId,
        priceMinor: minor,
        currency: "USD",
        observedAt,
        receivedAt: observedAt,
        source: "import",
        confirmedVersion: null,
      },
    ]);
    return tx.changes.noteOvertaken([product.amazonId], pipeline.clock.now());
  });

describe("a live price", () => {
  it("is overtaken when the channel later shows another one", async () => {
    const product = await liveProduct();

    expect(await seenAt(product, 1_111n, 5_000)).toBe(1);

    expect(await steps.lastChange(product, product.amazonId)).toMatchObject({
      state: "overtaken",
      state_code: "other_writer",
    });
  });

  it("stays live when the channel shows it again", async () => {
    const product = await liveProduct();

    expect(await seenAt(product, 2_900n, 5_000)).toBe(0);
  });

  it("stays live when the other price was seen before it", async () => {
    const product = await liveProduct();

    expect(await seenAt(product, 1_111n, -60_000)).toBe(0);
  });

  it("is left to the read-back while a newer change is on its way", async () => {
    const product = await liveProduct();
    await steps.rivalMoves(product, 2_800n, 2_900n);
    await steps.decide(product);
    await steps.approveAll(product);

    expect(await seenAt(product, 1_111n, 5_000)).toBe(0);
  });
});
