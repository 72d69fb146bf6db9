-- Tables of the Amazon channel: durable tasks first, then each room's own, under its heading.

-- Tasks ------------------------------------------------------------------------------------------------------------
CREATE TABLE "task" (
    "shop_id" INTEGER NOT NULL,
    "task_id" BIGSERIAL NOT NULL,
    "connection_id" BIGINT,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "due_at" TIMESTAMPTZ(3),
    "again_at" TIMESTAMPTZ(3),
    "progress" JSONB NOT NULL DEFAULT '{}',
    "lease_owner" BIGINT,
    "lease_until" TIMESTAMPTZ(3),
    "fence" BIGINT NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error_code" TEXT,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "task_pkey" PRIMARY KEY ("shop_id","task_id")
);
-- One row per kind and key; a task of the whole shop has no connection, and two of those are the same one.
CREATE UNIQUE INDEX "task_one_per_key" ON "task" ("shop_id", coalesce("connection_id", 0), "kind", "key");
CREATE INDEX "task_due" ON "task" ("shop_id", "due_at") WHERE "due_at" IS NOT NULL AND "state" = 'waiting';
ALTER TABLE "task" ADD CONSTRAINT "task_state_known" CHECK ("state" IN ('waiting', 'dead'));
ALTER TABLE "task" ADD CONSTRAINT "task_connection_of_shop"
  FOREIGN KEY ("shop_id", "connection_id") REFERENCES "connection" ("shop_id", "connection_id") ON DELETE CASCADE;

-- Linking ----------------------------------------------------------------------------------------------------------
ALTER TABLE "listing" ADD COLUMN "asin_field" TEXT;
ALTER TABLE "listing" ADD COLUMN "link_supports" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];
ALTER TABLE "listing" ADD COLUMN "link_confidence_bps" INTEGER;
ALTER TABLE "listing" ADD COLUMN "units_per_sale" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "listing" ADD CONSTRAINT "listing_units_sane" CHECK ("units_per_sale" BETWEEN 1 AND 1000);
ALTER TABLE "listing" ADD CONSTRAINT "listing_confidence_sane" CHECK ("link_confidence_bps" BETWEEN 0 AND 10000);
CREATE TABLE "link_review" (
    "shop_id" INTEGER NOT NULL,
    "listing_id" BIGINT NOT NULL,
    "why" TEXT NOT NULL,
    "candidates" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "found_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_at" TIMESTAMPTZ(3),
    "decided_by" TEXT,

    CONSTRAINT "link_review_pkey" PRIMARY KEY ("shop_id","listing_id")
);
CREATE INDEX "link_review_open" ON "link_review" ("shop_id", "found_at") WHERE "state" = 'open';
ALTER TABLE "link_review" ADD CONSTRAINT "link_review_state_known" CHECK ("state" IN ('open', 'linked', 'dismissed'));
ALTER TABLE "link_review" ADD CONSTRAINT "link_review_listing"
  FOREIGN KEY ("shop_id", "listing_id") REFERENCES "listing" ("shop_id", "listing_id") ON DELETE CASCADE;

