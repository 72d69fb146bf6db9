/** Something with a title. */
type Titled = { readonly title: string };

/** Titles made ready for search. */
export interface TitleIndex<T extends Titled> {
  readonly entries: readonly { readonly titled: T; readonly words: ReadonlySet<string> }[];
  /** Places in `entries` of each word. */
  readonly places: ReadonlyMap<string, readonly number[]>;
}

/** A title much like another. */
export interface SimilarTitle<T> {
  readonly titled: T;
  /** 10,000 = the same words. */
  readonly similarityBps: number;
  /** Packs of the found title that one of the asked title holds, where both say; else 1. */
  readonly packRatio: number;
}

const SIMILARITY_BPS_MIN = 5_500;
const SIMILAR_MAX = 3;
// A word that stands on more titles than this tells nothing apart, and would make each search slow.
const COMMON_MIN = 200;

/** Makes titles ready for {@link findSimilarTitles}. */
export function indexTitles<T extends Titled>(titled: readonly T[]): TitleIndex<T> {
  const places = new Map<string, number[]>();
  const entries = titled.map((each, place) => {
    const words = wordsOf(each.title);
    for (const word of words) {
      const known = places.get(word);
      if (known === undefined) places.set(word, [place]);
      else known.push(place);
    }
    return { titled: each, words };
  });
  return { entries, places };
}

/**
 * The few titles most like `title`, likest first: the Sørensen–Dice coefficient over words, each weighed by
 * how rare it is among all titles (inverse document frequency), so that "walnut" counts for more than "the".
 * Numbers that differ ("12 oz" and "16 oz") halve it: they tell sizes apart.
 */
export function findSimilarTitles<T extends Titled>(
  index: TitleIndex<T>,
  title: string,
): readonly SimilarTitle<T>[] {
  const words = wordsOf(title);
  if (words.size === 0) return [];
  const total = index.entries.length;
  const weigh = (word: string): number =>
    Math.log(1 + total / (index.places.get(word)?.length ?? 1));
  const weightOf = (set: ReadonlySet<string>): number =>
    [...set].reduce((sum, word) => sum + weigh(word), 0);
  const own = weightOf(words);
  const similar: SimilarTitle<T>[] = [];
  for (const place of placesSharing(index, words)) {
    const entry = index.entries[place];
    if (entry === undefined) continue;
    const shared = [...words].filter((word) => entry.words.has(word));
    const common = shared.reduce((sum, word) => sum + weigh(word), 0);
    const dice = (2 * common) / (own + weightOf(entry.words));
    const similarityBps = Math.round(
      10_000 * (numbersDiffer(words, entry.words) ? dice / 2 : dice),
    );
    if (similarityBps < SIMILARITY_BPS_MIN) continue;
    const { titled } = entry;
    similar.push({ titled, similarityBps, packRatio: packRatio(title, titled.title) });
  }
  return similar
    .sort((left, right) => right.similarityBps - left.similarityBps)
    .slice(0, SIMILAR_MAX);
}

function placesSharing<T extends Titled>(
  index: TitleIndex<T>,
  words: ReadonlySet<string>,
): ReadonlySet<number> {
  const commonAbove = Math.max(COMMON_MIN, index.entries.length / 20);
  const found = new Set<number>();
  for (const word of words) {
    const places = index.places.get(word) ?? [];
    if (places.length <= commonAbove) for (const place of places) found.add(place);
  }
  return found;
}

/** The distinct words of a title: lower case, without accents, signs and pack sizes. */
function wordsOf(title: string): ReadonlySet<string> {
  const plain = withoutPack(title).normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  return new Set(plain.match(/[\p{L}\p{N}]+/gu) ?? []);
}

function numbersDiffer(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  const numbersOf = (words: ReadonlySet<string>): string[] =>
    [...words].filter((word) => /\p{N}/u.test(word));
  const [mine, theirs] = [numbersOf(left), numbersOf(right)];
  if (mine.length === 0 || theirs.length === 0) return false;
  return !mine.some((word) => right.has(word)) || !theirs.some((word) => left.has(word));
}

// "pack of 3", "set of 4", "lot de 2", "3-pack", "3 pack", "3er-Pack", "3 pcs", "2 Stück", "x4" at the end.
const PACKS = [
  /\b(?:pack|set|lot|box|case|confezione|paquete)\s+(?:of|de|di|da|von)\s+(\d{1,3})\b/iu,
  /\b(\d{1,3})\s*(?:er)?[\s-]*(?:pack|pk|pcs|pieces|piece|count|ct|stück|stueck|pièces|pezzi|piezas|set)\b/iu,
  /\bx\s?(\d{1,3})\)?$/iu,
] as const;

function withoutPack(title: string): string {
  return PACKS.reduce((text, pattern) => text.replace(pattern, " "), title);
}

/** How many pieces a title says it sells; 1 when it says nothing. */
export function packSizeOf(title: string): number {
  for (const pattern of PACKS) {
    const digits = pattern.exec(title)?.[1];
    const size = digits === undefined ? 0 : Number.parseInt(digits, 10);
    if (size > 0) return size;
  }
  return 1;
}

/** Packs of the found title that one of the asked title holds; 1 when they do not divide. */
export function packRatio(asked: string, found: string): number {
  const ratio = packSizeOf(asked) / packSizeOf(found);
  return Number.isInteger(ratio) ? ratio : 1;
}
