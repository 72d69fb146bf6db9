import { createHash, randomBytes } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { createSealBox } from "../../adapters/seal/seal-box.ts";
import type { ShopId } from "../../core/ids.ts";
import { rowsOf } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import {
  type AppstoreVisit,
  checkAppstoreVisit,
  makeAppstoreTicket,
  readAppstoreOffer,
  startAppstoreLink,
} from "./appstore-link.ts";
import { connectShopify } from "./connect-shopify.ts";
import { receiveAmazonCode } from "./receive-amazon-code.ts";

const SELLER = "A2SELLER000001";
const VISIT: AppstoreVisit = {
  callbackUri:
    "https://sellercentral-europe.amazon.com/apps/authorize/confirm/amzn1.sellerapps.app.1",
  amazonState: "amazon's own state",
  sellerId: SELLER,
  version: "beta",
};
const sealBox = createSealBox([{ id: "k1", secret: randomBytes(32) }]);
const sha256Bytes = (bytes: Uint8Array) =>
  new Uint8Array(createHash("sha256").update(bytes).digest());
const pipeline = usePipeline();
let shopId: ShopId;
let handle: string;
let shops = 0;

beforeEach(async () => {
  shops += 1;
  handle = `appstore-${String(shops)}`;
  shopId = await connectShopify(pipeline, { domain: `${handle}.myshopify.com` });
});

function ticketFor(shop = handle, visit = VISIT): string {
  const made = makeAppstoreTicket({ ...pipeline, sealBox }, { visit, shop });
  if (made.kind !== "ticket") throw new Error(made.code);
  return made.ticket;
}
const start = (ticket: string, of = shopId) =>
  startAppstoreLink(
    {
      ...pipeline,
      sealBox,
      sha256Bytes,
      randomBytes: (length) => randomBytes(length),
      amazonApp: { applicationId: "app", stage: "published" },
      appUrl: "https://calibr.example",
    },
    { shopId: of, ticket },
  );
const ENDED = { kind: "refused", code: "ticket_ended" };

describe("a visit from the Appstore", () => {
  it.each([
    [
      { ...VISIT, callbackUri: "https://evil.example/apps/authorize/confirm/x" },
      "unknown_callback",
    ],
    [{ ...VISIT, callbackUri: null }, "incomplete_visit"],
    [{ ...VISIT, amazonState: "" }, "incomplete_visit"],
    [{ ...VISIT, amazonState: "x".repeat(2_001) }, "incomplete_visit"],
    [{ ...VISIT, sellerId: "'; --" }, "incomplete_visit"],
  ] as const)("that is not one of Amazon's goes no further", (visit, code) => {
    expect(checkAppstoreVisit(visit)).toBe(code);
    expect(makeAppstoreTicket({ ...pipeline, sealBox }, { visit, shop: handle })).toEqual({
      kind: "refused",
      code,
    });
  });

  it.each([
    "my-store",
    " My-Store.myshopify.com ",
    "https://my-store.myshopify.com/admin",
    "https://admin.shopify.com/store/my-store/apps",
  ])("finds the shop in what a person types: %j", (shop) => {
    expect(makeAppstoreTicket({ ...pipeline, sealBox }, { visit: VISIT, shop })).toMatchObject({
      kind: "ticket",
      shopHandle: "my-store",
    });
  });

  it.each(["", "not a shop", "evil.example", "a.b.myshopify.com"])(
    "asks again for a shop that is none: %j",
    (shop) => {
      expect(makeAppstoreTicket({ ...pipeline, sealBox }, { visit: VISIT, shop })).toEqual({
        kind: "refused",
        code: "unknown_shop",
      });
    },
  );
});

describe("a ticket", () => {
  it("shows the shop which seller would be connected", async () => {
    expect(
      await readAppstoreOffer({ ...pipeline, sealBox }, { shopId, ticket: ticketFor() }),
    ).toEqual({ kind: "offer", sellerId: SELLER });
  });

  it("leads back to Amazon with both states, and its answer is taken as usual", async () => {
    const started = await start(ticketFor());
    if (started.kind !== "started") throw new Error(started.code);
    const url = new URL(started.url);
    const state = url.searchParams.get("state") ?? "";

    expect(url.origin + url.pathname).toBe(VISIT.callbackUri);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      redirect_uri: "https://calibr.example/auth/amazon/callback",
      amazon_state: "amazon's own state",
      state,
      version: "beta",
    });
    expect(await rowsOf(pipeline.pool, shopId, "SELECT region FROM amazon_link")).toEqual([
      { region: "eu" },
    ]);
    const deps = { ...pipeline, sealBox, sha256Bytes };
    // Somebody else's consent is not what the merchant said yes to.
    expect(await receiveAmazonCode(deps, { state, code: "AN", sellerId: "AOTHER0000001" })).toEqual(
      {
        kind: "refused",
        code: "unknown_state",
      },
    );
    expect(await receiveAmazonCode(deps, { state, code: "AN", sellerId: SELLER })).toEqual({
      kind: "received",
    });
  });

  it("is good once", async () => {
    const ticket = ticketFor();

    const outcomes = await Promise.all([start(ticket), start(ticket), start(ticket)]);

    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["refused", "refused", "started"]);
  });

  it("ends with Amazon's ten minutes", async () => {
    const ticket = ticketFor();
    pipeline.clock.advance(10 * 60_000);

    expect(await start(ticket)).toEqual(ENDED);
    expect(await readAppstoreOffer({ ...pipeline, sealBox }, { shopId, ticket })).toEqual(ENDED);
  });

  it("of another shop, or written by somebody else, opens nothing", async () => {
    const other = await connectShopify(pipeline, { domain: `${handle}-other.myshopify.com` });
    const stranger = createSealBox([{ id: "k1", secret: randomBytes(32) }]);
    const made = makeAppstoreTicket(
      { ...pipeline, sealBox: stranger },
      { visit: VISIT, shop: handle },
    );

    expect(await start(ticketFor(), other)).toEqual(ENDED);
    expect(await start(made.kind === "ticket" ? made.ticket : "")).toEqual(ENDED);
    expect(await start("nonsense")).toEqual(ENDED);
  });
});
