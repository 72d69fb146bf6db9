-- The market watch: what is swept when, who holds the Buy Box, how rivals move, closer looks, and history by month.

CREATE TABLE "asin_watch" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" BIGINT NOT NULL,
    "marketplace_id" TEXT NOT NULL,
    "asin" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "swept_at" TIMESTAMPTZ(3),
    "heard_at" TIMESTAMPTZ(3),
    "told" INTEGER NOT NULL DEFAULT 0,
    "missed" INTEGER NOT NULL DEFAULT 0,
    "missed_in_row" INTEGER NOT NULL DEFAULT 0,
    "pending" INTEGER NOT NULL DEFAULT 0,
    "pending_at" TIMESTAMPTZ(3),
    "pending_after" TIMESTAMPTZ(3),
    "silent_since" TIMESTAMPTZ(3),
    "unread" INTEGER NOT NULL DEFAULT 0,
    "unread_code" TEXT,
    "lease_owner" BIGINT,
    "lease_until" TIMESTAMPTZ(3),

    CONSTRAINT "asin_watch_pkey" PRIMARY KEY ("shop_id","connection_id","marketplace_id","asin")
) WITH (fillfactor = 70);
CREATE INDEX "asin_watch_due" ON "asin_watch" ("shop_id", "connection_id", "due_at");
CREATE INDEX "asin_watch_pending" ON "asin_watch" ("shop_id", "connection_id", "pending_at") WHERE "pending_at" IS NOT NULL;
CREATE INDEX "asin_watch_asin" ON "asin_watch" ("shop_id", "marketplace_id", "asin");
ALTER TABLE "asin_watch" ADD CONSTRAINT "asin_watch_connection"
  FOREIGN KEY ("shop_id", "connection_id") REFERENCES "connection" ("shop_id", "connection_id") ON DELETE CASCADE;

CREATE TABLE "market_watch" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" BIGINT NOT NULL,
    "watched" INTEGER NOT NULL,
    "silent" INTEGER NOT NULL,
    "unreadable" INTEGER NOT NULL,
    "is_told" BOOLEAN NOT NULL,
    "heard_pace_ms" INTEGER NOT NULL,
    "unheard_pace_ms" INTEGER NOT NULL,
    "change_ms" INTEGER NOT NULL,
    "unheard_change_ms" INTEGER NOT NULL,
    "silence_ms" INTEGER NOT NULL,
    "reckoned_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "market_watch_pkey" PRIMARY KEY ("shop_id","connection_id")
);
ALTER TABLE "market_watch" ADD CONSTRAINT "market_watch_connection"
  FOREIGN KEY ("shop_id", "connection_id") REFERENCES "connection" ("shop_id", "connection_id") ON DELETE CASCADE;

CREATE TABLE "buy_box" (
    "shop_id" INTEGER NOT NULL,
    "marketplace_id" TEXT NOT NULL,
    "asin" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "winner_id" TEXT,
    "landed_minor" BIGINT,
    "currency" CHAR(3) NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    "own_moved_at" TIMESTAMPTZ(3),
    "trail_since" TIMESTAMPTZ(3) NOT NULL,
    "sights" JSONB NOT NULL,

    CONSTRAINT "buy_box_pkey" PRIMARY KEY ("shop_id","marketplace_id","asin")
) WITH (fillfactor = 70);
ALTER TABLE "buy_box" ADD CONSTRAINT "buy_box_state_known" CHECK ("state" IN ('won', 'lost', 'suppressed', 'none'));

CREATE TABLE "buy_box_change" (
    "shop_id" INTEGER NOT NULL,
    "marketplace_id" TEXT NOT NULL,
    "asin" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL,
    "winner_id" TEXT,
    "landed_minor" BIGINT,
    "currency" CHAR(3) NOT NULL,

    CONSTRAINT "buy_box_change_pkey" PRIMARY KEY ("shop_id","marketplace_id","asin","at")
);
CREATE INDEX "buy_box_change_time" ON "buy_box_change" USING brin ("at");
ALTER TABLE "buy_box_change" ADD CONSTRAINT "buy_box_change_state_known"
  CHECK ("state" IN ('won', 'lost', 'suppressed', 'none'));

