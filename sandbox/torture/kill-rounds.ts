/** Kills the worker again and again, at moments drawn from a seed. */
import type { Random } from "../seed/random.ts";
import type { Stack } from "../stack/stack.ts";

/** How many kills of each kind. */
export type KillCounts = Record<"timed" | "atCall" | "overlapping", number>;

const DELAY_MS = { from: 250, to: 3_000 } as const;
// A call that never comes must not keep the round waiting.
const HELD_MS = 2_000;

/**
 * Rounds of three kinds: after a random time; while a random call stands at a random channel, which then goes
 * on or is cut off; and with a second worker already running. A worker always follows.
 */
export async function killRounds(
  stack: Stack,
  options: { kills: number; random: Random; onRound: (kills: number) => void },
): Promise<KillCounts> {
  const { kills, random, onRound } = options;
  const counts: KillCounts = { timed: 0, atCall: 0, overlapping: 0 };
  for (let round = 1; round <= kills; round += 1) {
    const dice = random.next();
    if (dice < 0.4) {
      await pause(random.int(DELAY_MS.from, DELAY_MS.to));
      await stack.worker().kill();
      stack.startWorker();
      counts.timed += 1;
    } else if (dice < 0.9) {
      await killAtCall(stack, random);
      counts.atCall += 1;
    } else {
      const old = stack.worker();
      stack.startWorker();
      await pause(random.int(DELAY_MS.from, DELAY_MS.to));
      await old.kill();
      counts.overlapping += 1;
    }
    onRound(round);
  }
  return counts;
}

async function killAtCall(stack: Stack, random: Random): Promise<void> {
  const { control } = stack;
  const point = random.pick(["before", "after"] as const);
  const isRead = random.chance(0.3);
  const shouldDrop = random.chance(0.3);
  if (random.chance(0.5)) {
    const operation = isRead ? "searchListingsItems" : "patchListingsItem";
    await control("amazon", "hold", { operation, point });
    await control("amazon", "wait-held", { timeoutMs: HELD_MS });
    await stack.worker().kill();
    await control("amazon", "release", { how: shouldDrop ? "drop" : "proceed" });
    // A hold that nothing ran into must not stop the next worker.
    await control("amazon", "clear-faults");
  } else {
    await control("shopify", "hold", { at: point, ...(isRead ? { query: "VariantPrices" } : {}) });
    await control("shopify", "wait_held", { timeoutMs: HELD_MS });
    await stack.worker().kill();
    await control("shopify", "release", { drop: shouldDrop });
  }
  stack.startWorker();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
