import { expect, it } from "vitest";
import { auditRun, type FindingKind, type Promised } from "./audit-run.ts";
import type { ChangeFact, ListingFacts, RunFacts, WriteFact } from "./read-facts.ts";

const SECOND_MS = 1_000;
const PROMISED: Promised = {
  changeMs: 600 * SECOND_MS,
  silenceMs: 1_800 * SECOND_MS,
  startedAtMs: 0,
  toldMs: 60 * SECOND_MS,
  sweepTroubleUntilMs: 0,
  endedAtMs: 3_600 * SECOND_MS,
};

/** A version that was approved `second` seconds after the start and live ten seconds later. */
const change = (version: number, newMinor: number, second: number): ChangeFact => ({
  version,
  state: "live",
  code: null,
  newMinor,
  approvedAtMs: second * SECOND_MS,
  liveAtMs: (second + 10) * SECOND_MS,
});

/** A write of `second` that took effect two seconds later. */
const write = (priceMinor: number, second: number, others: Partial<WriteFact> = {}): WriteFact => ({
  atMs: second * SECOND_MS,
  source: "patch",
  ref: "request",
  priceMinor,
  outcome: "ACCEPTED",
  isIgnored: false,
  appliedAtMs: (second + 2) * SECOND_MS,
  ...others,
});

const shown = (minor: number, second: number, source = "patch"): ListingFacts["shown"][number] => ({
  atMs: second * SECOND_MS,
  source,
  minor,
});

const IGNORED = { isIgnored: true, appliedAtMs: null };

/** Three versions; the second one's first write was ignored and sent again, the third went by feed. */
const HONEST: ListingFacts = {
  sku: "RUN-1",
  floorMinor: 1_900,
  isSilent: false,
  shownMinor: 2_200,
  headMinor: 2_200,
  changes: [change(1, 2_000, 10), change(2, 2_100, 100), change(3, 2_200, 200)],
  writes: [
    write(2_000, 11),
    write(2_100, 101, IGNORED),
    write(2_100, 105),
    write(2_200, 201, { source: "feed", ref: "feed-1" }),
  ],
  shown: [shown(2_000, 13), shown(2_100, 107), shown(2_200, 203, "feed")],
  fed: [{ feedId: "feed-1", version: 3, priceMinor: 2_200 }],
  moves: [{ atMs: 90 * SECOND_MS, seenAtMs: 400 * SECOND_MS }],
  told: [{ atMs: 190 * SECOND_MS, seenAtMs: 191 * SECOND_MS }],
  rivals: { market: [2_210, 2_400], picture: [2_210, 2_400] },
  isFlaggedSilent: false,
  foundSilentAtMs: null,
  isOpen: false,
};

const run = (listing: Partial<ListingFacts>, others: Partial<RunFacts> = {}): RunFacts => ({
  seed: 1,
  sellerId: "A3RUN",
  listings: [{ ...HONEST, ...listing }],
  own429: 0,
  brokenReceipts: 0,
  connection: { status: "connected", problemCode: null },
  deadTasks: [],
  openFeeds: 0,
  ...others,
});

/** The same versions with the one of this number changed. */
const withChange = (version: number, others: Partial<ChangeFact>): readonly ChangeFact[] =>
  HONEST.changes.map((each) => (each.version === version ? { ...each, ...others } : each));

it("finds nothing in a run that kept every promise", () => {
  expect(auditRun(run({}), PROMISED)).toEqual([]);
});

it("takes an ignored write for made good when the merchant was told", () => {
  const changes = withChange(2, { state: "diverged", code: "write_ignored", liveAtMs: null });
  const writes = HONEST.writes.filter((each) => each.priceMinor !== 2_100 || each.isIgnored);
  const seen = HONEST.shown.filter((each) => each.minor !== 2_100);

  expect(auditRun(run({ changes, writes, shown: seen }), PROMISED)).toEqual([]);
});

// One promise is broken in each; an audit that let it pass would let the product break it too.
const BROKEN: readonly (readonly [FindingKind, string, RunFacts])[] = [
  ["lost", "a yes without an end", run({ changes: withChange(3, { state: "accepted" }) })],
  ["lost", "a push that still waits", run({ isOpen: true })],
  [
    "unexplained",
    "an end that says no why",
    run({ changes: withChange(1, { state: "overtaken", liveAtMs: null }) }),
  ],
  [
    "other_price_sent",
    "one version sent with two prices",
    run({ writes: [...HONEST.writes, write(2_099, 106, IGNORED)] }),
  ],
  [
    "other_price_sent",
    "a feed whose message says another price",
    run({
      writes: [
        ...HONEST.writes,
        write(2_150, 202, { source: "feed", ref: "feed-1", ...IGNORED, isIgnored: false }),
      ],
    }),
  ],
  [
    "out_of_order",
    "an older price after a newer one",
    run({
      writes: [...HONEST.writes, write(2_000, 99, { appliedAtMs: 150 * SECOND_MS })],
      shown: [
        shown(2_000, 13),
        shown(2_100, 107),
        shown(2_000, 150),
        shown(2_100, 160, "control"),
        shown(2_200, 203, "feed"),
      ],
    }),
  ],
  [
    "unaccounted_price",
    "a price that no write brought",
    run({ shown: [shown(2_050, 5), ...HONEST.shown] }),
  ],
  ["below_floor", "a price under the floor", run({ floorMinor: 2_001 })],
  [
    "ignored_unnoticed",
    "an ignored write that ended without a word",
    run({ changes: withChange(2, { state: "withdrawn", liveAtMs: null }) }),
  ],
  [
    "live_without_effect",
    "a price called live that nobody was shown",
    run({ shown: [shown(2_000, 13), shown(2_200, 203, "feed")] }),
  ],
  ["shown_differs", "shoppers see another price than we say", run({ headMinor: 2_100 })],
  [
    "unseen_move",
    "a move seen after the bound",
    run({ moves: [{ atMs: 0, seenAtMs: 601 * SECOND_MS }] }),
  ],
  ["unseen_move", "a move never seen", run({ moves: [{ atMs: 0, seenAtMs: null }] })],
  [
    "unseen_notification",
    "a notification lost with the worker that had received it",
    run({ told: [{ atMs: 0, seenAtMs: null }] }),
  ],
  [
    "stale_picture",
    "an older picture over a newer one",
    run({ rivals: { market: [2_210, 2_400], picture: [2_210, 2_500] } }),
  ],
  ["silence_unnoticed", "a silent ASIN taken for a speaking one", run({ isSilent: true })],
  [
    "silence_late",
    "a silent ASIN found after the bound",
    run({ isSilent: true, isFlaggedSilent: true, foundSilentAtMs: 1_801 * SECOND_MS }),
  ],
  ["silence_mistaken", "a speaking ASIN taken for a silent one", run({ isFlaggedSilent: true })],
  ["broken_receipt", "a receipt that does not hash", run({}, { brokenReceipts: 1 })],
  ["own_429", "a 429 of our own making", run({}, { own429: 1 })],
  [
    "disconnected",
    "a connection given up in bad weather",
    run({}, { connection: { status: "disconnected", problemCode: "amazon_consent_revoked" } }),
  ],
  ["dead_task", "a task laid aside", run({}, { deadTasks: ["feed amazon_unavailable"] })],
  ["open_feed", "a feed without an end", run({}, { openFeeds: 1 })],
];

it.each(BROKEN)("finds %s: %s", (kind, _what, facts) => {
  const kinds = auditRun(facts, PROMISED).map((finding) => finding.kind);

  expect(kinds).toContain(kind);
  expect(kinds.length).toBeLessThanOrEqual(2);
});
