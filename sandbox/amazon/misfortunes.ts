/**
 * Shares of things that go wrong without a word, drawn from a seed: writes that are accepted and never
 * applied, and ASINs that never send ANY_OFFER_CHANGED. The same seed hits the same ones again.
 */
import { createRandom } from "../market/random.ts";

interface Share {
  /** 0–1 */
  readonly share: number;
  readonly seed: number;
}

export interface Misfortunes {
  /** Of one seller, or of everybody without a share of their own. */
  ignoreWrites(
    share: Share & { source: "patch" | "feed" | "all"; sellerId?: string | undefined },
  ): void;
  silenceAsins(share: Share): void;
  /** Whether this write of a SKU is one of those that are lost; each write is drawn anew. */
  losesWrite(write: { sellerId: string; sku: string; source: string }): boolean;
  isSilent(shelf: string): boolean;
  reset(): void;
}

const NONE = { share: 0, seed: 0 };
const EVERYBODY = "*";

export function createMisfortunes(): Misfortunes {
  /** By seller; `*` for everybody else. */
  const ignored = new Map<string, Share & { readonly source: string }>();
  let silent: Share = NONE;
  /** How many writes of a SKU have been drawn for. */
  const drawn = new Map<string, number>();
  const hits = ({ share, seed }: Share, name: string): boolean =>
    share > 0 && createRandom(`${seed}/${name}`).unit() < share;

  return {
    ignoreWrites({ sellerId = EVERYBODY, ...share }) {
      ignored.set(sellerId, share);
      for (const name of drawn.keys())
        if (sellerId === EVERYBODY || name.startsWith(`${sellerId}/`)) drawn.delete(name);
    },
    silenceAsins(share) {
      silent = share;
    },
    losesWrite({ sellerId, sku, source }) {
      const share = ignored.get(sellerId) ?? ignored.get(EVERYBODY) ?? { ...NONE, source: "all" };
      if (share.share === 0 || (share.source !== "all" && share.source !== source)) return false;
      const name = `${sellerId}/${sku}`;
      const ordinal = (drawn.get(name) ?? 0) + 1;
      drawn.set(name, ordinal);
      return hits(share, `ignored/${name}/${ordinal}`);
    },
    isSilent: (shelf) => hits(silent, `silent/${shelf}`),
    reset() {
      ignored.clear();
      silent = NONE;
      drawn.clear();
    },
  };
}
