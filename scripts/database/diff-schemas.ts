/** SQL from one Prisma schema to another. */
import { NO_FILTERS, withSchemaEngine } from "./schema-engine.ts";

/**
 * Compares two schema texts, not a schema with a database: with the PostgreSQL driver adapter the engine can neither
 * replay migrations into a shadow database nor introspect (see docs/decisions/0002). The database is only connected to.
 *
 * @returns SQL that changes `from` (undefined: an empty database) into `to`; undefined when they describe the same tables.
 */
export async function diffSchemas(options: {
  ownerUrl: string;
  from: string | undefined;
  to: string;
}): Promise<string | undefined> {
  const target = (name: string, content: string) => ({
    tag: "schemaDatamodel" as const,
    files: [{ path: name, content }],
  });
  const { stdout } = await withSchemaEngine(
    options.ownerUrl,
    (engine) =>
      engine.diff({
        from:
          options.from === undefined
            ? { tag: "empty" }
            : target("schema.last.prisma", options.from),
        to: target("schema.prisma", options.to),
        script: true,
        exitCode: null,
        filters: NO_FILTERS,
      }),
    [{ path: "schema.prisma", content: options.to }],
  );
  const sql = stdout?.trim() ?? "";
  return sql === "" || sql.startsWith("-- This is an empty migration") ? undefined : `${sql}\n`;
}
