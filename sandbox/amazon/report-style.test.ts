import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { API, listing, startAmazon, US } from "./testing/start-amazon.ts";
import type { Answer, RunningAmazon } from "./testing/start-amazon.ts";

let amazon: RunningAmazon;
let token: string;

beforeEach(async () => {
  amazon = await startAmazon(
    [
      listing("TEE", { title: "Grüner Tee – 100 g" }),
      listing("OCHA", { title: "緑茶 100g", fulfilment: "AMAZON" }),
      listing("OFF", { status: "INACTIVE" }),
      listing("HALF", { status: "INCOMPLETE", asin: null, priceMinor: null }),
    ],
    { processingMs: 1_000 },
  );
  token = await amazon.accessToken();
});

afterEach(() => amazon.stop());

const send = (path: string, body?: unknown): Promise<Answer> =>
  amazon.call(`${API}/reports/2021-06-30${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "x-amz-access-token": token },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

async function report() {
  const asked = await send("/reports", { reportType: "GET_MERCHANT_LISTINGS_ALL_DATA", marketplaceIds: [US] }); // prettier-ignore
  await amazon.clock.advance(1_000);
  const { json } = await send(`/reports/${String(asked.json["reportId"])}`);
  const { reportDocumentId } = json as { reportDocumentId?: string };
  const document = await send(`/documents/${reportDocumentId ?? ""}`);
  const { bytes, headers } = await amazon.call(String(document.json["url"]));
  return { bytes: gunzipSync(bytes), type: headers.get("content-type") };
}

describe("the merchant listings report", () => {
  it.each([
    ["de", "Cp1252", "windows-1252", "Händler-SKU", "Grüner Tee – 100 g"],
    ["fr", "UTF-8", "utf-8", "Quantité", "緑茶 100g"],
    ["ja", "Shift_JIS", "shift_jis", "出品者SKU", "緑茶 100g"],
  ])("comes in the words of %s, written in %s", async (locale, charset, label, word, title) => {
    await amazon.control("report-style", { locale, charset });
    const { bytes, type } = await report();
    const text = new TextDecoder(label).decode(bytes);

    expect(type).toBe(`text/plain;charset=${charset}`);
    expect(text.split("\r\n")[0]).toContain(word);
    expect(text).toContain(title);
  });

  it("can begin with a byte order mark that its content type does not mention", async () => {
    await amazon.control("report-style", { charset: "UTF-8-BOM" });
    const { bytes, type } = await report();

    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(type).toBe("text/plain;charset=UTF-8");
  });

  it("leaves Amazon's own stock blank and lists what cannot be bought", async () => {
    const { bytes } = await report();
    const [head = "", ...lines] = bytes.toString("utf8").trimEnd().split("\r\n");
    const names = head.split("\t");
    const rows = lines.map((line) => {
      const cells = line.split("\t");
      return ["seller-sku", "quantity", "status", "price"].map(
        (name) => cells[names.indexOf(name)],
      );
    });

    expect(rows).toEqual([
      ["TEE", "25", "Active", "24.99"],
      ["OCHA", "", "Active", "24.99"],
      ["OFF", "25", "Inactive", "24.99"],
      ["HALF", "25", "Incomplete", ""],
    ]);
  });
});
