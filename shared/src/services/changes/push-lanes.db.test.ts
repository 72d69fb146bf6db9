import { expect, it } from "vitest";
import type { PriceChannel } from "../../ports/price-channel.ts";
import { createSteps } from "../../testing/pipeline-steps.ts";
import { type LinkedProduct, makeLinkedProduct } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { pushPrices } from "./push-prices.ts";

const pipeline = usePipeline();

it("a call that hangs keeps the other prices of its claim from nothing", async () => {
  const steps = createSteps(pipeline);
  const domain = "lanes.myshopify.com";
  const products: LinkedProduct[] = [];
  for (let place = 0; place < 4; place += 1)
    products.push(await makeLinkedProduct(pipeline, { domain }));
  for (const product of products) await steps.rivalMoves(product, 2_900n);
  const [first, ...others] = products;
  if (first === undefined) throw new Error("no product was made");
  await steps.decide(first);
  await steps.approveAll(first);
  const hanging = Promise.withResolvers<undefined>();
  const { amazon, shopify } = pipeline.channels;
  const slow: PriceChannel = {
    ...amazon,
    batchMax: { push: 1, read: 20 },
    async pushPrices(account, pushes, signal) {
      if (pushes[0]?.address.listingId === first.amazonId) await hanging.promise;
      return amazon.pushPrices(account, pushes, signal);
    },
  };

  const stateOf = async (product: (typeof products)[number]) =>
    (await steps.lastChange(product, product.amazonId)).state;
  const send = () =>
    pushPrices(
      { ...pipeline, channels: { amazon: slow, shopify }, worker: "1" },
      { shopId: first.shopId, channel: "amazon", work: "send" },
      new AbortController().signal,
    );
  const run = send();
  // The stage's next run, while the first one hangs.
  await expect.poll(() => stateOf(first)).toBe("sending");
  await send();
  expect(await Promise.all(others.map(stateOf))).toEqual(others.map(() => "accepted"));

  expect(await stateOf(first)).toBe("sending");
  hanging.resolve(undefined);
  await run;
  expect(await stateOf(first)).toBe("accepted");
});
