/**
 * Makes the types of our Shopify operations: `node scripts/codegen.ts [--check] [--help]`.
 *
 * Reads every constant in shared/src/adapters/shopify/documents, validates it against Shopify's own Admin
 * schema (introspection in the npm package @shopify/dev-mcp, so no network), and writes one file of types
 * for each into generated/. With `--check` it writes nothing and fails where a file would change.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import {
  buildClientSchema,
  type GraphQLSchema,
  type IntrospectionQuery,
  NoDeprecatedCustomRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import { format } from "prettier";
import { API_VERSION } from "../shared/src/adapters/shopify/api-version.ts";
import { printOperationTypes } from "./graphql/print-types.ts";

const ADAPTER = path.join(import.meta.dirname, "..", "shared", "src", "adapters", "shopify");
const DOCUMENTS = path.join(ADAPTER, "documents");
const GENERATED = path.join(ADAPTER, "generated");

const HELP = `Makes shared/src/adapters/shopify/generated from its documents.
  node scripts/codegen.ts           write what changed
  node scripts/codegen.ts --check   write nothing; fail when something would change
`;

/** One file of generated types: its name in generated/ and its text. */
export interface GeneratedFile {
  readonly name: string;
  readonly text: string;
}

/** Shopify's own Admin schema of the version we speak. */
export function readAdminSchema(): GraphQLSchema {
  const manifest = findPackageJSON("@shopify/dev-mcp", import.meta.url);
  if (manifest === undefined) throw new Error("@shopify/dev-mcp is not installed: run npm ci.");
  const file = path.join(path.dirname(manifest), "dist/data", `admin_${API_VERSION}.json.gz`);
  if (!existsSync(file)) throw new Error(`@shopify/dev-mcp has no Admin schema ${API_VERSION}.`);
  // The package is Shopify's own and pinned: its introspection result is taken at its word.
  const { data } = JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as {
    data: IntrospectionQuery;
  };
  return buildClientSchema(data, { assumeValid: true });
}

/** Everything generated/ should hold. @throws Error naming the document and what is wrong with it. */
export async function generateFiles(schema: GraphQLSchema): Promise<GeneratedFile[]> {
  const files: GeneratedFile[] = [];
  for (const name of readdirSync(DOCUMENTS)
    .filter((file) => file.endsWith(".ts"))
    .sort()) {
    const operation = await readDocument(path.join(DOCUMENTS, name));
    const definition = checkDocument(schema, operation, name);
    files.push({ name, text: await printFile(schema, definition, name) });
  }
  return files;
}

/** Names of files in generated/ that differ from what they should be, are missing or are left over. */
export function staleFiles(files: readonly GeneratedFile[]): string[] {
  const wanted = new Map(files.map((file) => [file.name, file.text]));
  const present = existsSync(GENERATED) ? readdirSync(GENERATED) : [];
  const names = new Set([...wanted.keys(), ...present]);
  return [...names].sort().filter((name) => {
    const file = path.join(GENERATED, name);
    return !existsSync(file) || readFileSync(file, "utf8") !== wanted.get(name);
  });
}

interface DocumentConstant {
  readonly kind: "query" | "mutation";
  readonly name: string;
  readonly text: string;
}

async function readDocument(file: string): Promise<DocumentConstant> {
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const [constant, ...rest] = Object.values(module);
  if (!isDocument(constant) || rest.length > 0)
    throw new Error(`${file}: expected exactly one export, made by query() or mutation().`);
  return constant;
}

function isDocument(value: unknown): value is DocumentConstant {
  if (typeof value !== "object" || value === null) return false;
  return "kind" in value && "name" in value && "text" in value && typeof value.text === "string";
}

function checkDocument(
  schema: GraphQLSchema,
  document: DocumentConstant,
  fileName: string,
): OperationDefinitionNode {
  const parsed = parse(document.text);
  const errors = validate(schema, parsed, [...specifiedRules, NoDeprecatedCustomRule]);
  const problems = errors.map((error) => error.message);
  const [definition, ...rest] = parsed.definitions;
  if (definition?.kind !== "OperationDefinition" || rest.length > 0)
    throw new Error(`${fileName}: expected one operation and nothing else.`);
  if (definition.operation !== document.kind) problems.push(`it is no ${document.kind}`);
  if (definition.name?.value !== document.name) problems.push(`its name is not ${document.name}`);
  if (kebab(document.name) !== fileName)
    problems.push(`its file should be ${kebab(document.name)}`);
  if (!document.text.startsWith("#graphql")) problems.push("its text does not start with #graphql");
  if (problems.length > 0) throw new Error(`${fileName}: ${problems.join("; ")}.`);
  return definition;
}

async function printFile(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fileName: string,
): Promise<string> {
  const head = `// Made by scripts/codegen.ts from documents/${fileName} and Shopify's Admin schema ${API_VERSION}. Do not edit.\n\n`;
  const types = printOperationTypes(schema, operation);
  return format(head + types, { parser: "typescript", printWidth: 100 });
}

function kebab(name: string): string {
  return `${name.replace(/(?<=.)[A-Z]/g, "-$&").toLowerCase()}.ts`;
}

async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes("--help")) {
    process.stdout.write(HELP);
    return 0;
  }
  const files = await generateFiles(readAdminSchema());
  const stale = staleFiles(files);
  if (argv.includes("--check")) {
    if (stale.length === 0) return 0;
    process.stderr.write(`codegen: run npm run codegen; stale: ${stale.join(", ")}\n`);
    return 1;
  }
  const wanted = new Map(files.map((file) => [file.name, file.text]));
  for (const name of stale) {
    const text = wanted.get(name);
    if (text === undefined) rmSync(path.join(GENERATED, name));
    else writeFileSync(path.join(GENERATED, name), text);
  }
  process.stdout.write(`codegen: ${files.length} operations, ${stale.length} files changed\n`);
  return 0;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
