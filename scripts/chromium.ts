/**
 * A Chromium for the browser tests: CHROMIUM_PATH, a browser of the system, or the one inside npm's
 * @sparticuz/chromium, which needs no system package on Linux x64.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { type Browser, chromium } from "playwright-core";

export interface Chromium {
  readonly executablePath: string;
  /** For example "147.0.7727.15". */
  readonly version: string;
  /** Environment it needs beside ours. */
  readonly env: Readonly<Record<string, string>>;
}

/** Our own flags: the package's defaults switch off web security and process isolation, which hides CORS and CSP mistakes. */
const FLAGS = [
  // Neither root nor most containers can have Chromium's own sandbox; only our own pages are opened.
  "--no-sandbox",
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  // Containers give /dev/shm 64 MB, too little for a page of Polaris.
  "--disable-dev-shm-usage",
  "--font-render-hinting=none",
];

const SYSTEM_BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

export async function launchBrowser(): Promise<Browser> {
  const found = await findChromium();
  return chromium.launch({
    executablePath: found.executablePath,
    // "HeadlessChrome" in the user agent makes Remix's bot check answer 410.
    args: [...FLAGS, `--user-agent=${userAgent(found.version)}`],
    env: { ...definedEnvironment(), ...found.env },
  });
}

/** @throws with the three ways to have one, and why each failed. */
export async function findChromium(): Promise<Chromium> {
  const given = process.env["CHROMIUM_PATH"];
  if (given) {
    const version = versionOf(given);
    if (version) return { executablePath: given, version, env: {} };
    throw new Error(`CHROMIUM_PATH names ${given}, which does not run as a Chromium.`);
  }
  for (const executablePath of SYSTEM_BROWSERS) {
    // Ubuntu's /usr/bin/chromium-browser may be a message about snap: what does not tell its version is none.
    const version = existsSync(executablePath) ? versionOf(executablePath) : undefined;
    if (version) return { executablePath, version, env: {} };
  }
  if (process.platform === "linux" && process.arch === "x64") return packagedChromium();
  throw new Error(
    "No Chromium found. Install Chromium or Chrome, or set CHROMIUM_PATH to an executable.",
  );
}

async function packagedChromium(): Promise<Chromium> {
  const folder = await unpacked();
  const executablePath = path.join(folder, "chromium");
  const fonts: Record<string, string> = existsSync("/etc/fonts/fonts.conf")
    ? {}
    : { FONTCONFIG_PATH: path.join(folder, "fonts") };
  const libraries = { LD_LIBRARY_PATH: path.join(folder, "al2023", "lib") };
  for (const env of [fonts, { ...fonts, ...libraries }]) {
    const version = versionOf(executablePath, env);
    if (version) return { executablePath, version, env };
  }
  throw new Error(
    `The Chromium of @sparticuz/chromium does not run here (${executablePath} --version shows why). ` +
      "Install Chromium or Chrome, or set CHROMIUM_PATH.",
  );
}

/**
 * `.data/chromium/<package version>`, filled on first use (about two seconds, 220 MB).
 * The package itself unpacks into the temporary folder and believes a half-written file of a killed run.
 */
async function unpacked(): Promise<string> {
  const require = createRequire(import.meta.url);
  const main = require.resolve("@sparticuz/chromium");
  const home = main.slice(0, main.lastIndexOf(`${path.sep}build${path.sep}`));
  const { version } = JSON.parse(readFileSync(path.join(home, "package.json"), "utf8")) as {
    version: string;
  };
  const folder = path.join(import.meta.dirname, "..", ".data", "chromium", version);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.making-${String(process.pid)}`;
  mkdirSync(unfinished, { recursive: true });
  await inflateInto(unfinished, path.join(home, "bin"));
  writeFileSync(path.join(unfinished, "fonts", "fonts.conf"), fontsConfiguration(folder));
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process unpacked the same one first.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

async function inflateInto(folder: string, archives: string): Promise<void> {
  const { inflate } = await import("@sparticuz/chromium");
  const before = process.env["TMPDIR"];
  // The package writes to the temporary folder and nowhere else.
  process.env["TMPDIR"] = folder;
  try {
    const names = ["chromium.br", "fonts.tar.br", "swiftshader.tar.br", "al2023.tar.br"];
    await Promise.all(names.map((name) => inflate(path.join(archives, name))));
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
}

function fontsConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${path.join(folder, "fonts", "fonts")}</dir>
  <cachedir>${path.join(folder, "fonts", "cache")}</cachedir>
</fontconfig>
`;
}

function versionOf(executable: string, env: Readonly<Record<string, string>> = {}) {
  try {
    const output = execFileSync(executable, ["--version", "--no-sandbox"], {
      encoding: "utf8",
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 20_000,
    });
    return /\d+(?:\.\d+){3}/.exec(output)?.[0];
  } catch {
    // It does not run here: the caller tries the next one and reports when none is left.
    return undefined;
  }
}

function userAgent(version: string): string {
  const major = version.split(".")[0] ?? "";
  return `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`;
}

function definedEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
