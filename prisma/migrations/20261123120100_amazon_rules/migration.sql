-- Who may see and change the Amazon channel's tables, and what of them is due.

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY[
    'task',
    'link_review',
    'offer_terms',
    'listing_write',
    'price_feed',
    'price_feed_message',
    'price_watch',
    'order_line',
    'traffic_day',
    'listing_day',
    'sales_day',
    'sales_source',
    'amazon_subscription', 'business_offer', 'pricing_health', 'listing_notice',
    'sync_part',
    'sync_difference',
    'asin_fact',
    'stock_level',
    'fee_estimate'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY one_shop ON %I USING (shop_id = current_shop()) WITH CHECK (shop_id = current_shop())', t);
  END LOOP;
END $$;

-- Both processes plan tasks; the worker runs them.
GRANT SELECT, INSERT, UPDATE, DELETE ON task TO calibr_web, calibr_worker;
-- The worker alone reads Amazon's catalogue; pages show it.
GRANT SELECT, INSERT, UPDATE, DELETE ON sync_part, sync_difference, asin_fact, stock_level, fee_estimate TO calibr_worker;
GRANT SELECT ON sync_part, sync_difference, asin_fact, stock_level, fee_estimate TO calibr_web;
-- The worker finds what is to be reviewed, a person decides it.
GRANT SELECT, INSERT, UPDATE, DELETE ON link_review TO calibr_web, calibr_worker;
-- The worker writes what it sends and reads; the pages show it. A bound that a person types becomes a wish to mirror it.
GRANT SELECT, INSERT, UPDATE, DELETE ON offer_terms, listing_write, price_feed, price_feed_message, price_watch TO calibr_worker;
GRANT UPDATE (way, is_urgent, needs_preview, resends, base_minor, wait_code, wait_since) ON push TO calibr_worker;
GRANT SELECT ON offer_terms, price_feed, price_feed_message, price_watch TO calibr_web;
GRANT SELECT, INSERT, UPDATE ON listing_write TO calibr_web;
-- Sales are read by the worker; the web process only looks.
GRANT SELECT, INSERT, UPDATE, DELETE ON order_line, traffic_day, listing_day, sales_day, sales_source TO calibr_worker;
GRANT SELECT ON order_line, traffic_day, listing_day, sales_day, sales_source TO calibr_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON amazon_subscription, business_offer, pricing_health, listing_notice TO calibr_worker;
GRANT SELECT ON amazon_subscription, business_offer, pricing_health, listing_notice TO calibr_web;
-- What Amazon tells the application itself, and messages that name nobody, belong to no shop.
GRANT SELECT, INSERT, UPDATE, DELETE ON app_notice, poison_message TO calibr_worker;
GRANT SELECT ON app_notice, poison_message TO calibr_web;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO calibr_web, calibr_worker;

DO $$ BEGIN EXECUTE format('GRANT calibr_dispatch TO %I', current_user); END $$;
GRANT CREATE ON SCHEMA public TO calibr_dispatch;
GRANT SELECT ON task, shop_settings, listing_write TO calibr_dispatch;
CREATE POLICY dispatch ON task FOR SELECT TO calibr_dispatch USING (true);
GRANT SELECT ON amazon_subscription TO calibr_dispatch;
CREATE POLICY dispatch ON amazon_subscription FOR SELECT TO calibr_dispatch USING (true);

-- Whose subscription this is: some notifications name no seller.
CREATE FUNCTION connections_of_subscription(p_subscription_id text) RETURNS TABLE (shop_id integer, connection_id bigint, region text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$
    SELECT c.shop_id, c.connection_id, c.region FROM amazon_subscription s
      JOIN connection c ON c.shop_id = s.shop_id AND c.connection_id = s.connection_id
     WHERE s.subscription_id = p_subscription_id AND c.status = 'connected'
  $$;
ALTER FUNCTION connections_of_subscription(text) OWNER TO calibr_dispatch;
REVOKE ALL ON FUNCTION connections_of_subscription(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION connections_of_subscription(text) TO calibr_worker;
CREATE POLICY dispatch ON shop_settings FOR SELECT TO calibr_dispatch USING (true);
CREATE POLICY dispatch ON listing_write FOR SELECT TO calibr_dispatch USING (true);

-- A wall that a person moves is wanted at Amazon too, whether or not a price follows.
CREATE FUNCTION want_mirror() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public.listing_write AS w (shop_id, listing_id, connection_id, mirror, wanted_at, next_at)
  SELECT l.shop_id, l.listing_id, l.connection_id, 'wanted', NEW.updated_at, NEW.updated_at
    FROM public.listing l
   WHERE l.shop_id = NEW.shop_id AND l.item_id = NEW.item_id AND l.channel = 'amazon' AND l.status = 'active'
  ON CONFLICT (shop_id, listing_id) DO UPDATE
    SET mirror = 'wanted', mirror_code = NULL, wanted_at = excluded.wanted_at, next_at = excluded.next_at, sends = 0, reads = 0,
        -- Whoever sends the old walls at this moment has no say any more.
        fence = w.fence + 1;
  RETURN NULL;
END $$;
CREATE TRIGGER want_mirror AFTER UPDATE ON "item" FOR EACH ROW
  WHEN ((OLD.floor_minor, OLD.ceiling_minor, OLD.map_minor, OLD.bounds_currency)
        IS DISTINCT FROM (NEW.floor_minor, NEW.ceiling_minor, NEW.map_minor, NEW.bounds_currency))
  EXECUTE FUNCTION want_mirror();

-- A push that is done is opened again only to be read, or to be sent once more because its price was undone by our own
-- older message; each sending again is counted.
CREATE OR REPLACE FUNCTION push_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.fence < OLD.fence THEN
    RAISE EXCEPTION 'push of change %: fence % is older than %', OLD.change_id, NEW.fence, OLD.fence USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.stage = 'done' AND NEW.stage NOT IN ('done', 'confirm') AND NOT (NEW.stage = 'send' AND NEW.resends > OLD.resends) THEN
    RAISE EXCEPTION 'push of change % is done', OLD.change_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

-- What is due now, per shop and stage. The sweeper asks this every second; it makes any lost wake-up harmless.
CREATE OR REPLACE FUNCTION due_work(p_now timestamptz) RETURNS TABLE (shop_id integer, stage text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$
    SELECT DISTINCT d.shop_id, 'decide' FROM dirty d
    UNION ALL
    -- What a feed carries is the feed's; what a paused shop or an account without permission keeps waiting wakes nobody.
    SELECT DISTINCT p.shop_id, CASE WHEN p.stage = 'send' THEN 'push:' ELSE 'confirm:' END || p.channel FROM push p
      LEFT JOIN shop_settings s ON s.shop_id = p.shop_id
      LEFT JOIN connection c ON c.shop_id = p.shop_id AND c.connection_id = p.connection_id
      WHERE p.stage IN ('send', 'resolve', 'confirm') AND p.next_at <= p_now AND (p.lease_until IS NULL OR p.lease_until <= p_now)
        AND (p.stage <> 'send' OR p.lease_until IS NOT NULL
             OR NOT (coalesce(p.way = 'feed', false) OR coalesce(s.is_paused, false)
                     OR coalesce(c.status = 'disconnected' AND c.problem_code <> 'shopify_not_installed', false)
                     OR coalesce(c.status = 'connected' AND c.account_status = 'deactivated', false)))
    UNION ALL
    SELECT DISTINCT w.shop_id, 'push:amazon' FROM listing_write w
      LEFT JOIN shop_settings s ON s.shop_id = w.shop_id
      JOIN connection c ON c.shop_id = w.shop_id AND c.connection_id = w.connection_id AND c.status = 'connected'
      WHERE w.mirror IN ('wanted', 'sent') AND w.next_at <= p_now AND (w.lease_until IS NULL OR w.lease_until <= p_now)
        AND NOT (w.mirror = 'wanted' AND coalesce(s.is_paused, false))
    UNION ALL
    SELECT DISTINCT i.shop_id, 'inbox' FROM inbox i WHERE i.state = 'new'
    UNION ALL
    SELECT DISTINCT l.shop_id, 'link' FROM amazon_link l
      WHERE l.status = 'code_received' AND (l.lease_until IS NULL OR l.lease_until <= p_now)
    UNION ALL
    SELECT DISTINCT c.shop_id, 'import' FROM connection c
      WHERE c.import_due_at <= p_now AND c.status = 'connected' AND (c.lease_until IS NULL OR c.lease_until <= p_now)
    UNION ALL
    SELECT DISTINCT c.shop_id, 'sweep' FROM connection c
      WHERE c.sweep_due_at <= p_now AND c.status = 'connected'
    UNION ALL
    SELECT DISTINCT t.shop_id, 'task' FROM task t
      LEFT JOIN connection c ON c.shop_id = t.shop_id AND c.connection_id = t.connection_id
      WHERE t.due_at <= p_now AND t.state = 'waiting' AND (t.lease_until IS NULL OR t.lease_until <= p_now)
        AND (t.connection_id IS NULL OR c.status = 'connected' OR t.kind = 'erase')
  $$;

-- Shops that leases of a dead worker may stand in.
CREATE OR REPLACE FUNCTION shops_leased_by(p_worker_id bigint) RETURNS TABLE (shop_id integer)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$
    SELECT p.shop_id FROM push p WHERE p.lease_owner = p_worker_id AND p.stage <> 'done'
    UNION
    SELECT c.shop_id FROM connection c WHERE c.lease_owner = p_worker_id
    UNION
    SELECT l.shop_id FROM amazon_link l WHERE l.lease_owner = p_worker_id
    UNION
    SELECT t.shop_id FROM task t WHERE t.lease_owner = p_worker_id
    UNION
    SELECT w.shop_id FROM listing_write w WHERE w.lease_owner = p_worker_id
  $$;

REVOKE CREATE ON SCHEMA public FROM calibr_dispatch;
