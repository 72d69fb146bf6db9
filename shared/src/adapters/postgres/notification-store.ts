import { encodeSnapshot } from "../../core/offers/snapshot-json.ts";
import { toListingId } from "../../core/ids.ts";
import type { NotificationStore, SubscriptionRow } from "../../ports/notification-store.ts";
import { jsonText } from "./json-text.ts";
import type { QueryClient } from "./query-client.ts";

/** What notifications say beside the market, and the subscriptions they come by, as rows. */
export function createNotificationStore(client: QueryClient): NotificationStore {
  return {
    ...createNoticeQueries(client),
    async noteFeedFinished(connectionId, feedId, at) {
      const answer = await client.query(
        `UPDATE price_feed SET due_at = least(coalesce(due_at, $3), $3::timestamptz)
          WHERE shop_id = current_shop() AND connection_id = $1 AND feed_id = $2 AND state <> 'closed'`,
        [connectionId, feedId, at],
      );
      return answer.rowCount > 0;
    },
    async subscriptions(connectionId) {
      const answer = await client.query<{
        type: string;
        state: SubscriptionRow["state"];
        subscription_id: string | null;
        checked_at: Date | null;
      }>(
        `SELECT type, state, subscription_id, checked_at FROM amazon_subscription
          WHERE shop_id = current_shop() AND connection_id = $1 ORDER BY type`,
        [connectionId],
      );
      return answer.rows.map((row) => ({
        type: row.type,
        state: row.state,
        subscriptionId: row.subscription_id,
        checkedAt: row.checked_at,
      }));
    },
    async saveSubscription(connectionId, check) {
      await client.query(SAVE_SUBSCRIPTION, [
        connectionId,
        check.type,
        check.state,
        check.subscriptionId,
        check.destinationId,
        check.problemCode,
        check.role,
        check.checkedAt,
        check.isRepaired ? 1 : 0,
      ]);
    },
    async noteHeard(connectionId, heard, at) {
      if (heard.size === 0) return;
      await client.query(
        `UPDATE amazon_subscription s SET heard = s.heard + h.count, last_heard_at = greatest(s.last_heard_at, $4)
           FROM unnest($2::text[], $3::bigint[]) AS h(type, count)
          WHERE s.shop_id = current_shop() AND s.connection_id = $1 AND s.type = h.type`,
        [connectionId, [...heard.keys()], [...heard.values()], at],
      );
    },
    async forgetSubscriptions(connectionId) {
      await client.query(
        "DELETE FROM amazon_subscription WHERE shop_id = current_shop() AND connection_id = $1",
        [connectionId],
      );
    },
  };
}

type NoticeQueries = Pick<
  NotificationStore,
  "recordBusinessOffers" | "recordPricingHealth" | "recordListingNotices" | "recordIssues"
>;

function createNoticeQueries(client: QueryClient): NoticeQueries {
  return {
    async recordBusinessOffers(snapshots) {
      if (snapshots.length === 0) return;
      const rows = snapshots.map((snapshot) => ({
        marketplace_id: snapshot.marketplaceId,
        asin: snapshot.asin,
        condition: snapshot.condition,
        snapshot: encodeSnapshot(snapshot),
        observed_at: snapshot.observedAt.toISOString(),
        received_at: snapshot.receivedAt.toISOString(),
      }));
      await client.query(RECORD_BUSINESS_OFFERS, [jsonText(rows)]);
    },
    async recordPricingHealth(connectionId, notices, receivedAt) {
      if (notices.length === 0) return [];
      const rows = notices.map(({ fact, occurredAt }) => ({
        marketplace_id: fact.marketplaceId,
        asin: fact.asin,
        condition: fact.condition,
        issue_type: fact.issueType,
        facts: fact.facts,
        occurred_at: occurredAt.toISOString(),
      }));
      const answer = await client.query<{ listing_id: string; occurred_at: Date }>(
        RECORD_PRICING_HEALTH,
        [connectionId, jsonText(rows), receivedAt],
      );
      return answer.rows.map((row) => ({
        listingId: toListingId(row.listing_id),
        occurredAt: row.occurred_at,
      }));
    },
    async recordListingNotices(connectionId, notices, receivedAt) {
      const marketplaces = new Set<string>();
      // One statement may not touch a row twice, and a status may come with its issues: the older goes first.
      for (const { fact, occurredAt } of notices) {
        const isStatus = fact.kind === "listing_status";
        const answer = await client.query<{ marketplace_id: string }>(RECORD_LISTING_NOTICE, [
          connectionId,
          fact.marketplaceId,
          fact.sku,
          isStatus ? fact.statuses : null,
          isStatus ? null : fact.severities,
          isStatus ? null : fact.enforcements,
          occurredAt,
          receivedAt,
        ]);
        for (const row of answer.rows) marketplaces.add(row.marketplace_id);
      }
      return [...marketplaces].sort();
    },
    async recordIssues({ connectionId, marketplaceId }, issues, at) {
      if (issues.length === 0) return;
      await client.query(RECORD_ISSUES, [connectionId, marketplaceId, jsonText(issues), at]);
    },
  };
}

const RECORD_BUSINESS_OFFERS = `
  INSERT INTO business_offer AS o (shop_id, marketplace_id, asin, condition, snapshot, observed_at, received_at)
  SELECT DISTINCT ON (marketplace_id, asin, condition) current_shop(), marketplace_id, asin, condition, snapshot::jsonb,
         observed_at, received_at
    FROM jsonb_to_recordset($1::jsonb) AS r(marketplace_id text, asin text, condition text, snapshot text,
         observed_at timestamptz, received_at timestamptz)
   ORDER BY marketplace_id, asin, condition, observed_at DESC, received_at DESC
  ON CONFLICT (shop_id, marketplace_id, asin, condition) DO UPDATE
    SET snapshot = excluded.snapshot, observed_at = excluded.observed_at, received_at = excluded.received_at
    WHERE o.observed_at < excluded.observed_at`;