CREATE TABLE "competitor" (
    "shop_id" INTEGER NOT NULL,
    "marketplace_id" TEXT NOT NULL,
    "seller_id" TEXT NOT NULL,
    "is_amazon_retail" BOOLEAN NOT NULL,
    "feedback_count" INTEGER,
    "positive_percent" INTEGER,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "asins" INTEGER NOT NULL DEFAULT 0,
    "amazon_offers" INTEGER NOT NULL DEFAULT 0,
    "merchant_offers" INTEGER NOT NULL DEFAULT 0,
    "moves_up" INTEGER NOT NULL DEFAULT 0,
    "moves_down" INTEGER NOT NULL DEFAULT 0,
    "move_bps_sum" BIGINT NOT NULL DEFAULT 0,
    "undercuts" INTEGER NOT NULL DEFAULT 0,
    "answers" INTEGER NOT NULL DEFAULT 0,
    "answer_ms_sum" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "competitor_pkey" PRIMARY KEY ("shop_id","marketplace_id","seller_id")
) WITH (fillfactor = 70);

CREATE TABLE "featured_expectation" (
    "shop_id" INTEGER NOT NULL,
    "listing_id" BIGINT NOT NULL,
    "status" TEXT NOT NULL,
    "price_minor" BIGINT,
    "currency" CHAR(3),
    "competing_id" TEXT,
    "competing_minor" BIGINT,
    "featured_id" TEXT,
    "featured_minor" BIGINT,
    "observed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "featured_expectation_pkey" PRIMARY KEY ("shop_id","listing_id")
);
ALTER TABLE "featured_expectation" ADD CONSTRAINT "featured_expectation_listing"
  FOREIGN KEY ("shop_id", "listing_id") REFERENCES "listing" ("shop_id", "listing_id") ON DELETE CASCADE;

CREATE TABLE "competitive_summary" (
    "shop_id" INTEGER NOT NULL,
    "marketplace_id" TEXT NOT NULL,
    "asin" TEXT NOT NULL,
    "snapshot" JSONB,
    "own_views_bps" INTEGER,
    "vendor_code" TEXT,
    "observed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "competitive_summary_pkey" PRIMARY KEY ("shop_id","marketplace_id","asin")
);

-- History by month -------------------------------------------------------------------------------------------------
-- calibr_dispatch, which nobody can log in as, owns the tables of history, so that the function below may add and
-- drop months while it answers to an ordinary role. The months live in a schema of their own and are reached through
-- their table only.
DO $$ BEGIN EXECUTE format('GRANT calibr_dispatch TO %I', current_user); END $$;
GRANT CREATE ON SCHEMA public TO calibr_dispatch;
CREATE SCHEMA history;
GRANT USAGE, CREATE ON SCHEMA history TO calibr_dispatch;

CREATE TABLE "rank_point" (
    "shop_id" INTEGER NOT NULL,
    "marketplace_id" TEXT NOT NULL,
    "asin" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "observed_at" TIMESTAMPTZ(3) NOT NULL,
    "rank" INTEGER NOT NULL,
    "source" TEXT NOT NULL,

    CONSTRAINT "rank_point_pkey" PRIMARY KEY ("shop_id","marketplace_id","asin","category","observed_at") INCLUDE ("rank")
) PARTITION BY RANGE ("observed_at");
CREATE TABLE "history"."rank_point_default" PARTITION OF "rank_point" DEFAULT;
CREATE INDEX "rank_point_time" ON "rank_point" USING brin ("observed_at");

CREATE TABLE "competitor_move" (
    "shop_id" INTEGER NOT NULL,
    "marketplace_id" TEXT NOT NULL,
    "seller_id" TEXT NOT NULL,
    "asin" TEXT NOT NULL,
    "fulfilment" TEXT NOT NULL,
    "observed_at" TIMESTAMPTZ(3) NOT NULL,
    "from_minor" BIGINT NOT NULL,
    "to_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "is_undercut" BOOLEAN NOT NULL,
    "answer_ms" BIGINT,

    CONSTRAINT "competitor_move_pkey" PRIMARY KEY ("shop_id","marketplace_id","seller_id","asin","fulfilment","observed_at")
) PARTITION BY RANGE ("observed_at");
CREATE TABLE "history"."competitor_move_default" PARTITION OF "competitor_move" DEFAULT;
CREATE INDEX "competitor_move_time" ON "competitor_move" USING brin ("observed_at");

