import type { ConnectionId, ShopId } from "../../core/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import type { InShop } from "../../ports/shop-transaction.ts";

/** What managing a connection needs from outside. */
export interface ManageConnectionDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
}

/** Which connection of which shop. */
export interface ConnectionOrder {
  readonly shopId: ShopId;
  readonly connectionId: ConnectionId;
}

/** `not_found` also stands for a connection of another shop; `not_connected` for one that was disconnected. */
export type ConnectionOutcome =
  { readonly kind: "done" } | { readonly kind: "not_found" } | { readonly kind: "not_connected" };

/** Asks for an import as soon as a worker is free. */
export async function requestImport(
  deps: ManageConnectionDeps,
  order: ConnectionOrder,
): Promise<ConnectionOutcome> {
  return request(deps, order, "import");
}

/** Asks for a market sweep as soon as a worker is free. */
export async function requestSweep(
  deps: ManageConnectionDeps,
  order: ConnectionOrder,
): Promise<ConnectionOutcome> {
  return request(deps, order, "sweep");
}

/** Disconnects at the merchant's wish: the token is forgotten, listings and history stay, nothing is pushed. */
export async function disconnectConnection(
  deps: ManageConnectionDeps,
  order: ConnectionOrder,
): Promise<ConnectionOutcome> {
  return deps.inShop(order.shopId, async (tx) => {
    if ((await tx.connections.read(order.connectionId)) === null) return { kind: "not_found" };
    await tx.connections.disconnect(order.connectionId, null, deps.clock.now());
    return { kind: "done" };
  });
}

/**
 * Disconnects and deletes everything that was read from Amazon over a connection; the worker does the deleting.
 * Price changes and their receipts stay: they are the merchant's own records.
 */
export async function deleteAmazonData(
  deps: ManageConnectionDeps,
  order: ConnectionOrder,
): Promise<ConnectionOutcome> {
  return deps.inShop(order.shopId, async (tx) => {
    const { connectionId } = order;
    const at = deps.clock.now();
    if (!(await tx.connections.askErase(connectionId, at))) return { kind: "not_found" };
    await tx.tasks.plan({ connectionId, kind: "erase", key: "" }, at);
    await tx.wake("task");
    return { kind: "done" };
  });
}

async function request(
  deps: ManageConnectionDeps,
  order: ConnectionOrder,
  kind: "import" | "sweep",
): Promise<ConnectionOutcome> {
  return deps.inShop(order.shopId, async (tx) => {
    const connection = await tx.connections.read(order.connectionId);
    if (connection === null) return { kind: "not_found" };
    if (connection.status !== "connected") return { kind: "not_connected" };
    await tx.connections.requestDue(order.connectionId, kind, deps.clock.now());
    await tx.wake(kind);
    return { kind: "done" };
  });
}