-- Writing ----------------------------------------------------------------------------------------------------------
-- How a push reaches its channel, and how often it was sent again.
ALTER TABLE "push" ADD COLUMN "way" TEXT;
ALTER TABLE "push" ADD COLUMN "is_urgent" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "push" ADD COLUMN "needs_preview" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "push" ADD COLUMN "resends" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "push" ADD COLUMN "base_minor" BIGINT;
ALTER TABLE "push" ADD COLUMN "wait_code" TEXT;
ALTER TABLE "push" ADD COLUMN "wait_since" TIMESTAMPTZ(3);
ALTER TABLE "push" ADD CONSTRAINT "push_way_known" CHECK ("way" IN ('patch', 'feed'));
ALTER TABLE "push" ADD CONSTRAINT "push_urgent_goes_alone" CHECK (NOT ("is_urgent" AND "way" = 'feed'));
ALTER TABLE "push" DROP CONSTRAINT "push_stage_known";
ALTER TABLE "push" ADD CONSTRAINT "push_stage_known" CHECK ("stage" IN ('send', 'feed', 'resolve', 'confirm', 'done'));
-- What waits to be sent, in the order in which it goes; and what nobody has chosen a way for yet.
CREATE INDEX "push_to_send" ON "push" ("shop_id", "connection_id", "is_urgent" DESC, (("attempts" > 0)) DESC, "next_at") WHERE "stage" = 'send';
CREATE INDEX "push_next_send" ON "push" ("shop_id", "connection_id", "next_at") WHERE "stage" = 'send';
CREATE INDEX "push_to_preview" ON "push" ("shop_id", "connection_id", "is_urgent" DESC, "next_at") WHERE "stage" = 'send' AND "needs_preview";
CREATE INDEX "push_unrouted" ON "push" ("shop_id", "connection_id") WHERE "stage" = 'send' AND "way" IS NULL;
CREATE INDEX "push_to_read" ON "push" ("shop_id", "connection_id", "next_at") WHERE "stage" IN ('resolve', 'confirm');

CREATE TABLE "offer_terms" (
    "shop_id" INTEGER NOT NULL,
    "listing_id" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "listed_minor" BIGINT,
    "min_minor" BIGINT,
    "max_minor" BIGINT,
    "sale_minor" BIGINT,
    "sale_from" TIMESTAMPTZ(3),
    "sale_until" TIMESTAMPTZ(3),
    "business_minor" BIGINT,
    "business_tiers" INTEGER NOT NULL DEFAULT 0,
    "auto_rules" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "observed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "offer_terms_pkey" PRIMARY KEY ("shop_id","listing_id")
);
ALTER TABLE "offer_terms" ADD CONSTRAINT "offer_terms_listing"
  FOREIGN KEY ("shop_id", "listing_id") REFERENCES "listing" ("shop_id", "listing_id") ON DELETE CASCADE;

CREATE TABLE "listing_write" (
    "shop_id" INTEGER NOT NULL,
    "listing_id" BIGINT NOT NULL,
    "connection_id" BIGINT NOT NULL,
    "first_written_at" TIMESTAMPTZ(3),
    "preview" TEXT,
    "previewed_at" TIMESTAMPTZ(3),
    "mirror" TEXT NOT NULL DEFAULT 'done',
    "mirror_code" TEXT,
    "wanted_at" TIMESTAMPTZ(3),
    "currency" TEXT,
    "sent_min_minor" BIGINT,
    "sent_max_minor" BIGINT,
    "sent_at" TIMESTAMPTZ(3),
    "seen_min_minor" BIGINT,
    "seen_max_minor" BIGINT,
    "seen_at" TIMESTAMPTZ(3),
    "sends" INTEGER NOT NULL DEFAULT 0,
    "reads" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3),
    "lease_owner" BIGINT,
    "lease_until" TIMESTAMPTZ(3),
    "fence" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "listing_write_pkey" PRIMARY KEY ("shop_id","listing_id")
);
ALTER TABLE "listing_write" ADD CONSTRAINT "listing_write_mirror_known" CHECK ("mirror" IN ('wanted', 'sent', 'done', 'failed'));
ALTER TABLE "listing_write" ADD CONSTRAINT "listing_write_preview_known" CHECK ("preview" IN ('valid', 'invalid', 'skipped'));
ALTER TABLE "listing_write" ADD CONSTRAINT "listing_write_listing"
  FOREIGN KEY ("shop_id", "listing_id") REFERENCES "listing" ("shop_id", "listing_id") ON DELETE CASCADE;
CREATE INDEX "listing_write_due" ON "listing_write" ("shop_id", "connection_id", "next_at") WHERE "mirror" IN ('wanted', 'sent');

