import { execFileSync } from "node:child_process";
import os from "node:os";

/** One measured number beside the limit probed in the same run. */
export interface Metric {
  readonly value: number;
  readonly unit: string;
  /** What this machine could do at best at the same time; null where no limit was probed. */
  readonly limit: number | null;
  /** value / limit; null without a limit. */
  readonly ratio: number | null;
  readonly goal: number;
  readonly ok: boolean;
}

/** The last line of every bench. */
export interface BenchReport {
  readonly bench: string;
  readonly commit: string;
  readonly machine: string;
  readonly metrics: Readonly<Record<string, Metric>>;
}

/** A duration that should be at most `goal`. */
export function atMost(value: number, goal: number, limit: number | null, unit = "ms"): Metric {
  return {
    value,
    unit,
    limit,
    ratio: limit === null || limit === 0 ? null : Math.round((value / limit) * 100) / 100,
    goal,
    ok: value <= goal,
  };
}

/** Completes a report with where and on what it was measured. */
export function makeReport(bench: string, metrics: BenchReport["metrics"]): BenchReport {
  return { bench, commit: commitOf(), machine: machine(), metrics };
}

function commitOf(): string {
  try {
    const head = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
    const isClean =
      execFileSync("git", ["status", "--porcelain", "--untracked-files=no"], {
        encoding: "utf8",
      }).trim() === "";
    return isClean ? head : `${head}+changes`;
  } catch {
    // An unpacked archive has no history.
    return "unknown";
  }
}

function machine(): string {
  const [first] = os.cpus();
  const memoryGiB = Math.round(os.totalmem() / 2 ** 30);
  return `${String(os.availableParallelism())} × ${first?.model.trim() ?? "unknown CPU"}, ${String(memoryGiB)} GiB, node ${process.version}, load ${String(Math.round((os.loadavg()[0] ?? 0) * 10) / 10)}`;
}
