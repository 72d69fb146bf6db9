/**
 * What a test of "exactly once" reads: every call that tried to write a price, however
 * it ended, and every price that really changed, with who did it. Kept apart from the
 * store, so that looking at one does not depend on the other.
 */
export type Writer =
  | { readonly kind: "app"; readonly requestId: string }
  | { readonly kind: "bulk"; readonly operationId: string }
  | { readonly kind: "admin"; readonly name: string };

export interface PriceWrite {
  readonly at: Date;
  readonly shop: string;
  readonly sku: string;
  readonly variantId: string;
  readonly oldMinor: number;
  readonly newMinor: number;
  readonly oldCompareAtMinor: number | null;
  readonly newCompareAtMinor: number | null;
  /** False for a write of the very value that was there: `updatedAt` moves, the price does not. */
  readonly isEffective: boolean;
  readonly by: Writer;
}

/** How a mutation call ended: what the store did and, separately, what the caller got to see. */
export interface WriteCall {
  readonly id: number;
  readonly at: Date;
  readonly shop: string;
  readonly requestId: string;
  readonly mutation: string;
  readonly productId: string;
  readonly skus: readonly string[];
  outcome: "pending" | "applied" | "user_errors" | "throttled" | "discarded" | "failed";
  answer: "pending" | "sent" | "lost";
}

export interface PriceLedger {
  called(
    call: Pick<WriteCall, "at" | "shop" | "requestId" | "mutation" | "productId" | "skus">,
  ): WriteCall;
  wrote(write: Omit<PriceWrite, "isEffective">): void;
  /** Oldest first, of one SKU or of all. */
  read(filter: { shop?: string; sku?: string }): { writes: PriceWrite[]; calls: WriteCall[] };
  clear(): void;
}

export function createPriceLedger(): PriceLedger {
  let writes: PriceWrite[] = [];
  let calls: WriteCall[] = [];
  let id = 0;
  return {
    called(call) {
      id += 1;
      const entry: WriteCall = { ...call, id, outcome: "pending", answer: "pending" };
      calls.push(entry);
      return entry;
    },
    wrote(write) {
      const isEffective =
        write.oldMinor !== write.newMinor || write.oldCompareAtMinor !== write.newCompareAtMinor;
      writes.push({ ...write, isEffective });
    },
    read({ shop, sku }) {
      const isWanted = (entry: { shop: string }, skus: readonly string[]): boolean =>
        (shop === undefined || entry.shop === shop) && (sku === undefined || skus.includes(sku));
      return {
        writes: writes.filter((write) => isWanted(write, [write.sku])),
        calls: calls.filter((call) => isWanted(call, call.skus)),
      };
    },
    clear() {
      writes = [];
      calls = [];
    },
  };
}
