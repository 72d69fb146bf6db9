/** The Admin frame with a small app in it, both ways a browser can reach it. */
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startDevProxy } from "../admin/dev-proxy.ts";
import { createAdminPart } from "../admin/part.ts";
import { emptyStoreData } from "../admin/store-data.ts";
import type { AdminProduct } from "../admin/store-data.ts";
import { createSandboxClock } from "../clock.ts";
import type { SandboxPart } from "../http/part.ts";
import { startSandbox } from "../server.ts";
import { startTestApp } from "./admin-frame-app.ts";
import type { TestApp } from "./admin-frame-app.ts";
import { ADMIN_ORIGIN, launchAdminBrowser } from "./harness/admin-page.ts";
import type { AdminBrowser, AdminPage } from "./harness/admin-page.ts";

const appRoot = "/store/calibr-demo/apps/calibr";
const store = {
  domain: "calibr-demo.myshopify.com",
  title: "Calibr Demo",
  currency: "USD",
  locale: "en",
  staff: { id: 42, firstName: "Ada", lastName: "Byron", email: "ada@calibr-demo.example" },
};

/** With the vendors' own hosts (tests), and through the dev proxy on localhost (a person). */
describe.each(["vendor hosts", "dev proxy"] as const)("the Admin frame by %s", (door) => {
  let world: World;
  let admin: AdminPage;

  beforeAll(async () => {
    world = await startWorld(door);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    admin = await world.browser.newPage({ appRoot, adminOrigin: world.adminOrigin });
  });
  afterEach(() => admin.close());

  it("keeps the Admin's address on the app's page, forth, back and over a reload", async () => {
    await admin.openApp("/app/approvals?status=open");
    expect(admin.path()).toBe("/app/approvals?status=open");

    await admin.navLink("Products").click();
    await heading("/app/products");
    await admin.page.waitForURL("**/apps/calibr/app/products");
    await expectCurrent("Products");

    await admin.page.goBack();
    await heading("/app/approvals");
    await admin.page.waitForURL("**/apps/calibr/app/approvals?status=open");

    await admin.page.reload();
    await admin.ready();
    await heading("/app/approvals");
    admin.problems.check();
  });

  it("shows the page's title and passes its actions on", async () => {
    await admin.openApp("/app");
    await admin.titleBar.getByText("Overview").waitFor();

    await admin.titleBar.getByRole("button", { name: "Add rule" }).click();
    await logged("primary");
    await admin.titleBar.getByRole("button", { name: "More actions" }).click();
    await admin.titleBar.getByRole("button", { name: "Archive" }).click();
    await logged("archived");
    admin.problems.check();
  });

  it("holds unsaved changes in the save bar until they are saved, discarded or given up", async () => {
    await admin.openApp("/app");
    const name = admin.app.getByLabel("Name");

    await name.fill("a");
    await admin.saveBar.getByRole("button", { name: "Save" }).click();
    await logged("saved");
    await admin.saveBar.waitFor({ state: "hidden" });

    await name.fill("b");
    await admin.saveBar.getByRole("button", { name: "Discard" }).click();
    await admin.page.getByRole("button", { name: "Discard changes" }).click();
    await logged("discarded");

    await name.fill("c");
    await admin.navLink("Products").click();
    await admin.page.getByRole("button", { name: "Stay" }).click();
    expect(await admin.saveBar.isVisible()).toBe(true);
    await admin.navLink("Products").click();
    await admin.page.getByRole("button", { name: "Leave page" }).click();
    await heading("/app/products");
    expect(await admin.saveBar.isVisible()).toBe(false);
    admin.problems.check();
  });

  it("shows toasts, and tells the app when their action is pressed", async () => {
    await admin.openApp("/app");

    await button("toast").click();
    await admin.toast("Saved").waitFor();
    await button("error toast").click();
    await admin.toast("No price was sent").getByRole("button", { name: "Retry" }).click();
    await logged("retried");
    expect(await admin.toast("No price was sent").count()).toBe(0);
    admin.problems.check();
  });

  it("shows a modal over app and Admin, and closes it by its button, a press outside or Escape", async () => {
    await admin.openApp("/app");
    const dialog = admin.app.getByRole("dialog", { name: "Approve prices" });

    await button("modal").click();
    await dialog.getByRole("button", { name: "Approve" }).click();
    await logged("approved");
    expect(await dialog.count()).toBe(0);

    await button("modal").click();
    await admin.page.locator("body.overlay .side-nav").click({ position: { x: 5, y: 5 } });
    await dialog.waitFor({ state: "detached" });

    await button("modal").click();
    await admin.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    admin.problems.check();
  });

  it("puts a session token on the app's own requests and renews a refused one once", async () => {
    await admin.openApp("/app");
    world.app.calls.length = 0;
    world.app.refuseNextToken();

    await button("whoami").click();
    await logged("user 42");

    expect(world.app.calls.map(({ verdict }) => verdict)).toEqual(["refused", "user 42"]);
    expect(world.app.calls[1]?.requestedWith).toBe("XMLHttpRequest");
    admin.problems.check([/^answer: 401 /]);
  });

  it("brings a page that asks for a token back with one", async () => {
    await admin.page.goto(world.adminOrigin + appRoot + "/app");
    await admin.ready();
    const frame = await admin.ready();

    await frame.evaluate(() => location.assign("/expired"));
    await heading("/expired");
    await logged("with token");
    await admin.page.waitForURL("**/apps/calibr/expired");
    admin.problems.check();
  });

  it("leaves for the Admin's own pages and for the consent page, and finds back", async () => {
    await admin.openApp("/app");

    await button("products").click();
    await admin.page.getByRole("heading", { name: "Products" }).waitFor();
    await admin.page.goBack();
    await admin.ready();
    await button("consent").click();
    await admin.page.getByText("consent at sellercentral.amazon.com").waitFor();
    admin.problems.check();
  });

  it("lets a merchant pick products and answers what was picked", async () => {
    await admin.openApp("/app");

    await button("picker").click();
    const picker = admin.page.getByRole("dialog", { name: "Select products" });
    await picker.getByLabel("Search").fill("skillet");
    await picker.getByText("Walnut Spoon").waitFor({ state: "detached" });
    await picker.getByText("Iron Skillet").click();
    await picker.getByRole("button", { name: "Add" }).click();
    await logged("Iron Skillet");

    await button("picker").click();
    await picker.getByRole("button", { name: "Cancel" }).click();
    await logged("cancelled");
    admin.problems.check();
  });

  it("takes no message from any other window", async () => {
    await admin.openApp("/app");

    await admin.page.evaluate(() => {
      const toast = { id: "x", text: "forged", durationMs: 5000, isError: false, action: null };
      window.postMessage({ mark: "calibr-sandbox-admin", notice: { kind: "toast-show", toast } });
    });
    await button("toast").click();
    await admin.toast("Saved").waitFor();

    expect(await admin.toast("forged").count()).toBe(0);
  });

  it("fits a phone without scrolling sideways", async () => {
    await admin.page.setViewportSize({ width: 390, height: 800 });
    await admin.openApp("/app/approvals");

    const widths = await admin.page.evaluate(() => [document.body.scrollWidth, innerWidth]);
    expect(widths).toEqual([390, 390]);
    await admin.page.getByRole("button", { name: "Menu" }).click();
    await admin.navLink("Connections").click();
    await heading("/app/connections");
    await admin.page.locator("body:not(.drawer)").waitFor();
    admin.problems.check();
  });

  const button = (name: string) => admin.app.getByRole("button", { name, exact: true });
  const heading = (text: string) =>
    admin.app.getByRole("heading", { name: text, exact: true }).waitFor();
  const logged = (text: string) =>
    admin.app.locator("#log").getByText(text, { exact: true }).waitFor();
  const expectCurrent = (label: string) =>
    admin.page.locator(`#app-links a[aria-current]:has-text("${label}")`).waitFor();
});

