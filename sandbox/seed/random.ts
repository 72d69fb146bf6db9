/**
 * Seeded randomness for the stand-ins: the same seed gives the same world.
 *
 * mulberry32 (Tommy Ettinger, 2017, public domain): 32 bits of state, good
 * enough for a believable shop, not for statistics.
 */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Whole number, both ends included. */
  int(from: number, to: number): number;
  /** One item of a list that is not empty. */
  pick<T>(items: readonly T[]): T;
  /** True with probability `share` (0–1). */
  chance(share: number): boolean;
  /** A copy in random order. */
  shuffle<T>(items: readonly T[]): T[];
  /** A stream of its own, so one consumer's draws do not shift another's. */
  fork(label: string): Random;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  const pick = <T>(items: readonly T[]): T => {
    const item = items[int(0, items.length - 1)];
    if (item === undefined) throw new Error("pick: expected a list that is not empty");
    return item;
  };
  return {
    next,
    int,
    pick,
    chance: (share) => next() < share,
    shuffle: <T>(items: readonly T[]): T[] => {
      const left = [...items];
      const mixed: T[] = [];
      while (left.length > 0) mixed.push(...left.splice(int(0, left.length - 1), 1));
      return mixed;
    },
    fork: (label) => createRandom(hashText(label, seed)),
  };
}

/** FNV-1a over the label, started from the parent's seed. */
function hashText(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}
