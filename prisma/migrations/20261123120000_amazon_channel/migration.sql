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
