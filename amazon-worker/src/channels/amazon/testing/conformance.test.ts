/** Amazon's adapters over the stand-in keep to what every channel keeps to. */
import { toListingId } from "@calibr/shared/core/ids";
import { money } from "@calibr/shared/core/money/money";
import type { ListingAddress } from "@calibr/shared/ports/price-channel";
import { describeAccountLinker } from "@calibr/shared/testing/account-linker.conformance";
import { describeCatalogSource } from "@calibr/shared/testing/catalog-source.conformance";
import { describeCloserLookSource } from "@calibr/shared/testing/closer-look-source.conformance";
import { describeNotificationSource } from "@calibr/shared/testing/notification-source.conformance";
import { describeOfferSource } from "@calibr/shared/testing/offer-source.conformance";
import { describePriceChannel } from "@calibr/shared/testing/price-channel.conformance";
import { describePriceFeeder } from "@calibr/shared/testing/price-feeder.conformance";
import { describeSalesSource } from "@calibr/shared/testing/sales-source.conformance";
import {
  ACCEPTED_TO_LIVE_MS,
  REDIRECT_URI,
} from "../../../../../sandbox/amazon/testing/start-amazon.ts";
import { ACCOUNT, listing, type RunningChannel, startChannel, US } from "./start-channel.ts";

// Also what a path or a list in a query could tear apart.
const SKUS = ["PLAIN", "A,B", "ODD/SLASH ☕ #1", "100% cotton?&=+"];

async function revoke({ amazon }: RunningChannel): Promise<void> {
  await amazon.control("revoke");
}

function addressOf(sku: string, place: number): ListingAddress {
  return {
    listingId: toListingId(String(place + 1)),
    marketplaceId: US,
    externalId: sku,
    parentId: null,
    productType: null,
  };
}

const shownOf = (sku: string, place: number) => ({
  address: addressOf(sku, place),
  price: money(2_500n, "USD"),
});

describePriceChannel("Amazon", async () => {
  const running = await startChannel(SKUS.map((sku) => listing(sku, { priceMinor: 2_500 })));
  const { amazon, channel } = running;
  return {
    channel: channel.priceChannel,
    account: ACCOUNT,
    listings: SKUS.map(shownOf),
    missing: addressOf("NOBODY", SKUS.length),
    settle: async () => {
      await amazon.clock.advance(ACCEPTED_TO_LIVE_MS);
    },
    loseAnswerOf: async ({ externalId: sku }) => {
      await amazon.control("fault", { kind: "drop-after", operation: "patchListingsItem", sku });
    },
    revoke: () => revoke(running),
    stop: () => running.stop(),
  };
});

describePriceFeeder("Amazon", async () => {
  const skus = [...SKUS, "SKU-INVALID"];
  const running = await startChannel(skus.map((sku) => listing(sku, { priceMinor: 2_500 })));
  const { amazon, channel, clock } = running;
  return {
    feeder: channel.priceFeeder,
    channel: channel.priceChannel,
    account: ACCOUNT,
    marketplaceId: US,
    listings: SKUS.map(shownOf),
    refused: shownOf("SKU-INVALID", SKUS.length),
    now: () => clock.now(),
    pass: (ms) => clock.sleep(ms, new AbortController().signal),
    stickNext: async () => {
      await amazon.control("stick-feed", { status: "IN_QUEUE" });
    },
    revoke: () => revoke(running),
    stop: () => running.stop(),
  };
});

describeCatalogSource("Amazon", async () => {
  const skus = [...SKUS, ...Array.from({ length: 21 }, (_, place) => `SKU ${String(place)}`)];
  const seeds = skus.map((sku, place) =>
    listing(sku, { priceMinor: 1_000 + place, fulfilment: place % 2 === 0 ? "AMAZON" : "DEFAULT" }),
  );
  const running = await startChannel(seeds);
  const { amazon, channel } = running;
  const holds = await Promise.all(
    skus.map(async (sku, place) => ({
      sku,
      asin: String((await amazon.control("sku", { sku }))["asin"]),
      priceMinor: BigInt(1_000 + place),
    })),
  );
  return {
    source: channel.catalog,
    account: ACCOUNT,
    marketplaceId: US,
    currency: "USD",
    holds,
    unknown: { sku: "NOBODY", asin: "B000000000" },
    now: () => running.clock.now(),
    pass: (ms) => running.clock.sleep(ms, new AbortController().signal),
    change: async (sku) => {
      await amazon.control("foreign-price", { sku, priceMinor: 3_333 });
    },
    revoke: () => revoke(running),
    stop: () => running.stop(),
  };
});

