-- The function as it was (0017).

DROP TRIGGER operation_instances_newest ON portcullis.operation_instances;
DROP FUNCTION portcullis.check_switch_orders();

CREATE OR REPLACE FUNCTION portcullis.check_desired_states() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    bad text;
BEGIN
    SELECT f.instance_id INTO bad FROM (
        SELECT min(g.instance_id) AS instance_id, g.operation_id, g.enabled, g.mode, g.reason FROM fresh g
        WHERE g.operation_id IS NOT NULL GROUP BY g.operation_id, g.enabled, g.mode, g.reason) f
    WHERE NOT EXISTS (SELECT FROM operations o WHERE o.id = f.operation_id AND o.kind = 'multi_tenant'
                                                 AND o.enabled = f.enabled AND o.mode = f.mode AND o.reason = f.reason)
    LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-3', format('instance %s is ordered what an operation on record says, nothing else', bad));
    END IF;
    RETURN NULL;
END $$;
