import type { FeedMessage } from "@calibr/shared/ports/price-feeder";
import { offerPatch } from "./price-patch.ts";

/** One message of a JSON_LISTINGS_FEED (listings feed schema, version 2), as it stands in the document. */
export function feedMessage({ messageId, push }: FeedMessage): string {
  return JSON.stringify({
    messageId,
    sku: push.address.externalId,
    operationType: "PATCH",
    ...offerPatch(push),
  });
}

/** The document of a feed; messages are processed in any order, so that no SKU may stand in it twice. */
export function feedDocument(sellerId: string, messages: readonly FeedMessage[]): string {
  const header = JSON.stringify({ sellerId, version: "2.0", issueLocale: "en_US" });
  return `{"header":${header},"messages":[${messages.map(feedMessage).join(",")}]}`;
}
