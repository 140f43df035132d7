-- KSW-8: an order to switch on is given by the newest operation of the instance. Which operation a row names was looked
-- at, and not whether another one has come since: whoever could write the row could have pointed it at a switching on of
-- long ago, and a kill whose review is open would have been undone with an approval that was spent before it.
--
-- Orders to switch off are not looked at twice: nothing is opened by them, and a kill has no time for it.

CREATE OR REPLACE FUNCTION portcullis.check_desired_states() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    bad text;
    newer text;
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
    SELECT f.instance_id INTO bad FROM fresh f
    WHERE f.enabled AND f.operation_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM operation_instances i WHERE i.operation_id = f.operation_id
                                                          AND i.instance_id = f.instance_id)
    LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-8', format('instance %s is switched on by an operation that is for it, nothing else', bad));
    END IF;
    SELECT f.instance_id, w.operation_id INTO bad, newer FROM fresh f
    JOIN operations o ON o.id = f.operation_id
    JOIN instance_orders w ON w.instance_id = f.instance_id AND w.subject = 'switch' AND w.issued > o.number
    WHERE f.enabled LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-8', format('the switch of instance %s was moved by %s since; a new operation switches it on, '
                                       'nothing else', bad, newer));
    END IF;
    RETURN NULL;
END $$;

-- Nor is an instance given an order of an operation that an order of a newer one came behind.
CREATE FUNCTION portcullis.check_switch_orders() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    bad record;
BEGIN
    SELECT f.instance_id, w.operation_id AS newer INTO bad FROM fresh f
    JOIN operations o ON o.id = f.operation_id AND o.kind = 'multi_tenant' AND o.enabled
    JOIN instance_orders w ON w.instance_id = f.instance_id AND w.subject = 'switch' AND w.issued > o.number
    LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-8', format('the switch of instance %s was moved by %s since; a new operation switches it on, '
                                       'nothing else', bad.instance_id, bad.newer));
    END IF;
    RETURN NULL;
END $$;
-- Before operation_instances_noted, by its name: that makes the order the newest one.
CREATE TRIGGER operation_instances_newest AFTER INSERT ON portcullis.operation_instances
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION portcullis.check_switch_orders();
