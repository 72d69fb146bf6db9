import type { Finding, FindingKind } from "./audit-run.ts";
import type { ChangeFact, ListingFacts, RunFacts, WriteFact } from "./read-facts.ts";
import { changeOf } from "./audit-run.ts";

/** What happened in fault runs, as sums. */
export interface FaultSums {
  readonly runs: number;
  readonly listings: number;
  /** Approved ones. */
  readonly changes: number;
  /** Prices that Amazon took, by call or by feed. */
  readonly writes: number;
  readonly fed: number;
  /** Of the writes: accepted and never applied. */
  readonly ignored: number;
  /** Ignored ones whose price shoppers saw all the same in the end. */
  readonly repaired: number;
  /** Ignored ones that ended with a code that the merchant is shown. */
  readonly alerted: number;
  /** ASINs whose notifications never came, and how many of them were found out. */
  readonly silent: number;
  readonly silentFound: number;
  readonly moves: number;
  readonly told: number;
  /** Prices that nobody had approved, or that were sent beside the approved one. */
  readonly duplicates: number;
  /** Changes without an end, and ends that are not so. */
  readonly lost: number;
  readonly findings: number;
}

const DUPLICATES: readonly FindingKind[] = [
  "other_price_sent",
  "unaccounted_price",
  "out_of_order",
];
const LOST: readonly FindingKind[] = [
  "lost",
  "unexplained",
  "ignored_unnoticed",
  "live_without_effect",
];

/** Adds up runs and what their audits found. */
export function sumRuns(
  runs: readonly { readonly facts: RunFacts; readonly findings: readonly Finding[] }[],
): FaultSums {
  const listings = runs.flatMap(({ facts }) => facts.listings);
  const findings = runs.flatMap((run) => run.findings);
  const taken = listings.flatMap((each) => each.writes.filter(isTaken));
  const ignored = listings.flatMap((each) => ignoredOf(each));
  const silent = listings.filter((each) => each.isSilent);
  const ofKinds = (kinds: readonly FindingKind[]): number =>
    findings.filter((each) => kinds.includes(each.kind)).length;
  return {
    runs: runs.length,
    listings: listings.length,
    changes: listings.reduce((sum, each) => sum + each.changes.length, 0),
    writes: taken.length,
    fed: taken.filter((each) => each.source === "feed").length,
    ignored: ignored.length,
    repaired: ignored.filter((change) => change?.state === "live").length,
    alerted: ignored.filter((change) => change?.code != null && change.state !== "live").length,
    silent: silent.length,
    silentFound: silent.filter((each) => each.isFlaggedSilent).length,
    moves: listings.reduce((sum, each) => sum + each.moves.length, 0),
    told: listings.reduce((sum, each) => sum + each.told.length, 0),
    duplicates: ofKinds(DUPLICATES),
    lost: ofKinds(LOST),
    findings: findings.length,
  };
}

function isTaken({ outcome }: WriteFact): boolean {
  return outcome === "ACCEPTED";
}

function ignoredOf(listing: ListingFacts): (ChangeFact | undefined)[] {
  return listing.writes.filter((each) => each.isIgnored).map((write) => changeOf(listing, write));
}
