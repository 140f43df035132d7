DROP INDEX portcullis.verifications_request;
ALTER TABLE portcullis.verifications ADD CONSTRAINT verifications_request_key UNIQUE (request);

CREATE OR REPLACE FUNCTION portcullis.note_steps() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    bad record;
    owed integer;
BEGIN
    SELECT f.operation_id, f.instance_id INTO bad FROM fresh f JOIN operations o ON o.id = f.operation_id
    WHERE f.step = 'applied' AND o.mode = 'restart'
      AND NOT EXISTS (SELECT FROM operation_steps r
                      WHERE r.operation_id = f.operation_id AND r.instance_id = f.instance_id AND r.step = 'restart'
                        AND r.outcome = 'passed')
    LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-3', format('operation %s is applied on instance %s when its restart is proven',
                                       bad.operation_id, bad.instance_id));
    END IF;
    INSERT INTO verifications (operation_id, instance_id)
    SELECT f.operation_id, f.instance_id FROM fresh f JOIN operations o ON o.id = f.operation_id
    WHERE f.step = 'applied' AND o.verify
      AND NOT (o.kind = 'multi_tenant' AND NOT o.enabled AND coalesce(f.evidence ->> 'hosted', '') = 'true')
      AND EXISTS (SELECT FROM instance_orders i WHERE i.instance_id = f.instance_id AND i.subject = o.subject
                                                  AND i.operation_id = f.operation_id)
    ON CONFLICT (operation_id, instance_id) DO NOTHING;
    GET DIAGNOSTICS owed = ROW_COUNT;
    IF owed > 0 THEN
        PERFORM pg_notify('portcullis_fleet', 'verify');
    END IF;
    RETURN NULL;
END $$;
