/**
 * What a test of "exactly once" reads: every price write that reached Amazon, however it ended, and
 * every price a shopper was ever shown. Kept apart from the listings, so that a reset of one does not
 * hide the other.
 */
export type WriteSource = "patch" | "feed" | "control" | "sale-window" | "seed";

export interface ReceivedWrite {
  readonly id: number;
  readonly at: Date;
  readonly sellerId: string;
  readonly sku: string;
  readonly marketplaceId: string;
  readonly source: WriteSource;
  /** Request id of the patch or id of the feed. */
  readonly ref: string;
  /** our_price as sent, null when the write does not name one. */
  readonly priceMinor: number | null;
  /** ACCEPTED, INVALID, VALID, or `HTTP_429` and the like when the call itself was refused. */
  readonly outcome: string;
  readonly submissionId: string | null;
  /** When it took effect; null while pending, and for ever when it was ignored or refused. */
  appliedAt: Date | null;
  /** Accepted, and it will never take effect. */
  isIgnored: boolean;
}

interface EffectivePrice {
  readonly sellerId: string;
  readonly sku: string;
  readonly marketplaceId: string;
  readonly oldMinor: number | null;
  readonly newMinor: number | null;
  readonly at: Date;
  readonly source: WriteSource;
}

interface LedgerFilter {
  readonly sellerId?: string | undefined;
  readonly sku?: string | undefined;
}

export interface WriteLedger {
  received(write: Omit<ReceivedWrite, "id" | "appliedAt" | "isIgnored">): ReceivedWrite;
  effective(change: EffectivePrice): void;
  /** Both lists, oldest first, of everybody or as far as the filter fits. */
  read(filter?: LedgerFilter): { received: ReceivedWrite[]; effective: EffectivePrice[] };
  clear(): void;
}

export function createWriteLedger(): WriteLedger {
  let received: ReceivedWrite[] = [];
  let effective: EffectivePrice[] = [];
  let id = 0;
  return {
    received(write) {
      id += 1;
      const entry: ReceivedWrite = { ...write, id, appliedAt: null, isIgnored: false };
      received.push(entry);
      return entry;
    },
    effective: (change) => void effective.push(change),
    read: ({ sellerId, sku } = {}) => {
      const fits = (entry: { sellerId: string; sku: string }): boolean =>
        (sellerId === undefined || entry.sellerId === sellerId) &&
        (sku === undefined || entry.sku === sku);
      return { received: received.filter(fits), effective: effective.filter(fits) };
    },
    clear() {
      received = [];
      effective = [];
    },
  };
}
