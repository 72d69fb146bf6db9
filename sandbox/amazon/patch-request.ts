/** The body of a patch: parsed, taken apart by marketplace, and what it asks for. */
import type {
  ListingsItemPatchRequest,
  PatchOperation,
} from "@sp-api-sdk/listings-items-api-2021-08-01";
import { isRecord, priceAt, PURCHASABLE_OFFER } from "./purchasable-offer.ts";

const ATTRIBUTE_PATH = /^\/attributes\/([a-z0-9_]+)$/;

/** The parsed body of a patch, or the reason it is none. */
export function parsePatchRequest(
  body: unknown,
): { readonly request: ListingsItemPatchRequest } | { readonly problem: string } {
  if (!isRecord(body)) return { problem: "Request body is missing or not a JSON object." };
  const { productType, patches } = body;
  if (typeof productType !== "string" || productType === "") {
    return { problem: "Request body is missing 'productType'." };
  }
  if (!Array.isArray(patches) || patches.length === 0) {
    return { problem: "Request body is missing 'patches'." };
  }
  const parsed: PatchOperation[] = [];
  for (const [index, patch] of patches.entries()) {
    const operation = parsePatch(patch);
    if (typeof operation === "string") return { problem: `${operation} ${index}.` };
    parsed.push(operation);
  }
  return { request: { productType, patches: parsed } };
}

function parsePatch(patch: unknown): PatchOperation | string {
  if (!isRecord(patch)) return "Invalid patch at index of";
  const { op, path, value } = patch;
  if (op !== "add" && op !== "replace" && op !== "merge" && op !== "delete") {
    return "Invalid op provided in patch at index of";
  }
  if (typeof path !== "string" || patchedAttribute(path) === undefined) {
    return "Invalid path provided in patch at index of";
  }
  if (value === undefined)
    return op === "delete" ? { op, path } : "Missing value in patch at index of";
  if (!Array.isArray(value)) return "Invalid value provided in patch at index of";
  // Elements that are no objects are for the attribute's own check, which answers with an issue.
  return { op, path, value: value as Record<string, unknown>[] };
}

/** What of a patch concerns each marketplace: offers by the one they name, the rest by the call's. */
export function routePatches(input: {
  readonly marketplaceIds: readonly string[];
  readonly request: ListingsItemPatchRequest;
}): { readonly marketplaceId: string; readonly patches: readonly PatchOperation[] }[] {
  const { marketplaceIds, request } = input;
  const named = request.patches.flatMap((patch) =>
    patchedAttribute(patch.path) === PURCHASABLE_OFFER
      ? (patch.value ?? []).flatMap((value) => marketplaceOf(value) ?? [])
      : [],
  );
  const onlyOffers = request.patches.every(
    (patch) => patchedAttribute(patch.path) === PURCHASABLE_OFFER && (patch.value ?? []).length > 0,
  );
  const areAllNamed = onlyOffers && named.length > 0;
  const concerned = areAllNamed ? new Set(named) : new Set([...marketplaceIds, ...named]);
  return [...concerned].map((marketplaceId) => ({
    marketplaceId,
    patches: request.patches.flatMap((patch) => partOf(patch, marketplaceId) ?? []),
  }));
}

/** Elements that name no marketplace go to all: they are for the attribute's own check to refuse. */
function partOf(patch: PatchOperation, marketplaceId: string): PatchOperation | undefined {
  if (patchedAttribute(patch.path) !== PURCHASABLE_OFFER || patch.value === undefined) return patch;
  const value = patch.value.filter(
    (each) => (marketplaceOf(each) ?? marketplaceId) === marketplaceId,
  );
  return value.length === 0 && patch.value.length > 0 ? undefined : { ...patch, value };
}

function marketplaceOf(value: unknown): string | undefined {
  const id = isRecord(value) ? value["marketplace_id"] : undefined;
  return typeof id === "string" ? id : undefined;
}

/** our_price of the consumer offer a write names, null when it names none. */
export function sentPrice(patches: readonly PatchOperation[]): number | null {
  for (const patch of patches) {
    if (patchedAttribute(patch.path) !== PURCHASABLE_OFFER) continue;
    for (const value of patch.value ?? []) {
      const isConsumer = (value["audience"] ?? "ALL") === "ALL";
      const minor = isConsumer ? priceAt(value, "our_price", new Date(0)) : undefined;
      if (minor !== undefined) return minor;
    }
  }
  return null;
}

/** `/attributes/<name>` → name; undefined for a path into an attribute, which Amazon refuses. */
export function patchedAttribute(path: string): string | undefined {
  return ATTRIBUTE_PATH.exec(path)?.[1];
}
