import { findMarketplace } from "@calibr/shared/core/marketplaces";
import { z } from "zod";
import { type Reading, type ReadType, unreadable } from "./reading.ts";

const words = z
  .unknown()
  .optional()
  .transform((value) =>
    Array.isArray(value) ? value.filter((word) => typeof word === "string") : [],
  );
const Document = z.object({
  marketplaceid: z.string(),
  sku: z.string().min(1),
  status: words,
  severities: words,
  enforcementactions: words,
});

/** LISTINGS_ITEM_STATUS_CHANGE 1.0: whether a SKU can be found and bought now. */
export const readListingStatus: ReadType = ({ body }) =>
  readListing(body, ({ marketplaceid: marketplaceId, sku, status: statuses }) => ({
    kind: "listing_status",
    marketplaceId,
    sku,
    statuses,
  }));

/** LISTINGS_ITEM_ISSUES_CHANGE 2023-12-13: that a SKU has issues, and how grave; their words are looked up. */
export const readListingIssues: ReadType = ({ body }) =>
  readListing(body, ({ marketplaceid: marketplaceId, sku, severities, enforcementactions }) => ({
    kind: "listing_issues",
    marketplaceId,
    sku,
    severities,
    enforcements: enforcementactions,
  }));

function readListing(
  body: unknown,
  factOf: (document: z.infer<typeof Document>) => Reading["fact"],
): Reading {
  const parsed = Document.safeParse(body);
  if (!parsed.success) return unreadable("no_listing");
  const { marketplaceid } = parsed.data;
  if (findMarketplace(marketplaceid) === null) return unreadable("marketplace_unknown");
  return { fact: factOf(parsed.data), marketplaceId: marketplaceid };
}
