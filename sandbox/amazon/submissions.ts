/**
 * A write to a listing, from a patch call or from a message of a feed: the receipt now, the effect
 * later.
 *
 * States of a submission: INVALID (nothing stored, for ever) | VALID (preview, nothing stored) |
 * ACCEPTED → applied after `acceptedToLiveMs` of sandbox time, unless the SKU is a sentinel that says
 * otherwise. The patch is worked out anew when it is applied, on what is stored by then.
 */
import { randomUUID } from "node:crypto";
import type {
  Issue,
  ListingsItemPatchRequest,
  PatchOperation,
} from "@sp-api-sdk/listings-items-api-2021-08-01";
import type { SandboxClock } from "../clock.ts";
import { toAmount } from "./decimal.ts";
import type { Listing } from "./listing.ts";
import type { Misfortunes } from "./misfortunes.ts";
import { patchedAttribute, routePatches, sentPrice } from "./patch-request.ts";
import { currencyOf, patchOffers, priceAt, PURCHASABLE_OFFER } from "./purchasable-offer.ts";
import type { OfferElement } from "./purchasable-offer.ts";
import type { StoreOf } from "./seller-accounts.ts";
import { sentinelOf } from "./sentinels.ts";
import type { ReceivedWrite, WriteLedger } from "./write-ledger.ts";

interface SubmissionInput {
  readonly sellerId: string;
  readonly sku: string;
  /** As the call or the feed names them; an offer element goes to the marketplace it names itself. */
  readonly marketplaceIds: readonly string[];
  readonly request: ListingsItemPatchRequest;
  readonly source: "patch" | "feed";
  /** Request id or feed id, for the ledger. */
  readonly ref: string;
  readonly isPreview: boolean;
}

interface Submission {
  readonly status: "ACCEPTED" | "INVALID" | "VALID";
  readonly submissionId: string;
  readonly issues: readonly Issue[];
}

export interface Submissions {
  submit(input: SubmissionInput): Submission;
  /** The issue with which Amazon suppresses a listing over its price. */
  suppressionOf(listing: Listing): Issue;
  setAcceptedToLiveMs(delayMs: number): void;
  acceptedToLiveMs(): number;
  /** Forgets what is accepted and not yet live. */
  reset(): void;
}

interface SubmissionsOptions {
  readonly clock: SandboxClock;
  readonly storeOf: StoreOf;
  readonly ledger: WriteLedger;
  readonly misfortunes: Misfortunes;
  readonly acceptedToLiveMs: number;
}

const SLOW_FACTOR = 20;

export function createSubmissions(options: SubmissionsOptions): Submissions {
  const { clock, storeOf, ledger, misfortunes } = options;
  const pending = new Set<() => void>();
  let acceptedToLiveMs = options.acceptedToLiveMs;

  const applyLater = (
    write: ReceivedWrite,
    target: Listing,
    patches: readonly PatchOperation[],
  ): void => {
    const effect = sentinelOf(write.sku);
    write.isIgnored = effect === "ignored" || misfortunes.losesWrite(write);
    if (write.isIgnored) return;
    const delayMs = effect === "slow" ? acceptedToLiveMs * SLOW_FACTOR : acceptedToLiveMs;
    const cancel = clock.after(delayMs, () => {
      pending.delete(cancel);
      storeOf(write.sellerId).change(target, write.source, (listing) => {
        applyPatches(listing, patches);
        if (effect === "diverged") raiseByOneMinor(listing);
        if (effect === "suppressed") suppress(listing);
      });
      write.appliedAt = clock.now();
    });
    pending.add(cancel);
  };

  return {
    submit(input) {
      const { sellerId, sku, source, ref, isPreview } = input;
      const submissionId = randomUUID();
      const store = storeOf(sellerId);
      const parts = routePatches(input).map((part) => ({
        ...part,
        target: store.find(sku, part.marketplaceId),
      }));
      const issues = parts.flatMap(({ target, patches }) =>
        target === undefined ? [unknownSku(sku)] : issuesOf(target, patches),
      );
      const isRefused = issues.some((issue) => issue.severity === "ERROR");
      const status = isRefused ? "INVALID" : isPreview ? "VALID" : "ACCEPTED";
      for (const { marketplaceId, target, patches } of parts) {
        const write = ledger.received({
          at: clock.now(),
          sellerId,
          sku,
          marketplaceId,
          source,
          ref,
          priceMinor: sentPrice(patches),
          outcome: status,
          submissionId,
        });
        if (status === "ACCEPTED" && target !== undefined) applyLater(write, target, patches);
      }
      return { status, submissionId, issues };
    },
    suppressionOf,
    setAcceptedToLiveMs(delayMs) {
      acceptedToLiveMs = delayMs;
    },
    acceptedToLiveMs: () => acceptedToLiveMs,
    reset() {
      for (const cancel of pending) cancel();
      pending.clear();
      acceptedToLiveMs = options.acceptedToLiveMs;
    },
  };
}

