import path from "node:path";
import { defineConfig } from "prisma/config";

// For `prisma generate`, and for people who run Prisma's own tools. Our migrations go through scripts/migrate.ts.
export default defineConfig({
  schema: path.join("prisma", "schema.prisma"),
  migrations: { path: path.join("prisma", "migrations") },
});
