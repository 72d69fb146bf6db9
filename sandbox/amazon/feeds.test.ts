import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ProcessingReport } from "./listings-feed.ts";
import {
  ACCEPTED_TO_LIVE_MS,
  API,
  listing,
  priceBody,
  SELLER,
  startAmazon,
  US,
} from "./testing/start-amazon.ts";
import type { Answer, RunningAmazon } from "./testing/start-amazon.ts";

const PROCESSING_MS = 4_000;
const CONTENT_TYPE = "application/json; charset=UTF-8";
let amazon: RunningAmazon;
let token: string;

beforeEach(async () => {
  const listings = [
    listing("PLAIN", { priceMinor: 2_500 }),
    listing("SKU-INVALID"),
    listing("OLD", { asin: null, status: "INCOMPLETE" }),
  ];
  amazon = await startAmazon(listings, { processingMs: PROCESSING_MS });
  token = await amazon.accessToken();
});

afterEach(() => amazon.stop());

const api = (method: string, path: string, body?: unknown): Promise<Answer> =>
  amazon.call(`${API}${path}`, {
    method,
    headers: { "x-amz-access-token": token },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const newDocument = async (): Promise<{ feedDocumentId: string; url: string }> =>
  (await api("POST", "/feeds/2021-06-30/documents", { contentType: CONTENT_TYPE })).json as never;

const upload = async (text: string): Promise<string> => {
  const { feedDocumentId, url } = await newDocument();
  await amazon.call(url, { method: "PUT", headers: { "content-type": CONTENT_TYPE }, body: text });
  return feedDocumentId;
};

const submit = async (text: string, feedType = "JSON_LISTINGS_FEED"): Promise<string> => {
  const inputFeedDocumentId = await upload(text);
  const answer = await api("POST", "/feeds/2021-06-30/feeds", {
    feedType,
    marketplaceIds: [US],
    inputFeedDocumentId,
  });
  return String(answer.json["feedId"]);
};

const feed = async (feedId: string): Promise<Record<string, unknown>> =>
  (await api("GET", `/feeds/2021-06-30/feeds/${feedId}`)).json;

const message = (messageId: number, sku: string, body = priceBody(19.99)): unknown => ({
  messageId,
  sku,
  operationType: "PATCH",
  ...(body as Record<string, unknown>),
});
const document = (messages: unknown[], sellerId = SELLER): string =>
  JSON.stringify({ header: { sellerId, version: "2.0", issueLocale: "en_US" }, messages });

describe("a listings feed", () => {
  it("goes through its states and leaves a compressed processing report", async () => {
    const feedId = await submit(
      document([message(1, "PLAIN"), message(2, "SKU-INVALID"), message(3, "NOBODY")]),
    );
    const states = [(await feed(feedId))["processingStatus"]];
    await amazon.clock.advance(PROCESSING_MS / 2);
    states.push((await feed(feedId))["processingStatus"]);
    await amazon.clock.advance(PROCESSING_MS / 2);
    const done = await feed(feedId);
    states.push(done["processingStatus"]);
    const result = await api(
      "GET",
      `/feeds/2021-06-30/documents/${String(done["resultFeedDocumentId"])}`,
    );
    const bytes = (await amazon.call(String(result.json["url"]))).bytes;
    const report = JSON.parse(gunzipSync(bytes).toString()) as ProcessingReport;

    expect(states).toEqual(["IN_QUEUE", "IN_PROGRESS", "DONE"]);
    expect(result.json["compressionAlgorithm"]).toBe("GZIP");
    expect(report.summary).toMatchObject({
      messagesProcessed: 3,
      messagesAccepted: 1,
      messagesInvalid: 2,
    });
    expect(report.issues.map((issue) => issue.messageId)).toEqual([2, 3]);
  });

  it("puts prices live only after it is done", async () => {
    await submit(document([message(1, "PLAIN")]));
    await amazon.clock.advance(PROCESSING_MS);
    const atDone = (await amazon.control("sku", { sku: "PLAIN" }))["shownMinor"];
    await amazon.clock.advance(ACCEPTED_TO_LIVE_MS);

    expect(atDone).toBe(2_500);
    expect((await amazon.control("sku", { sku: "PLAIN" }))["shownMinor"]).toBe(1_999);
  });

  it.each([
    ["that is no JSON", "{", "JSON_LISTINGS_FEED"],
    ["of another seller", document([message(1, "PLAIN")], "A3SOMEBODYELSE"), "JSON_LISTINGS_FEED"],
    ["without messages", document([]), "JSON_LISTINGS_FEED"],
    ["of a retired type", "<xml/>", "POST_PRODUCT_PRICING_DATA"],
  ])("ends FATAL for a document %s", async (_what, text, type) => {
    const feedId = await submit(text, type);
    await amazon.clock.advance(PROCESSING_MS);

    expect((await feed(feedId))["processingStatus"]).toBe("FATAL");
    // Meant to be wrong.
    await amazon.control("model-findings", { forget: true });
  });

  it("waits behind a stuck one, and can be cancelled while it waits", async () => {
    await amazon.control("stick-feed");
    const stuck = await submit(document([message(1, "PLAIN")]));
    const waiting = await submit(document([message(1, "PLAIN")]));
    await amazon.clock.advance(PROCESSING_MS * 3);
    const during = [
      (await feed(stuck))["processingStatus"],
      (await feed(waiting))["processingStatus"],
    ];
    const refused = await api("DELETE", `/feeds/2021-06-30/feeds/${stuck}`);
    await api("DELETE", `/feeds/2021-06-30/feeds/${waiting}`);

    expect(during).toEqual(["IN_PROGRESS", "IN_QUEUE"]);
    expect(refused.status).toBe(400);
    expect((await feed(waiting))["processingStatus"]).toBe("CANCELLED");
  });

  it("is throttled at the sixth submission in five minutes", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 6; n += 1) ids.push(await submit(document([message(1, "PLAIN")])));

    expect(ids.slice(0, 5).every((id) => /^\d+$/.test(id))).toBe(true);
    expect(ids[5]).toBe("undefined");
  });
});

