import type { RequestListener } from "node:http";
import { createRequire } from "node:module";
import { afterEach, describe, expect, it, vi } from "vitest";
import { NEVER_CALLED, OPERATIONS, type OperationName, operationOf } from "./operations.ts";
import { type PlainServer, type SeenRequest, startPlainServer } from "../testing/plain-server.ts";
import { sendRequest, type SpRequest } from "./transport.ts";

const signal = new AbortController().signal;
let server: PlainServer | undefined;

afterEach(async () => {
  vi.restoreAllMocks();
  await server?.stop();
});

async function answerWith(listener: RequestListener): Promise<SeenRequest[]> {
  server = await startPlainServer(listener);
  return server.seen;
}

const send = (request: SpRequest, region = "na") =>
  sendRequest({ region, token: "Atza|token", request }, signal);

const READ: SpRequest = {
  operation: "getListingsItem",
  path: { sellerId: "A1", sku: "a,b/c d" },
  query: { marketplaceIds: ["ATVPDKIKX0DER"], includedData: ["offers", "summaries"] },
};

describe("a request", () => {
  it("goes to its region with pinned version, token and encoded values", async () => {
    const seen = await answerWith((_, response) => response.end("{}"));

    await send(READ, "eu");

    expect(seen).toMatchObject([
      {
        method: "GET",
        host: "sellingpartnerapi-eu.amazon.com",
        url: "/listings/2021-08-01/items/A1/a%2Cb%2Fc%20d?includedData=offers%2Csummaries&marketplaceIds=ATVPDKIKX0DER",
        token: "Atza|token",
      },
    ]);
  });

  it("may be repeated with the same object: nothing is written into it", async () => {
    const seen = await answerWith((_, response) => response.end("{}"));
    const before = structuredClone(READ);

    await send(READ);
    await send(READ);

    expect(READ).toEqual(before);
    expect(new Set(seen.map(({ url }) => url)).size).toBe(1);
  });

  it.each([429, 403, 500, 503])("answered %d is sent once and told as it is", async (status) => {
    const body = {
      errors: [
        {
          code: "QuotaExceeded",
          message: "m",
          details: "The access token you provided has expired.",
        },
      ],
    };
    const seen = await answerWith((_, response) => {
      response.writeHead(status, { "x-amzn-requestid": "r-1", "x-amzn-ratelimit-limit": "0.5" });
      response.end(JSON.stringify(body));
    });

    const answer = await send(READ);

    expect(seen).toHaveLength(1);
    expect(answer).toEqual({ status, body, requestId: "r-1", ratePerSecond: 0.5 });
  });

  it("whose connection is reset is sent once and says that it may have arrived", async () => {
    const seen = await answerWith((request) => request.socket.destroy());

    await expect(send(READ)).rejects.toMatchObject({
      code: "amazon_unavailable",
      context: { sent: "maybe" },
    });
    expect(seen).toHaveLength(1);
  });

  it("whose answer breaks off ends at our own deadline, not never", async () => {
    const deadline = new AbortController();
    vi.spyOn(AbortSignal, "timeout").mockReturnValue(deadline.signal);
    const broken = Promise.withResolvers<void>();
    await answerWith((_, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write('{"items":[', () => {
        response.destroy();
        broken.resolve();
      });
    });

    const sending = send(READ);
    await broken.promise;
    deadline.abort(new DOMException("too late", "TimeoutError"));

    await expect(sending).rejects.toMatchObject({
      code: "amazon_unavailable",
      context: { sent: "maybe" },
    });
  });

  it("keeps characters whole that arrive in two pieces", async () => {
    const bytes = Buffer.from(JSON.stringify({ title: "Tasse ☕" }));
    await answerWith((_, response) => {
      response.write(bytes.subarray(0, bytes.length - 4), () => {
        setImmediate(() => response.end(bytes.subarray(bytes.length - 4)));
      });
    });

    expect((await send(READ)).body).toEqual({ title: "Tasse ☕" });
  });

  it.each(["", "<html>502</html>", '{"half":'])("with body %j has no parsed body", async (text) => {
    await answerWith((_, response) => response.writeHead(502).end(text));

    expect(await send(READ)).toMatchObject({ status: 502, body: undefined });
  });

  it.each(Object.keys(NEVER_CALLED))("for %s is not sent, whoever asks", async (name) => {
    const seen = await answerWith((_, response) => response.end("{}"));
    // The types refuse the name; a caller that came past them must be refused as well.
    const request = { operation: name as OperationName, path: { sellerId: "A1", sku: "S" } };

    await expect(send(request)).rejects.toMatchObject({
      code: "amazon_request_refused",
      context: { operation: name, sent: "no" },
    });
    expect(seen).toEqual([]);
  });

  it("for a region Amazon does not have is not sent", async () => {
    const seen = await answerWith((_, response) => response.end("{}"));

    await expect(send(READ, "moon")).rejects.toMatchObject({ context: { sent: "no" } });
    expect(seen).toEqual([]);
  });
});

// The library's own table, which it gives no types for.
const endpoints = createRequire(import.meta.url)("amazon-sp-api/lib/endpoints.js") as Record<
  string,
  Record<string, Record<string, unknown>> & { readonly __versions: readonly string[] }
>;

describe("the operation table", () => {
  it.each(Object.keys(OPERATIONS) as OperationName[])("%s exists in the pinned version", (name) => {
    const { endpoint, version, byPath } = operationOf(name);

    expect(endpoints[endpoint]?.__versions).toContain(version);
    if (byPath === undefined) {
      expect(endpoints[endpoint]?.[version]?.[name]).toBeTypeOf("function");
    }
  });
});
