import { chromium } from "playwright-core";
import type { Browser, Frame, FrameLocator, Locator, Page } from "playwright-core";
import { findChromium } from "../../../scripts/chromium.ts";
import { collectProblems } from "./page-problems.ts";
import type { PageProblems } from "./page-problems.ts";
import { startVendorTls } from "./vendor-tls.ts";

export interface AdminBrowserOptions {
  /** Front port of the sandbox, for example `http://127.0.0.1:4010`. */
  readonly sandboxOrigin: string;
  /** Whether the vendors' hosts lead to the sandbox; false leaves a browser as a person's is. */
  readonly isRerouted?: boolean;
}

export interface AdminPageOptions {
  /** Address of the app in the Admin, for example `/store/calibr-demo/apps/calibr`. */
  readonly appRoot: string;
  /** `https://admin.shopify.com`, or the sandbox's own origin for the way a person goes. */
  readonly adminOrigin?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
}

export interface AdminBrowser {
  readonly browser: Browser;
  newPage(options: AdminPageOptions): Promise<AdminPage>;
  close(): Promise<void>;
}

export interface AdminPage {
  readonly page: Page;
  /** The app inside its frame. */
  readonly app: FrameLocator;
  readonly problems: PageProblems;
  /** Opens a page of the app in the Admin and waits until it can be used. */
  openApp(path?: string): Promise<void>;
  /** Resolves when the app's own script has taken over the page in the frame. */
  ready(): Promise<Frame>;
  /** The app's page as the Admin's address bar tells it, for example `/app/products?page=2`. */
  path(): string;
  toast(text?: string | RegExp): Locator;
  readonly saveBar: Locator;
  readonly titleBar: Locator;
  /** One of the app's own links in the left navigation. */
  navLink(label: string): Locator;
  close(): Promise<void>;
}

export const ADMIN_ORIGIN = "https://admin.shopify.com";

/** Shopify's library answers 410 to browsers that call themselves headless. */
const userAgent = (version: string): string =>
  `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version} Safari/537.36`;

/** Only what a container needs: the usual arguments switch off the very walls that are tested. */
const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--disable-dev-shm-usage",
  "--font-render-hinting=none",
];

/** Hosts a person's browser meets on its way through the app, all played by the sandbox. */
const VENDOR_HOSTS = [
  "admin.shopify.com",
  "cdn.shopify.com",
  "sellercentral*.amazon.*",
  "m.media-amazon.com",
];

/** A browser for which the vendors' hosts are the sandbox and every other outside host is absent. */
export async function launchAdminBrowser(options: AdminBrowserOptions): Promise<AdminBrowser> {
  const tls = await startVendorTls(options.sandboxOrigin);
  const rerouted = options.isRerouted === false ? [] : VENDOR_HOSTS;
  const rules = [
    ...rerouted.map((host) => `MAP ${host} 127.0.0.1:${tls.port}`),
    "MAP * ~NOTFOUND",
    "EXCLUDE localhost",
    "EXCLUDE 127.0.0.1",
  ];
  const found = await findChromium();
  const browser = await chromium.launch({
    executablePath: found.executablePath,
    env: { ...definedEnvironment(), ...found.env },
    args: [
      ...CHROMIUM_ARGS,
      `--user-agent=${userAgent(found.version)}`,
      `--host-resolver-rules=${rules.join(", ")}`,
    ],
  });
  return {
    browser,
    newPage: (pageOptions) => newAdminPage(browser, pageOptions),
    close: async () => {
      await browser.close();
      await tls.close();
    },
  };
}

function definedEnvironment(): Record<string, string> {
  const defined = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(defined);
}

async function newAdminPage(browser: Browser, options: AdminPageOptions): Promise<AdminPage> {
  const { appRoot, adminOrigin = ADMIN_ORIGIN } = options;
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1280, height: 800 },
    ignoreHTTPSErrors: true,
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const ready = (): Promise<Frame> => appReady(page);
  return {
    page,
    app: page.frameLocator("#app-frame"),
    problems: collectProblems(page),
    ready,
    async openApp(path = "") {
      await page.goto(adminOrigin + appRoot + path);
      await ready();
    },
    path() {
      const { pathname, search, hash } = new URL(page.url());
      return pathname.slice(appRoot.length) + search + hash;
    },
    toast: (text) => {
      const toasts = page.locator("#toasts .toast");
      return text === undefined ? toasts : toasts.filter({ hasText: text });
    },
    saveBar: page.locator("#save-bar"),
    titleBar: page.locator(".title-bar"),
    navLink: (label) => page.locator("#app-links").getByRole("link", { name: label, exact: true }),
    close: () => context.close(),
  };
}

/**
 * Before React has taken over, what is typed into the server's markup is lost. A page without React
 * says so itself with `data-hydrated` on its root element.
 */
async function appReady(page: Page): Promise<Frame> {
  const handle = await page.locator("#app-frame").elementHandle();
  const frame = await handle?.contentFrame();
  if (frame == null) throw new Error(`${page.url()}: no app frame in this page`);
  await frame.waitForFunction(() => {
    if (!("shopify" in window)) return false;
    if (document.documentElement.hasAttribute("data-hydrated")) return true;
    const elements = [...document.body.querySelectorAll("*")];
    return elements.some((one) => Object.keys(one).some((key) => key.startsWith("__reactProps")));
  });
  return frame;
}
