/**
 * The parts of `shopify.app.toml` that Shopify acts on: scopes and webhook
 * subscriptions. Reads the few TOML forms that file uses (strings, lists of strings on
 * one or more lines, tables), so that the stand-in follows the app's real file.
 */
import type { AppSubscription } from "./world-state.ts";

export interface AppToml {
  readonly name: string;
  readonly handle: string;
  readonly scopes: readonly string[];
  readonly optionalScopes: readonly string[];
  readonly subscriptions: readonly AppSubscription[];
}

type Table = Map<string, string | string[]>;

export function readAppToml(text: string): AppToml {
  const tables = readTables(text);
  const table = (name: string): Table =>
    tables.find((one) => one.name === name)?.values ?? new Map<string, string | string[]>();
  const access = table("access_scopes");
  return {
    name: asText(table("").get("name")),
    handle: asText(table("").get("handle")),
    scopes: asText(access.get("scopes")).split(",").filter(Boolean),
    optionalScopes: asList(access.get("optional_scopes")),
    subscriptions: tables
      .filter(({ name }) => name === "webhooks.subscriptions")
      .map(({ values }) => ({
        topics: [...asList(values.get("topics")), ...asList(values.get("compliance_topics"))],
        uri: asText(values.get("uri")),
        includeFields: asList(values.get("include_fields")),
      })),
  };
}

function readTables(text: string): { name: string; values: Table }[] {
  const tables = [{ name: "", values: new Map<string, string | string[]>() }];
  let statement = "";
  for (const line of text.split("\n")) {
    statement += withoutComment(line).trim();
    if (isUnfinishedList(statement)) continue;
    const header = /^\[\[?([a-z_.]+)\]?\]$/.exec(statement);
    const pair = /^([A-Za-z_]+)\s*=\s*(.+)$/.exec(statement);
    if (header !== null) tables.push({ name: header[1] ?? "", values: new Map() });
    else if (pair !== null) tables.at(-1)?.values.set(pair[1] ?? "", readValue(pair[2] ?? ""));
    statement = "";
  }
  return tables;
}

function isUnfinishedList(statement: string): boolean {
  return /^[A-Za-z_]+\s*=\s*\[/.test(statement) && !statement.endsWith("]");
}

function withoutComment(line: string): string {
  return /^((?:[^"#]|"[^"]*")*)/.exec(line)?.[1] ?? line;
}

function readValue(raw: string): string | string[] {
  const strings = [...raw.matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? "");
  return raw.startsWith("[") ? strings : (strings[0] ?? raw);
}

function asText(value: string | string[] | undefined): string {
  return typeof value === "string" ? value : "";
}

function asList(value: string | string[] | undefined): string[] {
  return Array.isArray(value) ? value : [];
}
