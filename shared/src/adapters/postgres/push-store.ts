import type { ChangeId, ShopId } from "../../core/ids.ts";
import { toChangeId, toConnectionId } from "../../core/ids.ts";
import type { PushStep, PushStore, SeenPrice } from "../../ports/push-store.ts";
import { jsonText } from "./json-text.ts";
import { CLAIM, type ClaimedRow, toClaimedPush } from "./push-claim.ts";
import { RECORD_SEEN, RECORD_TERMS, RECORD_WALLS, RECORD_WRITTEN, REOPEN } from "./push-proofs.ts";
import { routable, routePushes, WAITING } from "./push-routes.ts";
import type { QueryClient } from "./query-client.ts";

/** Pushes as rows: leases with fences around HTTP calls, and what the channels showed. */
export function createPushStore(client: QueryClient, shopId: ShopId): PushStore {
  return {
    waiting: (what) => waitingAccounts(client, shopId, what),
    routable: (connectionId) => routable(client, connectionId),
    route: (choice) => routePushes(client, choice),
    async claim(claim) {
      const { connectionId, worker, now, leaseUntil, limit, work } = claim;
      const previews = [claim.previewLimit, claim.unpreviewedIfDueBy];
      const values = [connectionId, worker, now, leaseUntil, limit, work, ...previews];
      const answer = await client.query<ClaimedRow>(CLAIM, values);
      return answer.rows.map((row) => toClaimedPush(row, shopId));
    },
    step: (steps, now) => storeSteps(client, steps, now),
    stillHeld: (claims, now) => stillHeld(client, claims, now),
    recordSeen: (seen) => recordSeen(client, seen),
    recordTerms: (terms) => recordTerms(client, terms),
    recordWritten: (writes) => recordWritten(client, writes),
    async reopen(listingId, older) {
      const values = [listingId, String(older.minor), older.at];
      return (await client.query(REOPEN, values)).rowCount > 0;
    },
    async releaseLeasesOf(worker) {
      const walls = await client.query(RELEASE_WALLS, [worker]);
      return walls.rowCount + (await client.query(RELEASE, [worker])).rowCount;
    },
  };
}

async function waitingAccounts(
  client: QueryClient,
  shopId: ShopId,
  { work, channel, now }: Parameters<PushStore["waiting"]>[0],
): ReturnType<PushStore["waiting"]> {
  const answer = await client.query<{
    connection_id: string;
    account_id: string;
    region: string;
    next_at: Date;
  }>(WAITING, [channel, work]);
  return answer.rows.map((row) => ({
    account: {
      shopId,
      connectionId: toConnectionId(row.connection_id),
      accountId: row.account_id,
      region: row.region,
    },
    isDue: row.next_at <= now,
    nextAt: row.next_at,
  }));
}

async function storeSteps(
  client: QueryClient,
  steps: readonly PushStep[],
  now: Date,
): Promise<ReadonlySet<ChangeId>> {
  if (steps.length === 0) return new Set();
  const answer = await client.query<{ change_id: string }>(STEP, [
    steps.map((step) => step.changeId),
    steps.map((step) => step.fence),
    steps.map((step) => step.stage),
    steps.map((step) => step.nextAt),
    steps.map((step) => step.deadlineAt),
    steps.map((step) => step.receiptId),
    steps.map((step) => step.didRead),
    steps.map((step) => step.isResend ?? false),
    steps.map((step) => step.waitCode ?? null),
    now,
  ]);
  return new Set(answer.rows.map((row) => toChangeId(row.change_id)));
}

async function stillHeld(
  client: QueryClient,
  claims: Parameters<PushStore["stillHeld"]>[0],
  now: Date,
): Promise<ReadonlySet<ChangeId>> {
  const answer = await client.query<{ change_id: string }>(STILL_HELD, [
    claims.map((claim) => claim.changeId),
    claims.map((claim) => claim.fence),
    now,
  ]);
  return new Set(answer.rows.map((row) => toChangeId(row.change_id)));
}

