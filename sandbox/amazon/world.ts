/**
 * Everything behind the Amazon part, wired once: the parts that serve calls and the control calls both
 * work on this.
 */
import type { SandboxClock } from "../clock.ts";
import type { Market } from "../market/types.ts";
import { createDocuments } from "./documents.ts";
import type { Documents } from "./documents.ts";
import { createFeeds } from "./feeds.ts";
import type { Feeds } from "./feeds.ts";
import { createFinishedNotice } from "./finished-notice.ts";
import { createGates } from "./gates.ts";
import type { Gates } from "./gates.ts";
import { createListingsStore } from "./listings-store.ts";
import type { ListingsStore, SeedListing } from "./listings-store.ts";
import { createLwa } from "./lwa.ts";
import type { Lwa } from "./lwa.ts";
import { createNotificationDelivery } from "./notification-delivery.ts";
import type { NotificationDelivery } from "./notification-delivery.ts";
import { createNotifications } from "./notifications.ts";
import type { Notifications } from "./notifications.ts";
import { watchOffers } from "./offer-changed.ts";
import type { OfferChanged } from "./offer-changed.ts";
import { createQuotas } from "./quotas.ts";
import type { Quotas } from "./quotas.ts";
import { createReports } from "./reports.ts";
import type { Reports } from "./reports.ts";
import { createQueueEndpoint } from "./sqs-protocol.ts";
import type { QueueEndpoint } from "./sqs-protocol.ts";
import { createQueue } from "./sqs.ts";
import { createSubmissions } from "./submissions.ts";
import type { Submissions } from "./submissions.ts";
import { createWriteLedger } from "./write-ledger.ts";
import type { WriteLedger } from "./write-ledger.ts";

export interface AmazonPartOptions {
  readonly clock: SandboxClock;
  readonly market: Market;
  readonly listings: readonly SeedListing[];
  readonly applicationId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly registeredRedirectUris: readonly string[];
  /** Sandbox time between the receipt of a price and the price in the shop window. */
  readonly acceptedToLiveMs: number;
  readonly sellerId: string;
  readonly storeName?: string;
  readonly applicationName?: string;
  /** `draft` asks for `version=beta` on the consent page; published when left out. */
  readonly stage?: "draft" | "published";
  /** Sandbox time a feed or a report takes from its creation to its end; 3 s when left out. */
  readonly processingMs?: number;
  /** Sandbox time between a change of offers and its message in the queue; 0 when left out. */
  readonly notificationDelayMs?: number;
  /** The queue that exists from the start. */
  readonly queueName?: string;
  /** What quotas and the queue go by; the machine's monotonic clock when left out. */
  readonly machineNowMs?: () => number;
}

/** Everything behind the part, as the control calls need it. */
export interface AmazonWorld {
  readonly clock: SandboxClock;
  readonly sellerId: string;
  readonly queueName: string;
  readonly store: ListingsStore;
  readonly ledger: WriteLedger;
  readonly submissions: Submissions;
  readonly lwa: Lwa;
  readonly quotas: Quotas;
  readonly gates: Gates;
  readonly queues: QueueEndpoint;
  readonly documents: Documents;
  readonly notifications: Notifications;
  readonly delivery: NotificationDelivery;
  readonly offerChanged: OfferChanged;
  readonly feeds: Feeds;
  readonly reports: Reports;
  stage(): "draft" | "published";
  setStage(stage: "draft" | "published"): void;
  /** Seed listings, no tokens, no subscriptions, no failures, empty ledger and queue. */
  reset(): void;
}

const DEFAULT_QUEUE_NAME = "calibr-amazon";
const PROCESSING_MS = 3_000;

export function createWorld(options: AmazonPartOptions): AmazonWorld {
  const { clock, market, sellerId, applicationId, acceptedToLiveMs } = options;
  const machineNowMs = options.machineNowMs ?? (() => performance.now());
  const processingMs = options.processingMs ?? PROCESSING_MS;
  const queueName = options.queueName ?? DEFAULT_QUEUE_NAME;
  let stage = options.stage ?? "published";
  const ledger = createWriteLedger();
  const store = createListingsStore({ clock, market, ledger, sellerId, seeds: options.listings });
  const submissions = createSubmissions({ clock, store, ledger, acceptedToLiveMs });
  const lwa = createLwa(options);
  const quotas = createQuotas(machineNowMs);
  const gates = createGates();
  const queues = createQueueEndpoint((name) => createQueue({ name, machineNowMs }));
  queues.create(queueName);
  const documents = createDocuments(clock);
  const notifications = createNotifications(queues);
  const delivery = createNotificationDelivery(queues);
  const tell = createFinishedNotice({ clock, applicationId, notifications, delivery });
  const feeds = createFeeds({
    clock,
    documents,
    submissions,
    processingMs,
    onFinished: (feed, seller) => tell.feed(feed, seller),
  });
  const reports = createReports({
    clock,
    store,
    documents,
    processingMs,
    onFinished: (report, seller) => tell.report(report, seller),
  });
  const delayMs = options.notificationDelayMs ?? 0;
  const offerChanged = watchOffers({
    clock,
    market,
    store,
    notifications,
    delivery,
    applicationId,
    delayMs,
  });
  const resettable = [
    submissions,
    feeds,
    reports,
    notifications,
    delivery,
    offerChanged,
    quotas,
    gates,
    lwa,
    queues,
  ];
  return {
    clock, sellerId, queueName, store, ledger, submissions, lwa, quotas, gates, queues, documents,
    notifications, delivery, offerChanged, feeds, reports,
    stage: () => stage,
    setStage(next) {
      stage = next;
    },
    reset() {
      for (const each of resettable) each.reset();
      store.reset();
      ledger.clear();
      stage = options.stage ?? "published";
    },
  }; // prettier-ignore
}
