import { expect } from "vitest";
import type { Locator } from "playwright-core";
import type { AdminPage } from "./admin-page.ts";
import type { Calibr } from "./calibr.ts";

/** The app's pages as a test speaks of them: by heading, button, words and field. */
export interface EmbeddedPages {
  heading(name: string): Locator;
  button(name: string): Locator;
  text(words: string | RegExp): Locator;
  /** Rows of the page's table for one channel. */
  row(channel: string): Locator;
  /** Opens a page anew and waits until it can be used. */
  open(path: string): Promise<void>;
  /** Opens the page of the product that a SKU belongs to. */
  openProduct(sku: string): Promise<void>;
  /** Opens the receipt of a change. */
  openReceipt(changeId: string): Promise<void>;
  /** Types into fields of the open form, saves by the Admin's save bar and waits for the toast. */
  save(fields: Readonly<Record<string, string>>, toast: string): Promise<void>;
  untilPath(pattern: RegExp): Promise<void>;
}

/** Makes the page speech of a window. */
export function embeddedPages(admin: AdminPage, calibr: Calibr): EmbeddedPages {
  const { app } = admin;
  return {
    heading: (name) => app.getByRole("heading", { name, exact: true }),
    button: (name) => app.getByRole("button", { name, exact: true }),
    text: (words) => app.getByText(words).first(),
    row: (channel) =>
      app.getByRole("row").filter({ has: app.locator(`[data-channel="${channel}"]`) }),
    open: (path) => admin.openApp(path),
    async openProduct(sku) {
      const [listing] = await calibr.onlooker.ask<{ item: string }>(
        "SELECT item_id::text AS item FROM listing WHERE sku = $1 ORDER BY channel LIMIT 1",
        [sku],
      );
      if (listing === undefined) throw new Error(`no listing has the SKU ${sku}`);
      await admin.openApp(`/app/products/${listing.item}`);
    },
    openReceipt: (changeId) => admin.openApp(`/app/changes/${changeId}`),
    async save(fields, toast) {
      for (const [label, value] of Object.entries(fields)) await app.getByLabel(label).fill(value);
      await admin.saveBar.getByRole("button", { name: "Save" }).click();
      await admin.toast(toast).last().waitFor();
      await admin.saveBar.waitFor({ state: "hidden" });
    },
    async untilPath(pattern) {
      await expect.poll(() => admin.path(), { timeout: 10_000 }).toMatch(pattern);
    },
  };
}
