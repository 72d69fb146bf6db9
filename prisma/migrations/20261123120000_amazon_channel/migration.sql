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
