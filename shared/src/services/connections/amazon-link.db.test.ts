import { createHash, randomBytes } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { createSealBox } from "../../adapters/seal/seal-box.ts";
import { AppError } from "../../core/app-error.ts";
import type { ShopId } from "../../core/ids.ts";
import type { AccountLinker } from "../../ports/account-linker.ts";
import { rowsOf, US } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { connectShopify } from "./connect-shopify.ts";
import { exchangeAmazonCodes } from "./exchange-amazon-code.ts";
import { receiveAmazonCode } from "./receive-amazon-code.ts";
import { amazonTokenPurpose } from "./seal-purposes.ts";
import { startAmazonLink } from "./start-amazon-link.ts";

const SELLER = "A2SELLER000001";
const { signal } = new AbortController();
const sealBox = createSealBox([{ id: "k1", secret: randomBytes(32) }]);
const sha256Bytes = (bytes: Uint8Array) =>
  new Uint8Array(createHash("sha256").update(bytes).digest());

const pipeline = usePipeline();
let shopId: ShopId;
let shops = 0;
/** What Amazon answers; the codes it was asked to exchange. */
let exchanged: { code: string; redirectUri: string }[];
let answer: () => Promise<{ refreshToken: string }>;

beforeEach(async () => {
  shops += 1;
  shopId = await connectShopify(pipeline, { domain: `link-${String(shops)}.myshopify.com` });
  exchanged = [];
  answer = () => Promise.resolve({ refreshToken: `Atzr|${String(exchanged.length)}` });
});

const linker: AccountLinker = {
  exchangeCode: (grant) => {
    exchanged.push(grant);
    return answer();
  },
  checkConsent: () => Promise.resolve(),
};

async function start(given: { marketplaceId?: string; stage?: "draft" | "published" } = {}) {
  const outcome = await startAmazonLink(
    {
      ...pipeline,
      randomBytes: (length) => randomBytes(length),
      sha256Bytes,
      amazonApp: { applicationId: "amzn1.sellerapps.app.test", stage: given.stage ?? "draft" },
      appUrl: "https://calibr.example",
    },
    { shopId, marketplaceId: given.marketplaceId ?? US },
  );
  if (outcome.kind !== "started") throw new Error(outcome.kind);
  return new URL(outcome.url);
}
const startState = async () => (await start()).searchParams.get("state") ?? "";
const receive = (parts: { state: string | null; code?: string | null; sellerId?: string | null }) =>
  receiveAmazonCode(
    { ...pipeline, sealBox, sha256Bytes },
    { code: "ANcode", sellerId: SELLER, ...parts },
  );
const exchange = (of: ShopId = shopId) =>
  exchangeAmazonCodes({ ...pipeline, sealBox, linker, worker: "1" }, of, signal);
const links = () =>
  rowsOf<{
    status: string;
    failure_code: string | null;
    code_sealed: string | null;
    region: string;
  }>(
    pipeline.pool,
    shopId,
    "SELECT status, failure_code, code_sealed, region FROM amazon_link ORDER BY link_id",
  );
const amazon = () => pipeline.inShop(shopId, (tx) => tx.connections.byChannel("amazon"));

describe("starting a link", () => {
  it("names the consent page of the marketplace's own Seller Central, with a state kept only as its hash", async () => {
    const url = await start();
    const state = url.searchParams.get("state") ?? "";

    expect(url.host).toBe("sellercentral.amazon.com");
    expect(url.pathname).toBe("/apps/authorize/consent");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      application_id: "amzn1.sellerapps.app.test",
      state,
      redirect_uri: "https://calibr.example/auth/amazon/callback",
      version: "beta",
    });
    expect(state.length).toBeGreaterThanOrEqual(43);
    const [row] = await rowsOf<{ text: string }>(
      pipeline.pool,
      shopId,
      "SELECT l::text AS text FROM amazon_link l",
    );
    expect(row?.text).not.toContain(state);
  });

  it("leaves the draft mark out for a published app", async () => {
    expect((await start({ stage: "published" })).searchParams.has("version")).toBe(false);
  });

  it("knows the region of the marketplace", async () => {
    expect((await start({ marketplaceId: "A1PA6795UKMFR9" })).host).toBe(
      "sellercentral-europe.amazon.com",
    );
    expect((await links())[0]?.region).toBe("eu");
  });

  it("refuses a marketplace nobody knows", async () => {
    await expect(start({ marketplaceId: "NOWHERE" })).rejects.toThrow("unknown_marketplace");
  });
});