async function recordSeen(client: QueryClient, seen: readonly SeenPrice[]): Promise<void> {
  if (seen.length === 0) return;
  const rows = jsonText(
    seen.map((price) => ({
      listing_id: price.listingId,
      price_minor: String(price.priceMinor),
      currency: price.currency,
      observed_at: price.observedAt.toISOString(),
      received_at: price.receivedAt.toISOString(),
      source: price.source,
      confirmed_version: price.confirmedVersion,
    })),
  );
  await client.query(RECORD_SEEN, [rows]);
}

async function recordTerms(
  client: QueryClient,
  all: Parameters<PushStore["recordTerms"]>[0],
): Promise<void> {
  if (all.length === 0) return;
  const rows = all.map(({ listingId, terms, observedAt }) => ({
    listing_id: listingId,
    currency: terms.currency,
    listed_minor: digits(terms.listedMinor),
    min_minor: digits(terms.minMinor),
    max_minor: digits(terms.maxMinor),
    sale_minor: digits(terms.sale?.minor ?? null),
    sale_from: terms.sale?.from?.toISOString() ?? null,
    sale_until: terms.sale?.until?.toISOString() ?? null,
    business_minor: digits(terms.businessMinor),
    business_tiers: terms.businessTiers,
    auto_rules: terms.autoRules,
    observed_at: observedAt.toISOString(),
  }));
  await client.query(RECORD_TERMS, [jsonText(rows)]);
}

async function recordWritten(
  client: QueryClient,
  writes: Parameters<PushStore["recordWritten"]>[0],
): Promise<void> {
  if (writes.length === 0) return;
  const rows = writes.map((write) => ({
    listing_id: write.listingId,
    connection_id: write.connectionId,
    at: write.at.toISOString(),
    currency: write.currency,
    min_minor: digits(write.minMinor),
    max_minor: digits(write.maxMinor),
    was_previewed: write.wasPreviewed,
    is_accepted: write.isAccepted,
    walls_at: write.wallsAt.toISOString(),
  }));
  await client.query(RECORD_WRITTEN, [jsonText(rows)]);
  await client.query(RECORD_WALLS, [jsonText(rows)]);
}

function digits(minor: bigint | null): string | null {
  return minor === null ? null : String(minor);
}

// A push that waits keeps the instant at which it was first told to.
const STEP = `
  UPDATE push p
     SET stage = s.stage, next_at = s.next_at, deadline_at = coalesce(s.deadline_at, p.deadline_at),
         receipt_id = coalesce(s.receipt_id, p.receipt_id), reads = p.reads + CASE WHEN s.did_read THEN 1 ELSE 0 END,
         resends = p.resends + CASE WHEN s.is_resend THEN 1 ELSE 0 END,
         way = CASE WHEN s.stage = 'send' AND p.way = 'feed' THEN 'patch' ELSE p.way END,
         wait_code = s.wait_code,
         wait_since = CASE WHEN s.wait_code IS NULL THEN NULL ELSE coalesce(p.wait_since, $10) END,
         lease_owner = NULL, lease_until = NULL
    FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::boolean[],
                $8::boolean[], $9::text[])
      AS s(change_id, fence, stage, next_at, deadline_at, receipt_id, did_read, is_resend, wait_code)
   WHERE p.shop_id = current_shop() AND p.change_id = s.change_id AND p.fence = s.fence
  RETURNING p.change_id`;

// The older of two pushes of one listing gives way; so does a push whose walls are being set.
const STILL_HELD = `
  SELECT p.change_id
    FROM push p JOIN unnest($1::bigint[], $2::bigint[]) AS c(change_id, fence) USING (change_id)
   WHERE p.shop_id = current_shop() AND p.fence = c.fence AND p.lease_until > $3
     AND NOT EXISTS (SELECT 1 FROM push n WHERE n.shop_id = current_shop() AND n.listing_id = p.listing_id
                        AND n.version > p.version AND n.stage IN ('send', 'feed'))
     AND NOT EXISTS (SELECT 1 FROM listing_write w WHERE w.shop_id = current_shop() AND w.listing_id = p.listing_id AND w.lease_until > $3)`;

const RELEASE = `
  UPDATE push SET lease_until = '-infinity'
   WHERE shop_id = current_shop() AND lease_owner = $1::bigint AND stage <> 'done'`;

const RELEASE_WALLS = `
  UPDATE listing_write SET lease_owner = NULL, lease_until = NULL
   WHERE shop_id = current_shop() AND lease_owner = $1::bigint`;
