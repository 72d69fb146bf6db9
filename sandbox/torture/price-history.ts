import type { Control } from "../stack/control-client.ts";

/** A listing as its channel knows it. */
export interface ListingName {
  readonly channel: "amazon" | "shopify";
  /** Amazon SKU or Shopify variant gid. */
  readonly externalId: string;
  readonly sku: string;
}

/** What a channel's own book says of one listing's price, minor units, oldest first. */
export interface PriceHistory {
  /** Price of every write that the channel took, also when nothing changed by it. */
  readonly received: readonly number[];
  /** Every price that took effect, with the one before it. */
  readonly effective: readonly { readonly oldMinor: number; readonly newMinor: number }[];
  /** Writes taken and not yet in effect. */
  readonly pending: number;
}

interface AmazonBook {
  readonly received: readonly {
    readonly priceMinor: number | null;
    readonly outcome: string;
    readonly appliedAt: string | null;
  }[];
  readonly effective: readonly { readonly oldMinor: number; readonly newMinor: number }[];
}

interface ShopifyBook {
  readonly writes: readonly {
    readonly oldMinor: number;
    readonly newMinor: number;
    readonly isEffective: boolean;
  }[];
  readonly calls: readonly { readonly outcome: string }[];
}

/** Asks the channel, not Calibr. */
export async function priceHistory(control: Control, listing: ListingName): Promise<PriceHistory> {
  if (listing.channel === "amazon") {
    const book = await control<AmazonBook>("amazon", "ledger", { sku: listing.externalId });
    const taken = book.received.filter((write) => write.outcome === "ACCEPTED");
    return {
      received: taken.flatMap(({ priceMinor }) => (priceMinor === null ? [] : [priceMinor])),
      effective: book.effective.map(({ oldMinor, newMinor }) => ({ oldMinor, newMinor })),
      pending: taken.filter((write) => write.appliedAt === null).length,
    };
  }
  const book = await control<ShopifyBook>("shopify", "ledger", { sku: listing.sku });
  const changed = book.writes.filter((write) => write.isEffective);
  return {
    received: book.writes.map((write) => write.newMinor),
    effective: changed.map(({ oldMinor, newMinor }) => ({ oldMinor, newMinor })),
    pending: book.calls.filter((call) => call.outcome === "pending").length,
  };
}