CREATE TABLE "price_feed" (
    "shop_id" INTEGER NOT NULL,
    "price_feed_id" BIGSERIAL NOT NULL,
    "connection_id" BIGINT NOT NULL,
    "marketplace_id" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'gathering',
    "messages" INTEGER NOT NULL DEFAULT 0,
    "bytes" INTEGER NOT NULL DEFAULT 0,
    "made_at" TIMESTAMPTZ(3) NOT NULL,
    "document_id" TEXT,
    "document_at" TIMESTAMPTZ(3),
    "submit_at" TIMESTAMPTZ(3),
    "submits" INTEGER NOT NULL DEFAULT 0,
    "feed_id" TEXT,
    "submitted_at" TIMESTAMPTZ(3),
    "vendor_status" TEXT,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "is_bypassed" BOOLEAN NOT NULL DEFAULT false,
    "result_document_id" TEXT,
    "report" JSONB,
    "end_code" TEXT,
    "due_at" TIMESTAMPTZ(3),

    CONSTRAINT "price_feed_pkey" PRIMARY KEY ("shop_id","price_feed_id")
);
ALTER TABLE "price_feed" ADD CONSTRAINT "price_feed_state_known"
  CHECK ("state" IN ('gathering', 'uploading', 'submitting', 'waiting', 'reading', 'watching', 'closed'));
ALTER TABLE "price_feed" ADD CONSTRAINT "price_feed_size" CHECK ("messages" BETWEEN 0 AND 25000);
ALTER TABLE "price_feed" ADD CONSTRAINT "price_feed_connection"
  FOREIGN KEY ("shop_id", "connection_id") REFERENCES "connection" ("shop_id", "connection_id") ON DELETE CASCADE;
-- One feed of an account and marketplace is filled at a time.
CREATE UNIQUE INDEX "price_feed_one_open" ON "price_feed" ("shop_id", "connection_id", "marketplace_id") WHERE "state" = 'gathering';
CREATE INDEX "price_feed_due" ON "price_feed" ("shop_id", "connection_id", "due_at") WHERE "state" <> 'closed';
CREATE TABLE "price_feed_message" (
    "shop_id" INTEGER NOT NULL,
    "price_feed_id" BIGINT NOT NULL,
    "message_id" INTEGER NOT NULL,
    "listing_id" BIGINT NOT NULL,
    "version" INTEGER NOT NULL,
    "change_id" BIGINT NOT NULL,
    "fence" BIGINT NOT NULL,
    "price_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "min_minor" BIGINT,
    "max_minor" BIGINT,
    "outcome" TEXT NOT NULL DEFAULT 'waiting',
    "issue" TEXT,

    CONSTRAINT "price_feed_message_pkey" PRIMARY KEY ("shop_id","price_feed_id","message_id")
);
ALTER TABLE "price_feed_message" ADD CONSTRAINT "price_feed_message_outcome_known"
  CHECK ("outcome" IN ('waiting', 'accepted', 'refused', 'unknown', 'dropped'));
ALTER TABLE "price_feed_message" ADD CONSTRAINT "price_feed_message_feed"
  FOREIGN KEY ("shop_id", "price_feed_id") REFERENCES "price_feed" ("shop_id", "price_feed_id") ON DELETE CASCADE;
-- One message per SKU in a feed; a change stands in one feed at a time.
CREATE UNIQUE INDEX "price_feed_one_message_per_listing" ON "price_feed_message" ("shop_id", "price_feed_id", "listing_id");
CREATE UNIQUE INDEX "price_feed_one_waiting_per_change" ON "price_feed_message" ("shop_id", "change_id") WHERE "outcome" = 'waiting';

CREATE TABLE "price_watch" (
    "shop_id" INTEGER NOT NULL,
    "price_feed_id" BIGINT NOT NULL,
    "listing_id" BIGINT NOT NULL,
    "version" INTEGER NOT NULL,
    "price_minor" BIGINT NOT NULL,
    "next_at" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3),
    "repairs" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "price_watch_pkey" PRIMARY KEY ("shop_id","price_feed_id","listing_id")
);
CREATE INDEX "price_watch_listing" ON "price_watch" ("shop_id", "listing_id");
ALTER TABLE "price_watch" ADD CONSTRAINT "price_watch_feed"
  FOREIGN KEY ("shop_id", "price_feed_id") REFERENCES "price_feed" ("shop_id", "price_feed_id") ON DELETE CASCADE;

