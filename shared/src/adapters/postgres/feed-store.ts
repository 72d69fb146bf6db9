import { toChangeId, toConnectionId, toListingId } from "../../core/ids.ts";
import type { ShopId } from "../../core/ids.ts";
import type {
  FeedStore,
  PriceFeed,
  PriceFeedChange,
  PriceFeedState,
  StoredMessage,
} from "../../ports/feed-store.ts";
import type { FeedReport, FeedStatus } from "../../ports/price-feeder.ts";
import {
  ADD,
  DUE_WATCHES,
  NEXT_DUE,
  OPEN,
  OPEN_MESSAGES,
  OUTLOOK,
  SETTLE,
  SPEEDS,
  TAKE_WAITING,
  WATCH,
} from "./feed-queries.ts";
import { toMinor } from "./change-store.ts";
import { jsonText } from "./json-text.ts";
import { type ClaimedRow, toClaimedPush } from "./push-claim.ts";
import type { QueryClient } from "./query-client.ts";

/** Price feeds as rows: what stands in them, how far they are, and what they may still do. */
export function createFeedStore(client: QueryClient, shopId: ShopId): FeedStore {
  return {
    speeds: (connectionId, now) => readSpeeds(client, connectionId, now),
    async nextDue(connectionId, now) {
      const answer = await client.query<FeedRow>(NEXT_DUE, [connectionId, now]);
      const [row] = answer.rows;
      return row === undefined ? null : toFeed(row);
    },
    async hasten(connectionId, now) {
      await client.query(
        "UPDATE price_feed SET due_at = $2 WHERE shop_id = current_shop() AND connection_id = $1 AND state = 'waiting' AND due_at > $2",
        [connectionId, now],
      );
    },
    async outlook(connectionId) {
      const answer = await client.query<{ at: Date | null; feed_ids: string[] | null }>(OUTLOOK, [
        connectionId,
      ]);
      const [row] = answer.rows;
      return { nextDueAt: row?.at ?? null, feedIds: row?.feed_ids ?? [] };
    },
    open: async (connectionId, now) => void (await client.query(OPEN, [connectionId, now])),
    async takeWaiting({ connectionId, marketplaceId }, limit) {
      const values = [connectionId, marketplaceId, limit];
      const answer = await client.query<ClaimedRow>(TAKE_WAITING, values);
      return answer.rows.map((row) => toClaimedPush(row, shopId));
    },
    add: (priceFeedId, messages, bytes) => add(client, priceFeedId, { messages, bytes }),
    async openMessages(priceFeedId, afterMessageId, limit) {
      const values = [priceFeedId, afterMessageId, limit];
      const answer = await client.query<ClaimedRow & MessageRow>(OPEN_MESSAGES, values);
      return answer.rows.map((row) => ({
        message: toMessage(row),
        push: toClaimedPush(row, shopId),
      }));
    },
    change: (priceFeedId, change) => changeFeed(client, priceFeedId, change),
    async reportOf(priceFeedId) {
      const answer = await client.query<{ report: FeedReport | null }>(
        "SELECT report FROM price_feed WHERE shop_id = current_shop() AND price_feed_id = $1",
        [priceFeedId],
      );
      return answer.rows[0]?.report ?? null;
    },
    async settle(priceFeedId, outcomes) {
      if (outcomes.length === 0) return;
      const rows = outcomes.map(({ messageId, outcome, issue }) => ({
        message_id: messageId,
        outcome,
        issue,
      }));
      await client.query(SETTLE, [priceFeedId, jsonText(rows)]);
    },
    async knownFeedIds(connectionId) {
      const answer = await client.query<{ feed_id: string }>(
        "SELECT feed_id FROM price_feed WHERE shop_id = current_shop() AND connection_id = $1 AND feed_id IS NOT NULL",
        [connectionId],
      );
      return new Set(answer.rows.map((row) => row.feed_id));
    },
    ...watchQueries(client),
  };
}

type WatchQueries = Pick<FeedStore, "watch" | "dueWatches" | "plan" | "endWatches" | "nextWatchAt">;

function watchQueries(client: QueryClient): WatchQueries {
  return {
    watch: async (priceFeedId, nextAt) => void (await client.query(WATCH, [priceFeedId, nextAt])),
    dueWatches: (priceFeedId, now, limit) => dueWatches(client, priceFeedId, { now, limit }),
    async plan(priceFeedId, listingIds, nextAt) {
      await client.query(
        nextAt === null
          ? "DELETE FROM price_watch WHERE shop_id = current_shop() AND price_feed_id = $1 AND listing_id = ANY($2::bigint[]) AND $3::timestamptz IS NULL"
          : "UPDATE price_watch SET next_at = $3 WHERE shop_id = current_shop() AND price_feed_id = $1 AND listing_id = ANY($2::bigint[])",
        [priceFeedId, listingIds, nextAt],
      );
    },
    async endWatches(priceFeedId, { nextAt, until }) {
      await client.query(
        "UPDATE price_watch SET next_at = $2, until = $3 WHERE shop_id = current_shop() AND price_feed_id = $1",
        [priceFeedId, nextAt, until],
      );
    },
    nextWatchAt: (priceFeedId) =>
      oneInstant(
        client,
        "SELECT min(next_at) AS at FROM price_watch WHERE shop_id = current_shop() AND price_feed_id = $1",
        [priceFeedId],
      ),
  };
}

