/** `npm run bench -- NAME [--json]`: one bench; its last line is one JSON object of one shape for all benches. */
import { parseArgs } from "node:util";
import type { BenchReport } from "./report.ts";
import { benchAmazon } from "./amazon.ts";
import { benchSpine } from "./spine.ts";

const BENCHES: Readonly<Record<string, (say: (line: string) => void) => Promise<BenchReport>>> = {
  amazon: benchAmazon,
  spine: benchSpine,
};

const HELP = `npm run bench -- NAME [--json]
  benches: ${Object.keys(BENCHES).join(", ")}
  --json   prints only the JSON line on stdout; progress stays on stderr`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const [name] = positionals;
  const bench = name === undefined ? undefined : BENCHES[name];
  if (values.help || bench === undefined) {
    process.stdout.write(`${HELP}\n`);
    return values.help ? 0 : 2;
  }
  const report = await bench((line) => process.stderr.write(`${line}\n`));
  if (!values.json) {
    for (const [metric, { value, unit, goal, ok }] of Object.entries(report.metrics)) {
      process.stdout.write(
        `${ok ? "ok  " : "MISS"} ${metric}: ${String(value)} ${unit} (goal ${String(goal)})\n`,
      );
    }
  }
  process.stdout.write(`${JSON.stringify(report)}\n`);
  return Object.values(report.metrics).every((metric) => metric.ok) ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (cause: unknown) => {
    process.stderr.write(
      `${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`,
    );
    process.exit(1);
  },
);
