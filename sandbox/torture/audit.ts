/** Compares what the channels' own books say with what the ledger says. */
import type { ChangeSeen, Onlooker } from "../spine/onlooker.ts";
import type { Control } from "../stack/control-client.ts";
import { priceHistory } from "./price-history.ts";

/** Sums over every listing with an approved change. */
export interface Audit {
  /** Changes that were approved. */
  readonly approved: number;
  /** Price changes that took effect at a channel. */
  readonly effective: number;
  /** Writes that channels took and that changed nothing: the same price, sent again after a death. */
  readonly resends: number;
  /** Prices that took effect and that no live change accounts for. */
  readonly duplicates: number;
  /** Live changes whose price never took effect, and approved ones that were forgotten on their way. */
  readonly lost: number;
  readonly belowFloor: number;
  /** Listings where as many prices took effect as went live, but not the same or in another order. */
  readonly misordered: number;
  /** Receipts that do not hash to what they say. */
  readonly brokenReceipts: number;
  /** How the approved changes ended. */
  readonly states: Readonly<Record<string, number>>;
}

const ON_THEIR_WAY = ["approved", "sending", "unknown", "accepted"];

/** Call it when nothing moves any more. */
export async function audit(
  onlooker: Onlooker,
  control: Control,
  onProblem: (problem: string) => void,
): Promise<Audit> {
  const changes = (await onlooker.changes()).filter((change) => change.approvedAtMs !== null);
  const sums = { effective: 0, resends: 0, duplicates: 0, lost: 0, belowFloor: 0, misordered: 0 };
  for (const ofListing of Map.groupBy(changes, listingKey).values()) {
    const [first] = ofListing;
    if (first === undefined) continue;
    const { received, effective } = await priceHistory(control, first);
    const shown = effective.map((each) => each.newMinor);
    const expected = ofListing.filter((change) => change.liveAtMs !== null);
    const wanted = expected.map((change) => change.newMinor);
    sums.effective += shown.length;
    sums.resends += received.length - shown.length;
    sums.duplicates += Math.max(0, shown.length - wanted.length);
    sums.lost += Math.max(0, wanted.length - shown.length);
    sums.lost += ofListing.filter((change) => ON_THEIR_WAY.includes(change.state)).length;
    const lowestFloor = Math.min(...ofListing.map((change) => change.floorMinor));
    sums.belowFloor += shown.filter(
      (minor, place) => minor < (expected[place]?.floorMinor ?? lowestFloor),
    ).length;
    if (shown.join() === wanted.join()) continue;
    if (shown.length === wanted.length) sums.misordered += 1;
    onProblem(
      `${first.sku} on ${first.channel} showed ${shown.join(", ")}; live were ${wanted.join(", ")}`,
    );
  }
  const broken = await onlooker.ask("SELECT * FROM broken_receipts()");
  const states = Map.groupBy(changes, (change) => change.state);
  return {
    approved: changes.length,
    ...sums,
    brokenReceipts: broken.length,
    states: Object.fromEntries([...states].map(([state, all]) => [state, all.length])),
  };
}

/** What must be zero. */
export function faults(found: Audit): number {
  const { duplicates, lost, belowFloor, misordered, brokenReceipts } = found;
  return duplicates + lost + belowFloor + misordered + brokenReceipts;
}

function listingKey({ channel, externalId }: ChangeSeen): string {
  return `${channel} ${externalId}`;
}
