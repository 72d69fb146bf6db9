-- CreateTable
CREATE TABLE "shop" (
    "shop_id" SERIAL NOT NULL,
    "domain" TEXT NOT NULL,
    "name" TEXT,
    "currency" CHAR(3),
    "time_zone" TEXT,
    "status" TEXT NOT NULL DEFAULT 'installed',
    "installed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "uninstalled_at" TIMESTAMPTZ(3),

    CONSTRAINT "shop_pkey" PRIMARY KEY ("shop_id")
);

-- CreateTable
CREATE TABLE "shop_session" (
    "shop_id" INTEGER NOT NULL,
    "session_id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "is_online" BOOLEAN NOT NULL,
    "scope" TEXT,
    "expires_at" TIMESTAMPTZ(3),
    "access_token_sealed" TEXT,
    "refresh_token_sealed" TEXT,
    "refresh_expires_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "shop_session_pkey" PRIMARY KEY ("shop_id","session_id")
);

-- CreateTable
CREATE TABLE "shop_settings" (
    "shop_id" INTEGER NOT NULL,
    "approval_mode" TEXT NOT NULL DEFAULT 'ask',
    "auto_max_move_bps" INTEGER NOT NULL DEFAULT 500,
    "is_paused" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "shop_settings_pkey" PRIMARY KEY ("shop_id")
);

-- CreateTable
CREATE TABLE "rule" (
    "shop_id" INTEGER NOT NULL,
    "rule_id" BIGSERIAL NOT NULL,
    "channel" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "name" TEXT NOT NULL,
    "body" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "rule_pkey" PRIMARY KEY ("shop_id","rule_id")
);

-- CreateTable
CREATE TABLE "connection" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" BIGSERIAL NOT NULL,
    "channel" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "region" TEXT NOT NULL DEFAULT '',
    "status" TEXT NOT NULL DEFAULT 'connected',
    "token_sealed" TEXT,
    "consented_at" TIMESTAMPTZ(3),
    "problem_code" TEXT,
    "problem_at" TIMESTAMPTZ(3),
    "import_due_at" TIMESTAMPTZ(3),
    "imported_at" TIMESTAMPTZ(3),
    "sweep_due_at" TIMESTAMPTZ(3),
    "swept_at" TIMESTAMPTZ(3),
    "lease_owner" BIGINT,
    "lease_until" TIMESTAMPTZ(3),
    "notifications" TEXT NOT NULL DEFAULT 'none',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "connection_pkey" PRIMARY KEY ("shop_id","connection_id")
);

-- CreateTable
CREATE TABLE "connection_marketplace" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" BIGINT NOT NULL,
    "marketplace_id" TEXT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "store_name" TEXT NOT NULL,

    CONSTRAINT "connection_marketplace_pkey" PRIMARY KEY ("shop_id","connection_id","marketplace_id")
);

-- CreateTable
CREATE TABLE "amazon_link" (
    "shop_id" INTEGER NOT NULL,
    "link_id" BIGSERIAL NOT NULL,
    "state_hash" BYTEA NOT NULL,
    "region" TEXT NOT NULL,
    "redirect_uri" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'started',
    "code_sealed" TEXT,
    "seller_id" TEXT,
    "failure_code" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "lease_owner" BIGINT,
    "lease_until" TIMESTAMPTZ(3),

    CONSTRAINT "amazon_link_pkey" PRIMARY KEY ("shop_id","link_id")
);

-- CreateTable
CREATE TABLE "sync_run" (
    "shop_id" INTEGER NOT NULL,
    "run_id" BIGSERIAL NOT NULL,
    "connection_id" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'running',
    "counts" JSONB NOT NULL DEFAULT '{}',
    "error_code" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "sync_run_pkey" PRIMARY KEY ("shop_id","run_id")
);

