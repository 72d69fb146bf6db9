import type { Channel } from "../../../core/channel.ts";
import type { PriceChangeState } from "../../../core/changes/states.ts";
import type { ChangeEventView, ChangeView, ReasonView } from "../../../ports/shop-views.ts";
import { iso, moneyColumn, moneyOf } from "./money-columns.ts";

/** Columns of a price change with its listing, as `CHANGE_COLUMNS` selects them. */
export interface ChangeRow {
  change_id: string;
  listing_id: string;
  item_id: string | null;
  channel: Channel;
  title: string;
  sku: string | null;
  parent_id: string | null;
  marketplace_id: string;
  state: PriceChangeState;
  origin: "engine" | "undo";
  old_minor: string;
  new_minor: string;
  currency: string;
  floor_minor: string;
  ceiling_minor: string | null;
  reasons: ReasonView[];
  state_code: string | null;
  state_facts: Record<string, string>;
  state_at: Date;
  proposed_at: Date;
  approved_at: Date | null;
  accepted_at: Date | null;
  live_at: Date | null;
  reverts_change_id: string | null;
  is_undoable: boolean;
}

/** True when the merchant may take `price_change c` back now, by what `channel_head h` shows. */
export const IS_UNDOABLE = `(c.state = 'live' AND h.price_minor = c.new_minor AND NOT EXISTS (
     SELECT 1 FROM price_change n WHERE n.shop_id = current_shop() AND n.listing_id = c.listing_id AND n.version > c.version
        AND n.state IN ('approved', 'sending', 'unknown', 'accepted', 'live', 'diverged')))`;

/** Selected from `price_change c` joined with its `listing l` and `channel_head h`. */
export const CHANGE_COLUMNS = `
  c.change_id, c.listing_id, l.item_id, l.channel, l.title, l.sku, l.parent_id, l.marketplace_id, c.state, c.origin,
  c.old_minor, c.new_minor, c.currency, c.floor_minor, c.ceiling_minor, c.reasons, c.state_code, c.state_facts, c.state_at,
  c.proposed_at, c.approved_at, c.accepted_at, c.live_at, c.reverts_change_id,
  ${IS_UNDOABLE} AS is_undoable`;

/** The joins that {@link CHANGE_COLUMNS} needs. */
export const CHANGE_JOINS = `
  JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = c.listing_id
  LEFT JOIN channel_head h ON h.shop_id = current_shop() AND h.listing_id = c.listing_id`;

/** A row as pages get it. */
export function toChangeView(row: ChangeRow): ChangeView {
  return {
    changeId: row.change_id,
    listingId: row.listing_id,
    itemId: row.item_id,
    channel: row.channel,
    title: row.title,
    sku: row.sku,
    asin: row.channel === "amazon" ? row.parent_id : null,
    marketplaceId: row.marketplace_id,
    state: row.state,
    origin: row.origin,
    oldPrice: moneyOf(row.old_minor, row.currency),
    newPrice: moneyOf(row.new_minor, row.currency),
    floor: moneyOf(row.floor_minor, row.currency),
    ceiling: moneyColumn(row.ceiling_minor, row.currency),
    reasons: row.reasons,
    stateCode: row.state_code,
    stateFacts: row.state_facts,
    stateAt: iso(row.state_at),
    proposedAt: iso(row.proposed_at),
    approvedAt: iso(row.approved_at),
    acceptedAt: iso(row.accepted_at),
    liveAt: iso(row.live_at),
    revertsChangeId: row.reverts_change_id,
    isUndoable: row.is_undoable,
  };
}

/** Columns of one event of a receipt. */
export interface EventRow {
  seq: number;
  from_state: string | null;
  to_state: string;
  at: Date;
  actor: string;
  code: string | null;
  facts: Record<string, string>;
}

/** An event as pages get it. */
export function toEventView(row: EventRow): ChangeEventView {
  return {
    seq: row.seq,
    fromState: row.from_state,
    toState: row.to_state,
    at: iso(row.at),
    actor: row.actor,
    code: row.code,
    facts: row.facts,
  };
}
