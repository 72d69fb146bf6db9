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
import type { Listing, ListingsStore } from "./listings-store.ts";
import {
  currencyOf,
  isRecord,
  patchOffers,
  priceAt,
  PURCHASABLE_OFFER,
} from "./purchasable-offer.ts";
import type { OfferElement } from "./purchasable-offer.ts";
import { sentinelOf } from "./sentinels.ts";
import type { ReceivedWrite, WriteLedger } from "./write-ledger.ts";

interface SubmissionInput {
  readonly sku: string;
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
  setAcceptedToLiveMs(delayMs: number): void;
  acceptedToLiveMs(): number;
  /** Forgets what is accepted and not yet live. */
  reset(): void;
}

interface SubmissionsOptions {
  readonly clock: SandboxClock;
  readonly store: ListingsStore;
  readonly ledger: WriteLedger;
  readonly acceptedToLiveMs: number;
}

const SLOW_FACTOR = 20;
const ATTRIBUTE_PATH = /^\/attributes\/([a-z0-9_]+)$/;

export function createSubmissions(options: SubmissionsOptions): Submissions {
  const { clock, store, ledger } = options;
  const pending = new Set<() => void>();
  let acceptedToLiveMs = options.acceptedToLiveMs;

  const applyLater = (write: ReceivedWrite, patches: readonly PatchOperation[]): void => {
    const effect = sentinelOf(write.sku);
    if (effect === "ignored") return;
    const delayMs = effect === "slow" ? acceptedToLiveMs * SLOW_FACTOR : acceptedToLiveMs;
    const cancel = clock.after(delayMs, () => {
      pending.delete(cancel);
      store.change(write.sku, write.source, (listing) => {
        applyPatches(listing, patches);
        if (effect === "diverged") raiseByOneMinor(listing);
        if (effect === "suppressed") suppress(listing);
      });
      write.appliedAt = clock.now();
    });
    pending.add(cancel);
  };

  return {
    submit({ sku, request, source, ref, isPreview }) {
      const submissionId = randomUUID();
      const issues = store.find(sku) ? issuesOf(store.find(sku), request) : [unknownSku(sku)];
      const isRefused = issues.some((issue) => issue.severity === "ERROR");
      const status = isRefused ? "INVALID" : isPreview ? "VALID" : "ACCEPTED";
      const write = ledger.received({
        at: clock.now(),
        sku,
        source,
        ref,
        priceMinor: sentPrice(request.patches),
        outcome: status,
        submissionId,
      });
      if (status === "ACCEPTED") applyLater(write, request.patches);
      return { status, submissionId, issues };
    },
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

/** `/attributes/<name>` → name; undefined for a path into an attribute, which Amazon refuses. */
function patchedAttribute(path: string): string | undefined {
  return ATTRIBUTE_PATH.exec(path)?.[1];
}

/** our_price of the consumer offer a write names, null when it names none. */
export function sentPrice(patches: readonly PatchOperation[]): number | null {
  for (const patch of patches) {
    if (patchedAttribute(patch.path) !== PURCHASABLE_OFFER) continue;
    for (const value of patch.value ?? []) {
      const isConsumer = (value["audience"] ?? "ALL") === "ALL";
      const minor = isConsumer ? priceAt(value, "our_price", new Date(0)) : undefined;
      if (minor !== undefined) return minor;
    }
  }
  return null;
}

function issuesOf(listing: Listing | undefined, request: ListingsItemPatchRequest): Issue[] {
  if (listing === undefined) return [];
  if (sentinelOf(listing.sku) === "refused") return [sentinelIssue()];
  let offers = listing.offers;
  const issues: Issue[] = [];
  for (const patch of request.patches) {
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
  listing.issues = [
    {
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
      marketplaceIds: [listing.seed.marketplaceId],
    },
  ];
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

/** The parsed body of a patch, or the reason it is none. */
export function parsePatchRequest(
  body: unknown,
): { readonly request: ListingsItemPatchRequest } | { readonly problem: string } {
  if (!isRecord(body)) return { problem: "Request body is missing or not a JSON object." };
  const { productType, patches } = body;
  if (typeof productType !== "string" || productType === "") {
    return { problem: "Request body is missing 'productType'." };
  }
  if (!Array.isArray(patches) || patches.length === 0) {
    return { problem: "Request body is missing 'patches'." };
  }
  const parsed: PatchOperation[] = [];
  for (const [index, patch] of patches.entries()) {
    const operation = parsePatch(patch);
    if (typeof operation === "string") return { problem: `${operation} ${index}.` };
    parsed.push(operation);
  }
  return { request: { productType, patches: parsed } };
}

function parsePatch(patch: unknown): PatchOperation | string {
  if (!isRecord(patch)) return "Invalid patch at index of";
  const { op, path, value } = patch;
  if (op !== "add" && op !== "replace" && op !== "merge" && op !== "delete") {
    return "Invalid op provided in patch at index of";
  }
  if (typeof path !== "string" || patchedAttribute(path) === undefined) {
    return "Invalid path provided in patch at index of";
  }
  if (value === undefined)
    return op === "delete" ? { op, path } : "Missing value in patch at index of";
  if (!Array.isArray(value)) return "Invalid value provided in patch at index of";
  // Elements that are no objects are for the attribute's own check, which answers with an issue.
  return { op, path, value: value as Record<string, unknown>[] };
}
