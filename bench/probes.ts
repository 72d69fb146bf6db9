import pg from "pg";
import { percentile } from "../sandbox/spine/percentiles.ts";

const ROUNDS = 60;

/** What this machine can do at best right now; each a p95 in milliseconds. */
export interface Probes {
  /** One durable commit of one row. */
  readonly commitMs: number;
  /** One HTTP round trip to the sandbox with a small JSON answer. */
  readonly httpMs: number;
}

/** Measures commits and round trips, interleaved, while nothing else of ours runs. */
export async function probe(ownerUrl: string, sandboxOrigin: string): Promise<Probes> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  const commits: number[] = [];
  const trips: number[] = [];
  try {
    await client.query(
      "CREATE TABLE IF NOT EXISTS bench_probe (id bigserial PRIMARY KEY, at timestamptz DEFAULT now())",
    );
    for (let round = 0; round < ROUNDS; round += 1) {
      commits.push(await timed(() => client.query("INSERT INTO bench_probe DEFAULT VALUES")));
      trips.push(
        await timed(async () =>
          (await fetch(`${sandboxOrigin}/control/sandbox/info`, { method: "POST" })).text(),
        ),
      );
    }
    await client.query("DROP TABLE bench_probe");
  } finally {
    await client.end();
  }
  return { commitMs: slow(commits), httpMs: slow(trips) };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function slow(values: readonly number[]): number {
  // Sub-millisecond probes are rounded up: a limit of zero would make every ratio meaningless.
  return Math.max(1, percentile(values, 0.95) ?? 1);
}
