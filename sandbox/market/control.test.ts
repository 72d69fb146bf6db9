import { describe, expect, it } from "vitest";
import { createSandboxClock } from "../clock.ts";
import { createMarketControl } from "./control.ts";
import { createMarket } from "./market.ts";
import { competitor } from "./specimens.ts";

const asin = "B0CONTROL1";

function control() {
  const clock = createSandboxClock({ startAt: new Date("2026-03-01T00:00:00Z"), speed: 0 });
  const competitors = [competitor({ sellerId: "ARIVAL", kind: "premium" })];
  const market = createMarket({
    seed: 1,
    clock,
    asins: [{ asin, basePriceMinor: 2_000, currency: "USD", competitors }],
  });
  const part = createMarketControl(market);
  const call = async (path: string, body?: unknown) => {
    const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const response = await part.handle(
      new Request(`http://localhost/control/market/${path}`, init),
    );
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { market, call };
}

describe("market control", () => {
  it("moves a competitor and shows the offer it left", async () => {
    const { call } = control();

    const moved = await call("move", { asin, listingPriceMinor: 1_750 });
    const shown = await call(`offers?asin=${asin}`);

    expect(moved.body).toEqual({ sellerId: "ARIVAL", listingPriceMinor: 1_750 });
    expect(shown.body).toMatchObject({
      offers: [{ sellerId: "ARIVAL", listingPriceMinor: 1_750, isBuyBoxWinner: true }],
    });
  });

  it("takes a competitor off the market and brings it back", async () => {
    const { call, market } = control();

    await call("stock", { asin, sellerId: "ARIVAL", isInStock: false });
    expect(market.offers(asin)).toEqual([]);
    await call("stock", { asin, sellerId: "ARIVAL", isInStock: true });
    expect(market.offers(asin)).toHaveLength(1);
  });

  it("tells the truth, the summary and the sales", async () => {
    const { call, market } = control();

    expect((await call(`truth?asin=${asin}`)).body).toEqual(market.truth(asin));
    expect((await call(`summary?asin=${asin}`)).body).toEqual(market.summary(asin));
    expect((await call("sales")).body).toEqual({ sales: [] });
  });

  it.each(["start", "freeze", "step"])("answers POST %s", async (verb) => {
    expect((await control().call(verb, {})).body).toEqual({ ok: true });
  });

  // A caller's mistake is answered with a sentence, not with a broken connection.
  it.each<[string, string, unknown]>([
    ["an unknown ASIN", "move", { asin: "B0NOWHERE1", listingPriceMinor: 100 }],
    ["an unknown seller", "move", { asin, sellerId: "ANOBODY", listingPriceMinor: 100 }],
    ["a price of nothing", "move", { asin, listingPriceMinor: 0 }],
    ["a price in dollars", "move", { asin, listingPriceMinor: 19.99 }],
  ])("answers 400 for %s", async (_mistake, verb, body) => {
    const answer = await control().call(verb, body);

    expect(answer.status).toBe(400);
    expect(answer.body["error"]).toEqual(expect.any(String));
  });
});