const RECORD_PRICING_HEALTH = `
  WITH stored AS (
    INSERT INTO pricing_health AS h (shop_id, connection_id, marketplace_id, asin, condition, issue_type, facts, occurred_at, received_at)
    SELECT DISTINCT ON (marketplace_id, asin, condition) current_shop(), $1::bigint, marketplace_id, asin, condition, issue_type,
           facts, occurred_at, $3::timestamptz
      FROM jsonb_to_recordset($2::jsonb) AS r(marketplace_id text, asin text, condition text, issue_type text, facts jsonb,
           occurred_at timestamptz)
     ORDER BY marketplace_id, asin, condition, occurred_at DESC
    ON CONFLICT (shop_id, connection_id, marketplace_id, asin, condition) DO UPDATE
      SET issue_type = excluded.issue_type, facts = excluded.facts, occurred_at = excluded.occurred_at,
          received_at = excluded.received_at
      WHERE h.occurred_at < excluded.occurred_at
    RETURNING h.marketplace_id, h.asin, h.occurred_at
  )
  SELECT l.listing_id, max(s.occurred_at) AS occurred_at FROM stored s
    JOIN listing l ON l.shop_id = current_shop() AND l.connection_id = $1 AND l.marketplace_id = s.marketplace_id
     AND l.parent_id = s.asin AND l.status = 'active'
   GROUP BY l.listing_id ORDER BY l.listing_id`;

// Status and issues each have their own instant: a late word about one leaves the other alone.
const RECORD_LISTING_NOTICE = `
  WITH stored AS (
    INSERT INTO listing_notice AS n (shop_id, connection_id, marketplace_id, sku, statuses, status_at, severities,
           enforcements, issues_at, received_at)
    VALUES (current_shop(), $1, $2, $3, $4::text[], CASE WHEN $4::text[] IS NOT NULL THEN $7::timestamptz END, $5::text[],
            $6::text[], CASE WHEN $5::text[] IS NOT NULL THEN $7::timestamptz END, $8)
    ON CONFLICT (shop_id, connection_id, marketplace_id, sku) DO UPDATE
      SET statuses = CASE WHEN excluded.status_at > coalesce(n.status_at, '-infinity') THEN excluded.statuses ELSE n.statuses END,
          status_at = greatest(n.status_at, excluded.status_at),
          severities = CASE WHEN excluded.issues_at > coalesce(n.issues_at, '-infinity') THEN excluded.severities ELSE n.severities END,
          enforcements = CASE WHEN excluded.issues_at > coalesce(n.issues_at, '-infinity') THEN excluded.enforcements ELSE n.enforcements END,
          issues_at = greatest(n.issues_at, excluded.issues_at), received_at = excluded.received_at
  )
  UPDATE listing SET details_due_at = least(coalesce(details_due_at, $8), $8::timestamptz)
   WHERE shop_id = current_shop() AND connection_id = $1 AND channel = 'amazon' AND marketplace_id = $2 AND external_id = $3
     AND status <> 'deleted'
  RETURNING marketplace_id`;

// A listing against which nothing was ever held needs no row.
const RECORD_ISSUES = `
  INSERT INTO listing_notice AS n (shop_id, connection_id, marketplace_id, sku, statuses, status_at, severities, enforcements, issues_at, received_at)
  SELECT current_shop(), $1, $2, r.sku, r.statuses, CASE WHEN r.statuses IS NOT NULL THEN $4::timestamptz END, r.severities, r.enforcements, $4, $4
    FROM jsonb_to_recordset($3::jsonb) AS r(sku text, statuses text[], severities text[], enforcements text[])
   WHERE cardinality(r.severities) + cardinality(r.enforcements) > 0
      OR EXISTS (SELECT 1 FROM listing_notice k WHERE k.shop_id = current_shop() AND k.connection_id = $1 AND k.marketplace_id = $2 AND k.sku = r.sku)
   ORDER BY r.sku
  ON CONFLICT (shop_id, connection_id, marketplace_id, sku) DO UPDATE
    SET statuses = CASE WHEN excluded.status_at > coalesce(n.status_at, '-infinity') THEN excluded.statuses ELSE n.statuses END,
        status_at = greatest(n.status_at, excluded.status_at),
        severities = CASE WHEN excluded.issues_at > coalesce(n.issues_at, '-infinity') THEN excluded.severities ELSE n.severities END,
        enforcements = CASE WHEN excluded.issues_at > coalesce(n.issues_at, '-infinity') THEN excluded.enforcements ELSE n.enforcements END,
        issues_at = greatest(n.issues_at, excluded.issues_at), received_at = excluded.received_at`;

const SAVE_SUBSCRIPTION = `
  INSERT INTO amazon_subscription AS s (shop_id, connection_id, type, state, subscription_id, destination_id, problem_code,
         role, checked_at, repairs)
  VALUES (current_shop(), $1, $2, $3, $4, $5, $6, $7, $8, $9)
  ON CONFLICT (shop_id, connection_id, type) DO UPDATE
    SET state = excluded.state, subscription_id = excluded.subscription_id, destination_id = excluded.destination_id,
        problem_code = excluded.problem_code, role = excluded.role, checked_at = excluded.checked_at,
        repairs = s.repairs + excluded.repairs`;
