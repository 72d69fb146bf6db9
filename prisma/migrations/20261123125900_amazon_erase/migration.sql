-- Deleting what was read from Amazon over a connection (docs/decisions/0016-erase-all-but-the-ledger.md).

-- Reasons may lose their facts by the eraser's hand, and by no other; a receipt's events stay as they are.
CREATE OR REPLACE FUNCTION price_change_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wall record;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'proposed' THEN
      RAISE EXCEPTION 'a price change begins as proposed, not as %', NEW.state USING ERRCODE = 'check_violation';
    END IF;
    NEW.approved_at := NULL;
    NEW.accepted_at := NULL;
    NEW.live_at := NULL;
    RETURN NEW;
  END IF;
  IF (NEW.shop_id, NEW.change_id, NEW.listing_id, NEW.version, NEW.origin, NEW.decision_id, NEW.reverts_change_id,
      NEW.old_minor, NEW.new_minor, NEW.currency, NEW.floor_minor, NEW.ceiling_minor, NEW.inputs_hash,
      NEW.event_at, NEW.proposed_at)
     IS DISTINCT FROM
     (OLD.shop_id, OLD.change_id, OLD.listing_id, OLD.version, OLD.origin, OLD.decision_id, OLD.reverts_change_id,
      OLD.old_minor, OLD.new_minor, OLD.currency, OLD.floor_minor, OLD.ceiling_minor, OLD.inputs_hash,
      OLD.event_at, OLD.proposed_at)
     OR (NEW.reasons IS DISTINCT FROM OLD.reasons AND current_user <> 'calibr_dispatch') THEN
    RAISE EXCEPTION 'price change %: only its state may change', OLD.change_id USING ERRCODE = 'check_violation';
  END IF;
  IF current_user = 'calibr_dispatch' AND (NEW.state, NEW.state_at, NEW.state_actor, NEW.state_code, NEW.state_facts)
     IS NOT DISTINCT FROM (OLD.state, OLD.state_at, OLD.state_actor, OLD.state_code, OLD.state_facts) THEN
    RETURN NEW;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM public.price_change_move m WHERE m.from_state = OLD.state AND m.to_state = NEW.state) THEN
    RAISE EXCEPTION 'price change %: % cannot become %', OLD.change_id, OLD.state, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'approved' AND NEW.state_actor NOT IN ('person', 'policy') THEN
    RAISE EXCEPTION 'price change %: only a person or a policy approves, not %', OLD.change_id, NEW.state_actor
      USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'live' AND NEW.state_actor <> 'channel' THEN
    RAISE EXCEPTION 'price change %: live is what the channel shows, not what % says', OLD.change_id, NEW.state_actor
      USING ERRCODE = 'check_violation';
  END IF;
  -- The merchant's own walls as they stand now, not as they stood when proposed.
  IF NEW.state IN ('approved', 'sending') THEN
    SELECT i.floor_minor, i.ceiling_minor INTO wall
      FROM public.listing l JOIN public.item i ON i.shop_id = l.shop_id AND i.item_id = l.item_id
     WHERE l.shop_id = NEW.shop_id AND l.listing_id = NEW.listing_id;
    IF FOUND AND (NEW.new_minor < wall.floor_minor OR NEW.new_minor > wall.ceiling_minor) THEN
      RAISE EXCEPTION 'price change %: % is outside the merchant''s bounds', OLD.change_id, NEW.new_minor
        USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  NEW.approved_at := CASE WHEN NEW.state = 'approved' THEN NEW.state_at ELSE OLD.approved_at END;
  NEW.accepted_at := CASE WHEN NEW.state = 'accepted' THEN NEW.state_at ELSE OLD.accepted_at END;
  NEW.live_at := CASE WHEN NEW.state = 'live' AND OLD.live_at IS NULL THEN NEW.state_at ELSE OLD.live_at END;
  RETURN NEW;
END $$;
DROP TRIGGER price_change_record ON "price_change";
CREATE TRIGGER price_change_record AFTER INSERT OR UPDATE OF state, state_at, state_actor, state_code, state_facts
  ON "price_change" FOR EACH ROW EXECUTE FUNCTION price_change_record();

-- The merchant's own records, which an erase leaves: with listings as bare keys for the ledger to hang from.
CREATE FUNCTION outlives_erase(p_table name) RETURNS boolean LANGUAGE sql IMMUTABLE
  AS $$ SELECT p_table IN ('connection', 'listing', 'item', 'decision', 'price_change', 'price_change_event', 'push', 'task', 'inbox') $$;