-- Sales ------------------------------------------------------------------------------------------------------------
CREATE TABLE "order_line" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" BIGINT NOT NULL,
    "order_id" TEXT NOT NULL,
    "line_key" TEXT NOT NULL,
    "marketplace_id" TEXT NOT NULL DEFAULT '',
    "external_id" TEXT NOT NULL,
    "parent_id" TEXT,
    "listing_id" BIGINT,
    "purchased_at" TIMESTAMPTZ(3) NOT NULL,
    "sold_on" DATE NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "reported_at" TIMESTAMPTZ(3) NOT NULL,
    "status" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "quantity_most" INTEGER NOT NULL,
    "items" INTEGER NOT NULL DEFAULT 1,
    "currency" CHAR(3),
    "item_minor" BIGINT,
    "tax_minor" BIGINT,
    "promo_minor" BIGINT,
    "shipping_minor" BIGINT,
    "is_business" BOOLEAN NOT NULL DEFAULT false,
    "is_current" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "order_line_pkey" PRIMARY KEY ("shop_id","connection_id","order_id","line_key")
);
CREATE INDEX "order_line_of_listing" ON "order_line" ("shop_id", "listing_id", "sold_on") WHERE "is_current";
CREATE INDEX "order_line_of_day" ON "order_line" ("shop_id", "connection_id", "marketplace_id", "sold_on") WHERE "is_current";
CREATE INDEX "order_line_unknown" ON "order_line" ("shop_id", "connection_id", "marketplace_id", "external_id") WHERE "listing_id" IS NULL;
ALTER TABLE "order_line" ADD CONSTRAINT "order_line_status_known" CHECK ("status" IN ('pending', 'ordered', 'shipped', 'cancelled'));
ALTER TABLE "order_line" ADD CONSTRAINT "order_line_quantity_sane" CHECK ("quantity" >= 0 AND "quantity_most" >= "quantity");
ALTER TABLE "order_line" ADD CONSTRAINT "order_line_connection"
  FOREIGN KEY ("shop_id", "connection_id") REFERENCES "connection" ("shop_id", "connection_id") ON DELETE CASCADE;
ALTER TABLE "order_line" ADD CONSTRAINT "order_line_listing"
  FOREIGN KEY ("shop_id", "listing_id") REFERENCES "listing" ("shop_id", "listing_id") ON DELETE SET NULL ("listing_id");

CREATE TABLE "traffic_day" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" BIGINT NOT NULL,
    "marketplace_id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "external_id" TEXT NOT NULL DEFAULT '',
    "parent_id" TEXT NOT NULL DEFAULT '',
    "sessions" INTEGER,
    "page_views" INTEGER,
    "featured_share_bps" INTEGER,
    "units" INTEGER,
    "revenue_minor" BIGINT,
    "currency" CHAR(3),
    "is_attached" BOOLEAN NOT NULL,

    CONSTRAINT "traffic_day_pkey" PRIMARY KEY ("shop_id","connection_id","marketplace_id","day","external_id","parent_id")
);
CREATE INDEX "traffic_day_unknown" ON "traffic_day" ("shop_id", "connection_id") WHERE NOT "is_attached";
ALTER TABLE "traffic_day" ADD CONSTRAINT "traffic_day_share_sane" CHECK ("featured_share_bps" BETWEEN 0 AND 10000);
ALTER TABLE "traffic_day" ADD CONSTRAINT "traffic_day_connection"
  FOREIGN KEY ("shop_id", "connection_id") REFERENCES "connection" ("shop_id", "connection_id") ON DELETE CASCADE;

