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
  ignoreWrites(share: Share & { source: "patch" | "feed" | "all" }): void;
  silenceAsins(share: Share): void;
  /** Whether this write of a SKU is one of those that are lost; each write is drawn anew. */
  losesWrite(write: { sellerId: string; sku: string; source: string }): boolean;
  isSilent(shelf: string): boolean;
  reset(): void;
}

const NONE = { share: 0, seed: 0 };

export function createMisfortunes(): Misfortunes {
  let ignored: Share & { readonly source: string } = { ...NONE, source: "all" };
  let silent: Share = NONE;
  /** How many writes of a SKU have been drawn for. */
  const drawn = new Map<string, number>();
  const hits = ({ share, seed }: Share, name: string): boolean =>
    share > 0 && createRandom(`${seed}/${name}`).unit() < share;

  return {
    ignoreWrites(share) {
      ignored = share;
      drawn.clear();
    },
    silenceAsins(share) {
      silent = share;
    },
    losesWrite({ sellerId, sku, source }) {
      if (ignored.share === 0 || (ignored.source !== "all" && ignored.source !== source))
        return false;
      const name = `${sellerId}/${sku}`;
      const ordinal = (drawn.get(name) ?? 0) + 1;
      drawn.set(name, ordinal);
      return hits(ignored, `ignored/${name}/${ordinal}`);
    },
    isSilent: (shelf) => hits(silent, `silent/${shelf}`),
    reset() {
      ignored = { ...NONE, source: "all" };
      silent = NONE;
      drawn.clear();
    },
  };
}
