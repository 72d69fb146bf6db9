import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../shared/src/testing/database.ts";
import { type FaultWorldEnd, runFaults } from "./run-faults.ts";
import { sumRuns } from "./sum-runs.ts";

// More of the same, with other seeds: npm run torture -- --amazon --long.
const SEEDS = Array.from({ length: 50 }, (_, place) => 20_261_123 + place);
// Deaths and failing calls are what is meant to happen; the audit reads what came of them.
const QUIET = { debug() {}, info() {}, warn() {}, error() {} };

let database: TestDatabase;
let end: FaultWorldEnd;

beforeAll(async () => {
  database = await createTestDatabase();
  end = await runFaults({ database, logger: QUIET, seeds: SEEDS });
}, 400_000);

afterAll(() => database.drop());

it("keeps every promise in 50 runs in which everything goes wrong", () => {
  const findings = end.runs.flatMap(({ facts, findings }) =>
    findings.map(({ kind, sku, what }) => `run ${String(facts.seed)}: ${kind} ${sku} ${what}`),
  );

  expect(findings).toEqual([]);
});

it("puts the promises to the test: prices move, writes are ignored, ASINs fall silent, workers die", () => {
  const sums = sumRuns(end.runs);

  expect(sums.runs).toBe(50);
  expect(sums.changes).toBeGreaterThan(200);
  expect(sums.fed).toBeGreaterThan(5);
  expect(sums.ignored).toBeGreaterThan(20);
  expect(sums.repaired).toBeGreaterThan(10);
  expect(sums.silentFound).toBeGreaterThan(10);
  expect(sums.told).toBeGreaterThan(200);
  expect(sums.moves).toBeGreaterThan(sums.told / 2);
  expect(end.deaths).toBeGreaterThanOrEqual(3);
});
