-- Tenants: the web and worker roles see one shop at a time, named inside each transaction:
--   SELECT set_config('app.shop_id', '<id>', true)
-- With no shop set they see nothing. The roles are made by scripts/database before migrations run.

CREATE FUNCTION current_shop() RETURNS integer
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.shop_id', true), '')::integer $$;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY[
    'shop', 'shop_session', 'shop_settings', 'rule', 'connection', 'connection_marketplace', 'amazon_link', 'sync_run',
    'item', 'listing', 'channel_head', 'offer_current', 'price_point', 'price_point_default', 'inbox', 'dirty',
    'decision', 'decision_head', 'price_change', 'price_change_event', 'push'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY one_shop ON %I USING (shop_id = current_shop()) WITH CHECK (shop_id = current_shop())', t);
  END LOOP;
END $$;

GRANT USAGE ON SCHEMA public TO calibr_web, calibr_worker, calibr_dispatch;

-- Plain tables: both processes may change rows of the shop they name. Nothing that a price change hangs from may be
-- deleted: the deletion would reach the ledger through its foreign keys.
GRANT SELECT, INSERT, UPDATE ON
  shop_settings, rule, connection, amazon_link, sync_run, item, listing, channel_head, offer_current, inbox, decision_head
  TO calibr_web, calibr_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON shop_session, connection_marketplace, dirty TO calibr_web, calibr_worker;
GRANT SELECT, UPDATE ON shop TO calibr_web, calibr_worker;
-- History is only added to.
GRANT SELECT, INSERT ON price_point, decision TO calibr_web, calibr_worker;
-- The ledger: rows are proposed and moved; their price never changes. Events and pushes are written by triggers.
GRANT SELECT, INSERT ON price_change TO calibr_web, calibr_worker;
GRANT UPDATE (state, state_at, state_actor, state_code, state_facts) ON price_change TO calibr_web, calibr_worker;
GRANT SELECT ON price_change_event, push TO calibr_web, calibr_worker;
GRANT UPDATE (stage, next_at, lease_owner, lease_until, fence, attempts, reads, deadline_at, receipt_id) ON push TO calibr_worker;
-- Worker processes are not tenant data.
GRANT SELECT, INSERT, UPDATE, DELETE ON worker TO calibr_worker;
GRANT SELECT ON worker TO calibr_web;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO calibr_web, calibr_worker;

-- The dispatcher role owns the few questions that cross shops. It cannot log in, and each function answers with ids only.
DO $$ BEGIN EXECUTE format('GRANT calibr_dispatch TO %I', current_user); END $$;
GRANT CREATE ON SCHEMA public TO calibr_dispatch;
GRANT SELECT, INSERT, UPDATE ON shop TO calibr_dispatch;
GRANT USAGE ON SEQUENCE shop_shop_id_seq TO calibr_dispatch;
GRANT SELECT ON connection, amazon_link, dirty, push, inbox TO calibr_dispatch;
GRANT EXECUTE ON FUNCTION current_shop() TO calibr_web, calibr_worker, calibr_dispatch;
CREATE POLICY dispatch ON shop TO calibr_dispatch USING (true) WITH CHECK (true);
CREATE POLICY dispatch ON connection FOR SELECT TO calibr_dispatch USING (true);
CREATE POLICY dispatch ON amazon_link FOR SELECT TO calibr_dispatch USING (true);
CREATE POLICY dispatch ON dirty FOR SELECT TO calibr_dispatch USING (true);
CREATE POLICY dispatch ON push FOR SELECT TO calibr_dispatch USING (true);
CREATE POLICY dispatch ON inbox FOR SELECT TO calibr_dispatch USING (true);

-- The shop behind a verified domain; null when it never installed.
CREATE FUNCTION shop_id_of_domain(p_domain text) RETURNS integer
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$ SELECT shop_id FROM shop WHERE domain = lower(p_domain) $$;

-- Makes or finds the shop of a verified domain. A second install of the same shop finds the first.
CREATE FUNCTION register_shop(p_domain text) RETURNS integer
  LANGUAGE sql SECURITY DEFINER SET search_path = public
  AS $$
    INSERT INTO shop (domain) VALUES (lower(p_domain))
    ON CONFLICT (domain) DO UPDATE SET status = 'installed', uninstalled_at = NULL
    RETURNING shop_id
  $$;

-- Every connection that an Amazon notification for this seller belongs to.
CREATE FUNCTION connections_of_seller(p_seller_id text) RETURNS TABLE (shop_id integer, connection_id bigint, region text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$
    SELECT c.shop_id, c.connection_id, c.region FROM connection c
    WHERE c.channel = 'amazon' AND c.account_id = p_seller_id AND c.status = 'connected'
  $$;

-- The shop that started an OAuth attempt, by the hash of its state parameter.
CREATE FUNCTION shop_of_link_state(p_hash bytea) RETURNS integer
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$ SELECT shop_id FROM amazon_link WHERE state_hash = p_hash $$;

-- What is due now, per shop and stage. The sweeper asks this every second; it makes any lost wake-up harmless.
CREATE FUNCTION due_work(p_now timestamptz) RETURNS TABLE (shop_id integer, stage text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$
    SELECT DISTINCT d.shop_id, 'decide' FROM dirty d
    UNION ALL
    SELECT DISTINCT p.shop_id, CASE WHEN p.stage = 'send' THEN 'push:' ELSE 'confirm:' END || p.channel FROM push p
      WHERE p.stage <> 'done' AND p.next_at <= p_now AND (p.lease_until IS NULL OR p.lease_until <= p_now)
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
      WHERE c.sweep_due_at <= p_now AND c.status = 'connected' AND (c.lease_until IS NULL OR c.lease_until <= p_now)
  $$;

-- Shops that leases of a dead worker may stand in.
CREATE FUNCTION shops_leased_by(p_worker_id bigint) RETURNS TABLE (shop_id integer)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$
    SELECT p.shop_id FROM push p WHERE p.lease_owner = p_worker_id AND p.stage <> 'done'
    UNION
    SELECT c.shop_id FROM connection c WHERE c.lease_owner = p_worker_id
    UNION
    SELECT l.shop_id FROM amazon_link l WHERE l.lease_owner = p_worker_id
  $$;

ALTER FUNCTION shop_id_of_domain(text) OWNER TO calibr_dispatch;
ALTER FUNCTION register_shop(text) OWNER TO calibr_dispatch;
ALTER FUNCTION connections_of_seller(text) OWNER TO calibr_dispatch;
ALTER FUNCTION shop_of_link_state(bytea) OWNER TO calibr_dispatch;
ALTER FUNCTION due_work(timestamptz) OWNER TO calibr_dispatch;
ALTER FUNCTION shops_leased_by(bigint) OWNER TO calibr_dispatch;
REVOKE CREATE ON SCHEMA public FROM calibr_dispatch;

REVOKE ALL ON FUNCTION shop_id_of_domain(text), register_shop(text), connections_of_seller(text), shop_of_link_state(bytea),
  due_work(timestamptz), shops_leased_by(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shop_id_of_domain(text), shop_of_link_state(bytea) TO calibr_web, calibr_worker;
GRANT EXECUTE ON FUNCTION register_shop(text) TO calibr_web, calibr_worker;
GRANT EXECUTE ON FUNCTION connections_of_seller(text), due_work(timestamptz), shops_leased_by(bigint) TO calibr_worker;
