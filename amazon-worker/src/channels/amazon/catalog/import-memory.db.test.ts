import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createGzip } from "node:zlib";
import { rowsOf, US } from "@calibr/shared/testing/pipeline-shop";
import { usePipeline } from "@calibr/shared/testing/use-pipeline";
import { connectShopify } from "@calibr/shared/services/connections/connect-shopify";
import { expect, it } from "vitest";

const ROWS = 100_000;
/** Sent before the document waits for the first rows to be stored. */
const ROWS_FIRST = 20_000;
const PEAK_MB_MAX = 300;
const SCRIPT = fileURLToPath(new URL("testing/import-report-alone.ts", import.meta.url));

const pipeline = usePipeline();

function row(index: number): string {
  const sku = `SKU-${String(index).padStart(6, "0")}`;
  const asin = `B0${String(index).padStart(8, "0")}`;
  // Descriptions are what makes these reports large.
  const text = "Solid walnut, oiled by hand, with a groove for juice. ".repeat(8);
  return `Cutting board ${String(index)}\t${text}\t0816Y30${String(index).padStart(5, "0")}\t${sku}\t19.99\t5\t2026-01-31 09:15:00 PST\t1\t${asin}\t${asin}\tDEFAULT\tActive\r\n`;
}

async function sendReport(response: ServerResponse, firstStored: () => Promise<void>) {
  response.writeHead(200, { "content-type": "text/plain;charset=UTF-8" });
  const packed = createGzip({ level: 1 });
  packed.pipe(response);
  const send = async (text: string) => {
    if (!packed.write(text)) await once(packed, "drain");
  };
  await send(
    "item-name\titem-description\tlisting-id\tseller-sku\tprice\tquantity\topen-date\tproduct-id-type\tasin1\tproduct-id\tfulfillment-channel\tstatus\r\n",
  );
  for (let index = 0; index < ROWS; index += 1) {
    await send(row(index));
    if (index !== ROWS_FIRST) continue;
    await new Promise<void>((resolve) => packed.flush(() => resolve()));
    await firstStored();
  }
  packed.end();
}

it("imports a report of 100,000 SKUs while it is downloaded, in less than 300 MB", async () => {
  const shopId = await connectShopify(pipeline, { domain: "large.myshopify.com" });
  const at = new Date();
  await pipeline.inShop(shopId, async (tx) => {
    const connectionId = await tx.connections.connect({
      channel: "amazon",
      accountId: "LARGE",
      region: "na",
      tokenSealed: "sealed",
      consentedAt: at,
      importDueAt: null,
    });
    await tx.syncs.startImport({ connectionId, marketplaceIds: [US], at, staleBefore: at });
    await tx.tasks.plan({ connectionId, kind: "listings_report", key: US }, at);
  });
  const stored = async () => {
    const [count] = await rowsOf<{ stored: number }>(
      pipeline.pool,
      shopId,
      "SELECT count(*)::int AS stored FROM listing",
    );
    return count?.stored ?? 0;
  };
  let storedBeforeTheEnd = 0;
  const server = createServer((_request, response) => {
    void sendReport(response, async () => {
      // The document does not end before rows of it are in the database.
      while (storedBeforeTheEnd === 0) {
        storedBeforeTheEnd = await stored();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const { stdout } = await promisify(execFile)(process.execPath, [
    SCRIPT,
    pipeline.database.workerUrl,
    String(shopId),
    `http://127.0.0.1:${String(port)}/report`,
  ]);
  server.close();

  const { peakKb } = JSON.parse(stdout) as { peakKb: number };
  expect(await stored()).toBe(ROWS);
  expect(storedBeforeTheEnd).toBeGreaterThan(0);
  expect(storedBeforeTheEnd).toBeLessThan(ROWS);
  expect(peakKb / 1_024).toBeLessThan(PEAK_MB_MAX);
}, 120_000);
