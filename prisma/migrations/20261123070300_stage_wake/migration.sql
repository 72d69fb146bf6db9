-- The alarm clock: one Graphile job says "look at shop X, stage Y". The rows are the truth; a lost job is only late.
-- The queue's tables belong to calibr_queue; web and worker reach them through this one function, inside their own transaction.

DO $$ BEGIN EXECUTE format('GRANT calibr_queue TO %I', current_user); END $$;
GRANT USAGE, CREATE ON SCHEMA public TO calibr_queue;

-- True when a job was added. A keyed add_job may answer NULL on a hot key (graphile-worker issue 580): then one without key is added.
CREATE FUNCTION wake(p_shop integer, p_stage text) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  job_id bigint;
  job_payload json := json_build_object('shopId', p_shop, 'stage', p_stage);
BEGIN
  SELECT j.id INTO job_id FROM graphile_worker.add_job(
    'run_stage', job_payload, job_key => 'stage:' || p_shop || ':' || p_stage, max_attempts => 1) j;
  IF job_id IS NULL THEN
    SELECT j.id INTO job_id FROM graphile_worker.add_job('run_stage', job_payload, max_attempts => 1) j;
  END IF;
  RETURN job_id IS NOT NULL;
END $$;
ALTER FUNCTION wake(integer, text) OWNER TO calibr_queue;
REVOKE CREATE ON SCHEMA public FROM calibr_queue;
REVOKE ALL ON FUNCTION wake(integer, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wake(integer, text) TO calibr_web, calibr_worker;