-- CreateTable
CREATE TABLE "item" (
    "shop_id" INTEGER NOT NULL,
    "item_id" BIGSERIAL NOT NULL,
    "sku" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "cost_minor" BIGINT,
    "cost_currency" CHAR(3),
    "cost_source" TEXT,
    "floor_minor" BIGINT,
    "ceiling_minor" BIGINT,
    "map_minor" BIGINT,
    "bounds_currency" CHAR(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "item_pkey" PRIMARY KEY ("shop_id","item_id")
);

-- CreateTable
CREATE TABLE "listing" (
    "shop_id" INTEGER NOT NULL,
    "listing_id" BIGSERIAL NOT NULL,
    "channel" TEXT NOT NULL,
    "connection_id" BIGINT NOT NULL,
    "marketplace_id" TEXT NOT NULL DEFAULT '',
    "external_id" TEXT NOT NULL,
    "parent_id" TEXT,
    "sku" TEXT,
    "barcode" TEXT,
    "title" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "fulfilment" TEXT,
    "quantity" INTEGER,
    "product_type" TEXT,
    "item_id" BIGINT,
    "link_evidence" TEXT,
    "is_auto_priced" BOOLEAN NOT NULL DEFAULT false,
    "sale_until" TIMESTAMPTZ(3),
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "listing_pkey" PRIMARY KEY ("shop_id","listing_id")
);

-- CreateTable
CREATE TABLE "channel_head" (
    "shop_id" INTEGER NOT NULL,
    "listing_id" BIGINT NOT NULL,
    "price_minor" BIGINT,
    "currency" TEXT NOT NULL,
    "compare_at_minor" BIGINT,
    "observed_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "source" TEXT NOT NULL,
    "confirmed_version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "channel_head_pkey" PRIMARY KEY ("shop_id","listing_id")
);

-- CreateTable
CREATE TABLE "offer_current" (
    "shop_id" INTEGER NOT NULL,
    "marketplace_id" TEXT NOT NULL,
    "asin" TEXT NOT NULL,
    "condition" TEXT NOT NULL,
    "snapshot" JSONB NOT NULL,
    "featured_landed_minor" BIGINT,
    "lowest_landed_minor" BIGINT,
    "currency" TEXT NOT NULL,
    "observed_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "source" TEXT NOT NULL,

    CONSTRAINT "offer_current_pkey" PRIMARY KEY ("shop_id","marketplace_id","asin","condition")
);

-- CreateTable
CREATE TABLE "price_point" (
    "shop_id" INTEGER NOT NULL,
    "listing_id" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "observed_at" TIMESTAMPTZ(3) NOT NULL,
    "price_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "source" TEXT NOT NULL,

    CONSTRAINT "price_point_pkey" PRIMARY KEY ("shop_id","listing_id","kind","observed_at")
) PARTITION BY RANGE ("observed_at");

-- Catches rows outside every monthly partition, so that no history is ever refused.
CREATE TABLE "price_point_default" PARTITION OF "price_point" DEFAULT;

-- CreateTable
CREATE TABLE "inbox" (
    "shop_id" INTEGER NOT NULL,
    "event_id" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'new',
    "note" TEXT,

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("shop_id","event_id")
);

-- CreateTable
CREATE TABLE "dirty" (
    "shop_id" INTEGER NOT NULL,
    "listing_id" BIGINT NOT NULL,
    "generation" BIGSERIAL NOT NULL,
    "cause" TEXT NOT NULL,
    "event_at" TIMESTAMPTZ(3) NOT NULL,
    "marked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "dirty_pkey" PRIMARY KEY ("shop_id","listing_id")
);

-- CreateTable
CREATE TABLE "decision" (
    "shop_id" INTEGER NOT NULL,
    "decision_id" BIGSERIAL NOT NULL,
    "listing_id" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "reasons" JSONB NOT NULL,
    "inputs" TEXT NOT NULL,
    "inputs_hash" BYTEA NOT NULL,
    "rule_version" INTEGER NOT NULL,
    "price_minor" BIGINT,
    "floor_minor" BIGINT,
    "ceiling_minor" BIGINT,
    "currency" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "event_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "decision_pkey" PRIMARY KEY ("shop_id","decision_id")
);

-- CreateTable
CREATE TABLE "decision_head" (
    "shop_id" INTEGER NOT NULL,
    "listing_id" BIGINT NOT NULL,
    "decision_id" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "reason_code" TEXT NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "decision_head_pkey" PRIMARY KEY ("shop_id","listing_id")
);

-- CreateTable
CREATE TABLE "price_change" (
    "shop_id" INTEGER NOT NULL,
    "change_id" BIGSERIAL NOT NULL,
    "listing_id" BIGINT NOT NULL,
    "version" INTEGER NOT NULL,
    "origin" TEXT NOT NULL,
    "decision_id" BIGINT,
    "reverts_change_id" BIGINT,
    "old_minor" BIGINT NOT NULL,
    "new_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "floor_minor" BIGINT NOT NULL,
    "ceiling_minor" BIGINT,
    "reasons" JSONB NOT NULL,
    "inputs_hash" BYTEA NOT NULL,
    "event_at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'proposed',
    "state_at" TIMESTAMPTZ(3) NOT NULL,
    "state_actor" TEXT NOT NULL,
    "state_code" TEXT,
    "state_facts" JSONB NOT NULL DEFAULT '{}',
    "proposed_at" TIMESTAMPTZ(3) NOT NULL,
    "approved_at" TIMESTAMPTZ(3),
    "accepted_at" TIMESTAMPTZ(3),
    "live_at" TIMESTAMPTZ(3),

    CONSTRAINT "price_change_pkey" PRIMARY KEY ("shop_id","change_id")
);

-- CreateTable
CREATE TABLE "price_change_event" (
    "shop_id" INTEGER NOT NULL,
    "change_id" BIGINT NOT NULL,
    "seq" INTEGER NOT NULL,
    "from_state" TEXT,
    "to_state" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor" TEXT NOT NULL,
    "code" TEXT,
    "facts" JSONB NOT NULL,
    "hash" BYTEA NOT NULL,
    "prev_hash" BYTEA NOT NULL,

    CONSTRAINT "price_change_event_pkey" PRIMARY KEY ("shop_id","change_id","seq")
);

-- CreateTable
CREATE TABLE "push" (
    "shop_id" INTEGER NOT NULL,
    "listing_id" BIGINT NOT NULL,
    "version" INTEGER NOT NULL,
    "change_id" BIGINT NOT NULL,
    "channel" TEXT NOT NULL,
    "connection_id" BIGINT NOT NULL,
    "stage" TEXT NOT NULL DEFAULT 'send',
    "price_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "floor_minor" BIGINT NOT NULL,
    "next_at" TIMESTAMPTZ(3) NOT NULL,
    "lease_owner" BIGINT,
    "lease_until" TIMESTAMPTZ(3),
    "fence" BIGINT NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "reads" INTEGER NOT NULL DEFAULT 0,
    "deadline_at" TIMESTAMPTZ(3),
    "receipt_id" TEXT,

    CONSTRAINT "push_pkey" PRIMARY KEY ("shop_id","listing_id","version")
);

-- CreateTable
CREATE TABLE "worker" (
    "worker_id" BIGSERIAL NOT NULL,
    "pool_id" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "beat_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "worker_pkey" PRIMARY KEY ("worker_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "shop_domain_key" ON "shop"("domain");

-- CreateIndex
CREATE UNIQUE INDEX "rule_shop_id_channel_key" ON "rule"("shop_id", "channel");

-- CreateIndex
CREATE INDEX "connection_account_id_region_idx" ON "connection"("account_id", "region");

-- CreateIndex
CREATE UNIQUE INDEX "connection_shop_id_channel_account_id_region_key" ON "connection"("shop_id", "channel", "account_id", "region");

-- CreateIndex
CREATE UNIQUE INDEX "amazon_link_state_hash_key" ON "amazon_link"("state_hash");

-- CreateIndex
CREATE INDEX "sync_run_shop_id_started_at_idx" ON "sync_run"("shop_id", "started_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "item_shop_id_sku_key" ON "item"("shop_id", "sku");

-- CreateIndex
CREATE INDEX "listing_shop_id_item_id_idx" ON "listing"("shop_id", "item_id");

-- CreateIndex
CREATE INDEX "listing_shop_id_channel_parent_id_idx" ON "listing"("shop_id", "channel", "parent_id");

-- CreateIndex
CREATE UNIQUE INDEX "listing_shop_id_channel_connection_id_marketplace_id_extern_key" ON "listing"("shop_id", "channel", "connection_id", "marketplace_id", "external_id");

-- CreateIndex
CREATE INDEX "inbox_shop_id_state_received_at_idx" ON "inbox"("shop_id", "state", "received_at");

-- CreateIndex
CREATE INDEX "decision_shop_id_listing_id_decision_id_idx" ON "decision"("shop_id", "listing_id", "decision_id" DESC);

-- CreateIndex
CREATE INDEX "price_change_shop_id_state_change_id_idx" ON "price_change"("shop_id", "state", "change_id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "price_change_shop_id_listing_id_version_key" ON "price_change"("shop_id", "listing_id", "version");

-- CreateIndex
CREATE INDEX "price_change_event_shop_id_at_idx" ON "price_change_event"("shop_id", "at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "push_shop_id_change_id_key" ON "push"("shop_id", "change_id");

-- Closed sets and money rules that hold whatever the code above does.
ALTER TABLE "shop" ADD CONSTRAINT "shop_status_known" CHECK ("status" IN ('installed', 'uninstalled'));
ALTER TABLE "shop" ADD CONSTRAINT "shop_domain_lower" CHECK ("domain" = lower("domain") AND "domain" <> '');
ALTER TABLE "shop_settings" ADD CONSTRAINT "shop_settings_mode_known" CHECK ("approval_mode" IN ('ask', 'auto'));
ALTER TABLE "shop_settings" ADD CONSTRAINT "shop_settings_band_sane" CHECK ("auto_max_move_bps" BETWEEN 1 AND 5000);
ALTER TABLE "rule" ADD CONSTRAINT "rule_channel_known" CHECK ("channel" IN ('amazon', 'shopify'));
ALTER TABLE "connection" ADD CONSTRAINT "connection_channel_known" CHECK ("channel" IN ('amazon', 'shopify'));
ALTER TABLE "connection" ADD CONSTRAINT "connection_status_known" CHECK ("status" IN ('connected', 'disconnected'));
ALTER TABLE "amazon_link" ADD CONSTRAINT "amazon_link_status_known"
  CHECK ("status" IN ('started', 'code_received', 'linked', 'failed'));
ALTER TABLE "sync_run" ADD CONSTRAINT "sync_run_state_known" CHECK ("state" IN ('running', 'done', 'failed'));
ALTER TABLE "item" ADD CONSTRAINT "item_amounts_positive"
  CHECK (("cost_minor" IS NULL OR "cost_minor" > 0) AND ("floor_minor" IS NULL OR "floor_minor" > 0)
     AND ("ceiling_minor" IS NULL OR "ceiling_minor" > 0) AND ("map_minor" IS NULL OR "map_minor" > 0));
ALTER TABLE "item" ADD CONSTRAINT "item_bounds_ordered"
  CHECK ("floor_minor" IS NULL OR "ceiling_minor" IS NULL OR "floor_minor" <= "ceiling_minor");
ALTER TABLE "item" ADD CONSTRAINT "item_amounts_have_currency"
  CHECK (("cost_minor" IS NULL OR "cost_currency" IS NOT NULL)
     AND (("floor_minor" IS NULL AND "ceiling_minor" IS NULL AND "map_minor" IS NULL) OR "bounds_currency" IS NOT NULL));
ALTER TABLE "listing" ADD CONSTRAINT "listing_status_known" CHECK ("status" IN ('active', 'inactive', 'deleted'));
ALTER TABLE "listing" ADD CONSTRAINT "listing_channel_known" CHECK ("channel" IN ('amazon', 'shopify'));
ALTER TABLE "channel_head" ADD CONSTRAINT "channel_head_price_positive" CHECK ("price_minor" IS NULL OR "price_minor" >= 0);
ALTER TABLE "inbox" ADD CONSTRAINT "inbox_state_known" CHECK ("state" IN ('new', 'done', 'ignored', 'poison'));
ALTER TABLE "decision" ADD CONSTRAINT "decision_kind_known" CHECK ("kind" IN ('propose', 'hold'));
ALTER TABLE "decision" ADD CONSTRAINT "decision_inside_walls"
  CHECK ("kind" = 'hold' OR ("price_minor" > 0 AND "floor_minor" IS NOT NULL AND "price_minor" >= "floor_minor"
     AND ("ceiling_minor" IS NULL OR "price_minor" <= "ceiling_minor")));

ALTER TABLE "connection_marketplace" ADD CONSTRAINT "connection_marketplace_connection"
  FOREIGN KEY ("shop_id", "connection_id") REFERENCES "connection" ("shop_id", "connection_id") ON DELETE CASCADE;
ALTER TABLE "listing" ADD CONSTRAINT "listing_connection"
  FOREIGN KEY ("shop_id", "connection_id") REFERENCES "connection" ("shop_id", "connection_id") ON DELETE CASCADE;
ALTER TABLE "price_change" ADD CONSTRAINT "price_change_listing"
  FOREIGN KEY ("shop_id", "listing_id") REFERENCES "listing" ("shop_id", "listing_id") ON DELETE CASCADE;
ALTER TABLE "push" ADD CONSTRAINT "push_change"
  FOREIGN KEY ("shop_id", "change_id") REFERENCES "price_change" ("shop_id", "change_id") ON DELETE CASCADE;

-- Work tables are updated in place all the time: leave room on the page for it.
ALTER TABLE "dirty" SET (fillfactor = 70);
ALTER TABLE "push" SET (fillfactor = 70);
ALTER TABLE "channel_head" SET (fillfactor = 80);

-- What the sweeper asks every second.
CREATE INDEX "push_due" ON "push" ("next_at") WHERE "stage" <> 'done';
CREATE INDEX "push_shop_due" ON "push" ("shop_id", "channel", "stage", "next_at") WHERE "stage" <> 'done';
CREATE INDEX "inbox_new" ON "inbox" ("shop_id", "received_at") WHERE "state" = 'new';
CREATE INDEX "connection_import_due" ON "connection" ("import_due_at") WHERE "import_due_at" IS NOT NULL;
CREATE INDEX "connection_sweep_due" ON "connection" ("sweep_due_at") WHERE "sweep_due_at" IS NOT NULL;
CREATE INDEX "amazon_link_code" ON "amazon_link" ("shop_id") WHERE "status" = 'code_received';
CREATE INDEX "price_point_time" ON "price_point" USING brin ("observed_at");
