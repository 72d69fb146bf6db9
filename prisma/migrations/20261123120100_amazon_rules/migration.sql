-- Who may see and change the Amazon channel's tables, and what of them is due.

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY[
    'task',
    'link_review'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY one_shop ON %I USING (shop_id = current_shop()) WITH CHECK (shop_id = current_shop())', t);
  END LOOP;
END $$;

-- Both processes plan tasks; the worker runs them.
GRANT SELECT, INSERT, UPDATE, DELETE ON task TO calibr_web, calibr_worker;
-- The worker finds what is to be reviewed, a person decides it.
GRANT SELECT, INSERT, UPDATE, DELETE ON link_review TO calibr_web, calibr_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO calibr_web, calibr_worker;

DO $$ BEGIN EXECUTE format('GRANT calibr_dispatch TO %I', current_user); END $$;
GRANT CREATE ON SCHEMA public TO calibr_dispatch;
GRANT SELECT ON task TO calibr_dispatch;
CREATE POLICY dispatch ON task FOR SELECT TO calibr_dispatch USING (true);

-- What is due now, per shop and stage. The sweeper asks this every second; it makes any lost wake-up harmless.
CREATE OR REPLACE FUNCTION due_work(p_now timestamptz) RETURNS TABLE (shop_id integer, stage text)
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
    UNION ALL
    SELECT DISTINCT t.shop_id, 'task' FROM task t
      LEFT JOIN connection c ON c.shop_id = t.shop_id AND c.connection_id = t.connection_id
      WHERE t.due_at <= p_now AND t.state = 'waiting' AND (t.lease_until IS NULL OR t.lease_until <= p_now)
        AND (t.connection_id IS NULL OR c.status = 'connected')
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
  $$;

REVOKE CREATE ON SCHEMA public FROM calibr_dispatch;
