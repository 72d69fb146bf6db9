/**
 * Everything behind the Amazon part, wired once: the parts that serve calls and the control calls both
 * work on this.
 */
import type { SandboxClock } from "../clock.ts";
import type { Market } from "../market/types.ts";
import { createCallCounts } from "./call-counts.ts";
import type { CallCounts } from "./call-counts.ts";
import { createDocuments } from "./documents.ts";
import type { Documents } from "./documents.ts";
import { createFeeds } from "./feeds.ts";
import type { Feeds } from "./feeds.ts";
import { createGates } from "./gates.ts";
import type { Gates } from "./gates.ts";
import { createLwa } from "./lwa.ts";
import type { Lwa } from "./lwa.ts";
import { createMeterClock } from "./meter-clock.ts";
import { createMisfortunes } from "./misfortunes.ts";
import type { Misfortunes } from "./misfortunes.ts";
import { createNotificationDelivery } from "./notification-delivery.ts";
import type { NotificationDelivery } from "./notification-delivery.ts";
import { createNotifications } from "./notifications.ts";
import type { Notifications } from "./notifications.ts";
import { watchOffers } from "./offer-changed.ts";
import type { OfferChanged } from "./offer-changed.ts";
import { createAccountNotices } from "./notices/account-notices.ts";
import type { AccountNotices } from "./notices/account-notices.ts";
import { watchBusinessOffers } from "./notices/business-offers.ts";
import type { OfferNotices } from "./notices/business-offers.ts";
import { createPublisher } from "./notices/publisher.ts";
import type { Publisher } from "./notices/publisher.ts";
import { createOrderBook } from "./orders/order-book.ts";
import type { OrderBook } from "./orders/order-book.ts";
import { createTraffic } from "./orders/traffic.ts";
import type { Traffic } from "./orders/traffic.ts";
import type { AmazonPartOptions } from "./part-options.ts";
import { createPromotions } from "./promotions.ts";
import type { Promotions } from "./promotions.ts";
import { createQuotas } from "./quotas.ts";
import type { Quotas } from "./quotas.ts";
import { createRequestModels } from "./request-models.ts";
import type { RequestModels } from "./request-models.ts";
import { createReportSchedules } from "./report-schedules.ts";
import type { ReportSchedules } from "./report-schedules.ts";
import { createReports } from "./reports.ts";
import type { Reports } from "./reports.ts";
import { createSellerAccounts } from "./seller-accounts.ts";
import type { SellerAccounts } from "./seller-accounts.ts";
import { createQueueEndpoint } from "./sqs-protocol.ts";
import type { QueueEndpoint } from "./sqs-protocol.ts";
import { createQueue } from "./sqs.ts";
import { createSubmissions } from "./submissions.ts";
import type { Submissions } from "./submissions.ts";
import { createWeather } from "./weather.ts";
import type { Weather } from "./weather.ts";
import { createWriteLedger } from "./write-ledger.ts";
import type { WriteLedger } from "./write-ledger.ts";

/** Everything behind the part, as the control calls need it. */
export interface AmazonWorld {
  readonly clock: SandboxClock;
  readonly market: Market;
  readonly queueName: string;
  readonly sellers: SellerAccounts;
  readonly ledger: WriteLedger;
  readonly submissions: Submissions;
  readonly lwa: Lwa;
  readonly quotas: Quotas;
  readonly gates: Gates;
  readonly weather: Weather;
  readonly misfortunes: Misfortunes;
  readonly counts: CallCounts;
  /** What arrived and does not fit Amazon's models; a reset does not forget it. */
  readonly requestModels: RequestModels;
  readonly queues: QueueEndpoint;
  readonly documents: Documents;
  readonly notifications: Notifications;
  readonly delivery: NotificationDelivery;
  readonly offerChanged: OfferChanged;
  readonly offerNotices: OfferNotices;
  readonly publisher: Publisher;
  readonly notices: AccountNotices;
  readonly feeds: Feeds;
  readonly reports: Reports;
  readonly schedules: ReportSchedules;
  readonly orders: OrderBook;
  readonly traffic: Traffic;
  readonly promotions: Promotions;
  stage(): "draft" | "published";
  setStage(stage: "draft" | "published"): void;
  /** Whether quotas and queues go by the machine's time or by the sandbox clock. */
  setMetering(by: "machine" | "sandbox"): void;
  /** Seed listings, no tokens, no subscriptions, no failures, empty ledger and queue. */
  reset(): void;
}

