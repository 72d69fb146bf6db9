/** What happens to an account, told when it happens: feeds, reports, listings, orders, its standing. */
import type { Feed } from "@sp-api-sdk/feeds-api-2021-06-30";
import type { Report } from "@sp-api-sdk/reports-api-2021-06-30";
import type { Listing } from "../listing.ts";
import type { ListingsStore } from "../listings-store.ts";
import type { OrderBook } from "../orders/order-book.ts";
import type { OrderView } from "../orders/order.ts";
import type { SellerAccounts } from "../seller-accounts.ts";
import type { Publisher } from "./publisher.ts";

export type AccountStatus = "NORMAL" | "AT_RISK" | "DEACTIVATED";

export interface AccountNotices {
  feedFinished(feed: Feed, sellerId: string): void;
  reportFinished(report: Report, sellerId: string): void;
  /** Changes the standing of an account. @returns the one before. */
  setStatus(sellerId: string, status: AccountStatus): AccountStatus;
  statusOf(sellerId: string): AccountStatus;
  /** Tells of every order step from now on. */
  watchOrders(orders: OrderBook): void;
  reset(): void;
}

export function createAccountNotices(options: {
  readonly publisher: Publisher;
  readonly sellers: SellerAccounts;
}): AccountNotices {
  const { publisher, sellers } = options;
  const statuses = new Map<string, AccountStatus>();
  const account = (sellerId: string) => ({ sellerId, accountId: `amzn1.merchant.o.${sellerId}` });

  sellers.onSeller(({ sellerId, store }) => {
    store.onTurn((listing, turn) => {
      const { marketplaceId } = listing;
      if (turn === "status") {
        const payload = statusPayload(sellerId, listing, store);
        publisher.publish({
          type: "LISTINGS_ITEM_STATUS_CHANGE",
          sellerId,
          marketplaceId,
          payload,
        });
      } else if (turn === "issues") {
        const payload = issuesPayload(sellerId, listing);
        publisher.publish({
          type: "LISTINGS_ITEM_ISSUES_CHANGE",
          sellerId,
          marketplaceId,
          payload,
        });
      }
    });
  });

  return {
    feedFinished({ feedId, feedType, processingStatus, resultFeedDocumentId }, sellerId) {
      const fields = { feedId, feedType, processingStatus, resultFeedDocumentId };
      const payload = {
        feedProcessingFinishedNotification: { ...account(sellerId), ...fields },
      };
      publisher.publish({ type: "FEED_PROCESSING_FINISHED", sellerId, payload });
    },
    reportFinished({ reportId, reportType, processingStatus, reportDocumentId }, sellerId) {
      const fields = { reportId, reportType, processingStatus, reportDocumentId };
      const payload = {
        reportProcessingFinishedNotification: { ...account(sellerId), ...fields },
      };
      publisher.publish({ type: "REPORT_PROCESSING_FINISHED", sellerId, payload });
    },
    setStatus(sellerId, currentAccountStatus) {
      const previousAccountStatus = statuses.get(sellerId) ?? "NORMAL";
      statuses.set(sellerId, currentAccountStatus);
      const change = { previousAccountStatus, currentAccountStatus };
      const payload = { accountStatusChangeNotification: change };
      if (previousAccountStatus !== currentAccountStatus)
        publisher.publish({ type: "ACCOUNT_STATUS_CHANGED", sellerId, payload });
      return previousAccountStatus;
    },
    statusOf: (sellerId) => statuses.get(sellerId) ?? "NORMAL",
    watchOrders(orders) {
      orders.onStep((view, at) => {
        const { sellerId, marketplaceId } = view.order;
        const payload = orderPayload(view, at);
        publisher.publish({ type: "ORDER_CHANGE", sellerId, marketplaceId, payload });
      });
    },
    reset: () => statuses.clear(),
  };
}

function namesOf(sellerId: string, { marketplaceId, asin, sku }: Listing) {
  return {
    SellerId: sellerId,
    MarketplaceId: marketplaceId,
    ...(asin === null ? {} : { Asin: asin }),
    Sku: sku,
  };
}

function statusPayload(sellerId: string, listing: Listing, store: ListingsStore) {
  const isBuyable = store.isBuyable(listing) && listing.shownMinor !== null;
  return {
    ...namesOf(sellerId, listing),
    CreatedDate: listing.createdAt.toISOString(),
    Status: isBuyable ? ["BUYABLE", "DISCOVERABLE"] : ["DISCOVERABLE"],
  };
}

/** No text: the listing must be read for that. `NONE` says that the last issue is gone. */
function issuesPayload(sellerId: string, listing: Listing) {
  const severities = listing.issues
    .map(({ severity }) => severity)
    .filter((severity) => severity === "ERROR" || severity === "WARNING");
  const actions = listing.issues.flatMap(({ enforcements }) =>
    (enforcements?.actions ?? []).map(({ action }) => action),
  );
  return {
    ...namesOf(sellerId, listing),
    Severities: severities.length === 0 ? ["NONE"] : [...new Set(severities)],
    EnforcementActions: [...new Set(actions)],
  };
}

function orderPayload({ order, status, lines }: OrderView, at: Date) {
  const isBusiness = lines.some((line) => line.isBusiness);
  return {
    OrderChangeNotification: {
      NotificationLevel: "OrderLevel",
      SellerId: order.sellerId,
      AmazonOrderId: order.id,
      OrderChangeType: "OrderStatusChange",
      OrderChangeTrigger: { TimeOfOrderChange: at.toISOString(), ChangeReason: "" },
      Summary: {
        MarketplaceId: order.marketplaceId,
        // The report spells it with two l, the notification with one.
        OrderStatus: status === "Cancelled" ? "Canceled" : status,
        PurchaseDate: order.purchasedAt.toISOString(),
        DestinationPostalCode: "00000",
        FulfillmentType: order.fulfilment === "AMAZON" ? "AFN" : "MFN",
        OrderType: "StandardOrder",
        OrderPrograms: isBusiness ? ["Business"] : [],
        OrderItems: lines.map((line) => ({
          OrderItemId: line.id,
          SellerSKU: line.sku,
          SupplySourceId: null,
          Quantity: line.quantity,
        })),
      },
    },
  };
}
