-- Attempts beyond the first, and orders about flags with all that belongs to them, are lost on the way down.
ALTER TABLE portcullis.operation_steps DISABLE TRIGGER USER;
ALTER TABLE portcullis.operation_instances DISABLE TRIGGER USER;
ALTER TABLE portcullis.operations DISABLE TRIGGER USER;
DROP TABLE portcullis.operation_watch_samples;
DROP TABLE portcullis.verifications;
DROP TABLE portcullis.operation_halts;
DROP TABLE portcullis.instance_orders;
ALTER TABLE portcullis.operation_instances
    DROP CONSTRAINT operation_instances_are_chosen,
    ADD CONSTRAINT operation_instances_operation_id_fkey FOREIGN KEY (operation_id) REFERENCES portcullis.operations,
    ADD CONSTRAINT operation_instances_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES portcullis.instances;
DROP TABLE portcullis.operation_targets;
DELETE FROM portcullis.operation_steps s USING portcullis.operations o
WHERE o.id = s.operation_id AND (o.kind <> 'multi_tenant' OR s.step NOT IN ('applied', 'contradicted', 'refused')
                                 OR s.attempt > 1);
DELETE FROM portcullis.operation_instances i USING portcullis.operations o
WHERE o.id = i.operation_id AND o.kind <> 'multi_tenant';
DELETE FROM portcullis.operations WHERE kind <> 'multi_tenant';
ALTER TABLE portcullis.operations ENABLE TRIGGER USER;
ALTER TABLE portcullis.operation_instances ENABLE TRIGGER USER;
ALTER TABLE portcullis.operation_steps ENABLE TRIGGER USER;
DROP TRIGGER operation_steps_noted ON portcullis.operation_steps;
DROP TRIGGER operation_instances_noted ON portcullis.operation_instances;
DROP TRIGGER operation_instances_stamped ON portcullis.operation_instances;
DROP FUNCTION portcullis.guard_operation_halt;
DROP FUNCTION portcullis.note_steps;
DROP FUNCTION portcullis.note_orders;
DROP FUNCTION portcullis.stamp_operation_instance;
DROP FUNCTION portcullis.note_targets;
DROP FUNCTION portcullis.utc;

ALTER TABLE portcullis.operation_steps
    DROP CONSTRAINT operation_steps_say_what_they_are,
    DROP CONSTRAINT operation_steps_pkey,
    ADD CONSTRAINT operation_steps_pkey PRIMARY KEY (operation_id, instance_id, step),
    DROP COLUMN recorded_at,
    DROP COLUMN detail,
    DROP COLUMN outcome,
    DROP COLUMN attempt,
    DROP CONSTRAINT operation_steps_step_check,
    ADD CONSTRAINT operation_steps_step_check CHECK (step IN ('applied', 'contradicted', 'refused'));
ALTER TABLE portcullis.instance_status
    DROP COLUMN tenants_digest,
    DROP COLUMN tenants,
    DROP COLUMN process_began_at,
    DROP COLUMN clock_ahead,
    DROP COLUMN agent;
ALTER TABLE portcullis.operation_instances
    DROP COLUMN tenants_digest_before,
    DROP COLUMN tenants_before,
    DROP COLUMN boot_before,
    DROP COLUMN issued_at;

CREATE OR REPLACE FUNCTION portcullis.guard_operation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    approval switch_approvals;
    open_review text;
BEGIN
    IF NEW.reason !~ '[^[:space:]]' THEN
        PERFORM refuse('KSW-7', 'the switch is moved for a reason');
    END IF;
    IF NOT NEW.enabled THEN
        IF NEW.approval_id IS NOT NULL THEN
            PERFORM refuse('KSW-7', 'a kill needs no approval and spends none');
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO approval FROM switch_approvals a WHERE a.id = NEW.approval_id;
    IF NOT FOUND OR approval.expires_at <= portcullis.now() OR approval.approved_by = NEW.requested_by
       OR NOT holds_role(approval.approved_by, 'system_owner') THEN
        PERFORM refuse('KSW-8', 'switching on needs an approval that has not expired, by a system owner other than the '
                                'one who orders it');
    END IF;
    SELECT r.operation_id INTO open_review FROM kill_reviews r WHERE r.completed_at IS NULL LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('KSW-8', format('the review of the kill %s is not completed; complete it before switching on',
                                       open_review));
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER operations_open_review ON portcullis.operations;
CREATE TRIGGER operations_open_review AFTER INSERT ON portcullis.operations
    FOR EACH ROW WHEN (NOT NEW.enabled) EXECUTE FUNCTION portcullis.open_kill_review();

DROP INDEX portcullis.operations_standing;
ALTER TABLE portcullis.operations
    DROP CONSTRAINT operations_about_a_flag,
    DROP COLUMN journal_id,
    DROP COLUMN drill_id,
    DROP COLUMN ordered_at,
    DROP COLUMN watch_for,
    DROP COLUMN verify,
    DROP COLUMN stop_on_failure,
    DROP COLUMN batch_size,
    DROP COLUMN subject,
    DROP COLUMN flag,
    DROP COLUMN release_id,
    DROP COLUMN number,
    DROP CONSTRAINT operations_kind_check,
    ADD CONSTRAINT operations_kind_check CHECK (kind IN ('multi_tenant'));
