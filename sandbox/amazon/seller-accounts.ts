/**
 * The sellers of the stand-in. Each has one region, a store name, marketplaces it takes part in, and
 * listings of its own; tokens, quotas, subscriptions, feeds and reports are kept by seller elsewhere.
 * The first seller is there from the start and is the one control calls mean when they name none.
 */
import type { SandboxClock } from "../clock.ts";
import type { Market } from "../market/types.ts";
import type { SeedListing } from "./listing.ts";
import { createListingsStore } from "./listings-store.ts";
import type { ListingsStore } from "./listings-store.ts";
import { findMarketplace } from "./marketplaces.ts";
import type { AmazonRegion } from "./marketplaces.ts";
import type { WriteLedger } from "./write-ledger.ts";

export interface SellerSpec {
  readonly sellerId: string;
  readonly region: AmazonRegion;
  readonly storeName: string;
  /** Where the seller has opened a shop; those it has listings in count too. */
  readonly marketplaceIds: readonly string[];
}

export interface SellerAccount extends SellerSpec {
  readonly store: ListingsStore;
  /** Marketplaces the account sells in: opened or with listings. */
  activeMarketplaceIds(): string[];
}

export interface SellerAccounts {
  readonly primary: SellerAccount;
  all(): SellerAccount[];
  find(sellerId: string): SellerAccount | undefined;
  /** The listings of a seller that a token has already named. @throws RangeError for a stranger. */
  readonly storeOf: (sellerId: string) => ListingsStore;
  add(spec: SellerSpec): SellerAccount;
  /** Told of every seller, those already there included. */
  onSeller(listener: (account: SellerAccount) => void): void;
  /** Added sellers are gone, the first one is back at its seed. */
  reset(): void;
}

export type StoreOf = SellerAccounts["storeOf"];

interface SellerAccountsOptions {
  readonly clock: SandboxClock;
  readonly market: Market;
  readonly ledger: WriteLedger;
  readonly primary: {
    readonly sellerId: string;
    readonly storeName: string;
    readonly seeds: readonly SeedListing[];
  };
}

export function createSellerAccounts(options: SellerAccountsOptions): SellerAccounts {
  const { clock, market, ledger } = options;
  const accounts = new Map<string, SellerAccount>();
  const listeners: ((account: SellerAccount) => void)[] = [];

  const open = (spec: SellerSpec, seeds: readonly SeedListing[]): SellerAccount => {
    const { sellerId, marketplaceIds } = spec;
    const store = createListingsStore({ clock, market, ledger, sellerId, seeds });
    const activeMarketplaceIds = (): string[] => [
      ...new Set([...marketplaceIds, ...store.marketplaceIds()]),
    ];
    const account = { ...spec, store, activeMarketplaceIds };
    accounts.set(sellerId, account);
    for (const listener of listeners) listener(account);
    return account;
  };

  const { sellerId, storeName, seeds } = options.primary;
  const region = findMarketplace(seeds[0]?.marketplaceId ?? "")?.region ?? "na";
  const primary = open({ sellerId, storeName, region, marketplaceIds: [] }, seeds);

  return {
    primary,
    all: () => [...accounts.values()],
    find: (id) => accounts.get(id),
    storeOf(id) {
      const account = accounts.get(id);
      if (account === undefined) throw new RangeError(`no seller ${id} in this sandbox`);
      return account.store;
    },
    add: (spec) => open(spec, []),
    onSeller(listener) {
      listeners.push(listener);
      for (const account of accounts.values()) listener(account);
    },
    reset() {
      for (const account of accounts.values()) {
        if (account !== primary) account.store.close();
      }
      accounts.clear();
      accounts.set(primary.sellerId, primary);
      primary.store.reset();
    },
  };
}
