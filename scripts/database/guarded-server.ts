/** A PostgreSQL server process that never outlives the process that started it, however that one ends. */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, statSync, truncateSync } from "node:fs";
import { Socket, createServer } from "node:net";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { type Durability, serverArguments } from "./settings.ts";

export interface GuardedServer {
  hasEnded(): boolean;
  stop(): Promise<void>;
  logTail(): string;
}

/**
 * The guard is a shell that holds a pipe from us. When the pipe closes (a clean stop, an exit, even SIGKILL)
 * it sends SIGINT, PostgreSQL's "fast" shutdown: running transactions are rolled back, nothing is lost.
 * Detached, so that Ctrl-C in the terminal reaches the programs first and the database last.
 */
const GUARD = `
"$@" <&- & server=$!
( cat <&3 >/dev/null; kill -INT $server 2>/dev/null ) & watcher=$!
exec 3<&-
wait $server; code=$?
kill $watcher 2>/dev/null
exit $code`;

const LOG_BYTES_MAX = 5_000_000;

export function startGuarded(options: {
  folder: string;
  durability: Durability;
  account: Account;
  binaries: Binaries;
  port: number;
}): GuardedServer {
  const logFile = `${options.folder}.log`;
  const log = openSync(logFile, "a", 0o600);
  if (statSync(logFile).size > LOG_BYTES_MAX) truncateSync(logFile);
  const child = spawn(
    "/bin/sh",
    [
      "-c",
      GUARD,
      "calibr-postgres",
      options.binaries.postgres,
      "-D",
      options.folder,
      ...serverArguments(options.durability, options.port),
    ],
    {
      ...options.account,
      cwd: "/",
      detached: true,
      env: { ...process.env, LC_ALL: "C" },
      stdio: ["ignore", log, log, "pipe"],
    },
  );
  closeSync(log);
  let ended = false;
  const whenEnded = new Promise<void>((resolve) => {
    const end = (): void => {
      ended = true;
      resolve();
    };
    child.once("exit", end);
    child.once("error", end);
  });
  const pipe = child.stdio[3];
  // Neither the guard nor its pipe keeps a script alive that has otherwise finished.
  child.unref();
  if (pipe instanceof Socket) pipe.unref();
  return {
    hasEnded: () => ended,
    logTail: () => readFileSync(logFile, "utf8").split("\n").slice(-15).join("\n"),
    async stop() {
      child.ref();
      pipe?.destroy();
      await whenEnded;
    },
  };
}

export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === "object"
          ? resolve(address.port)
          : reject(new Error("no port")),
      );
    });
  });
}
