-- The rules of a price change, held by the database whatever the code above does (docs/states.md).

ALTER TABLE "price_change" ADD CONSTRAINT "price_change_state_known" CHECK ("state" IN (
  'proposed', 'approved', 'sending', 'unknown', 'accepted', 'live', 'diverged', 'overtaken', 'failed', 'rejected', 'stale', 'superseded'));
ALTER TABLE "price_change" ADD CONSTRAINT "price_change_actor_known"
  CHECK ("state_actor" IN ('engine', 'policy', 'person', 'worker', 'channel'));
ALTER TABLE "price_change" ADD CONSTRAINT "price_change_origin_known" CHECK ("origin" IN ('engine', 'undo'));
ALTER TABLE "price_change" ADD CONSTRAINT "price_change_undo_names_its_target"
  CHECK (("origin" = 'undo') = ("reverts_change_id" IS NOT NULL));
-- Rule 1: never below the floor, never above the ceiling.
ALTER TABLE "price_change" ADD CONSTRAINT "price_change_inside_walls"
  CHECK ("new_minor" > 0 AND "floor_minor" > 0 AND "new_minor" >= "floor_minor"
     AND ("ceiling_minor" IS NULL OR "new_minor" <= "ceiling_minor"));
ALTER TABLE "push" ADD CONSTRAINT "push_stage_known" CHECK ("stage" IN ('send', 'resolve', 'confirm', 'done'));
ALTER TABLE "push" ADD CONSTRAINT "push_above_floor" CHECK ("floor_minor" > 0 AND "price_minor" >= "floor_minor");

-- Rule 3: at most one change of a listing on its way, and at most one open proposal.
CREATE UNIQUE INDEX "price_change_one_in_flight" ON "price_change" ("shop_id", "listing_id")
  WHERE "state" IN ('approved', 'sending', 'unknown', 'accepted');
CREATE UNIQUE INDEX "price_change_one_proposal" ON "price_change" ("shop_id", "listing_id") WHERE "state" = 'proposed';
CREATE INDEX "price_change_open" ON "price_change" ("shop_id", "listing_id", "version" DESC);

CREATE TABLE "price_change_move" ("from_state" text NOT NULL, "to_state" text NOT NULL, PRIMARY KEY ("from_state", "to_state"));
INSERT INTO "price_change_move" VALUES
  ('proposed', 'approved'), ('proposed', 'rejected'), ('proposed', 'stale'), ('proposed', 'superseded'),
  ('approved', 'sending'), ('approved', 'stale'), ('approved', 'failed'),
  ('sending', 'accepted'), ('sending', 'failed'), ('sending', 'unknown'),
  ('unknown', 'accepted'), ('unknown', 'sending'), ('unknown', 'overtaken'), ('unknown', 'failed'),
  ('accepted', 'live'), ('accepted', 'diverged'), ('accepted', 'overtaken'),
  ('diverged', 'live'), ('diverged', 'overtaken'),
  ('live', 'overtaken');
GRANT SELECT ON "price_change_move" TO calibr_web, calibr_worker;

CREATE FUNCTION price_change_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
      NEW.old_minor, NEW.new_minor, NEW.currency, NEW.floor_minor, NEW.ceiling_minor, NEW.reasons, NEW.inputs_hash,
      NEW.event_at, NEW.proposed_at)
     IS DISTINCT FROM
     (OLD.shop_id, OLD.change_id, OLD.listing_id, OLD.version, OLD.origin, OLD.decision_id, OLD.reverts_change_id,
      OLD.old_minor, OLD.new_minor, OLD.currency, OLD.floor_minor, OLD.ceiling_minor, OLD.reasons, OLD.inputs_hash,
      OLD.event_at, OLD.proposed_at) THEN
    RAISE EXCEPTION 'price change %: only its state may change', OLD.change_id USING ERRCODE = 'check_violation';
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
CREATE TRIGGER price_change_guard BEFORE INSERT OR UPDATE ON "price_change" FOR EACH ROW EXECUTE FUNCTION price_change_guard();

-- Rule 5: every move appends to the receipt. Rule 2: a push exists only because its change was approved.
-- The text that is hashed is the one of shared/src/core/changes/receipt.ts. Free text is written as JSON, so that
-- no value can look like a line of its own.
CREATE FUNCTION price_change_event_text(
  p_shop integer, p_change bigint, p_seq integer, p_from text, p_to text, p_at timestamptz, p_actor text, p_code text, p_facts jsonb
) RETURNS text LANGUAGE sql STABLE SET search_path = public AS $$
  SELECT concat_ws(E'\n', 'v1', p_shop, p_change, p_seq, coalesce(p_from, '-'), p_to,
    (extract(epoch FROM p_at) * 1000)::bigint, p_actor, coalesce(to_json(p_code)::text, 'null'),
    (SELECT coalesce(string_agg(to_json(key)::text || '=' || value::text, E'\n' ORDER BY key COLLATE "C"), '') FROM jsonb_each(p_facts)))
$$;

CREATE FUNCTION price_change_record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  last record;
  next_seq integer;
  last_hash bytea;
