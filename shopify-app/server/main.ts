/** Starts the web process: our own Express server around the Remix build. `npm run start:app`. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ServerBuild } from "@remix-run/node";
import type { Logger } from "@calibr/shared/ports/logger";
import { createServer } from "./create-server.ts";

const BUILD_FILE = new URL("../build/server/index.js", import.meta.url);
// Load balancers stop sending within a few seconds; requests of ours take milliseconds.
const STOP_TIMEOUT_MS = 10_000;

/** What the app's entry exports for its server; see app/entry.server.tsx. */
interface Lifecycle {
  readonly logger: Logger;
  readonly port: number;
  readonly appUrl: string;
  close(): Promise<void>;
}

/** The build, whose entry module is our own app/entry.server.tsx. */
type AppBuild = ServerBuild & {
  readonly entry: { readonly module: { readonly lifecycle: Lifecycle } };
};

if (!existsSync(BUILD_FILE)) {
  process.stderr.write(`No build at ${fileURLToPath(BUILD_FILE)}. Run: npm run build\n`);
  process.exit(1);
}

const build = await loadBuild();
const { lifecycle } = build.entry.module;
const server = createServer({
  build,
  logger: lifecycle.logger,
  isHttps: lifecycle.appUrl.startsWith("https:"),
}).listen(lifecycle.port, () =>
  lifecycle.logger.info("web_started", { port: lifecycle.port, appUrl: lifecycle.appUrl }),
);
server.on("error", (cause) => {
  lifecycle.logger.error("web_not_started", { port: lifecycle.port }, cause);
  process.exit(1);
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop(signal));

function stop(signal: string): void {
  lifecycle.logger.info("web_stopping", { signal });
  setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
  server.close(() => {
    lifecycle.close().then(
      () => lifecycle.logger.info("web_stopped"),
      (cause: unknown) => lifecycle.logger.error("web_stop_failed", {}, cause),
    );
  });
  server.closeIdleConnections();
}

async function loadBuild(): Promise<AppBuild> {
  try {
    const loaded: unknown = await import(BUILD_FILE.href);
    if (isAppBuild(loaded)) return loaded;
    throw new Error(`${fileURLToPath(BUILD_FILE)} is of another version. Run: npm run build`);
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
    process.exit(1);
  }
}

// The file is made by `remix vite:build` from this very package: what it exports for us tells its version.
function isAppBuild(loaded: unknown): loaded is AppBuild {
  if (typeof loaded !== "object" || loaded === null || !("entry" in loaded)) return false;
  const { entry } = loaded;
  if (typeof entry !== "object" || entry === null || !("module" in entry)) return false;
  return typeof entry.module === "object" && entry.module !== null && "lifecycle" in entry.module;
}