function issuesOf(listing: Listing, patches: readonly PatchOperation[]): Issue[] {
  if (sentinelOf(listing.sku) === "refused") return [sentinelIssue()];
  let offers = listing.offers;
  const issues: Issue[] = [];
  for (const patch of patches) {
    if (patchedAttribute(patch.path) !== PURCHASABLE_OFFER) continue;
    const outcome = patchOffers(offers, patch);
    offers = outcome.offers;
    issues.push(...outcome.issues);
  }
  return issues;
}

function applyPatches(listing: Listing, patches: readonly PatchOperation[]): void {
  listing.isSuppressed = false;
  listing.issues = [];
  for (const patch of patches) {
    const attribute = patchedAttribute(patch.path);
    if (attribute === PURCHASABLE_OFFER) {
      const { offers, issues } = patchOffers(listing.offers, patch);
      listing.offers = offers;
      // What was fine when accepted can break a bound that changed meanwhile: Amazon suppresses it.
      listing.issues = issues;
      listing.isSuppressed = issues.some((issue) => issue.severity === "ERROR");
    } else if (attribute === "fulfillment_availability") {
      listing.quantity = sentQuantity(patch) ?? listing.quantity;
    } else if (attribute !== undefined) {
      const { [attribute]: _replaced, ...others } = listing.attributes;
      listing.attributes = patch.op === "delete" ? others : { ...others, [attribute]: patch.value };
    }
  }
}

function sentQuantity(patch: PatchOperation): number | undefined {
  const quantity: unknown = patch.value?.[0]?.["quantity"];
  return typeof quantity === "number" && quantity >= 0 ? Math.floor(quantity) : undefined;
}

function raiseByOneMinor(listing: Listing): void {
  const offer = listing.offers.find((element) => (element["audience"] ?? "ALL") === "ALL");
  const minor = offer && priceAt(offer, "our_price", new Date(0));
  if (offer === undefined || minor === undefined) return;
  const raised: OfferElement = {
    ...offer,
    our_price: [{ schedule: [{ value_with_tax: toAmount(minor + 1, currencyOf(offer)) }] }],
  };
  listing.offers = listing.offers.map((element) => (element === offer ? raised : element));
}

function suppress(listing: Listing): void {
  listing.isSuppressed = true;
  listing.issues = [suppressionOf(listing)];
}

function suppressionOf(listing: Listing): Issue {
  return {
    code: "18155",
    message:
      "The 'minimum price' is greater than the selling price. Review and update your price and/or minimum price.",
    severity: "ERROR",
    attributeNames: [PURCHASABLE_OFFER],
    categories: ["INVALID_PRICE"],
    enforcements: {
      actions: [{ action: "LISTING_SUPPRESSED" }],
      exemption: { status: "NOT_EXEMPT" },
    },
    marketplaceIds: [listing.marketplaceId],
  };
}

function sentinelIssue(): Issue {
  return {
    code: "90000900",
    message: "The attributes are invalid.",
    severity: "ERROR",
    attributeNames: [PURCHASABLE_OFFER],
    categories: ["INVALID_ATTRIBUTE"],
    enforcements: {
      actions: [{ action: "ATTRIBUTE_SUPPRESSED" }],
      exemption: { status: "NOT_EXEMPT" },
    },
  };
}

/** Patching a SKU that does not exist is not an HTTP error at Amazon: it is an INVALID submission. */
function unknownSku(sku: string): Issue {
  return {
    code: "4000003",
    message: `The SKU '${sku}' does not exist for this seller and marketplace.`,
    severity: "ERROR",
    categories: ["INVALID_ATTRIBUTE"],
  };
}
