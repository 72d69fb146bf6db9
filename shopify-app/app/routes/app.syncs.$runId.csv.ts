import { viewSync } from "@calibr/shared/services/views/view-sync";
import { differenceTable } from "../copy/syncs.ts";
import { guarded, notFound } from "../http/guarded.server.ts";
import { printCsv } from "../http/print-csv.ts";
import { requireShop } from "../http/require-shop.server.ts";
import { services } from "../services.server.ts";

// A run keeps the first thousand of its differences.
const ROWS_MAX = 1_000;

/** The kept differences of a run as a file. */
export const loader = guarded(async ({ request, params }) => {
  const { shopId } = await requireShop(request);
  const ask = { shopId, runId: params["runId"] ?? "", after: null, limit: ROWS_MAX };
  const view = (await viewSync(services, ask)) ?? notFound();
  return new Response(printCsv(differenceTable(view.differences.rows)), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="calibr-sync-${view.run.runId}.csv"`,
      "Cache-Control": "no-store",
    },
  });
});
