import type { Channel } from "../core/channel.ts";
import { rejectChanges } from "../services/changes/approve-changes.ts";
import { pushPrices } from "../services/changes/push-prices.ts";
import { undoChanges } from "../services/changes/undo-changes.ts";
import type { FakePriceChannel } from "./fake-price-channel.ts";
import { type LinkedProduct, makeLinkedProduct, type Pipeline, rowsOf } from "./pipeline-shop.ts";
import { createSteps, type Steps } from "./pipeline-steps.ts";
import { createWitnessChannel, Killed, type WitnessChannel } from "./witness-channel.ts";

const CHANNELS: readonly Channel[] = ["amazon", "shopify"];
const { signal } = new AbortController();

/** What the channel may answer next. */
export type Outcome = FakePriceChannel["nextOutcomes"][number];
/** One thing that happens. */
export type Command =
  | {
      readonly do: "ready" | "rival" | "foreign" | "floor" | "cost";
      readonly minor: number;
      readonly channel: Channel;
      readonly isTold: boolean;
    }
  | { readonly do: "decide" | "approve" | "reject" | "undo" | "reap" }
  | { readonly do: "push"; readonly channel: Channel; readonly outcome: Outcome | null }
  | { readonly do: "die"; readonly channel: Channel; readonly when: "before" | "after" }
  | { readonly do: "wait"; readonly ms: number };

/** One shop with one product, its channels behind witnesses, and everything that can happen to it. */
export class World {
  readonly product: LinkedProduct;
  readonly #pipeline: Pipeline;
  readonly #steps: Steps;
  readonly witnesses: Readonly<Record<Channel, WitnessChannel>>;

  private constructor(pipeline: Pipeline, product: LinkedProduct) {
    this.#pipeline = pipeline;
    this.#steps = createSteps(pipeline);
    this.product = product;
    this.witnesses = {
      amazon: createWitnessChannel(pipeline, product.shopId, pipeline.channels.amazon),
      shopify: createWitnessChannel(pipeline, product.shopId, pipeline.channels.shopify),
    };
  }

  static async make(pipeline: Pipeline): Promise<World> {
    for (const each of CHANNELS) pipeline.channels[each].nextOutcomes.length = 0;
    return new World(pipeline, await makeLinkedProduct(pipeline));
  }

  async run(step: Command): Promise<void> {
    const { product } = this;
    switch (step.do) {
      case "ready":
        await this.#steps.approved(product, BigInt(step.minor));
        return;
      case "rival":
        await this.#steps.rivalMoves(product, BigInt(step.minor));
        if (step.isTold) await this.#steps.decide(product);
        return;
      case "foreign":
        return this.#foreignWrite(step);
      case "floor":
      case "cost":
        return this.#setMoney(
          step.do === "floor"
            ? { floorMinor: BigInt(step.minor) }
            : { costMinor: BigInt(step.minor) },
        );
      case "decide":
        await this.#steps.decide(product);
        return;
      case "approve":
        await this.#steps.approveAll(product);
        return;
      case "reject":
        await rejectChanges(this.#pipeline, {
          shopId: product.shopId,
          changeIds: "all",
          person: "ana",
        });
        return;
      case "undo":
        await undoChanges(this.#pipeline, {
          shopId: product.shopId,
          changeIds: (await this.#steps.changesOf(product)).map((each) => each.change_id),
          person: "ana",
        });
        return;
      case "reap":
        await this.#pipeline.inShop(product.shopId, (tx) => tx.pushes.releaseLeasesOf("7"));
        return;
      case "push":
        if (step.outcome !== null)
          this.#pipeline.channels[step.channel].nextOutcomes.push(step.outcome);
        await this.push(step.channel);
        this.#pipeline.channels[step.channel].nextOutcomes.length = 0;
        return;
      case "die":
        this.witnesses[step.channel].nextDeath = step.when;
        await this.push(step.channel);
        this.witnesses[step.channel].nextDeath = null;
        return;
      case "wait":
        this.#pipeline.clock.advance(step.ms);
    }
  }

  async push(on: Channel): Promise<void> {
    try {
      await pushPrices(
        { ...this.#pipeline, channels: this.witnesses, worker: "7" },
        { shopId: this.product.shopId, channel: on },
        signal,
      );
    } catch (cause) {
      if (!(cause instanceof Killed)) throw cause;
    }
  }

  /** Lets everything that is on its way come to its end. */
  async settle(): Promise<void> {
    await this.run({ do: "reap" });
    for (let round = 0; round < 60; round += 1) {
      for (const each of CHANNELS) await this.push(each);
      // A diverged price is looked for a day longer; its change has come to its end.
      const open = await this.rows(
        "SELECT 1 FROM push p JOIN price_change c USING (shop_id, change_id) WHERE p.stage <> 'done' AND c.state <> 'diverged'",
      );
      if (open.length === 0) return;
      this.#pipeline.clock.advance(61_000);
    }
    throw new Error("a push never came to its end");
  }

  /** Disconnects the seller, whose notifications would else go on reaching this shop beside the next. */
  leave(): Promise<void> {
    return this.#pipeline.inShop(this.product.shopId, async (tx) => {
      const now = this.#pipeline.clock.now();
      for (const { connectionId } of await tx.connections.byChannel("amazon"))
        await tx.connections.disconnect(connectionId, null, now);
    });
  }

  rows<Row>(text: string): Promise<Row[]> {
    return rowsOf<Row>(this.#pipeline.pool, this.product.shopId, text);
  }

  async #foreignWrite(step: Extract<Command, { minor: number }>): Promise<void> {
    const listingId = step.channel === "amazon" ? this.product.amazonId : this.product.shopifyId;
    this.#pipeline.channels[step.channel].shown.set(listingId, {
      minor: BigInt(step.minor),
      currency: "USD",
    });
    this.witnesses[step.channel].unseen.add(listingId);
    if (!step.isTold) return;
    const now = this.#pipeline.clock.now();
    await this.#pipeline.inShop(this.product.shopId, async (tx) => {
      await tx.pushes.recordSeen([
        {
          listingId,
          priceMinor: BigInt(step.minor),
          currency: "USD",
          observedAt: now,
          receivedAt: now,
          source: "import",
          confirmedVersion: null,
        },
      ]);
      await tx.market.markDirty([{ listingId, cause: "price_seen", eventAt: now }], now);
    });
    this.witnesses[step.channel].unseen.delete(listingId);
  }

  async #setMoney(edit: { floorMinor?: bigint; costMinor?: bigint }): Promise<void> {
    const now = this.#pipeline.clock.now();
    const { itemId, amazonId } = this.product;
    await this.#pipeline.inShop(this.product.shopId, async (tx) => {
      await tx.catalog.setItemMoney(
        itemId,
        {
          costMinor: 1_000n,
          floorMinor: null,
          ceilingMinor: null,
          mapMinor: null,
          currency: "USD",
          ...edit,
        },
        now,
      );
      await tx.market.markDirty(
        [{ listingId: amazonId, cause: "bounds_changed", eventAt: now }],
        now,
      );
    });
  }
}
