/**
 * Control calls of the Amazon stand-in: `/control/amazon/<verb>`, for tests, the demo and a person
 * with curl. All of them are listed in docs/sandbox-differences.md.
 */
import {
  ControlError,
  flagArgument,
  optionalText,
  textArgument,
  wholeArgument,
} from "../http/control.ts";
import type { ControlArguments, ControlVerbs } from "../http/control.ts";
import { viewListing, INCLUDED_DATA } from "./listing-view.ts";
import type { AmazonWorld } from "./world.ts";
import { FAULT_KINDS } from "./gates.ts";
import { patchOffers, PURCHASABLE_OFFER } from "./purchasable-offer.ts";
import { isPlanName } from "./quotas.ts";
import { parseSeedListing } from "./seed-listing.ts";
import { SENTINELS } from "./sentinels.ts";
import { toAmount } from "./decimal.ts";
import type { Listing } from "./listings-store.ts";

const WAIT_HELD_MS = 10_000;

export function amazonControlVerbs(world: AmazonWorld): ControlVerbs {
  return {
    ...listingVerbs(world),
    ...accountVerbs(world),
    ...failureVerbs(world),
    ...notificationVerbs(world),
    ...documentVerbs(world),
    reset: () => world.reset(),
  };
}

function listingVerbs(world: AmazonWorld): ControlVerbs {
  const { store, ledger, submissions, clock } = world;
  return {
    ledger: (args) => ledger.read(optionalText(args, "sku")),
    listings: () => ({
      listings: store.all().map(({ sku, asin, shownMinor }) => ({ sku, asin, shownMinor })),
    }),
    sku: (args) => {
      const listing = knownListing(world, args);
      const { shownMinor, quantity, isSuppressed, asin } = listing;
      const item = viewListing({ listing, store, included: INCLUDED_DATA, now: clock.now() });
      return { sku: listing.sku, asin, shownMinor, quantity, isSuppressed, item };
    },
    "foreign-price": (args) => {
      const listing = knownListing(world, args);
      const priceMinor = wholeArgument(args, "priceMinor");
      if (priceMinor < 1) throw new ControlError('"priceMinor" must be at least 1');
      editPrice(world, listing, priceMinor);
      return { sku: listing.sku, shownMinor: listing.shownMinor };
    },
    "set-quantity": (args) => {
      const listing = knownListing(world, args);
      const quantity = wholeArgument(args, "quantity");
      store.change(listing.sku, "control", (each) => {
        each.quantity = quantity;
      });
    },
    "seed-listing": (args) => {
      const listing = store.put(parseSeedListing(args));
      return { sku: listing.sku, asin: listing.asin };
    },
    "accepted-to-live": (args) => {
      submissions.setAcceptedToLiveMs(wholeArgument(args, "ms"));
    },
    sentinels: () => ({ sentinels: SENTINELS }),
  };
}

function accountVerbs(world: AmazonWorld): ControlVerbs {
  const { lwa, quotas, sellerId } = world;
  return {
    authorize: () => ({ sellerId, refreshToken: lwa.authorize(sellerId) }),
    "issue-code": () => ({ sellerId, code: lwa.issueCode(sellerId) }),
    authorized: () => ({ isAuthorized: lwa.isAuthorized(sellerId) }),
    revoke: () => lwa.revoke(sellerId),
    "expire-access-tokens": () => lwa.expireAccessTokens(),
    "expire-secret": (args) => lwa.setSecretExpired(flagArgument(args, "isExpired", true)),
    stage: (args) => {
      const stage = textArgument(args, "stage");
      if (stage !== "draft" && stage !== "published") {
        throw new ControlError('"stage" must be "draft" or "published"');
      }
      world.setStage(stage);
    },
    "enforce-quotas": (args) => quotas.setEnforced(flagArgument(args, "isEnforced", true)),
    "set-quota": (args) => {
      const plan = textArgument(args, "operation");
      if (!isPlanName(plan)) throw new ControlError(`no quota named "${plan}"`);
      const [rate, burst] = [Number(args["rate"]), Number(args["burst"])];
      if (!(rate >= 0) || !(burst >= 0))
        throw new ControlError('"rate" and "burst" must be numbers');
      quotas.set(plan, { rate, burst });
    },
  };
}

