// The browser harness that this script shares with the tests speaks of documents and windows.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Takes the pictures of the README: starts everything on a database of its own, fills the store to a believable
 * state and saves each page inside the Admin as docs/images/<page>.png. `npm run screenshots`
 */
import { mkdirSync, statSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import type { AdminPage } from "../sandbox/e2e/harness/admin-page.ts";
import { launchAdminBrowser } from "../sandbox/e2e/harness/admin-page.ts";
import { proposeBy, untilQuiet, untilState } from "../sandbox/e2e/harness/proposals.ts";
import { linkAmazon } from "../sandbox/spine/link-amazon.ts";
import { openOnlooker } from "../sandbox/spine/onlooker.ts";
import type { Onlooker } from "../sandbox/spine/onlooker.ts";
import { demoIdentity } from "../sandbox/stack/identity.ts";
import { startStack } from "../sandbox/stack/stack.ts";
import type { Stack } from "../sandbox/stack/stack.ts";
import { waitFor } from "../sandbox/stack/wait.ts";
import { emptyDatabase } from "./database/empty-database.ts";
import { migrateDatabase } from "./database/migrate-database.ts";
import { DATA_DIR, openDatabase, PROJECT_ROOT } from "./database/open-database.ts";

const HELP = `npm run screenshots
  saves docs/images/{overview,approvals,products,product,connections,syncs,activity}.png, 1280 × 800`;
const FOLDER = path.join(PROJECT_ROOT, "docs", "images");
const APP_ROOT = "/store/calibr-demo/apps/calibr";

// A picture of the README is loaded by everyone who looks at the project.
const BYTES_MAX = 200 * 1024;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: "boolean", default: false } } });
  if (values.help) return say(HELP);
  const database = await openDatabase({ name: "calibr_screenshots" });
  await emptyDatabase(database);
  await migrateDatabase(database);
  const stack = await startStack({
    root: PROJECT_ROOT,
    database,
    identity: demoIdentity(path.join(DATA_DIR, "screenshots")),
    seed: 7,
    frontage: "direct",
    ports: { front: 0, proxy: 0, app: 0 },
    logDir: path.join(DATA_DIR, "logs", "screenshots"),
    onProgress: say,
  });
  const onlooker = await openOnlooker(database.ownerUrl);
  const browser = await launchAdminBrowser({ sandboxOrigin: stack.world.origin });
  try {
    const itemId = await fillStore(stack, onlooker);
    const admin = await browser.newPage({ appRoot: APP_ROOT });
    await picture(admin, "overview", "/app");
    await picture(admin, "approvals", "/app/approvals?channel=amazon");
    await picture(admin, "products", "/app/products?filter=linked");
    await picture(admin, "product", `/app/products/${itemId}`);
    await picture(admin, "connections", "/app/connections");
    await picture(admin, "syncs", "/app/syncs");
    await picture(admin, "activity", "/app/activity");
  } finally {
    await browser.close();
    await onlooker.close();
    await stack.close();
    await database.close();
  }
}

/** A store some minutes into its first day: most proposals answered, some prices live, one taken back. */
async function fillStore(stack: Stack, onlooker: Onlooker): Promise<string> {
  await stack.control("amazon", "set-quota", {
    operation: "getListingOffersBatch",
    rate: 20,
    burst: 20,
  });
  await linkAmazon(stack, onlooker);
  await untilQuiet(onlooker);
  say("catalogues imported");
  const found = await proposeBy({ stack, onlooker }, 6);
  const ids = found.flatMap(({ amazon, shopify }) => [amazon.changeId, shopify.changeId]);
  await stack.merchant.submit("/app/approvals", { intent: "approve", id: ids });
  await untilState(onlooker, ids, "live");
  say(`${String(ids.length)} prices live`);
  const lively = found[0];
  if (lively === undefined) throw new Error("proposeBy answers as many as it is asked for");
  // A second move of the same markets: some answers go live too, so that the product's history has a shape.
  const again = await proposeBy({ stack, onlooker, sharePercent: 98 }, 3);
  const late = again
    .slice(0, 2)
    .flatMap(({ amazon, shopify }) => [amazon.changeId, shopify.changeId]);
  await stack.merchant.submit("/app/approvals", { intent: "approve", id: late });
  await untilState(onlooker, late, "live");
  await stack.merchant.submit("/app/activity", { intent: "undo", id: late.slice(-2) });
  await untilUndone(onlooker, late.slice(-2));
  const [item] = await onlooker.ask<{ item: string }>(
    "SELECT item_id::text AS item FROM listing WHERE channel = 'amazon' AND external_id = $1",
    [lively.subject.sku],
  );
  if (item === undefined) throw new Error(`no item for ${lively.subject.sku}`);
  return item.item;
}

async function untilUndone(onlooker: Onlooker, ids: readonly string[]): Promise<void> {
  const reversals = await waitFor(
    "the undo to be written",
    async () => {
      const found = (await onlooker.changes()).filter(({ revertsChangeId }) =>
        ids.includes(revertsChangeId ?? ""),
      );
      return found.length === ids.length ? found : null;
    },
    { timeoutMs: 10_000 },
  );
  await untilState(
    onlooker,
    reversals.map((change) => change.changeId),
    "live",
  );
}

async function picture(admin: AdminPage, name: string, page: string): Promise<void> {
  await admin.openApp(page);
  await admin.page.waitForLoadState("networkidle");
  mkdirSync(FOLDER, { recursive: true });
  const file = path.join(FOLDER, `${name}.png`);
  await admin.page.screenshot({ path: file });
  const { size } = statSync(file);
  if (size > BYTES_MAX)
    throw new Error(`${name}.png has ${String(size)} bytes, more than ${String(BYTES_MAX)}`);
  say(`docs/images/${name}.png ${String(Math.round(size / 1024))} kB`);
}

await main();
