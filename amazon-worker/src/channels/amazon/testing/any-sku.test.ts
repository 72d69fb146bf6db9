import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sendRequest, type SpRequest } from "../client/transport.ts";
import { type PlainServer, startPlainServer } from "./plain-server.ts";

const signal = new AbortController().signal;
let server: PlainServer;

beforeAll(async () => {
  server = await startPlainServer((_, response) => response.end("{}"));
});
beforeEach(() => server.seen.splice(0));
afterAll(() => server.stop());

/** Sends one request; the path segments and the query as any HTTP server reads them. */
async function arrived(request: SpRequest): Promise<{ path: string[]; query: URLSearchParams }> {
  server.seen.splice(0);
  await sendRequest({ region: "na", token: "Atza|token", request }, signal);
  const [seen] = server.seen;
  const { pathname, searchParams } = new URL(seen?.url ?? "", "https://amazon.example");
  return { path: pathname.split("/").map(decodeURIComponent), query: searchParams };
}

// Well-formed text of every kind: blanks, slashes, percent signs, quotes, emoji, control characters.
const anySku = fc
  .oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
    fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(..."/\\%#?&+;:=@!'()*,. \t\"<>|{}^~`$[]"), minLength: 1 }),
  )
  .filter((sku) => sku.isWellFormed() && sku !== "." && sku !== "..");

describe("a SKU of any characters", () => {
  it("reaches Amazon in the path as it is", async () => {
    await fc.assert(
      fc.asyncProperty(anySku, async (sku) => {
        const { path } = await arrived({
          operation: "getListingsItem",
          path: { sellerId: "A1", sku },
          query: { marketplaceIds: ["ATVPDKIKX0DER"] },
        });

        expect(path).toEqual(["", "listings", "2021-08-01", "items", "A1", sku]);
      }),
      { numRuns: 200 },
    );
  });

  it("reaches Amazon in the query as it is", async () => {
    await fc.assert(
      fc.asyncProperty(anySku, async (sku) => {
        const { query } = await arrived({
          operation: "getOrderMetrics",
          query: { marketplaceIds: ["ATVPDKIKX0DER"], sku },
        });

        expect(query.get("sku")).toBe(sku);
      }),
      { numRuns: 200 },
    );
  });

  it("reaches Amazon in paths that we fill in ourselves", async () => {
    await fc.assert(
      fc.asyncProperty(anySku, async (subscriptionId) => {
        const { path } = await arrived({
          operation: "deleteSubscriptionById",
          path: { notificationType: "ANY_OFFER_CHANGED", subscriptionId },
        });

        expect(path.at(-1)).toBe(subscriptionId);
      }),
      { numRuns: 100 },
    );
  });

  it.each([".", "..", "", "half \uD83D pair"])(
    "that no URL can carry, %j, is not sent",
    async (sku) => {
      const request: SpRequest = { operation: "getListingsItem", path: { sellerId: "A1", sku } };

      await expect(arrived(request)).rejects.toMatchObject({
        code: "amazon_request_refused",
        context: { sent: "no" },
      });
      expect(server.seen).toEqual([]);
    },
  );
});
