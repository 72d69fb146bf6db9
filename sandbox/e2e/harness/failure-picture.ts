import { mkdirSync } from "node:fs";
import path from "node:path";
import { afterEach } from "vitest";
import { DATA_DIR } from "../../../scripts/database/open-database.ts";
import type { AdminPage } from "./admin-page.ts";

const FOLDER = path.join(DATA_DIR, "e2e-failures");

/** After a failed test, keeps a picture of the window it used under `.data/e2e-failures`. */
export function picturesOfFailures(windowNow: () => AdminPage | undefined): void {
  afterEach(async ({ task }) => {
    const admin = windowNow();
    if (task.result?.state !== "fail" || admin === undefined || admin.page.isClosed()) return;
    mkdirSync(FOLDER, { recursive: true });
    const name = task.name.replaceAll(/[^a-z0-9]+/gi, "-").slice(0, 80);
    await admin.page.screenshot({ path: path.join(FOLDER, `${name}.png`) });
  });
}