describe("receiving a code", () => {
  it("takes it once, sealed, and says nothing else of the shop", async () => {
    const state = await startState();

    expect(await receive({ state })).toEqual({ kind: "received" });
    expect(await receive({ state })).toEqual({ kind: "refused", code: "unknown_state" });

    const [link] = await links();
    expect(link).toMatchObject({ status: "code_received" });
    expect(link?.code_sealed).not.toContain("ANcode");
  });

  it("given twice at the same moment takes it once", async () => {
    const state = await startState();

    const outcomes = await Promise.all([1, 2, 3].map(() => receive({ state })));

    expect(outcomes.map((outcome) => outcome.kind).toSorted()).toEqual([
      "received",
      "refused",
      "refused",
    ]);
  });

  it("refuses a state nobody started, and one whose ten minutes are over", async () => {
    const state = await startState();
    pipeline.clock.advance(10 * 60_000);

    expect(await receive({ state: "guessed" })).toEqual({ kind: "refused", code: "unknown_state" });
    expect(await receive({ state })).toEqual({ kind: "refused", code: "unknown_state" });
    expect(await links()).toMatchObject([{ status: "started", code_sealed: null }]);
  });

  it.each([
    ["no state", { state: null }],
    ["a blank state", { state: "" }],
    ["no code", { state: "s", code: null }],
    ["no seller", { state: "s", sellerId: null }],
    ["a seller that is none", { state: "s", sellerId: "'; --" }],
  ])("refuses %s", async (_what, parts) => {
    expect(await receive(parts)).toEqual({ kind: "refused", code: "incomplete_answer" });
  });
});

describe("exchanging a code", () => {
  it("connects the seller, seals the token, forgets the code and asks for an import", async () => {
    await receive({ state: await startState() });

    await exchange();

    expect(exchanged).toEqual([
      {
        code: "ANcode",
        redirectUri: "https://calibr.example/auth/amazon/callback",
        shopId,
        sellerId: SELLER,
        region: "na",
      },
    ]);
    const [connection] = await amazon();
    expect(connection).toMatchObject({
      accountId: SELLER,
      region: "na",
      status: "connected",
      problemCode: null,
    });
    expect(connection?.tokenSealed).not.toContain("Atzr");
    expect(sealBox.open(connection?.tokenSealed ?? "", amazonTokenPurpose(shopId))).toBe("Atzr|1");
    expect(await links()).toEqual([
      { status: "linked", failure_code: null, code_sealed: null, region: "na" },
    ]);
    expect(
      await rowsOf(
        pipeline.pool,
        shopId,
        "SELECT 1 FROM connection WHERE channel = 'amazon' AND import_due_at IS NOT NULL",
      ),
    ).toHaveLength(1);
  });

  it("of the same seller again renews the connection it has", async () => {
    await receive({ state: await startState() });
    await exchange();
    const [first] = await amazon();
    if (first === undefined) throw new Error("not connected");
    await pipeline.inShop(shopId, (tx) =>
      tx.connections.disconnect(
        first.connectionId,
        "amazon_authorization_revoked",
        pipeline.clock.now(),
      ),
    );

    await receive({ state: await startState() });
    await exchange();

    const all = await amazon();
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({
      connectionId: first.connectionId,
      status: "connected",
      problemCode: null,
    });
    expect(sealBox.open(all[0]?.tokenSealed ?? "", amazonTokenPurpose(shopId))).toBe("Atzr|2");
  });

  it("that Amazon refuses ends the attempt with the code, and is not tried again", async () => {
    answer = () =>
      Promise.reject(
        new AppError({ code: "amazon_oauth_code_refused", retry: "never", message: "used" }),
      );
    await receive({ state: await startState() });

    await exchange();
    await exchange();

    expect(exchanged).toHaveLength(1);
    expect(await links()).toMatchObject([
      { status: "failed", failure_code: "amazon_oauth_code_refused", code_sealed: null },
    ]);
    expect(await amazon()).toEqual([]);
  });

  it("that meets a bug of ours ends the attempt as unexpected", async () => {
    answer = () => Promise.reject(new TypeError("no"));
    await receive({ state: await startState() });

    await exchange();

    expect(await links()).toMatchObject([{ status: "failed", failure_code: "unexpected" }]);
  });

  it("sealed for another shop cannot be opened here", async () => {
    await receive({ state: await startState() });
    const code = sealBox.seal("stolen", "shop:999999|amazon_oauth_code");
    await rowsOf(pipeline.pool, shopId, "UPDATE amazon_link SET code_sealed = $1", [code]);

    await exchange();

    expect(exchanged).toEqual([]);
    expect(await links()).toMatchObject([{ status: "failed", failure_code: "seal_unreadable" }]);
  });
});
