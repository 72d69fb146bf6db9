/** Runs commands a few at a time and shows the output of those that fail. */
import { spawn } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";

export interface Step {
  readonly name: string;
  readonly command: readonly string[];
}

export interface StepsResult {
  readonly passed: number;
  readonly failed: number;
}

const ROOT = path.join(import.meta.dirname, "..");

/** A package's program, under the Node of this process whatever the PATH says. */
export function binary(name: string, ...args: string[]): string[] {
  return [process.execPath, path.join(ROOT, "node_modules", ".bin", name), ...args];
}

export async function runSteps(steps: readonly Step[]): Promise<StepsResult> {
  const waiting = [...steps];
  let failed = 0;
  const lane = async (): Promise<void> => {
    for (let step = waiting.shift(); step; step = waiting.shift())
      if (!(await runStep(step))) failed += 1;
  };
  await Promise.all(Array.from({ length: Math.min(os.availableParallelism(), 4) }, lane));
  return { passed: steps.length - failed, failed };
}

function runStep({ name, command }: Step): Promise<boolean> {
  const startedMs = performance.now();
  const [program = "", ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", (error) => (output += error.message));
    child.on("close", (code) => {
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
      console.log(`${code === 0 ? "ok    " : "FAILED"}  ${name} (${seconds} s)`);
      if (code !== 0) console.log(output.trimEnd());
      resolve(code === 0);
    });
  });
}