CREATE TABLE "listing_day" (
    "shop_id" INTEGER NOT NULL,
    "listing_id" BIGINT NOT NULL,
    "day" DATE NOT NULL,
    "currency" TEXT NOT NULL,
    "units" INTEGER,
    "orders" INTEGER,
    "revenue_minor" BIGINT,
    "promo_minor" BIGINT,
    "tax_minor" BIGINT,
    "shipping_minor" BIGINT,
    "business_units" INTEGER,
    "cancelled_units" INTEGER,
    "units_unpriced" INTEGER,
    "refunded_units" INTEGER,
    "refunded_minor" BIGINT,
    "sessions" INTEGER,
    "page_views" INTEGER,
    "featured_share_bps" INTEGER,
    "is_traffic_shared" BOOLEAN,
    "sources" TEXT[] NOT NULL,
    "computed_at" TIMESTAMPTZ(3) NOT NULL,
    "restated_at" TIMESTAMPTZ(3),

    CONSTRAINT "listing_day_pkey" PRIMARY KEY ("shop_id","listing_id","day")
);
CREATE INDEX "listing_day_by_day" ON "listing_day" ("shop_id", "day");
ALTER TABLE "listing_day" ADD CONSTRAINT "listing_day_listing"
  FOREIGN KEY ("shop_id", "listing_id") REFERENCES "listing" ("shop_id", "listing_id") ON DELETE CASCADE;

CREATE TABLE "sales_day" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" BIGINT NOT NULL,
    "marketplace_id" TEXT NOT NULL DEFAULT '',
    "day" DATE NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "orders_at" TIMESTAMPTZ(3),
    "traffic_at" TIMESTAMPTZ(3),
    "traffic_asked_at" TIMESTAMPTZ(3),
    "traffic_by" TEXT,
    "totals_at" TIMESTAMPTZ(3),
    "said_units" INTEGER,
    "said_orders" INTEGER,
    "said_revenue_minor" BIGINT,
    "said_currency" CHAR(3),
    "our_units" INTEGER,
    "our_orders" INTEGER,
    "our_revenue_minor" BIGINT,
    "check_result" TEXT,

    CONSTRAINT "sales_day_pkey" PRIMARY KEY ("shop_id","connection_id","marketplace_id","day")
);
ALTER TABLE "sales_day" ADD CONSTRAINT "sales_day_traffic_by_known" CHECK ("traffic_by" IN ('sku', 'asin'));
ALTER TABLE "sales_day" ADD CONSTRAINT "sales_day_check_known" CHECK ("check_result" IN ('agrees', 'provisional', 'differs'));
ALTER TABLE "sales_day" ADD CONSTRAINT "sales_day_connection"
  FOREIGN KEY ("shop_id", "connection_id") REFERENCES "connection" ("shop_id", "connection_id") ON DELETE CASCADE;

CREATE TABLE "sales_source" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" BIGINT NOT NULL,
    "marketplace_id" TEXT NOT NULL DEFAULT '',
    "source" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "code" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sales_source_pkey" PRIMARY KEY ("shop_id","connection_id","marketplace_id","source")
);
ALTER TABLE "sales_source" ADD CONSTRAINT "sales_source_known" CHECK ("source" IN ('orders', 'traffic', 'totals'));
ALTER TABLE "sales_source" ADD CONSTRAINT "sales_source_state_known" CHECK ("state" IN ('reading', 'current', 'no_access', 'failing'));
ALTER TABLE "sales_source" ADD CONSTRAINT "sales_source_connection"
  FOREIGN KEY ("shop_id", "connection_id") REFERENCES "connection" ("shop_id", "connection_id") ON DELETE CASCADE;

