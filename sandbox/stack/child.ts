import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import path from "node:path";

/** A process of ours that runs beside the sandbox. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Resolves with how it ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  hasEnded(): boolean;
  /** Asks it to stop and waits; after `graceMs` it is killed. */
  stop(graceMs?: number): Promise<void>;
  /** Kills it at once, as a power cut would. */
  kill(): Promise<void>;
}

/** How to start one. */
export interface ChildOptions {
  readonly name: string;
  /** Script from the top of the checkout. */
  readonly script: string;
  /** Modules loaded before it (`--import`). */
  readonly preloads: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly root: string;
  readonly logFile: string;
}

const GRACE_MS = 8_000;
const running = new Set<ChildProcess>();

// A demo that is stopped in any way leaves nothing behind.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Starts a Node script with its output in a log file. */
export function startChild(options: ChildOptions): Child {
  mkdirSync(path.dirname(options.logFile), { recursive: true });
  const log = createWriteStream(options.logFile, { flags: "a" });
  const imports = options.preloads.flatMap((file) => ["--import", path.join(options.root, file)]);
  const child = spawn(process.execPath, [...imports, path.join(options.root, options.script)], {
    cwd: options.root,
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  running.add(child);
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("close", (code, signal) => {
      running.delete(child);
      log.end();
      resolve({ code, signal });
    });
  });
  if (child.pid === undefined) throw new Error(`${options.name} could not be started`);
  return {
    name: options.name,
    pid: child.pid,
    ended,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    async stop(graceMs = GRACE_MS) {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await ended;
      clearTimeout(timer);
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