describe("the app's own policy", () => {
  it("keeps it out of a frame that is not Shopify Admin", async () => {
    const world = await startWorld("vendor hosts");
    const admin = await world.browser.newPage({ appRoot, adminOrigin: world.shellOrigin });
    try {
      await admin.page.goto(world.shellOrigin + appRoot);
      await expect.poll(() => admin.problems.found.join("\n")).toMatch(/frame-ancestors/);
    } finally {
      await admin.close();
      await world.close();
    }
  });
});

interface World {
  readonly app: TestApp;
  readonly browser: AdminBrowser;
  readonly adminOrigin: string;
  readonly shellOrigin: string;
  close(): Promise<void>;
}

async function startWorld(door: "vendor hosts" | "dev proxy"): Promise<World> {
  const [sandboxPort, proxyPort] = [await freePort(), await freePort()];
  const shellOrigin = `http://localhost:${sandboxPort}`;
  const app = await startTestApp("key", "secret");
  const target = `http://localhost:${app.port}`;
  const isProxied = door === "dev proxy";
  const part = createAdminPart({
    apiKey: "key",
    apiSecret: "secret",
    appUrl: isProxied ? `http://localhost:${proxyPort}` : target,
    shellOrigin,
    app: { name: "Calibr", handle: "calibr" },
    shops: [store],
    storeData: storeData(),
    now: () => new Date(),
  });
  const clock = createSandboxClock();
  const parts = [part, consentPart];
  const sandbox = await startSandbox({ port: sandboxPort, seed: 1, clock, parts });
  const proxy = isProxied ? await startDevProxy({ port: proxyPort, target, shellOrigin }) : null;
  const browser = await launchAdminBrowser({
    sandboxOrigin: sandbox.origin,
    isRerouted: !isProxied,
  });
  return {
    app,
    browser,
    adminOrigin: isProxied ? shellOrigin : ADMIN_ORIGIN,
    shellOrigin,
    close: async () => {
      await browser.close();
      await proxy?.close();
      await sandbox.close();
      await app.close();
    },
  };
}

/** Amazon's consent page, reduced to the question whether the browser finds it. */
const consentPart: SandboxPart = {
  name: "consent",
  owns: (host, pathname) =>
    host.startsWith("sellercentral") || pathname.startsWith("/amazon-consent/"),
  handle: (request) => {
    const { hostname, pathname } = new URL(request.url);
    const host = pathname.startsWith("/amazon-consent/") ? pathname.split("/")[2] : hostname;
    const headers = { "content-type": "text/html" };
    return Promise.resolve(
      new Response(`<link rel=icon href="data:,">consent at ${host}`, { headers }),
    );
  },
};

function storeData(): ReturnType<typeof emptyStoreData> {
  const products = ["Iron Skillet", "Walnut Spoon"].map((title, position) =>
    product(title, position),
  );
  return {
    ...emptyStoreData(),
    countProducts: () => Promise.resolve(products.length),
    products: ({ search }) =>
      Promise.resolve(
        products.filter(({ title }) => title.toLowerCase().includes(search.toLowerCase())),
      ),
  };
}

function product(title: string, position: number): AdminProduct {
  return {
    id: `gid://shopify/Product/${position}`,
    title,
    handle: title,
    vendor: "Copperline",
    productType: "Cookware",
    status: "ACTIVE",
    imageUrl: null,
    totalInventory: 3,
    variants: [],
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
