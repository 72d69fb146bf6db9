import type { ChangeSeen } from "../../spine/onlooker.ts";
import { brakeRow, holdCall, type Obstacle } from "./crash-obstacle.ts";
import type { CrashScene } from "./crash-scene.ts";

/** A moment in the life of a push at which its worker is killed. */
export interface CrashStep {
  readonly name: string;
  /** Time from Amazon's "accepted" to "live"; long where the new worker must meet the old price. */
  readonly acceptedToLiveMs: number;
  /** True when the obstacle is cleared only after the new worker has done the work: a call that comes late. */
  readonly isLate?: boolean;
  /** How many writes the channel takes in all; the second has the same price and changes nothing. */
  readonly writes: number | { readonly amazon: number; readonly shopify: number };
  /** Nothing is left to do. */
  readonly isOver?: boolean;
  arm(scene: CrashScene, change: ChangeSeen): Promise<Obstacle>;
}

const SOON_MS = 300;
const LATER_MS = 2_500;

/** Every step of a push, in order. */
export const PUSH_STEPS: readonly CrashStep[] = [
  {
    name: "approved, not yet claimed",
    acceptedToLiveMs: SOON_MS,
    writes: 1,
    async arm({ stack }) {
      await stack.worker().kill();
      return { reached: () => Promise.resolve(), release: () => Promise.resolve() };
    },
  },
  {
    name: "inside the claim's transaction",
    acceptedToLiveMs: SOON_MS,
    writes: 1,
    arm: (scene, change) => brakeAt(scene, change, { state: "sending", at: "change" }),
  },
  {
    name: "claim committed, call not yet sent",
    acceptedToLiveMs: SOON_MS,
    writes: 1,
    arm: (scene, change) => brakeAt(scene, change, { state: "sending", at: "commit" }),
  },
  {
    name: "call received, not yet in effect, and in effect long after",
    acceptedToLiveMs: SOON_MS,
    writes: 2,
    isLate: true,
    arm: ({ stack }, { channel }) =>
      holdCall(stack.control, { channel, call: "write", point: "before" }),
  },
  {
    name: "call taken, not yet answered",
    acceptedToLiveMs: LATER_MS,
    // Amazon still shows the old price when it is read back; Shopify shows the new one at once.
    writes: { amazon: 2, shopify: 1 },
    arm: ({ stack }, { channel }) =>
      holdCall(stack.control, { channel, call: "write", point: "after" }),
  },
  {
    name: "answered, result not yet committed",
    acceptedToLiveMs: LATER_MS,
    writes: { amazon: 2, shopify: 1 },
    arm: (scene, change) => brakeAt(scene, change, { state: "accepted", at: "change" }),
  },
  {
    name: "result committed, not yet read back",
    acceptedToLiveMs: SOON_MS,
    writes: 1,
    arm: (scene, change) => brakeAt(scene, change, { state: "accepted", at: "commit" }),
  },
  {
    name: "read-back asked, not yet answered",
    acceptedToLiveMs: SOON_MS,
    writes: 1,
    arm: ({ stack }, { channel }) =>
      holdCall(stack.control, { channel, call: "read", point: "before" }),
  },
  {
    name: "read-back answered, live not yet committed",
    acceptedToLiveMs: SOON_MS,
    writes: 1,
    arm: (scene, change) => brakeAt(scene, change, { state: "live", at: "change" }),
  },
  {
    name: "just live",
    acceptedToLiveMs: SOON_MS,
    writes: 1,
    isOver: true,
    arm: (scene, change) => brakeAt(scene, change, { state: "live", at: "commit" }),
  },
];

/** Stops whoever moves the change into a state. */
export function brakeAt(
  { ownerUrl }: CrashScene,
  { changeId }: ChangeSeen,
  { state, at }: { state: string; at: "change" | "commit" },
): Promise<Obstacle> {
  const when = `NEW.change_id = ${changeId} AND NEW.state = '${state}'`;
  return brakeRow(ownerUrl, { table: "price_change", on: "UPDATE", when, at });
}
