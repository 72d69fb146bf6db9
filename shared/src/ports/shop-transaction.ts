import type { ShopId } from "../core/ids.ts";
import type { ChangeStore } from "./change-store.ts";
import type { DecisionStore } from "./decision-store.ts";
import type { InboxStore } from "./inbox-store.ts";
import type { FeedStore } from "./feed-store.ts";
import type { MarketStore } from "./market-store.ts";
import type { NotificationStore } from "./notification-store.ts";
import type { PushStore } from "./push-store.ts";
import type { LinkStore } from "./link-store.ts";
import type { SalesStore } from "./sales-store.ts";
import type { CatalogFactStore } from "./catalog-facts.ts";
import type { SyncStore } from "./sync-store.ts";
import type { WallsStore } from "./walls-store.ts";
import type { TaskStore } from "./task-store.ts";
import type { SettingsStore } from "./settings-store.ts";
import type { CatalogStore } from "./catalog-store.ts";
import type { CloserLookStore } from "./closer-look-store.ts";
import type { WatchStore } from "./watch-store.ts";
import type { ConnectionStore } from "./connection-store.ts";
import type { Stage } from "../jobs/run-stage.ts";

/** Stores bound to one shop and one database transaction: all of it happens, or none. */
export interface ShopTransaction {
  readonly shopId: ShopId;
  readonly inbox: InboxStore;
  readonly market: MarketStore;
  readonly decisions: DecisionStore;
  readonly changes: ChangeStore;
  readonly pushes: PushStore;
  readonly feeds: FeedStore;
  readonly walls: WallsStore;
  readonly settings: SettingsStore;
  readonly catalog: CatalogStore;
  readonly connections: ConnectionStore;
  readonly tasks: TaskStore;
  readonly notifications: NotificationStore;
  readonly syncs: SyncStore;
  readonly catalogFacts: CatalogFactStore;
  readonly sales: SalesStore;
  readonly links: LinkStore;
  readonly watches: WatchStore;
  readonly closerLooks: CloserLookStore;
  /** Asks the worker to look at a stage of this shop once this transaction has committed. */
  wake(stage: Stage): Promise<void>;
}

/** Runs `work` in one transaction that sees only `shopId`'s rows. */
export type InShop = <T>(shopId: ShopId, work: (tx: ShopTransaction) => Promise<T>) => Promise<T>;
