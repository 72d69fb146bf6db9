/** What decides when somebody is served. */
export interface Standing {
  /** Lower goes first. */
  readonly rank: number;
  readonly seller: string;
}

/**
 * Who is served in which order: by rank; of one rank each seller once before any seller twice, the one that was
 * served longest ago first; a seller's own in the order in which they came.
 *
 * @param waiting in the order in which they came.
 * @param servedAt a number that grows with each turn given, by seller; absent for one never served.
 */
export function serviceOrder<Waiting extends Standing>(
  waiting: Iterable<Waiting>,
  servedAt: ReadonlyMap<string, number>,
): Waiting[] {
  const rounds = new Map<string, number>();
  const places = Array.from(waiting, (waiter, place) => {
    const key = `${String(waiter.rank)} ${waiter.seller}`;
    const round = rounds.get(key) ?? 0;
    rounds.set(key, round + 1);
    return { waiter, place, round, served: servedAt.get(waiter.seller) ?? 0 };
  });
  places.sort(
    (a, b) =>
      a.waiter.rank - b.waiter.rank ||
      a.round - b.round ||
      a.served - b.served ||
      a.place - b.place,
  );
  return places.map(({ waiter }) => waiter);
}
