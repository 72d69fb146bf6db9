/** How many calls came in and how they ended, and which 429s the caller brought on itself. */
interface Counted {
  calls: number;
  /** Refused because the caller's bucket, or the application's, was empty. */
  own429: number;
  /** Refused by a storm, a fault or a sentinel. */
  imposed429: number;
  /** Answers of 400 and above other than 429; dropped connections are in none of these. */
  failed: number;
}

export interface CallCounts {
  count(call: { sellerId: string; operation: string; status: number; isOwn429: boolean }): void;
  /** By operation, of one seller or of all. */
  read(sellerId?: string): Record<string, Counted>;
  reset(): void;
}

export function createCallCounts(): CallCounts {
  const counted = new Map<string, Map<string, Counted>>();
  return {
    count({ sellerId, operation, status, isOwn429 }) {
      const ofSeller = counted.get(sellerId) ?? new Map<string, Counted>();
      counted.set(sellerId, ofSeller);
      const entry = ofSeller.get(operation) ?? nothing();
      ofSeller.set(operation, entry);
      entry.calls += 1;
      if (isOwn429) entry.own429 += 1;
      else if (status === 429) entry.imposed429 += 1;
      else if (status >= 400) entry.failed += 1;
    },
    read(sellerId) {
      const sums: Record<string, Counted> = {};
      for (const [seller, operations] of counted) {
        if (sellerId !== undefined && seller !== sellerId) continue;
        for (const [operation, entry] of operations) {
          const sum = (sums[operation] ??= nothing());
          sum.calls += entry.calls;
          sum.own429 += entry.own429;
          sum.imposed429 += entry.imposed429;
          sum.failed += entry.failed;
        }
      }
      return sums;
    },
    reset: () => counted.clear(),
  };
}

function nothing(): Counted {
  return { calls: 0, own429: 0, imposed429: 0, failed: 0 };
}