-- Notifications and accounts -----------------------------------------------------------------------------------------
ALTER TABLE "connection" ADD COLUMN "account_status" TEXT;
ALTER TABLE "connection" ADD COLUMN "account_status_at" TIMESTAMPTZ(3);
ALTER TABLE "connection" ADD COLUMN "erase_asked_at" TIMESTAMPTZ(3);
ALTER TABLE "connection" ADD CONSTRAINT "connection_account_status_known" CHECK ("account_status" IN ('normal', 'at_risk', 'deactivated'));
ALTER TABLE "amazon_link" ADD COLUMN "expected_seller_id" TEXT;
ALTER TABLE "amazon_link" ADD COLUMN "ticket_hash" BYTEA;
CREATE UNIQUE INDEX "amazon_link_ticket_once" ON "amazon_link" ("shop_id", "ticket_hash");
ALTER TABLE "inbox" ADD COLUMN "connection_id" BIGINT;
CREATE TABLE "amazon_subscription" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" BIGINT NOT NULL,
    "type" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'wanted',
    "subscription_id" TEXT,
    "destination_id" TEXT,
    "problem_code" TEXT,
    "role" TEXT,
    "checked_at" TIMESTAMPTZ(3),
    "repairs" INTEGER NOT NULL DEFAULT 0,
    "last_heard_at" TIMESTAMPTZ(3),
    "heard" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "amazon_subscription_pkey" PRIMARY KEY ("shop_id","connection_id","type")
);
CREATE INDEX "amazon_subscription_of_amazon" ON "amazon_subscription" ("subscription_id");
ALTER TABLE "amazon_subscription" ADD CONSTRAINT "amazon_subscription_state_known"
  CHECK ("state" IN ('wanted', 'active', 'failed', 'unsupported'));
ALTER TABLE "amazon_subscription" ADD CONSTRAINT "amazon_subscription_connection"
  FOREIGN KEY ("shop_id", "connection_id") REFERENCES "connection" ("shop_id", "connection_id") ON DELETE CASCADE;
CREATE TABLE "business_offer" (
    "shop_id" INTEGER NOT NULL,
    "marketplace_id" TEXT NOT NULL,
    "asin" TEXT NOT NULL,
    "condition" TEXT NOT NULL,
    "snapshot" JSONB NOT NULL,
    "observed_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "business_offer_pkey" PRIMARY KEY ("shop_id","marketplace_id","asin","condition")
);
CREATE TABLE "pricing_health" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" BIGINT NOT NULL,
    "marketplace_id" TEXT NOT NULL,
    "asin" TEXT NOT NULL,
    "condition" TEXT NOT NULL,
    "issue_type" TEXT NOT NULL,
    "facts" JSONB NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "pricing_health_pkey" PRIMARY KEY ("shop_id","connection_id","marketplace_id","asin","condition")
);
CREATE TABLE "listing_notice" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" BIGINT NOT NULL,
    "marketplace_id" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "statuses" TEXT[],
    "status_at" TIMESTAMPTZ(3),
    "severities" TEXT[],
    "enforcements" TEXT[],
    "issues_at" TIMESTAMPTZ(3),
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "listing_notice_pkey" PRIMARY KEY ("shop_id","connection_id","marketplace_id","sku")
);
CREATE TABLE "app_notice" (
    "kind" TEXT NOT NULL,
    "client_id" TEXT NOT NULL,
    "ends_at" TIMESTAMPTZ(3),
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "app_notice_pkey" PRIMARY KEY ("kind","client_id")
);
CREATE TABLE "poison_message" (
    "event_id" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "problem" TEXT NOT NULL,
    "times" INTEGER NOT NULL DEFAULT 1,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "poison_message_pkey" PRIMARY KEY ("event_id")
);

-- Catalogue --------------------------------------------------------------------------------------------------------
ALTER TABLE "connection_marketplace" ADD COLUMN "is_participating" BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE "connection_marketplace" ADD COLUMN "has_suspended_listings" BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE "listing" ADD COLUMN "condition" TEXT NOT NULL DEFAULT 'new';
ALTER TABLE "listing" ADD CONSTRAINT "listing_condition_known" CHECK ("condition" IN ('new', 'used', 'collectible', 'refurbished', 'club'));
ALTER TABLE "listing" ADD COLUMN "details_at" TIMESTAMPTZ(3);
ALTER TABLE "listing" ADD COLUMN "details_due_at" TIMESTAMPTZ(3);
ALTER TABLE "listing" ADD COLUMN "reported_at" TIMESTAMPTZ(3);
ALTER TABLE "listing" ADD COLUMN "reported_price" TEXT;
-- The next twenty to look up: those never looked up first, then the one that waits longest.
CREATE INDEX "listing_details_due" ON "listing" ("shop_id", "connection_id", "marketplace_id", "details_at" NULLS FIRST, "details_due_at")
  WHERE "details_due_at" IS NOT NULL;

