import { defineConfig } from "vitest/config";

const exclude = ["**/node_modules/**", "**/build/**", "**/.data/**"];
const setupFiles = ["./scripts/vitest-setup.ts"];
const globalSetup = ["./scripts/database/vitest-database.ts"];

export default defineConfig({
  test: {
    // By default one core is left to others; here the database has its share of both.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["**/*.test.ts", "**/*.test.tsx"],
          exclude: [...exclude, "**/*.db.test.ts"],
          setupFiles,
        },
      },
      {
        test: {
          name: "db",
          include: ["**/*.db.test.ts"],
          exclude,
          setupFiles,
          globalSetup,
          hookTimeout: 30_000,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["**/*.e2e.ts"],
          exclude,
          globalSetup,
          // Each file starts both processes and a browser and mostly waits: two at a time fit on two cores.
          maxWorkers: 2,
          hookTimeout: 120_000,
          testTimeout: 180_000,
        },
      },
    ],
    coverage: {
      provider: "v8",
      include: ["shared/src/core/**/*.ts", "shared/src/services/**/*.ts"],
      exclude: ["**/*.test.ts"],
      reporter: ["json-summary", "text-summary"],
      // A failed test must not hide that coverage fell too.
      reportOnFailure: true,
      thresholds: {
        "shared/src/core/**": { lines: 95, functions: 95, statements: 95 },
        "shared/src/services/**": { lines: 95, functions: 95, statements: 95 },
      },
    },
  },
});