-- Tenant tables with a column, partitions left out: they are reached through their table.
CREATE FUNCTION tables_to_erase(p_column name) RETURNS SETOF name LANGUAGE sql STABLE SET search_path = public
  AS $$
    SELECT c.relname FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND NOT outlives_erase(c.relname)
       AND (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname IN ('shop_id', p_column)) = 2
     ORDER BY c.relname
  $$;

-- Facts that a decision rested on, out of its reasons: the codes say what was done, the facts what others asked.
CREATE FUNCTION bare_reasons(p_reasons jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE
  AS $$ SELECT coalesce(jsonb_agg(jsonb_build_object('code', r -> 'code', 'facts', '{}'::jsonb) ORDER BY n), '[]')
          FROM jsonb_array_elements(p_reasons) WITH ORDINALITY AS t(r, n) $$;

/* Deletes what was read over a connection that the merchant asked to erase, at most `p_listings_max` listings at a time.
   A table that a later migration adds is found by its columns: by listing, by connection, or by marketplace and ASIN.
   Answers how many listings are left; 0 = all is gone; -1 = somebody still works for the connection under a lease, and
   what they write now would outlive the erase. */
CREATE FUNCTION erase_amazon_rows(p_connection_id bigint, p_listings_max integer, p_at timestamptz) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  batch bigint[];
  kin bigint[];
  places text[];
  seller text;
  is_leased boolean;
  t name;
BEGIN
  SELECT c.account_id INTO seller FROM connection c
   WHERE c.shop_id = current_shop() AND c.connection_id = p_connection_id AND c.channel = 'amazon'
     AND c.status = 'disconnected' AND c.erase_asked_at IS NOT NULL FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'connection % is not to be erased', p_connection_id USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  IF EXISTS (SELECT 1 FROM connection c WHERE c.shop_id = current_shop() AND c.connection_id = p_connection_id AND c.lease_until > p_at)
     OR EXISTS (SELECT 1 FROM task k WHERE k.shop_id = current_shop() AND k.connection_id = p_connection_id AND k.kind <> 'erase' AND k.lease_until > p_at) THEN
    RETURN -1;
  END IF;
  FOR t IN SELECT tables_to_erase('connection_id') INTERSECT SELECT tables_to_erase('lease_until') LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE shop_id = current_shop() AND connection_id = $1 AND lease_until > $2)', t)
      INTO is_leased USING p_connection_id, p_at;
    IF is_leased THEN
      RETURN -1;
    END IF;
  END LOOP;
  batch := ARRAY(SELECT l.listing_id FROM listing l
    WHERE l.shop_id = current_shop() AND l.connection_id = p_connection_id AND NOT (l.status = 'deleted' AND l.title = '')
    ORDER BY l.listing_id LIMIT p_listings_max);
  IF cardinality(batch) > 0 THEN
    -- A follower's decisions repeat the market of the listing that it follows.
    kin := batch || ARRAY(SELECT f.listing_id FROM listing l JOIN listing f ON f.shop_id = current_shop() AND f.item_id = l.item_id
      WHERE l.shop_id = current_shop() AND l.listing_id = ANY (batch) AND f.channel <> 'amazon');
    FOR t IN SELECT tables_to_erase('asin') LOOP
      EXECUTE format('DELETE FROM %I x USING listing l WHERE x.shop_id = current_shop() AND l.shop_id = current_shop()
        AND l.listing_id = ANY ($1) AND x.marketplace_id = l.marketplace_id AND x.asin = l.parent_id', t) USING batch;
    END LOOP;
    FOR t IN SELECT tables_to_erase('listing_id') LOOP
      EXECUTE format('DELETE FROM %I WHERE shop_id = current_shop() AND listing_id = ANY ($1)', t) USING batch;
    END LOOP;
    UPDATE price_change SET state = 'stale', state_at = p_at, state_actor = 'engine', state_code = 'connection_disconnected', state_facts = '{}'
     WHERE shop_id = current_shop() AND listing_id = ANY (batch) AND state = 'proposed';
    UPDATE price_change SET reasons = bare_reasons(reasons) WHERE shop_id = current_shop() AND listing_id = ANY (kin);
    DELETE FROM decision d WHERE d.shop_id = current_shop() AND d.listing_id = ANY (batch)
      AND NOT EXISTS (SELECT 1 FROM price_change p WHERE p.shop_id = current_shop() AND p.decision_id = d.decision_id);
    UPDATE decision SET inputs = '', reasons = bare_reasons(reasons) WHERE shop_id = current_shop() AND listing_id = ANY (kin);
    UPDATE item i SET title = i.sku WHERE i.shop_id = current_shop()
      AND i.item_id IN (SELECT l.item_id FROM listing l WHERE l.shop_id = current_shop() AND l.listing_id = ANY (batch))
      AND NOT EXISTS (SELECT 1 FROM listing f WHERE f.shop_id = current_shop() AND f.item_id = i.item_id AND f.channel <> 'amazon');
    DELETE FROM listing l WHERE l.shop_id = current_shop() AND l.listing_id = ANY (batch)
      AND NOT EXISTS (SELECT 1 FROM price_change p WHERE p.shop_id = current_shop() AND p.listing_id = l.listing_id);
    UPDATE listing SET status = 'deleted', title = '', parent_id = NULL, barcode = NULL, quantity = NULL, product_type = NULL,
           fulfilment = NULL, condition = 'new', is_auto_priced = false, sale_until = NULL, reported_price = NULL, details_due_at = NULL
     WHERE shop_id = current_shop() AND listing_id = ANY (batch);
    RETURN (SELECT count(*) FROM listing l
      WHERE l.shop_id = current_shop() AND l.connection_id = p_connection_id AND NOT (l.status = 'deleted' AND l.title = ''));
  END IF;
  -- What others of this shop still read in a marketplace cannot be told apart by seller: it goes too, and is read again.
  places := ARRAY(SELECT m.marketplace_id FROM connection_marketplace m
                   WHERE m.shop_id = current_shop() AND m.connection_id = p_connection_id
                  UNION SELECT l.marketplace_id FROM listing l WHERE l.shop_id = current_shop() AND l.connection_id = p_connection_id);
  FOR t IN SELECT tables_to_erase('marketplace_id') EXCEPT SELECT tables_to_erase('connection_id') EXCEPT SELECT tables_to_erase('listing_id') LOOP
    EXECUTE format('DELETE FROM %I WHERE shop_id = current_shop() AND marketplace_id = ANY ($1)', t) USING places;
  END LOOP;
  FOR t IN SELECT tables_to_erase('connection_id') LOOP
    EXECUTE format('DELETE FROM %I WHERE shop_id = current_shop() AND connection_id = $1', t) USING p_connection_id;
  END LOOP;
  DELETE FROM inbox WHERE shop_id = current_shop() AND source = 'amazon'
    AND (connection_id = p_connection_id OR connection_id IS NULL);
  DELETE FROM task WHERE shop_id = current_shop() AND connection_id = p_connection_id AND kind <> 'erase';
  DELETE FROM amazon_link WHERE shop_id = current_shop() AND (seller_id = seller OR expected_seller_id = seller);
  UPDATE connection SET token_sealed = NULL, notifications = 'none', account_status = NULL, account_status_at = NULL,
         erase_asked_at = NULL, imported_at = NULL, swept_at = NULL
   WHERE shop_id = current_shop() AND connection_id = p_connection_id;
  RETURN 0;
END $$;

DO $$ BEGIN EXECUTE format('GRANT calibr_dispatch TO %I', current_user); END $$;
GRANT CREATE ON SCHEMA public TO calibr_dispatch;
ALTER FUNCTION erase_amazon_rows(bigint, integer, timestamptz) OWNER TO calibr_dispatch;
REVOKE CREATE ON SCHEMA public FROM calibr_dispatch;
REVOKE ALL ON FUNCTION erase_amazon_rows(bigint, integer, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_amazon_rows(bigint, integer, timestamptz) TO calibr_worker;
GRANT EXECUTE ON FUNCTION outlives_erase(name), tables_to_erase(name), bare_reasons(jsonb) TO calibr_dispatch;
-- Inside the one shop that its policy shows it. A later migration grants the same for its own tables.
DO $$
DECLARE
  t name;
BEGIN
  FOR t IN SELECT tables_to_erase('connection_id') UNION SELECT tables_to_erase('listing_id') UNION SELECT tables_to_erase('marketplace_id') LOOP
    EXECUTE format('GRANT SELECT, DELETE ON %I TO calibr_dispatch', t);
  END LOOP;
END $$;
GRANT SELECT, DELETE ON inbox, task, amazon_link, decision, listing TO calibr_dispatch;
GRANT SELECT ON item, price_change, price_change_move, connection TO calibr_dispatch;
GRANT UPDATE (inputs, reasons) ON decision TO calibr_dispatch;
GRANT UPDATE (reasons, state, state_at, state_actor, state_code, state_facts) ON price_change TO calibr_dispatch;
GRANT UPDATE ON connection, listing, item TO calibr_dispatch;

-- Accounts that were connected before subscriptions were looked after.
INSERT INTO task (shop_id, connection_id, kind, due_at)
SELECT shop_id, connection_id, 'subscriptions', now() FROM connection WHERE channel = 'amazon' AND status = 'connected'
ON CONFLICT DO NOTHING;
