import type { PriceReading } from "../../ports/price-channel.ts";
import type { ClaimedPush } from "../../ports/push-store.ts";

/** What the channel says itself, cut to what a person reads, and the id by which its support finds the call. */
export function wordsOf(said: {
  vendorMessage?: string;
  requestId?: string;
}): Record<string, string> {
  const { vendorMessage, requestId } = said;
  return {
    ...(vendorMessage === undefined ? {} : { vendor: vendorMessage.slice(0, 500) }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** How often a price was sent again; nothing when it was not. */
export function resendFacts({ resends }: ClaimedPush): Record<string, string> {
  return resends > 0 ? { resends: String(resends) } : {};
}

/** The price that the channel shows. */
export function seenFacts({
  price,
}: Extract<PriceReading, { kind: "price" }>): Record<string, string> {
  return { seen: `${price.currency} ${String(price.amountMinor)}` };
}