describeAccountLinker("Amazon", async () => {
  const running = await startChannel(SKUS.map((sku) => listing(sku)));
  const { amazon, channel, secret } = running;
  const { accountId, region } = ACCOUNT;
  return {
    linker: channel.accountLinker,
    account: ACCOUNT,
    grant: async () => {
      const { code } = await amazon.control("issue-code");
      const { shopId } = ACCOUNT;
      return { code: String(code), redirectUri: REDIRECT_URI, shopId, sellerId: accountId, region };
    },
    hold: (token) => {
      secret.refreshToken = token;
    },
    pass: async (ms) => {
      await amazon.clock.advance(ms);
    },
    codeLifeMs: 5 * 60_000,
    revoke: () => revoke(running),
    stop: () => running.stop(),
  };
});

describeOfferSource("Amazon", async () => {
  const skus = [...SKUS, ...Array.from({ length: 24 }, (_, place) => `SKU ${String(place)}`)];
  const running = await startChannel(skus.map((sku) => listing(sku, { priceMinor: 2_500 })));
  const queries = await Promise.all(
    skus.map(async (sku) => {
      const { asin } = await running.amazon.control("sku", { sku });
      return { marketplaceId: US, sku, asin: String(asin) };
    }),
  );
  return {
    source: running.channel.offerSource,
    account: ACCOUNT,
    queries,
    unknown: { marketplaceId: US, sku: "NOBODY", asin: "B000000000" },
    revoke: () => revoke(running),
    wait: (ms) => running.clock.sleep(ms, new AbortController().signal),
    stop: () => running.stop(),
  };
});

describeCloserLookSource("Amazon", async () => {
  const skus = ["PLAIN", "ODD/SLASH ☕ #1", "A,B"];
  const running = await startChannel(skus.map((sku) => listing(sku, { priceMinor: 2_500 })));
  const queries = await Promise.all(
    skus.map(async (sku) => {
      const { asin } = await running.amazon.control("sku", { sku });
      return { marketplaceId: US, sku, asin: String(asin) };
    }),
  );
  return {
    source: running.channel.closerLooks,
    account: ACCOUNT,
    queries,
    unknown: { marketplaceId: US, sku: "NOBODY", asin: "B000000000" },
    revoke: () => revoke(running),
    stop: () => running.stop(),
  };
});

describeSalesSource("Amazon", async () => {
  const running = await startChannel(["A,B ☕", "PLAIN"].map((sku) => listing(sku)));
  const { amazon, channel, clock } = running;
  const asinOf = async (sku: string) => String((await amazon.control("sku", { sku }))["asin"]);
  return {
    source: channel.sales,
    account: ACCOUNT,
    marketplaceId: US,
    currency: "USD",
    listings: [
      { sku: "A,B ☕", asin: await asinOf("A,B ☕") },
      { sku: "PLAIN", asin: await asinOf("PLAIN") },
    ],
    // The stand-in begins on 2026-11-23, 01:00 in its American stores.
    past: { day: "2026-11-21", at: new Date("2026-11-21T20:00:00Z") },
    now: () => clock.now(),
    pass: (ms) => clock.sleep(ms, new AbortController().signal),
    sell: async ({ sku, quantity, unitMinor, at }) => {
      const order = { sku, quantity, priceMinor: unitMinor, at: at.toISOString() };
      const { orderId } = await amazon.control("place-order", order);
      await amazon.control("correct-order", { orderId, status: "Shipped" });
      return String(orderId);
    },
    cancel: async (orderId) => {
      await amazon.control("correct-order", { orderId, status: "Cancelled" });
    },
    visit: async ({ sku, day, sessions }) => {
      await amazon.control("traffic", { sku, date: day, sessions });
    },
    revoke: () => revoke(running),
    stop: () => running.stop(),
  };
});

describeNotificationSource("Amazon", async () => {
  const running = await startChannel([listing("PLAIN")], { hasQueue: true });
  const { amazon, channel } = running;
  const { notifications } = channel;
  if (notifications === null) throw new Error("The channel was started with a queue.");
  const { asin } = await amazon.control("sku", { sku: "PLAIN" });
  let priceMinor = 2_000;
  return {
    source: notifications,
    desk: channel.subscriptions,
    account: ACCOUNT,
    type: "ANY_OFFER_CHANGED",
    change: async () => {
      priceMinor += 11;
      amazon.market.move({ asin: String(asin), listingPriceMinor: priceMinor });
      await amazon.clock.advance(1_000);
    },
    duplicateNext: async () => {
      await amazon.control("duplicate-notifications", { next: 1 });
    },
    sendText: async (text) => {
      await amazon.control("send-raw", { body: text });
    },
    untilShownAgain: async () => {
      await amazon.clock.advance(6_000);
    },
    revoke: () => revoke(running),
    stop: () => running.stop(),
  };
});
