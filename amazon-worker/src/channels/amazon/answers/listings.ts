import { type Asin, parseAsin } from "@calibr/shared/core/ids";
import { z } from "zod";
import { unreadableAnswer } from "../client/errors.ts";
import { type ListingItem, readListingItem } from "../prices/listing-item.ts";
import {
  count,
  instant,
  listOf,
  name,
  type Page,
  part,
  readFrame,
  text,
  texts,
} from "./lenient.ts";

/** What Amazon finds wrong with a listing or a submission (Listings Items API 2021-08-01). */
export interface ListingIssue {
  readonly code: string;
  readonly message: string;
  /** ERROR, WARNING, INFO or a new word; judge by it and never by the code, which Amazon renames. */
  readonly severity: string;
  readonly attributes: readonly string[];
  /** INVALID_PRICE and the like. */
  readonly categories: readonly string[];
  /** What Amazon does about it: LISTING_SUPPRESSED, SEARCH_SUPPRESSED… */
  readonly actions: readonly string[];
  /** NOT_EXEMPT, EXEMPT, EXEMPT_UNTIL_EXPIRY_DATE; null when nothing is enforced. */
  readonly exemption: string | null;
  readonly exemptUntil: Date | null;
  /** Empty when it holds everywhere the answer is about. */
  readonly marketplaceIds: readonly string[];
}

/** Amazon's receipt for a submission. ACCEPTED is a receipt and no proof that anything is live. */
export interface ListingSubmission {
  /** Null where Amazon does not repeat it. */
  readonly sku: string | null;
  /** ACCEPTED, INVALID, VALID (previews only) or a new word. */
  readonly status: string;
  readonly submissionId: string | null;
  readonly issues: readonly ListingIssue[];
  readonly asins: readonly Asin[];
}

/** A listing with what Amazon finds wrong with it. */
export interface ListingWithIssues extends ListingItem {
  readonly issues: readonly ListingIssue[];
  /** BUYABLE, DISCOVERABLE or a new word; null when the item has no summary for the marketplace. */
  readonly statuses: readonly string[] | null;
  /** In the marketplace asked about; null when Amazon does not say. */
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
}

/** Which marketplace's side of an item to read, and when: sales have windows. */
export interface ListingContext {
  readonly marketplaceId: string;
  readonly now: Date;
}

const Issue = z
  .object({
    code: text,
    message: text,
    severity: name,
    attributeNames: texts,
    categories: texts,
    enforcements: part(
      z.object({
        actions: listOf(z.object({ action: name })),
        exemption: part(z.object({ status: text, expiryDate: instant })),
      }),
    ),
    marketplaceIds: texts,
  })
  .transform((issue): ListingIssue => ({
    code: issue.code ?? "",
    message: issue.message ?? "",
    severity: issue.severity,
    attributes: issue.attributeNames,
    categories: issue.categories,
    actions: issue.enforcements?.actions.map(({ action }) => action) ?? [],
    exemption: issue.enforcements?.exemption?.status ?? null,
    exemptUntil: issue.enforcements?.exemption?.expiryDate ?? null,
    marketplaceIds: issue.marketplaceIds,
  }));
const Submission = z.object({
  sku: text,
  status: name,
  submissionId: text,
  issues: listOf(Issue),
  identifiers: listOf(z.object({ asin: text })),
});
const Item = z.object({
  issues: listOf(Issue),
  summaries: listOf(
    z.object({
      marketplaceId: name,
      status: texts,
      createdDate: instant,
      lastUpdatedDate: instant,
    }),
  ),
});
const Results = z.object({
  items: z.array(z.unknown()),
  numberOfResults: count,
  pagination: part(z.object({ nextToken: text })),
});

/** A page of a search. @throws AppError amazon_bad_answer when there is no list of items. */
export function readListingsItems(
  body: unknown,
  context: ListingContext,
): Page<ListingWithIssues> & { readonly total: number | null } {
  const { items, numberOfResults, pagination } = readFrame("searchListingsItems", Results, body);
  const entries = items.flatMap((item) => readItem(item, context) ?? []);
  return {
    entries,
    nextToken: pagination?.nextToken ?? null,
    unreadable: items.length - entries.length,
    total: numberOfResults,
  };
}

/** One listing. @throws AppError amazon_bad_answer when it names no SKU. */
export function readListingsItem(body: unknown, context: ListingContext): ListingWithIssues {
  const item = readItem(body, context);
  if (item === null) throw unreadableAnswer("getListingsItem", "the answer has no sku");
  return item;
}

/** The receipt for a patch or a preview. @throws AppError amazon_bad_answer without a status. */
export function readSubmission(body: unknown): ListingSubmission {
  const { identifiers, ...rest } = readFrame("patchListingsItem", Submission, body);
  return { ...rest, asins: identifiers.flatMap(({ asin }) => parseAsin(asin) ?? []) };
}

function readItem(value: unknown, context: ListingContext): ListingWithIssues | null {
  const item = readListingItem(value, context);
  if (item === null) return null;
  const { issues, summaries } = Item.parse(value);
  const summary = summaries.find(({ marketplaceId }) => marketplaceId === context.marketplaceId);
  return {
    ...item,
    issues: issues.filter(
      ({ marketplaceIds }) =>
        marketplaceIds.length === 0 || marketplaceIds.includes(context.marketplaceId),
    ),
    statuses: summary?.status ?? null,
    createdAt: summary?.createdDate ?? null,
    updatedAt: summary?.lastUpdatedDate ?? null,
  };
}
