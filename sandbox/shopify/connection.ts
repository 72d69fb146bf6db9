/** Relay connections the way Shopify's Admin API pages them. */
import { GraphQLError } from "graphql";

export interface PageArguments {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
  readonly reverse?: boolean | null;
}

export interface ConnectionOptions<T> {
  readonly items: readonly T[];
  readonly args: PageArguments;
  readonly idOf: (item: T) => number;
  /** Orders the items; by id when left out. Ties go by id. */
  readonly sortBy?: (item: T) => string | number;
  readonly toNode: (item: T) => object;
  /** Bulk operations read whole connections and need no `first`. */
  readonly isWhole: boolean;
}

/** shopify.dev, "Pagination limits", read 2026-11. */
export const PAGE_SIZE_MAX = 250;

export function connection<T>(options: ConnectionOptions<T>): object {
  const { items, args, idOf, toNode, isWhole } = options;
  const sortBy = options.sortBy ?? idOf;
  const sorted = [...items].sort(
    (a, b) => compare(sortBy(a), sortBy(b)) || compare(idOf(a), idOf(b)),
  );
  if (args.reverse === true) sorted.reverse();
  const size = pageSize(args, isWhole);
  const from = args.after == null ? 0 : positionAfter(sorted, args.after, idOf);
  const until = args.before == null ? sorted.length : positionOf(sorted, args.before, idOf);
  const window = sorted.slice(from, until);
  const isFromEnd = args.first == null && args.last != null;
  const page = isFromEnd ? window.slice(-size) : window.slice(0, size);
  const edges = page.map((item) => {
    let node: object | undefined;
    return {
      cursor: encodeCursor(idOf(item)),
      get node() {
        return (node ??= toNode(item));
      },
    };
  });
  return {
    edges,
    nodes: () => edges.map((edge) => edge.node),
    pageInfo: {
      hasNextPage: isFromEnd ? until < sorted.length : window.length > page.length,
      hasPreviousPage: isFromEnd ? window.length > page.length : from > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function pageSize({ first, last }: PageArguments, isWhole: boolean): number {
  const size = first ?? last;
  if (size == null) {
    if (isWhole) return Number.MAX_SAFE_INTEGER;
    throw new GraphQLError("you must provide one of first or last", {
      extensions: { code: "BAD_REQUEST" },
    });
  }
  if (size < 0 || size > PAGE_SIZE_MAX) {
    throw new GraphQLError(`first/last must be between 0 and ${PAGE_SIZE_MAX}, got ${size}`, {
      extensions: { code: "BAD_REQUEST" },
    });
  }
  return size;
}

function positionAfter<T>(sorted: readonly T[], cursor: string, idOf: (item: T) => number): number {
  return positionOf(sorted, cursor, idOf) + 1;
}

function positionOf<T>(sorted: readonly T[], cursor: string, idOf: (item: T) => number): number {
  const id = decodeCursor(cursor);
  const position = sorted.findIndex((item) => idOf(item) === id);
  if (position < 0) {
    throw new GraphQLError("Invalid cursor for current pagination sort.", {
      extensions: { code: "INVALID_CURSOR" },
    });
  }
  return position;
}

function encodeCursor(id: number): string {
  return Buffer.from(JSON.stringify({ last_id: id })).toString("base64url");
}

function decodeCursor(cursor: string): number | undefined {
  const match = /^\{"last_id":(\d+)\}$/.exec(Buffer.from(cursor, "base64url").toString("utf8"));
  return match === null ? undefined : Number(match[1]);
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
