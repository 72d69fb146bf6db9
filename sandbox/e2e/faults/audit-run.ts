/** Holds one fault run's facts against what Calibr promises. Pure: the same facts give the same findings. */
import type { ChangeFact, ListingFacts, RunFacts, SightFact, WriteFact } from "./read-facts.ts";

/** What is promised of a run, and by when. */
export interface Promised {
  /** The longest a change may stay unseen that no notification told (detectionBound). */
  readonly changeMs: number;
  /** The longest until an ASIN whose notifications never come is found out, from the first move on. */
  readonly silenceMs: number;
  readonly startedAtMs: number;
  /** Until when the run's own weather kept the sweep from asking, of the driven clock. */
  readonly sweepTroubleUntilMs: number;
  /** From a notification in the queue to its picture. */
  readonly toldMs: number;
  /** Moves later than this had not enough time left. */
  readonly endedAtMs: number;
}

export type FindingKind =
  | "lost"
  | "unexplained"
  | "other_price_sent"
  | "out_of_order"
  | "unaccounted_price"
  | "below_floor"
  | "ignored_unnoticed"
  | "live_without_effect"
  | "shown_differs"
  | "unseen_move"
  | "unseen_notification"
  | "stale_picture"
  | "silence_unnoticed"
  | "silence_late"
  | "silence_mistaken"
  | "broken_receipt"
  | "own_429"
  | "disconnected"
  | "dead_task"
  | "open_feed";

/** One broken promise. */
export interface Finding {
  readonly kind: FindingKind;
  /** Listing, or empty for the whole run. */
  readonly sku: string;
  readonly what: string;
}

const IN_FLIGHT = ["approved", "sending", "unknown", "accepted"];
// Ends that must say why.
const NEEDS_CODE = ["diverged", "overtaken", "failed", "stale"];

export function auditRun(facts: RunFacts, promised: Promised): Finding[] {
  const found: Finding[] = facts.listings.flatMap((listing) => auditListing(listing, promised));
  const ofRun = (kind: FindingKind, what: string) => found.push({ kind, sku: "", what });
  if (facts.brokenReceipts > 0) ofRun("broken_receipt", `${String(facts.brokenReceipts)} of them`);
  if (facts.own429 > 0) ofRun("own_429", `${String(facts.own429)} calls`);
  const { status, problemCode } = facts.connection;
  if (status !== "connected") ofRun("disconnected", problemCode ?? "without a word");
  for (const task of facts.deadTasks) ofRun("dead_task", task);
  if (facts.openFeeds > 0) ofRun("open_feed", `${String(facts.openFeeds)} of them`);
  return found;
}

function auditListing(listing: ListingFacts, promised: Promised): Finding[] {
  return [
    ...auditChanges(listing),
    ...auditWrites(listing),
    ...auditShown(listing),
    ...auditIgnored(listing),
    ...auditEnd(listing),
    ...auditSights(listing, promised),
    ...auditSilence(listing, promised),
  ].map((finding) => ({ ...finding, sku: listing.sku }));
}

type Bare = Omit<Finding, "sku">;

/** Nothing lost: every yes has an end, and an end that is not the price says why. */
function auditChanges({ changes, isOpen }: ListingFacts): Bare[] {
  const found: Bare[] = [];
  for (const change of changes) {
    if (IN_FLIGHT.includes(change.state))
      found.push({ kind: "lost", what: `version ${name(change)} is still ${change.state}` });
    if (NEEDS_CODE.includes(change.state) && change.code === null)
      found.push({
        kind: "unexplained",
        what: `version ${name(change)} ended ${change.state} without a code`,
      });
  }
  if (isOpen) found.push({ kind: "lost", what: "it waits for a decision or a push" });
  return found;
}

/** Whatever reached Amazon for a version had that version's price: by patch the one in flight then, by feed the message's. */
function auditWrites(listing: ListingFacts): Bare[] {
  return listing.writes.flatMap((write): Bare[] => {
    const change = changeOf(listing, write);
    if (change?.newMinor === write.priceMinor) return [];
    const expected = change === undefined ? "no approved change" : name(change);
    return [
      {
        kind: "other_price_sent",
        what: `${String(write.priceMinor)} by ${write.source} at ${at(write.atMs)}, where ${expected} was on its way`,
      },
    ];
  });
}

/** The change that a write was for: by feed the one its message names, by patch the last one approved by then. */
export function changeOf({ changes, fed }: ListingFacts, write: WriteFact): ChangeFact | undefined {
  if (write.source === "feed") {
    const message = fed.find((each) => each.feedId === write.ref);
    return changes.find((change) => change.version === message?.version);
  }
  const { atMs, priceMinor } = write;
  const before = changes.findLast((change) => change.approvedAtMs < atMs);
  // Within one instant a version may be sent, refused and followed by the next: either may be meant.
  const atOnce = changes.filter((change) => change.approvedAtMs === atMs);
  const possible = [...atOnce.toReversed(), ...(before === undefined ? [] : [before])];
  return possible.find((change) => change.newMinor === priceMinor) ?? possible[0];
}