async function oneInstant(
  client: QueryClient,
  text: string,
  values: readonly unknown[],
): Promise<Date | null> {
  return (await client.query<{ at: Date | null }>(text, values)).rows[0]?.at ?? null;
}

async function readSpeeds(
  client: QueryClient,
  connectionId: string,
  now: Date,
): ReturnType<FeedStore["speeds"]> {
  const answer = await client.query<{
    per_minute: number | null;
    feed_ms: string[] | null;
    has_failed: boolean;
  }>(SPEEDS, [connectionId, now]);
  const row = answer.rows[0];
  return {
    patchesPerSecond: row?.per_minute == null ? null : row.per_minute / 60,
    feedMs: (row?.feed_ms ?? []).map((ms) => Number.parseInt(ms, 10)),
    hasFailedLately: row?.has_failed ?? false,
  };
}

async function add(
  client: QueryClient,
  priceFeedId: string,
  { messages, bytes }: { messages: readonly StoredMessage[]; bytes: number },
): Promise<void> {
  const rows = messages.map((message) => ({
    message_id: message.messageId,
    change_id: message.changeId,
    price_minor: String(message.priceMinor),
    min_minor: message.minMinor === null ? null : String(message.minMinor),
    max_minor: message.maxMinor === null ? null : String(message.maxMinor),
  }));
  await client.query(ADD, [priceFeedId, jsonText(rows), bytes]);
}

const COLUMNS = {
  state: "state",
  messages: "messages",
  bytes: "bytes",
  documentId: "document_id",
  documentAt: "document_at",
  submitAt: "submit_at",
  submits: "submits",
  feedId: "feed_id",
  submittedAt: "submitted_at",
  vendorStatus: "vendor_status",
  startedAt: "started_at",
  endedAt: "ended_at",
  isBypassed: "is_bypassed",
  resultDocumentId: "result_document_id",
  endCode: "end_code",
  dueAt: "due_at",
  report: "report",
} as const satisfies Record<keyof PriceFeedChange, string>;

async function changeFeed(
  client: QueryClient,
  priceFeedId: string,
  change: PriceFeedChange,
): Promise<void> {
  const sets: string[] = [];
  const values: unknown[] = [priceFeedId];
  for (const [name, column] of Object.entries(COLUMNS)) {
    const value = change[name as keyof PriceFeedChange];
    if (value === undefined) continue;
    values.push(name === "report" ? jsonText(value) : value);
    sets.push(`${column} = $${String(values.length)}${name === "report" ? "::jsonb" : ""}`);
  }
  if (sets.length === 0) return;
  await client.query(
    `UPDATE price_feed SET ${sets.join(", ")} WHERE shop_id = current_shop() AND price_feed_id = $1`,
    values,
  );
}

async function dueWatches(
  client: QueryClient,
  priceFeedId: string,
  { now, limit }: { now: Date; limit: number },
): ReturnType<FeedStore["dueWatches"]> {
  const answer = await client.query<{
    listing_id: string;
    marketplace_id: string;
    external_id: string;
    parent_id: string | null;
    product_type: string | null;
    price_minor: string;
    until: Date | null;
  }>(DUE_WATCHES, [priceFeedId, now, limit]);
  return answer.rows.map((row) => ({
    priceFeedId,
    address: {
      listingId: toListingId(row.listing_id),
      marketplaceId: row.marketplace_id,
      externalId: row.external_id,
      parentId: row.parent_id,
      productType: row.product_type,
    },
    priceMinor: BigInt(row.price_minor),
    until: row.until,
  }));
}

interface MessageRow {
  readonly message_id: number;
  readonly message_fence: string;
  readonly message_price_minor: string;
  readonly min_minor: string | null;
  readonly max_minor: string | null;
}

function toMessage(row: ClaimedRow & MessageRow): StoredMessage {
  return {
    messageId: row.message_id,
    changeId: toChangeId(row.change_id),
    listingId: toListingId(row.listing_id),
    version: row.version,
    fence: row.message_fence,
    priceMinor: BigInt(row.message_price_minor),
    minMinor: toMinor(row.min_minor),
    maxMinor: toMinor(row.max_minor),
  };
}

interface FeedRow {
  readonly price_feed_id: string;
  readonly connection_id: string;
  readonly marketplace_id: string;
  readonly state: PriceFeedState;
  readonly messages: number;
  readonly bytes: number;
  readonly made_at: Date;
  readonly document_id: string | null;
  readonly document_at: Date | null;
  readonly submit_at: Date | null;
  readonly submits: number;
  readonly feed_id: string | null;
  readonly submitted_at: Date | null;
  readonly vendor_status: FeedStatus | null;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly is_bypassed: boolean;
  readonly result_document_id: string | null;
  readonly end_code: PriceFeed["endCode"];
  readonly due_at: Date | null;
}

function toFeed(row: FeedRow): PriceFeed {
  return {
    priceFeedId: row.price_feed_id,
    connectionId: toConnectionId(row.connection_id),
    marketplaceId: row.marketplace_id,
    state: row.state,
    messages: row.messages,
    bytes: row.bytes,
    madeAt: row.made_at,
    documentId: row.document_id,
    documentAt: row.document_at,
    submitAt: row.submit_at,
    submits: row.submits,
    feedId: row.feed_id,
    submittedAt: row.submitted_at,
    vendorStatus: row.vendor_status,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    isBypassed: row.is_bypassed,
    resultDocumentId: row.result_document_id,
    endCode: row.end_code,
    dueAt: row.due_at,
  };
}