BEGIN
  SELECT e.seq, e.hash INTO last FROM price_change_event e
   WHERE e.shop_id = NEW.shop_id AND e.change_id = NEW.change_id ORDER BY e.seq DESC LIMIT 1;
  next_seq := coalesce(last.seq, 0) + 1;
  last_hash := coalesce(last.hash, '\x'::bytea);
  INSERT INTO price_change_event (shop_id, change_id, seq, from_state, to_state, at, actor, code, facts, prev_hash, hash)
  VALUES (NEW.shop_id, NEW.change_id, next_seq, CASE WHEN TG_OP = 'UPDATE' THEN OLD.state END, NEW.state, NEW.state_at,
    NEW.state_actor, NEW.state_code, NEW.state_facts, last_hash,
    sha256(last_hash || convert_to(price_change_event_text(NEW.shop_id, NEW.change_id, next_seq,
      CASE WHEN TG_OP = 'UPDATE' THEN OLD.state END, NEW.state, NEW.state_at, NEW.state_actor, NEW.state_code, NEW.state_facts), 'UTF8')));
  IF NEW.state = 'approved' THEN
    INSERT INTO push (shop_id, listing_id, version, change_id, channel, connection_id, price_minor, currency, floor_minor, next_at)
    SELECT NEW.shop_id, NEW.listing_id, NEW.version, NEW.change_id, l.channel, l.connection_id, NEW.new_minor, NEW.currency,
           NEW.floor_minor, NEW.state_at
      FROM listing l WHERE l.shop_id = NEW.shop_id AND l.listing_id = NEW.listing_id;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'price change %: its listing is gone', NEW.change_id USING ERRCODE = 'foreign_key_violation';
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER price_change_record AFTER INSERT OR UPDATE ON "price_change" FOR EACH ROW EXECUTE FUNCTION price_change_record();
-- It runs with the rights of the dispatcher, never with those of whoever migrates: inside one shop, adding only.
GRANT SELECT, INSERT ON price_change_event, push TO calibr_dispatch;
GRANT SELECT ON listing TO calibr_dispatch;
GRANT CREATE ON SCHEMA public TO calibr_dispatch;
ALTER FUNCTION price_change_record() OWNER TO calibr_dispatch;
REVOKE CREATE ON SCHEMA public FROM calibr_dispatch;
REVOKE ALL ON FUNCTION price_change_record() FROM PUBLIC;

-- Receipts are never edited, not even by the owner of the table.
CREATE FUNCTION receipt_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A shop's deletion (compliance) removes whole receipts and says so.
  IF TG_OP = 'DELETE' AND current_setting('app.deleting_shop', true) = OLD.shop_id::text THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'receipts are append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER receipt_is_append_only BEFORE UPDATE OR DELETE ON "price_change_event"
  FOR EACH ROW EXECUTE FUNCTION receipt_is_append_only();

-- Events that do not hash to what they say, and (seq 0) changes whose last event is not where they stand. Empty = every
-- receipt is whole. Of one change, or of all that the caller may see.
CREATE FUNCTION broken_receipts(p_change bigint DEFAULT NULL) RETURNS TABLE (change_id bigint, seq integer)
  LANGUAGE sql STABLE SET search_path = public AS $$
  SELECT e.change_id, e.seq FROM (
    SELECT ev.*, lag(ev.hash) OVER w AS before, row_number() OVER w AS place FROM price_change_event ev
     WHERE p_change IS NULL OR ev.change_id = p_change
    WINDOW w AS (PARTITION BY ev.shop_id, ev.change_id ORDER BY ev.seq)
  ) e
  WHERE e.seq <> e.place OR e.prev_hash <> coalesce(e.before, '\x'::bytea)
     OR e.hash <> sha256(e.prev_hash || convert_to(price_change_event_text(
          e.shop_id, e.change_id, e.seq, e.from_state, e.to_state, e.at, e.actor, e.code, e.facts), 'UTF8'))
  UNION ALL
  SELECT coalesce(c.change_id, last.change_id), 0
    FROM (SELECT * FROM price_change WHERE p_change IS NULL OR change_id = p_change) c
    FULL JOIN (
      SELECT DISTINCT ON (ev.shop_id, ev.change_id) ev.* FROM price_change_event ev
       WHERE p_change IS NULL OR ev.change_id = p_change ORDER BY ev.shop_id, ev.change_id, ev.seq DESC
    ) last ON last.shop_id = c.shop_id AND last.change_id = c.change_id
   WHERE (c.state, c.state_at, c.state_actor, c.state_code, c.state_facts)
     IS DISTINCT FROM (last.to_state, last.at, last.actor, last.code, last.facts)
$$;
REVOKE ALL ON FUNCTION broken_receipts(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION broken_receipts(bigint) TO calibr_web, calibr_worker;

-- A stage moves only by the holder of the newest fence: it never goes back.
CREATE FUNCTION push_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.fence < OLD.fence THEN
    RAISE EXCEPTION 'push of change %: fence % is older than %', OLD.change_id, NEW.fence, OLD.fence USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.stage = 'done' AND NEW.stage <> 'done' AND NEW.stage <> 'confirm' THEN
    RAISE EXCEPTION 'push of change % is done', OLD.change_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER push_guard BEFORE UPDATE ON "push" FOR EACH ROW EXECUTE FUNCTION push_guard();
