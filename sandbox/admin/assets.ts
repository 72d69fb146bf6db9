import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { browserScript } from "./browser-script.ts";
import { APP_ICON } from "./page/icons.ts";

const ICON_CACHE = "public, max-age=3600";

/** Files of the Admin frame by the path they are served at; undefined for any other path. */
export function adminAsset(pathname: string, iconSvg = APP_ICON): Response | undefined {
  switch (pathname) {
    case "/shopifycloud/app-bridge.js":
      return script(new URL("./app-bridge/main.ts", import.meta.url));
    case "/admin-assets/shell.js":
      return script(new URL("./shell/main.ts", import.meta.url));
    case "/admin-assets/store.js":
      return script(new URL("./shell/store-main.ts", import.meta.url));
    case "/admin-assets/admin.css":
      return file(styles(), "text/css");
    case "/admin-assets/app-icon.svg":
    case "/favicon.ico":
      return file(iconSvg, "image/svg+xml", ICON_CACHE);
    case "/admin-assets/inter.woff2":
      return interFont();
    default:
      if (/^\/static\/fonts\/.*\.css$/.test(pathname)) return file(FONTS_CSS, "text/css");
      if (pathname.startsWith("/s/files/")) return productPicture(pathname);
      return undefined;
  }
}

/** What cdn.shopify.com answers to Polaris's font request, from whatever this machine has. */
const FONTS_CSS = `@font-face {
  font-family: Inter;
  src: url("/admin-assets/inter.woff2") format("woff2"), local("Inter Variable"), local("Inter");
  font-weight: 100 900;
  font-display: swap;
}
`;

/** Stands in for every picture of the store: a tile whose colour and letter come from its name. */
export function productPicture(name: string): Response {
  const word = decodeURIComponent(name.split("/").at(-1) ?? name);
  const letter = (/[a-z0-9]/i.exec(word)?.[0] ?? "?").toUpperCase();
  const hue = [...word].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 360, 7);
  return file(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80" width="160" height="160">
<rect width="80" height="80" fill="hsl(${hue} 42% 90%)"/>
<circle cx="40" cy="40" r="23" fill="hsl(${hue} 38% 80%)"/>
<text x="40" y="49" text-anchor="middle" font-family="Inter, sans-serif" font-size="26" font-weight="600" fill="hsl(${hue} 35% 32%)">${letter}</text>
</svg>`,
    "image/svg+xml",
    ICON_CACHE,
  );
}

/** In order: the last one folds the page for phones and overrides the others. */
const STYLES = ["base", "top-bar", "side-nav", "app-stage", "dialogs", "store-pages", "phone"];

function styles(): string {
  const sheets = STYLES.map((name) => new URL(`./page/styles/${name}.css`, import.meta.url));
  return sheets.map((sheet) => readFileSync(sheet, "utf8")).join("\n");
}

function script(entry: URL): Response {
  return file(browserScript(entry), "text/javascript");
}

/** Inter comes along with Shopify's own tools; without them the pages fall back on system fonts. */
function interFont(): Response {
  const path = "dist/assets/hydrogen/virtual-routes/assets/inter-variable-font.woff2";
  try {
    const require = createRequire(import.meta.url);
    const root = require.resolve("@shopify/cli/package.json").replace("package.json", "");
    return file(readFileSync(root + path), "font/woff2", ICON_CACHE);
  } catch {
    return new Response(null, { status: 404, headers: { "access-control-allow-origin": "*" } });
  }
}

function file(body: string | Buffer, type: string, cache = "no-cache"): Response {
  return new Response(typeof body === "string" ? body : new Uint8Array(body), {
    headers: {
      "content-type": type.startsWith("text/") ? `${type}; charset=utf-8` : type,
      "cache-control": cache,
      // Fonts and scripts are asked for from the app's origin.
      "access-control-allow-origin": "*",
    },
  });
}
