import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { binary } from "./steps.ts";

const HELP = `Usage: npm start

Builds the app, then runs the web process and the worker with the settings of .env (see .env.example).
Run "npm run db:migrate" first. When one of the two ends, the other is stopped too.
On separate machines: npm run build && npm run start:app, and npm run start:worker.`;

const ROOT = path.join(import.meta.dirname, "..");
const PROGRAMS = ["shopify-app/server/main.ts", "amazon-worker/src/main.ts"];

if (process.argv.includes("--help")) console.log(HELP);
else process.exitCode = (await buildApp()) || (await runTogether());

function buildApp(): Promise<number> {
  const [program = "", ...args] = binary("remix", "vite:build");
  return ended(spawn(program, args, { cwd: path.join(ROOT, "shopify-app"), stdio: "inherit" }));
}

async function runTogether(): Promise<number> {
  const children = PROGRAMS.map((program) =>
    spawn(process.execPath, ["--env-file-if-exists=.env", program], {
      cwd: ROOT,
      stdio: "inherit",
      // React and Remix choose their production code by it.
      env: { ...process.env, NODE_ENV: "production" },
    }),
  );
  // Ctrl-C reaches the children by itself; a process manager tells only us.
  const stop = (): void => children.forEach((child) => child.kill("SIGTERM"));
  process.once("SIGTERM", stop);
  process.on("SIGINT", () => undefined);
  const codes = children.map(ended);
  const first = await Promise.race(codes);
  stop();
  await Promise.all(codes);
  return first;
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
