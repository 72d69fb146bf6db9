/**
 * A bulk query's answer as Shopify writes it: every node of a connection is a line of its
 * own, without the connections it holds; a child names its parent in `__parentId`.
 */
export interface Jsonl {
  readonly text: string;
  readonly objectCount: number;
  readonly rootObjectCount: number;
}

export function flattenToJsonl(data: Readonly<Record<string, unknown>>): Jsonl {
  const lines: string[] = [];
  let rootObjectCount = 0;
  for (const value of Object.values(data)) {
    const nodes = nodesOf(value);
    rootObjectCount += nodes?.length ?? 0;
    for (const node of nodes ?? []) writeNode(node, undefined, lines);
  }
  return {
    text: lines.length === 0 ? "" : `${lines.join("\n")}\n`,
    objectCount: lines.length,
    rootObjectCount,
  };
}

function writeNode(
  node: Readonly<Record<string, unknown>>,
  parentId: unknown,
  lines: string[],
): void {
  const own: Record<string, unknown> = {};
  const children: Readonly<Record<string, unknown>>[] = [];
  for (const [key, value] of Object.entries(node)) {
    const nested = nodesOf(value);
    if (nested === undefined) own[key] = value;
    else children.push(...nested);
  }
  if (parentId !== undefined) own["__parentId"] = parentId;
  lines.push(JSON.stringify(own));
  for (const child of children) writeNode(child, node["id"], lines);
}

/** The nodes of a connection's answer; `undefined` for every other value. */
function nodesOf(value: unknown): Readonly<Record<string, unknown>>[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if ("nodes" in value && Array.isArray(value.nodes)) return value.nodes.filter(isRecord);
  if ("edges" in value && Array.isArray(value.edges)) {
    return value.edges
      .filter(isRecord)
      .map((edge) => edge["node"])
      .filter(isRecord);
  }
  return undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
