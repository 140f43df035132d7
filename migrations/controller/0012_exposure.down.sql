DROP TRIGGER instance_status_takes_inventory ON portcullis.instance_status;
DROP TRIGGER instances_exposure ON portcullis.instances;
DROP TRIGGER clock_exposure ON portcullis.clock;
DROP TRIGGER approval_revocations_exposure ON portcullis.approval_revocations;
DROP TRIGGER approvals_exposure ON portcullis.approvals;
DROP TRIGGER tenants_exposure ON portcullis.tenants;
DROP TRIGGER consents_exposure ON portcullis.consents;
DROP TRIGGER releases_begin_exposure ON portcullis.releases;
DROP TRIGGER releases_exposure ON portcullis.releases;
DROP TRIGGER promotions_flag_not_killed ON portcullis.promotions;
DROP TRIGGER promotions_exposure_as_planned ON portcullis.promotions;
DROP TRIGGER desired_states_only_eligible ON portcullis.desired_states;
DROP TRIGGER operations_of_flags_noted ON portcullis.operations;
DROP TRIGGER operations_of_flags_governed ON portcullis.operations;
DROP INDEX portcullis.releases_flag;
DROP TABLE portcullis.exposure_findings;
DROP TABLE portcullis.flag_kills;
DROP TABLE portcullis.instance_inventories;
DROP FUNCTION portcullis.tell_exposure;
DROP FUNCTION portcullis.check_promotion_flag;
DROP FUNCTION portcullis.check_promotion_exposure;
DROP FUNCTION portcullis.exposure_drifts;
DROP FUNCTION portcullis.guard_desired_flags;
DROP FUNCTION portcullis.flag_tenants;
DROP FUNCTION portcullis.note_flag_operation;
DROP FUNCTION portcullis.guard_flag_operation;
DROP FUNCTION portcullis.take_inventory;
DROP FUNCTION portcullis.note_inventory;
DROP FUNCTION portcullis.stamp_inventory;
ALTER TABLE portcullis.rollbacks DROP COLUMN operation_id;
ALTER TABLE portcullis.operations DROP COLUMN flag_approval_id;
DROP TABLE portcullis.flag_approvals;
DROP FUNCTION portcullis.guard_flag_approval;

-- Documents for flags alone had no place before.
ALTER TABLE portcullis.desired_states DISABLE TRIGGER desired_states_stay;
DELETE FROM portcullis.desired_states WHERE operation_id IS NULL;
ALTER TABLE portcullis.desired_states ENABLE TRIGGER desired_states_stay;
ALTER TABLE portcullis.desired_states
    DROP COLUMN flags, DROP COLUMN flags_changed_at, ALTER COLUMN operation_id SET NOT NULL;

CREATE OR REPLACE FUNCTION portcullis.guard_desired_state() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.instance_id <> OLD.instance_id OR NEW.generation <= OLD.generation) THEN
        PERFORM refuse('KSW-7', format('generation %s of instance %s is not above %s, so the instance would ignore it',
                                       NEW.generation, OLD.instance_id, OLD.generation));
    END IF;
    IF NOT EXISTS (SELECT FROM operations o WHERE o.id = NEW.operation_id AND o.enabled = NEW.enabled
                                              AND o.mode = NEW.mode AND o.reason = NEW.reason) THEN
        PERFORM refuse('KSW-3', format('instance %s is ordered what an operation on record says, nothing else',
                                       NEW.instance_id));
    END IF;
    NEW.issued_at := portcullis.now();
    RETURN NEW;
END $$;