-- One listing by time is read from the index alone.
ALTER TABLE "price_point_default" SET SCHEMA "history";
ALTER TABLE "price_point" DROP CONSTRAINT "price_point_pkey",
  ADD CONSTRAINT "price_point_pkey" PRIMARY KEY ("shop_id","listing_id","kind","observed_at") INCLUDE ("price_minor","currency");

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY[
    'asin_watch', 'market_watch', 'buy_box', 'buy_box_change', 'competitor', 'featured_expectation', 'competitive_summary',
    'rank_point', 'competitor_move'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY one_shop ON %I USING (shop_id = current_shop()) WITH CHECK (shop_id = current_shop())', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['rank_point_default', 'competitor_move_default'] LOOP
    EXECUTE format('ALTER TABLE history.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE history.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY one_shop ON history.%I USING (shop_id = current_shop()) WITH CHECK (shop_id = current_shop())', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['price_point', 'rank_point', 'competitor_move'] LOOP
    EXECUTE format('ALTER TABLE %I OWNER TO calibr_dispatch', t);
    EXECUTE format('ALTER TABLE history.%I OWNER TO calibr_dispatch', t || '_default');
  END LOOP;
END $$;

-- Pages only look; the worker watches. A person's wish makes everything due, from the page.
GRANT SELECT ON asin_watch, market_watch, buy_box, buy_box_change, competitor, featured_expectation, competitive_summary,
  rank_point, competitor_move TO calibr_web, calibr_worker;
GRANT INSERT, UPDATE, DELETE ON asin_watch TO calibr_web, calibr_worker;
GRANT INSERT, UPDATE, DELETE ON buy_box_change TO calibr_worker;
GRANT INSERT, UPDATE ON market_watch, buy_box, competitor, featured_expectation, competitive_summary TO calibr_worker;
GRANT INSERT ON rank_point, competitor_move TO calibr_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO calibr_web, calibr_worker;

-- Makes the months from the last one to the one after next, takes rows of a new month out of the default partition,
-- and lets go of months whose first row may be older than 18 months, as Amazon's data protection policy asks.
-- Safe to call at any time, from any number of workers. Answers how many months were made.
CREATE FUNCTION keep_history_months(p_now timestamptz) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
  AS $$
DECLARE
  this_month constant timestamp := date_trunc('month', p_now AT TIME ZONE 'UTC');
  keep_from constant timestamp := this_month - interval '17 months';
  parent text;
  fallback text;
  part text;
  month timestamp;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(4011995);
  FOREACH parent IN ARRAY ARRAY['price_point', 'rank_point', 'competitor_move'] LOOP
    fallback := parent || '_default';
    FOR month IN SELECT generate_series(this_month - interval '1 month', this_month + interval '2 months', interval '1 month') LOOP
      part := parent || to_char(month, '_YYYY_MM');
      CONTINUE WHEN to_regclass(format('history.%I', part)) IS NOT NULL;
      EXECUTE format('CREATE TABLE history.%I (LIKE public.%I)', part, parent);
      -- A forced policy binds the owner too, who names no shop here.
      EXECUTE format('ALTER TABLE history.%I NO FORCE ROW LEVEL SECURITY', fallback);
      EXECUTE format('WITH moved AS (DELETE FROM history.%I WHERE observed_at >= %L AND observed_at < %L RETURNING *)
        INSERT INTO history.%I SELECT * FROM moved', fallback, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC', part);
      EXECUTE format('ALTER TABLE history.%I FORCE ROW LEVEL SECURITY', fallback);
      EXECUTE format('ALTER TABLE history.%I ENABLE ROW LEVEL SECURITY', part);
      EXECUTE format('ALTER TABLE history.%I FORCE ROW LEVEL SECURITY', part);
      EXECUTE format('CREATE POLICY one_shop ON history.%I USING (shop_id = current_shop()) WITH CHECK (shop_id = current_shop())', part);
      EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION history.%I FOR VALUES FROM (%L) TO (%L)', parent, part,
        month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
      made := made + 1;
    END LOOP;
    FOR part IN
      SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = format('public.%I', parent)::regclass AND c.relnamespace = 'history'::regnamespace
         AND to_date(substring(c.relname FROM '\d{4}_\d{2}$'), 'YYYY_MM') < keep_from
    LOOP
      EXECUTE format('ALTER TABLE public.%I DETACH PARTITION history.%I', parent, part);
      EXECUTE format('DROP TABLE history.%I', part);
    END LOOP;
  END LOOP;
  RETURN made;
END $$;
ALTER FUNCTION keep_history_months(timestamptz) OWNER TO calibr_dispatch;
REVOKE ALL ON FUNCTION keep_history_months(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keep_history_months(timestamptz) TO calibr_worker;
REVOKE CREATE ON SCHEMA public FROM calibr_dispatch;
SELECT keep_history_months(CURRENT_TIMESTAMP);
