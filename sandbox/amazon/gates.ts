/**
 * Failures a test asks for by a control call, one call of an operation at a time.
 *
 * - A fault answers the next `times` calls of an operation in place of the operation.
 * - A hold stops the next `times` calls, either before Amazon has acted or after it has and before the
 *   answer leaves, until it is released: long enough for a test to kill the caller in between.
 */
import { DropConnection } from "../http/part.ts";
import {
  denied,
  forbiddenByGateway,
  htmlErrorReply,
  internalFailure,
  invalidInput,
  quotaExceeded,
} from "./reply.ts";

export const FAULT_KINDS = [
  "429",
  "500",
  "503",
  "html",
  "400",
  "forbidden",
  "role-missing",
  "drop",
  "drop-after",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];
type HoldPoint = "before" | "after";

interface CallName {
  readonly operation: string;
  readonly sku?: string | undefined;
}

interface Fault extends CallName {
  readonly kind: FaultKind;
  left: number;
}

interface Hold extends CallName {
  readonly point: HoldPoint;
  left: number;
}

interface HeldCall {
  readonly operation: string;
  readonly sku: string | null;
  readonly point: HoldPoint;
}

export interface Gates {
  addFault(fault: CallName & { kind: FaultKind; times: number }): void;
  addHold(hold: CallName & { point: HoldPoint; times: number }): void;
  held(): HeldCall[];
  /** Resolves once that many calls are held; false when the time is over first. */
  waitHeld(count: number, timeoutMs: number): Promise<boolean>;
  /** Lets held calls go on, or drops their connections (before: unread; after: unanswered). */
  release(how: "proceed" | "drop"): number;
  /** Runs an operation behind its gates. */
  pass(name: CallName, operation: () => Promise<Response>): Promise<Response>;
  /** Removes every fault and hold, and drops what is held. */
  reset(): void;
}

export function createGates(): Gates {
  let faults: Fault[] = [];
  let holds: Hold[] = [];
  const waiting = new Map<HeldCall, (how: "proceed" | "drop") => void>();
  const watchers = new Set<() => void>();

  const wait = async (name: CallName, point: HoldPoint): Promise<void> => {
    const hold = holds.find((each) => each.point === point && each.left > 0 && fits(each, name));
    if (hold === undefined) return;
    hold.left -= 1;
    const call: HeldCall = { operation: name.operation, sku: name.sku ?? null, point };
    const how = await new Promise<"proceed" | "drop">((resolve) => {
      waiting.set(call, resolve);
      for (const watcher of watchers) watcher();
    });
    if (how === "drop") throw new DropConnection(`held ${point} ${name.operation}, then dropped`);
  };

  const takeFault = (name: CallName): FaultKind | undefined => {
    const fault = faults.find((each) => each.left > 0 && fits(each, name));
    if (fault !== undefined) fault.left -= 1;
    return fault?.kind;
  };

  const release = (how: "proceed" | "drop"): number => {
    const released = [...waiting.values()];
    waiting.clear();
    for (const resolve of released) resolve(how);
    return released.length;
  };

  return {
    addFault: ({ times, ...fault }) => void faults.push({ ...fault, left: times }),
    addHold: ({ times, ...hold }) => void holds.push({ ...hold, left: times }),
    held: () => [...waiting.keys()],
    waitHeld(count, timeoutMs) {
      return new Promise((resolve) => {
        const finish = (isReached: boolean): void => {
          clearTimeout(timer);
          watchers.delete(check);
          resolve(isReached);
        };
        const check = (): void => {
          if (waiting.size >= count) finish(true);
        };
        const timer = setTimeout(() => finish(false), timeoutMs);
        watchers.add(check);
        check();
      });
    },
    release,
    async pass(name, operation) {
      await wait(name, "before");
      const kind = takeFault(name);
      const refused = kind === undefined ? undefined : faultReply(kind);
      if (refused !== undefined) return refused;
      const response = await operation();
      if (kind === "drop-after") throw new DropConnection("answer lost");
      await wait(name, "after");
      return response;
    },
    reset() {
      faults = [];
      holds = [];
      release("drop");
    },
  };
}

/** The answer in place of the operation; undefined when the operation runs all the same. */
export function faultReply(kind: FaultKind): Response | undefined {
  switch (kind) {
    case "429":
      throw quotaExceeded();
    case "500":
      throw internalFailure(500);
    case "503":
      throw internalFailure(503);
    case "html":
      return htmlErrorReply();
    case "400":
      throw invalidInput("The request is refused as it is.");
    case "forbidden":
      return forbiddenByGateway();
    case "role-missing":
      throw denied("unexplained");
    case "drop":
      throw new DropConnection("dropped unread");
    case "drop-after":
      return undefined;
  }
}

function fits(gate: CallName, name: CallName): boolean {
  if (gate.operation !== "*" && gate.operation !== name.operation) return false;
  return gate.sku === undefined || gate.sku === name.sku;
}