/** Prices take effect in the order of versions, none that nobody approved, none below the floor. */
function auditShown(listing: ListingFacts): Bare[] {
  const found: Bare[] = [];
  let last = 0;
  for (const shown of listing.shown) {
    if (shown.source === "control") continue;
    if (shown.minor < listing.floorMinor)
      found.push({
        kind: "below_floor",
        what: `${String(shown.minor)} at ${at(shown.atMs)}, floor ${String(listing.floorMinor)}`,
      });
    const write = listing.writes.find(
      (each) => each.appliedAtMs === shown.atMs && each.priceMinor === shown.minor,
    );
    const change = write === undefined ? undefined : changeOf(listing, write);
    if (change === undefined) {
      found.push({
        kind: "unaccounted_price",
        what: `${String(shown.minor)} at ${at(shown.atMs)}`,
      });
      continue;
    }
    // A bypassed feed may still bring an older price; what matters is that it is put right, which the end shows.
    if (change.version < last && shown.source !== "feed")
      found.push({
        kind: "out_of_order",
        what: `${name(change)} at ${at(shown.atMs)}, after version ${String(last)}`,
      });
    last = Math.max(last, change.version);
  }
  return found;
}

/** A write that was accepted and ignored was made good, or the merchant was told. */
function auditIgnored(listing: ListingFacts): Bare[] {
  const found: Bare[] = [];
  for (const write of listing.writes.filter((each) => each.isIgnored)) {
    const change = changeOf(listing, write);
    if (change === undefined) continue;
    const isTold = NEEDS_CODE.includes(change.state) && change.code !== null;
    if (!isTold && !(change.state === "live" && wasShown(listing, change)))
      found.push({
        kind: "ignored_unnoticed",
        what: `${name(change)} sent at ${at(write.atMs)} ended ${change.state}`,
      });
  }
  for (const change of listing.changes)
    if (change.liveAtMs !== null && !wasShown(listing, change))
      found.push({ kind: "live_without_effect", what: name(change) });
  return found;
}

/** Whether shoppers were shown the change's price, by whoever's hand, between its yes and the moment it was called live. */
function wasShown({ shown }: ListingFacts, change: ChangeFact): boolean {
  const { newMinor, approvedAtMs, liveAtMs } = change;
  return shown.some((each, place) => {
    const untilMs = shown[place + 1]?.atMs ?? Infinity;
    return each.minor === newMinor && each.atMs <= (liveAtMs ?? Infinity) && untilMs > approvedAtMs;
  });
}

/** What shoppers see at the end is what we say they see, and the last live change's price or an explained other one. */
function auditEnd({ changes, shownMinor, headMinor, shown }: ListingFacts): Bare[] {
  const found: Bare[] = [];
  if (headMinor !== shownMinor)
    found.push({
      kind: "shown_differs",
      what: `shoppers see ${String(shownMinor)}, we say ${String(headMinor)}`,
    });
  const last = changes.findLast((change) => change.state === "live");
  if (last === undefined || last.newMinor === shownMinor) return found;
  const byHand = shown.findLast((each) => each.source === "control");
  const isByHandSince = byHand !== undefined && byHand.atMs >= (last.liveAtMs ?? 0);
  const isExplained = changes.some(
    (change) => change.version > last.version && NEEDS_CODE.includes(change.state),
  );
  if (!isByHandSince && !isExplained)
    found.push({
      kind: "shown_differs",
      what: `shoppers see ${String(shownMinor)}, live is ${name(last)}`,
    });
  return found;
}

/** Every move is in a picture in time: soon when it was told, within the sweep's bound when not. */
function auditSights({ moves, told, rivals }: ListingFacts, promised: Promised): Bare[] {
  const found: Bare[] = [];
  const isLate = (sight: SightFact, limitMs: number): boolean =>
    promised.endedAtMs >= limitMs && (sight.seenAtMs === null || sight.seenAtMs > limitMs);
  for (const move of moves) {
    const fromMs = Math.max(move.atMs, promised.sweepTroubleUntilMs);
    if (isLate(move, fromMs + promised.changeMs))
      found.push({ kind: "unseen_move", what: `of ${at(move.atMs)}, seen ${seen(move)}` });
  }
  for (const each of told)
    if (isLate(each, each.atMs + promised.toldMs))
      found.push({
        kind: "unseen_notification",
        what: `in the queue at ${at(each.atMs)}, seen ${seen(each)}`,
      });
  if (rivals.market.join() !== rivals.picture.join())
    found.push({
      kind: "stale_picture",
      what: `rivals ask ${rivals.market.join(", ")}, the picture says ${rivals.picture.join(", ")}`,
    });
  return found;
}

/** Whose notifications never come is found out in time, and nobody else is. */
function auditSilence(listing: ListingFacts, promised: Promised): Bare[] {
  const { isSilent, isFlaggedSilent, foundSilentAtMs } = listing;
  const fromMs = Math.max(promised.startedAtMs, promised.sweepTroubleUntilMs);
  if (isSilent && isFlaggedSilent && (foundSilentAtMs ?? 0) > fromMs + promised.silenceMs)
    return [{ kind: "silence_late", what: `found at ${at(foundSilentAtMs ?? 0)}` }];
  if (isSilent === isFlaggedSilent) return [];
  return isSilent
    ? [{ kind: "silence_unnoticed", what: "its notifications never came" }]
    : [{ kind: "silence_mistaken", what: "its last move was told" }];
}

function name(change: ChangeFact): string {
  return `${String(change.version)} (${String(change.newMinor)})`;
}

function seen({ seenAtMs }: SightFact): string {
  return seenAtMs === null ? "never" : `at ${at(seenAtMs)}`;
}

function at(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}
