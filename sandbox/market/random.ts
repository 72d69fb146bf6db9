/**
 * Seeded randomness for the sandbox. Every actor draws from a stream of its own, named by a path such
 * as `7/B0EXAMPLE1/shoppers`, so that one more draw here does not shift what happens there.
 */

export interface SeededRandom {
  /** Uniform in [0, 1). */
  unit(): number;
  between(low: number, high: number): number;
  /** Uniform whole number, both ends included. */
  whole(low: number, high: number): number;
  /** Exponential with this mean: the gap between two Poisson arrivals. */
  gap(mean: number): number;
  /** Standard normal. */
  normal(): number;
  pick<T>(from: readonly T[]): T;
}

export function createRandom(path: string): SeededRandom {
  const unit = mulberry32(fnv1a(path));
  const between = (low: number, high: number): number => low + (high - low) * unit();
  return {
    unit,
    between,
    whole: (low, high) => low + Math.floor(unit() * (high - low + 1)),
    gap: (mean) => -mean * Math.log(1 - unit()),
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
    pick(from) {
      const picked = from[Math.floor(unit() * from.length)];
      if (picked === undefined) throw new RangeError("random.pick: nothing to pick from");
      return picked;
    },
  };
}

/** mulberry32 by Tommy Ettinger (public domain): 32 bits of state, ample for a simulation. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** FNV-1a, 32 bits, over UTF-16 code units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