ALTER TABLE "sync_run" ADD COLUMN "differences" BIGINT NOT NULL DEFAULT 0;

CREATE TABLE "sync_part" (
    "shop_id" INTEGER NOT NULL,
    "run_id" BIGINT NOT NULL,
    "marketplace_id" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'report',
    "error_code" TEXT,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "sync_part_pkey" PRIMARY KEY ("shop_id","run_id","marketplace_id")
);
ALTER TABLE "sync_part" ADD CONSTRAINT "sync_part_state_known" CHECK ("state" IN ('report', 'details', 'done', 'failed'));
ALTER TABLE "sync_part" ADD CONSTRAINT "sync_part_run"
  FOREIGN KEY ("shop_id", "run_id") REFERENCES "sync_run" ("shop_id", "run_id") ON DELETE CASCADE;

CREATE TABLE "sync_difference" (
    "shop_id" INTEGER NOT NULL,
    "difference_id" BIGSERIAL NOT NULL,
    "run_id" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "listing_id" BIGINT,
    "marketplace_id" TEXT NOT NULL,
    "external_id" TEXT NOT NULL,
    "field" TEXT,
    "old_value" TEXT,
    "new_value" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sync_difference_pkey" PRIMARY KEY ("shop_id","difference_id")
);
CREATE INDEX "sync_difference_run" ON "sync_difference" ("shop_id", "run_id", "difference_id");
ALTER TABLE "sync_difference" ADD CONSTRAINT "sync_difference_kind_known"
  CHECK ("kind" IN ('added', 'changed', 'gone', 'not_believed'));
ALTER TABLE "sync_difference" ADD CONSTRAINT "sync_difference_run"
  FOREIGN KEY ("shop_id", "run_id") REFERENCES "sync_run" ("shop_id", "run_id") ON DELETE CASCADE;

CREATE TABLE "asin_fact" (
    "shop_id" INTEGER NOT NULL,
    "marketplace_id" TEXT NOT NULL,
    "asin" TEXT NOT NULL,
    "title" TEXT,
    "brand" TEXT,
    "image_url" TEXT,
    "product_group" TEXT,
    "identifiers" JSONB NOT NULL DEFAULT '[]',
    "ranks" JSONB NOT NULL DEFAULT '[]',
    "is_known" BOOLEAN NOT NULL,
    "read_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "asin_fact_pkey" PRIMARY KEY ("shop_id","marketplace_id","asin")
);

CREATE TABLE "stock_level" (
    "shop_id" INTEGER NOT NULL,
    "listing_id" BIGINT NOT NULL,
    "fn_sku" TEXT,
    "fulfillable" INTEGER NOT NULL,
    "inbound" INTEGER NOT NULL,
    "reserved" INTEGER NOT NULL,
    "unfulfillable" INTEGER NOT NULL,
    "total" INTEGER NOT NULL,
    "observed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stock_level_pkey" PRIMARY KEY ("shop_id","listing_id")
);
ALTER TABLE "stock_level" ADD CONSTRAINT "stock_level_listing"
  FOREIGN KEY ("shop_id", "listing_id") REFERENCES "listing" ("shop_id", "listing_id") ON DELETE CASCADE;

CREATE TABLE "fee_estimate" (
    "shop_id" INTEGER NOT NULL,
    "listing_id" BIGINT NOT NULL,
    "price_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "is_amazon_fulfilled" BOOLEAN NOT NULL,
    "total_minor" BIGINT,
    "fees" JSONB NOT NULL DEFAULT '[]',
    "vendor_code" TEXT,
    "estimated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "fee_estimate_pkey" PRIMARY KEY ("shop_id","listing_id")
);
ALTER TABLE "fee_estimate" ADD CONSTRAINT "fee_estimate_listing"
  FOREIGN KEY ("shop_id", "listing_id") REFERENCES "listing" ("shop_id", "listing_id") ON DELETE CASCADE;