const DEFAULT_STORE_NAME = "Calibr Demo Store";
const DEFAULT_QUEUE_NAME = "calibr-amazon";
const PROCESSING_MS = 3_000;

export function createWorld(options: AmazonPartOptions): AmazonWorld {
  const foundation = createFoundation(options);
  const desks = createDesks(foundation, options);
  const { meter, ...base } = foundation;
  const resettable = [
    desks.submissions,
    desks.feeds,
    desks.reports,
    desks.schedules,
    desks.orders,
    desks.traffic,
    desks.promotions,
    base.notifications,
    base.delivery,
    desks.offerChanged,
    desks.offerNotices,
    desks.notices,
    base.quotas,
    base.gates,
    base.weather,
    base.misfortunes,
    base.counts,
    base.lwa,
    base.queues,
  ];
  let stage = options.stage ?? "published";
  const seedPast = (): void => {
    if (options.past !== undefined) desks.orders.seedPast(base.sellers.primary, options.past);
  };
  seedPast();
  return {
    ...base,
    ...desks,
    stage: () => stage,
    setStage(next) {
      stage = next;
    },
    setMetering: (by) => meter.follow(by),
    reset() {
      meter.follow(options.metering ?? "machine");
      for (const each of resettable) each.reset();
      base.sellers.reset();
      base.ledger.clear();
      seedPast();
      stage = options.stage ?? "published";
    },
  };
}

/** What everything else stands on: sellers, tokens, quotas, queues, documents. */
function createFoundation(options: AmazonPartOptions) {
  const { clock, market } = options;
  const meter = createMeterClock(options.machineNowMs ?? (() => performance.now()), clock);
  if (options.metering !== undefined) meter.follow(options.metering);
  const machineNowMs = (): number => meter.nowMs();
  const queueName = options.queueName ?? DEFAULT_QUEUE_NAME;
  const queues = createQueueEndpoint((name) => createQueue({ name, machineNowMs }));
  const { arn: queueArn } = queues.create(queueName);
  const ledger = createWriteLedger();
  const primary = {
    sellerId: options.sellerId,
    storeName: options.storeName ?? DEFAULT_STORE_NAME,
    seeds: options.listings,
  };
  return {
    clock,
    market,
    meter,
    queueName,
    queueArn,
    queues,
    ledger,
    sellers: createSellerAccounts({ clock, market, ledger, primary }),
    lwa: createLwa(options),
    quotas: createQuotas(machineNowMs),
    gates: createGates(),
    weather: createWeather(clock),
    misfortunes: createMisfortunes(),
    counts: createCallCounts(),
    requestModels: createRequestModels(),
    documents: createDocuments(clock),
    notifications: createNotifications(queues, options.applicationId),
    delivery: createNotificationDelivery(queues, clock),
  };
}

/** Where work is taken in and finished later. */
function createDesks(base: ReturnType<typeof createFoundation>, options: AmazonPartOptions) {
  const { clock, market, sellers } = base;
  const { applicationId, acceptedToLiveMs } = options;
  const { storeOf } = sellers;
  const processingMs = options.processingMs ?? PROCESSING_MS;
  const submissions = createSubmissions({ ...base, storeOf, acceptedToLiveMs });
  const publisher = createPublisher({ ...base, applicationId });
  const notices = createAccountNotices({ publisher, sellers });
  const orders = createOrderBook({ clock, market, sellers });
  notices.watchOrders(orders);
  const traffic = createTraffic(market);
  const reports = createReports({
    ...base,
    storeOf,
    orders,
    traffic,
    processingMs,
    onFinished: (report, seller) => notices.reportFinished(report, seller),
  });
  return {
    submissions,
    feeds: createFeeds({
      ...base,
      submissions,
      processingMs,
      onFinished: (feed, seller) => notices.feedFinished(feed, seller),
    }),
    reports,
    schedules: createReportSchedules({ clock, reports }),
    orders,
    traffic,
    promotions: createPromotions(),
    offerChanged: watchOffers({
      ...base,
      publisher,
      delayMs: options.notificationDelayMs ?? 0,
    }),
    offerNotices: watchBusinessOffers({ market, sellers, publisher }),
    publisher,
    notices,
  };
}
