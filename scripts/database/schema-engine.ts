/**
 * Prisma's schema engine as WebAssembly, over the ordinary PostgreSQL driver.
 * Why not the Prisma CLI: docs/decisions/0002-run-prisma-migrations-through-wasm.md.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import {
  DriverAdapterError,
  type SqlMigrationAwareDriverAdapterFactory,
  bindMigrationAwareSqlAdapterFactory,
} from "@prisma/driver-adapter-utils";
import { PrismaPg } from "@prisma/adapter-pg";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";
import type { SchemaEngine } from "@prisma/schema-engine-wasm";
import pg from "pg";

/** Nothing of the database is hidden from the engine; it takes the lists even when they are empty. */
export const NO_FILTERS = { externalTables: [], externalEnums: [] };

const require = createRequire(import.meta.url);

export interface SchemaText {
  /** File name, used in messages only. */
  readonly path: string;
  readonly content: string;
}

/** @throws an Error that carries the engine's own message. */
export async function withSchemaEngine<T>(
  url: string,
  work: (engine: SchemaEngine) => Promise<T>,
  datamodels?: readonly SchemaText[],
): Promise<T> {
  const { SchemaEngine } = loadBindings();
  const pool = new pg.Pool({ connectionString: url });
  const refused: pg.DatabaseError[] = [];
  try {
    const engine = await SchemaEngine.new(
      { datamodels: datamodels?.map(({ path, content }) => [path, content]) },
      // The engine's own log: progress lines that the callers print better.
      () => undefined,
      bindMigrationAwareSqlAdapterFactory(wholeScripts(pool, refused)),
    );
    try {
      return await work(engine);
    } finally {
      engine.free();
    }
  } catch (cause) {
    throw new Error(explain(cause, refused), { cause });
  } finally {
    await pool.end();
  }
}

/**
 * adapter-pg 7.10.1 runs a script by cutting it at every semicolon, which breaks function bodies, strings and comments.
 * Sent whole, PostgreSQL parses it, and runs it in one transaction, as Prisma's native engine does.
 */
function wholeScripts(
  pool: pg.Pool,
  refused: pg.DatabaseError[],
): SqlMigrationAwareDriverAdapterFactory {
  const factory = new PrismaPg(pool);
  const executeScript = async (script: string): Promise<void> => {
    try {
      await pool.query(script);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      refused.push(error);
      throw new DriverAdapterError(asPrismaError(error, script));
    }
  };
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => Object.assign(await factory.connect(), { executeScript }),
    connectToShadowDb: () => factory.connectToShadowDb(),
  };
}

/** What the engine records in `_prisma_migrations.logs`. */
function asPrismaError(error: pg.DatabaseError, script: string) {
  const { position, severity = "ERROR", detail, column, hint } = error;
  const line = position && script.slice(0, Number(position)).split("\n").length;
  if (line) error.message += ` (line ${String(line)})`;
  // The state "raised by us" keeps the message: for known states the engine makes up a shorter one.
  return {
    kind: "postgres" as const,
    code: "P0001",
    severity,
    message: error.message,
    detail,
    column,
    hint,
  };
}

function explain(error: unknown, refused: readonly pg.DatabaseError[]): string {
  const message = error instanceof Error ? error.message : String(error);
  const own = refused.at(-1);
  if (!own) return `Prisma's schema engine: ${message.trimEnd()}`;
  const migration = /migration_name="([^"]+)"/.exec(message)?.[1] ?? "a script";
  const more = [own.detail, own.hint].filter(Boolean).map((text) => `\n${String(text)}`);
  return `${migration} is refused by PostgreSQL: ${own.message}${more.join("")}`;
}

interface EngineBindings {
  readonly SchemaEngine: typeof SchemaEngine;
  __wbg_set_wasm(exports: object): void;
}

/** The part used here; TypeScript has the rest only among the types of browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, object>>,
  ) => { readonly exports: Readonly<Record<string, (() => void) | undefined>> };
};

let loaded: EngineBindings | undefined;

/** The generated glue wants the compiled module handed in; importing the .wasm file itself is still experimental in Node 24. */
function loadBindings(): EngineBindings {
  if (loaded) return loaded;
  // The package describes the public half of its own glue only.
  const glue = bindings as unknown as EngineBindings;
  const file = require
    .resolve("@prisma/schema-engine-wasm/schema_engine_bg")
    .replace(/\.js$/, ".wasm");
  const module = new WebAssembly.Module(readFileSync(file));
  const imports = { "./schema_engine_bg.js": { ...glue, ...idleTimers(glue) } };
  const { exports } = new WebAssembly.Instance(module, imports);
  glue.__wbg_set_wasm(exports);
  exports["__wbindgen_start"]?.();
  loaded = glue;
  return glue;
}

/** The engine limits its wait for the migration lock by a ten-second timer that it never clears; it must not delay our exit. */
function idleTimers(glue: object): Record<string, unknown> {
  const names = Object.keys(glue).filter((name) => name.startsWith("__wbg_setTimeout_"));
  const start = (callback: () => void, delayMs: number): NodeJS.Timeout =>
    setTimeout(callback, delayMs >>> 0).unref();
  return Object.fromEntries(names.map((name) => [name, start]));
}
