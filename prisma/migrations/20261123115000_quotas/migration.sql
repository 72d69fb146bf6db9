-- Quotas of channels, shared by all workers. A bucket belongs to a seller, not to a shop: two shops of one seller draw
-- from the same one. So these are no tenant tables; a page sees those of its shop's own Amazon connections.

CREATE TABLE "quota_bucket" (
    "operation" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "full_us" BIGINT NOT NULL,
    "lease_turns" INTEGER NOT NULL,
    "plan_rate" DOUBLE PRECISION,
    "plan_burst" INTEGER,
    "rate_per_second" DOUBLE PRECISION,
    "throttled_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "quota_bucket_pkey" PRIMARY KEY ("operation","owner","region")
) WITH (fillfactor = 50);
ALTER TABLE "quota_bucket" ADD CONSTRAINT "quota_bucket_rate_sane" CHECK ("rate_per_second" > 0 AND "rate_per_second" <= 1000);
CREATE INDEX "quota_bucket_owner" ON "quota_bucket" ("owner", "region");

CREATE TABLE "quota_usage" (
    "operation" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "week_hour" SMALLINT NOT NULL,
    "hour_at" TIMESTAMPTZ(3) NOT NULL,
    "taken" INTEGER NOT NULL,
    "throttled" INTEGER NOT NULL,

    CONSTRAINT "quota_usage_pkey" PRIMARY KEY ("operation","owner","region","week_hour")
) WITH (fillfactor = 50);
ALTER TABLE "quota_usage" ADD CONSTRAINT "quota_usage_hour_sane" CHECK ("week_hour" BETWEEN 0 AND 167);

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['quota_bucket', 'quota_usage'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY every_worker ON %I TO calibr_worker USING (true) WITH CHECK (true)', t);
    -- The ceiling over all sellers (owner *) and grantless calls are nobody's connection: no page sees them.
    EXECUTE format(
      'CREATE POLICY own_connections ON %I FOR SELECT TO calibr_web USING (EXISTS (SELECT 1 FROM connection c
         WHERE c.shop_id = current_shop() AND c.channel = ''amazon'' AND c.account_id = %I.owner AND c.region = %I.region))', t, t, t);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON quota_bucket, quota_usage TO calibr_worker;
GRANT SELECT ON quota_bucket, quota_usage TO calibr_web;
