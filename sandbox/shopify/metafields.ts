/** Metafields: set up to 25 at once, all or none, with compare-and-set by digest. */
import { createHash } from "node:crypto";
import { dateTime } from "./call-context.ts";
import type { CallContext } from "./call-context.ts";
import { gid } from "./gid.ts";
import type { StoreMetafield } from "./state.ts";

interface MetafieldInput {
  readonly ownerId: string;
  readonly namespace?: string | null;
  readonly key: string;
  readonly value: string;
  readonly type?: string | null;
  readonly compareDigest?: string | null;
}

/** shopify.dev, metafieldsSet, read 2026-11. */
const METAFIELDS_PER_CALL_MAX = 25;

export function metafieldNode(
  context: CallContext,
  ownerId: string,
  at: { namespace?: string | null; key: string },
): object | null {
  const found = context.store.metafields.get(address(ownerId, at.namespace ?? null, at.key));
  return found === undefined ? null : toNode(found);
}

export function metafieldsSet(
  context: CallContext,
  { metafields }: { metafields: readonly MetafieldInput[] },
): object {
  const { store, world } = context;
  const problems = metafields.flatMap((input, elementIndex) => {
    const current = store.metafields.get(
      address(input.ownerId, input.namespace ?? null, input.key),
    );
    const digest = current === undefined ? null : compareDigest(current);
    const isStale = input.compareDigest !== undefined && input.compareDigest !== digest;
    if (!isStale) return [];
    const message = "The resource has been updated since it was loaded.";
    return [
      { field: ["metafields", String(elementIndex)], message, code: "STALE_OBJECT", elementIndex },
    ];
  });
  if (metafields.length > METAFIELDS_PER_CALL_MAX) {
    const message = `Exceeded the maximum metafields input limit of ${METAFIELDS_PER_CALL_MAX}.`;
    problems.push({
      field: ["metafields"],
      message,
      code: "LESS_THAN_OR_EQUAL_TO",
      elementIndex: 0,
    });
  }
  if (problems.length > 0) return { metafields: null, userErrors: problems };
  const now = world.clock.now();
  const written = metafields.map((input): StoreMetafield => {
    const where = address(input.ownerId, input.namespace ?? null, input.key);
    const current = store.metafields.get(where);
    const next: StoreMetafield = {
      id: current?.id ?? store.nextId(),
      ownerId: input.ownerId,
      namespace: namespaceOf(input.namespace ?? null),
      key: input.key,
      createdAt: current?.createdAt ?? now,
      type: input.type ?? current?.type ?? "single_line_text_field",
      value: input.value,
      updatedAt: now,
    };
    store.metafields.set(where, next);
    return next;
  });
  return { metafields: written.map(toNode), userErrors: [] };
}

/** `$app` and no namespace mean the app's own, reserved one. */
function namespaceOf(namespace: string | null): string {
  return namespace === null || namespace === "$app" ? "app--1" : namespace;
}

function address(ownerId: string, namespace: string | null, key: string): string {
  return JSON.stringify([ownerId, namespaceOf(namespace), key]);
}

function toNode(metafield: StoreMetafield): object {
  return {
    __typename: "Metafield",
    id: gid("Metafield", metafield.id),
    legacyResourceId: String(metafield.id),
    namespace: metafield.namespace,
    key: metafield.key,
    value: metafield.value,
    jsonValue: metafield.value,
    type: metafield.type,
    ownerType: "API",
    description: null,
    compareDigest: compareDigest(metafield),
    createdAt: dateTime(metafield.createdAt),
    updatedAt: dateTime(metafield.updatedAt),
  };
}

function compareDigest(metafield: StoreMetafield): string {
  return createHash("sha256").update(`${metafield.type}\n${metafield.value}`).digest("hex");
}
