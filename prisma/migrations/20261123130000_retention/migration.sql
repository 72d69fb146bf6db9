-- How long rows stay that nobody asks for any more, and those that Amazon wants gone.

/* Lets go of what was read from Amazon eighteen months ago (Acceptable Use Policy, "Amazon Information"), and of events that
   were taken in so long ago that they cannot come again: a queue keeps a message for 14 days at most. What stays of old
   decisions is what an erase leaves of them. Months of history go as partitions, see keep_history_months.
   Safe to call at any time, from any number of workers. Answers how many rows were deleted. */
CREATE FUNCTION forget_old_rows(p_now timestamptz) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
  AS $$
DECLARE
  -- The whole months that keep_history_months keeps.
  too_old constant timestamptz := (date_trunc('month', p_now AT TIME ZONE 'UTC') - interval '17 months') AT TIME ZONE 'UTC';
  too_old_day constant date := too_old::date;
  accounts bigint[];
  shop integer;
  t text;
  gone bigint := 0;
  n bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(4011996);
  FOR shop IN SELECT s.shop_id FROM shop s ORDER BY s.shop_id LOOP
    PERFORM set_config('app.shop_id', shop::text, true);
    accounts := ARRAY(SELECT c.connection_id FROM connection c WHERE c.shop_id = shop AND c.channel = 'amazon');
    DELETE FROM order_line WHERE shop_id = shop AND connection_id = ANY (accounts) AND sold_on < too_old_day;
    GET DIAGNOSTICS n = ROW_COUNT; gone := gone + n;
    DELETE FROM listing_day d USING listing l WHERE d.shop_id = shop AND d.day < too_old_day
      AND l.shop_id = shop AND l.listing_id = d.listing_id AND l.connection_id = ANY (accounts);
    GET DIAGNOSTICS n = ROW_COUNT; gone := gone + n;
    FOREACH t IN ARRAY ARRAY['traffic_day', 'sales_day'] LOOP
      EXECUTE format('DELETE FROM %I WHERE shop_id = $1 AND connection_id = ANY ($2) AND day < $3', t) USING shop, accounts, too_old_day;
      GET DIAGNOSTICS n = ROW_COUNT; gone := gone + n;
    END LOOP;
    -- The state that still holds stands in buy_box.
    DELETE FROM buy_box_change WHERE shop_id = shop AND at < too_old;
    GET DIAGNOSTICS n = ROW_COUNT; gone := gone + n;
    DELETE FROM competitor WHERE shop_id = shop AND last_seen_at < too_old;
    GET DIAGNOSTICS n = ROW_COUNT; gone := gone + n;
    FOREACH t IN ARRAY ARRAY['offer_current', 'business_offer', 'pricing_health', 'listing_notice'] LOOP
      EXECUTE format('DELETE FROM %I WHERE shop_id = $1 AND received_at < $2', t) USING shop, too_old;
      GET DIAGNOSTICS n = ROW_COUNT; gone := gone + n;
    END LOOP;
    DELETE FROM decision d WHERE d.shop_id = shop AND d.decided_at < too_old
      AND NOT EXISTS (SELECT 1 FROM price_change p WHERE p.shop_id = shop AND p.decision_id = d.decision_id)
      AND NOT EXISTS (SELECT 1 FROM decision_head h WHERE h.shop_id = shop AND h.decision_id = d.decision_id);
    GET DIAGNOSTICS n = ROW_COUNT; gone := gone + n;
    UPDATE price_change p SET reasons = bare_reasons(p.reasons) FROM decision d
     WHERE p.shop_id = shop AND d.shop_id = shop AND d.decision_id = p.decision_id AND d.decided_at < too_old AND d.inputs <> '';
    UPDATE decision d SET inputs = '', reasons = bare_reasons(d.reasons) WHERE d.shop_id = shop AND d.decided_at < too_old AND d.inputs <> '';
    -- Broken messages wait longer, for a person.
    DELETE FROM inbox i WHERE i.shop_id = shop AND (
      (i.state IN ('done', 'ignored') AND i.received_at < p_now - interval '30 days')
      OR (i.state = 'poison' AND i.received_at < p_now - interval '90 days'));
    GET DIAGNOSTICS n = ROW_COUNT; gone := gone + n;
  END LOOP;
  PERFORM set_config('app.shop_id', '', true);
  RETURN gone;
END $$;

DO $$ BEGIN EXECUTE format('GRANT calibr_dispatch TO %I', current_user); END $$;
GRANT CREATE ON SCHEMA public TO calibr_dispatch;
ALTER FUNCTION forget_old_rows(timestamptz) OWNER TO calibr_dispatch;
REVOKE CREATE ON SCHEMA public FROM calibr_dispatch;
REVOKE ALL ON FUNCTION forget_old_rows(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_old_rows(timestamptz) TO calibr_worker;