describe("a presigned document", () => {
  it("refuses another content type, an authorization header and a late upload", async () => {
    const { url } = await newDocument();
    const wrongType = await amazon.call(url, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    const withAuth = await amazon.call(url, {
      method: "PUT",
      headers: { "content-type": CONTENT_TYPE, authorization: "Bearer x" },
      body: "{}",
    });
    await amazon.clock.advance(5 * 60_000 + 1_000);
    const late = await amazon.call(url, {
      method: "PUT",
      headers: { "content-type": CONTENT_TYPE },
      body: "{}",
    });

    expect([wrongType.status, wrongType.text]).toEqual([
      403,
      expect.stringContaining("SignatureDoesNotMatch"),
    ]);
    expect(withAuth.status).toBe(400);
    expect(late.text).toContain("Request has expired");
  });
});

describe("the merchant listings report", () => {
  const create = async (): Promise<string> =>
    String(
      (
        await api("POST", "/reports/2021-06-30/reports", {
          reportType: "GET_MERCHANT_LISTINGS_ALL_DATA",
          marketplaceIds: [US],
        })
      ).json["reportId"],
    );
  const status = async (id: string): Promise<Record<string, unknown>> =>
    (await api("GET", `/reports/2021-06-30/reports/${id}`)).json;

  it("lists every SKU as tab-separated text once it is done", async () => {
    const id = await create();
    const queued = (await status(id))["processingStatus"];
    await amazon.clock.advance(PROCESSING_MS);
    const done = await status(id);
    const { json } = await api(
      "GET",
      `/reports/2021-06-30/documents/${String(done["reportDocumentId"])}`,
    );
    const file = await amazon.call(String(json["url"]));
    const [head, ...lines] = gunzipSync(file.bytes)
      .toString("utf8")
      .trimEnd()
      .split("\r\n")
      .map((line) => line.split("\t"));
    const at = (line: string[] | undefined, name: string): string | undefined =>
      line?.[head?.indexOf(name) ?? -1];

    expect([queued, done["processingStatus"]]).toEqual(["IN_QUEUE", "DONE"]);
    expect(file.headers.get("content-type")).toBe("text/plain;charset=UTF-8");
    expect(lines.map((line) => at(line, "seller-sku"))).toEqual(["PLAIN", "SKU-INVALID", "OLD"]);
    expect(at(lines[0], "price")).toBe("25.00");
    expect([at(lines[2], "asin1"), at(lines[2], "status")]).toEqual(["", "Incomplete"]);
  });

  it.each(["FATAL", "CANCELLED"])("ends %s on request", async (fate) => {
    await amazon.control("fail-report", { status: fate });
    const id = await create();
    await amazon.clock.advance(PROCESSING_MS);

    expect((await status(id))["processingStatus"]).toBe(fate);
  });
});
