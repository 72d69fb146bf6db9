/**
 * Stops the next mutations, or the next queries of one name, in their tracks, so that a test can kill the caller at an
 * exact step. A held call stands `before` it takes effect or `after` it did and before
 * it is answered. `release` lets it go on (a call released `before` still takes effect,
 * even though its caller is long gone, as a slow network does) or drops it there.
 */
import { DropConnection } from "../http/part.ts";

export type HoldPoint = "before" | "after";

export interface HeldCall {
  readonly at: HoldPoint;
  readonly requestId: string;
  /** The mutation's root field, or the query's operation name. */
  readonly operation: string;
  readonly isMutation: boolean;
  readonly skus: readonly string[];
}

interface Hold {
  readonly at: HoldPoint;
  /** Name of the query to stop; null stops any mutation. */
  readonly query: string | null;
  left: number;
}

export interface Holds {
  /** The next `count` mutations, or queries of that name, stop at `at`. */
  arm(hold: { at: HoldPoint; count: number; query: string | null }): void;
  /** Called by the endpoint at both points; waits while held, throws when dropped. */
  pass(call: HeldCall): Promise<void>;
  held(): readonly HeldCall[];
  /** Resolves when at least `count` calls are held; false when `timeoutMs` passed first. */
  waitFor(count: number, timeoutMs: number): Promise<boolean>;
  /** Lets go of every held call and disarms; returns how many there were. */
  release(shouldDrop: boolean): number;
}

interface Waiting {
  readonly call: HeldCall;
  readonly go: (shouldDrop: boolean) => void;
}

/** A caller who hung up just before the release is known to be gone after so long. */
const HANG_UP_SEEN_MS = 20;

export function createHolds(): Holds {
  let armed: Hold[] = [];
  const waiting: Waiting[] = [];
  const watchers = new Set<() => void>();

  return {
    arm({ at, count, query }) {
      armed.push({ at, query, left: count });
    },
    async pass(call) {
      const hold = armed.find((each) => each.left > 0 && stops(each, call));
      if (hold === undefined) return;
      hold.left -= 1;
      const shouldDrop = await new Promise<boolean>((go) => {
        waiting.push({ call, go });
        for (const watcher of watchers) watcher();
      });
      await new Promise((resolve) => setTimeout(resolve, HANG_UP_SEEN_MS));
      if (shouldDrop) throw new DropConnection(`held ${call.at} and dropped`);
    },
    held: () => waiting.map(({ call }) => call),
    waitFor(count, timeoutMs) {
      return new Promise((resolve) => {
        const finish = (isThere: boolean): void => {
          clearTimeout(timer);
          watchers.delete(look);
          resolve(isThere);
        };
        const look = (): void => {
          if (waiting.length >= count) finish(true);
        };
        const timer = setTimeout(() => finish(false), timeoutMs);
        watchers.add(look);
        look();
      });
    },
    release(shouldDrop) {
      armed = [];
      const released = waiting.splice(0);
      for (const { go } of released) go(shouldDrop);
      return released.length;
    },
  };
}

function stops(hold: Hold, call: HeldCall): boolean {
  if (hold.at !== call.at) return false;
  return hold.query === null ? call.isMutation : !call.isMutation && call.operation === hold.query;
}
