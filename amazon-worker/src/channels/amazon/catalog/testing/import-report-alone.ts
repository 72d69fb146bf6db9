/**
 * Imports one report in a process of its own, so that its memory can be measured: the real client of reports,
 * parser, service and store; only Amazon's three answers before the download are made up here.
 *
 * Run by import-memory.db.test.ts with what it needs in argv; prints one line of JSON.
 */
import { createPool } from "@calibr/shared/adapters/postgres/pool";
import { createInShop } from "@calibr/shared/adapters/postgres/shop-transaction";
import { toShopId } from "@calibr/shared/core/ids";
import type { Logger } from "@calibr/shared/ports/logger";
import { createReportImport } from "@calibr/shared/services/catalog/import-report";
import { runTasks } from "@calibr/shared/services/tasks/run-tasks";
import type { SpClient } from "../../client/client.ts";
import { createReportClient } from "../../reports/report-client.ts";
import { createAmazonCatalogSource } from "../catalog-source.ts";

const [databaseUrl = "", shop = "", documentUrl = ""] = process.argv.slice(2);
const QUIET: Logger = {
  debug() {},
  info() {},
  warn() {},
  // The test must fail by what went wrong, not by waiting for the step's next try.
  error(event, _facts, cause) {
    process.stderr.write(`${event} ${cause instanceof Error ? (cause.stack ?? "") : ""}\n`);
    process.exit(1);
  },
};

const answers: Readonly<Record<string, unknown>> = {
  createReport: { reportId: "R1" },
  getReport: { reportId: "R1", processingStatus: "DONE", reportDocumentId: "D1" },
  getReportDocument: { reportDocumentId: "D1", url: documentUrl },
};
const client: SpClient = {
  send: (_account, { operation }) =>
    Promise.resolve({ status: 200, body: answers[operation], requestId: null }),
  call: (_account, { operation }) => Promise.resolve(answers[operation]),
};

const clock = { now: () => new Date() };
const pool = createPool({ url: databaseUrl, connectionsMax: 3, onIdleError: () => {} });
const inShop = createInShop(pool, QUIET);
const catalog = createAmazonCatalogSource({ client, reports: createReportClient(client), clock });
const deps = { inShop, clock, logger: QUIET, worker: "1" };
const handlers = { listings_report: createReportImport({ ...deps, catalog }) };
const { signal } = new AbortController();
for (;;) {
  const { nextAt } = await runTasks(
    { ...deps, handlers },
    toShopId(Number.parseInt(shop, 10)),
    signal,
  );
  if (nextAt === null) break;
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, nextAt.getTime() - Date.now())));
}
await pool.end();
process.stdout.write(JSON.stringify({ peakKb: process.resourceUsage().maxRSS }));