function failureVerbs({ gates }: AmazonWorld): ControlVerbs {
  const named = (args: ControlArguments) => ({
    operation: optionalText(args, "operation") ?? "patchListingsItem",
    sku: optionalText(args, "sku"),
    times: wholeArgument(args, "times", 1),
  });
  return {
    fault: (args) => {
      const kind = FAULT_KINDS.find((known) => known === args["kind"]);
      if (kind === undefined)
        throw new ControlError(`"kind" must be one of ${FAULT_KINDS.join(", ")}`);
      gates.addFault({ ...named(args), kind });
    },
    hold: (args) => {
      const point = textArgument(args, "point");
      if (point !== "before" && point !== "after") {
        throw new ControlError('"point" must be "before" or "after"');
      }
      gates.addHold({ ...named(args), point });
    },
    held: () => ({ held: gates.held() }),
    "wait-held": async (args) => {
      const count = wholeArgument(args, "count", 1);
      const isReached = await gates.waitHeld(count, wholeArgument(args, "timeoutMs", WAIT_HELD_MS));
      return { isReached, held: gates.held() };
    },
    release: (args) => {
      const how = optionalText(args, "how") ?? "proceed";
      if (how !== "proceed" && how !== "drop")
        throw new ControlError('"how" must be "proceed" or "drop"');
      return { released: gates.release(how) };
    },
    "clear-faults": () => gates.reset(),
  };
}

function notificationVerbs(world: AmazonWorld): ControlVerbs {
  const { delivery, offerChanged, queues, queueName } = world;
  return {
    notifications: () => ({ ...delivery.counts(), queue: queues.find(queueName)?.counts() }),
    "drop-notifications": (args) => delivery.dropNext(wholeArgument(args, "next")),
    "duplicate-notifications": (args) => delivery.duplicateNext(wholeArgument(args, "next")),
    "reorder-notifications": (args) => delivery.reorderNext(wholeArgument(args, "next")),
    "silence-asin": (args) =>
      offerChanged.silence(textArgument(args, "asin"), flagArgument(args, "isSilent", true)),
    "show-winner": (args) => offerChanged.showWinner(flagArgument(args, "isShown", true)),
    "send-raw": (args) => {
      queues.find(queueName)?.send({ body: textArgument(args, "body") });
    },
  };
}

function documentVerbs({ feeds, reports }: AmazonWorld): ControlVerbs {
  return {
    "stick-feed": () => feeds.stickNext(),
    "release-feed": () => feeds.release(),
    "fail-report": (args) => {
      const status = textArgument(args, "status");
      if (status !== "FATAL" && status !== "CANCELLED") {
        throw new ControlError('"status" must be "FATAL" or "CANCELLED"');
      }
      reports.failNext(status);
    },
    "report-charset": (args) => {
      const charset = textArgument(args, "charset");
      if (charset !== "UTF-8" && charset !== "Cp1252") {
        throw new ControlError('"charset" must be "UTF-8" or "Cp1252"');
      }
      reports.setCharset(charset);
    },
  };
}

function knownListing(world: AmazonWorld, args: ControlArguments): Listing {
  const sku = textArgument(args, "sku");
  const listing = world.store.find(sku);
  if (listing === undefined) throw new ControlError(`no listing "${sku}"`);
  return listing;
}

/** Somebody else's hand on the price: at once, past every delay, and in the ledger as `control`. */
function editPrice(world: AmazonWorld, listing: Listing, priceMinor: number): void {
  const { marketplaceId: marketplace_id, currency } = listing.seed;
  const our_price = [{ schedule: [{ value_with_tax: toAmount(priceMinor, currency) }] }];
  world.store.change(listing.sku, "control", (each) => {
    const { offers } = patchOffers(each.offers, {
      op: "merge",
      path: `/attributes/${PURCHASABLE_OFFER}`,
      value: [{ marketplace_id, currency, audience: "ALL", our_price }],
    });
    each.offers = offers;
  });
}
