-- An instance whose credential was replaced has to be let in anew: the schema before knows no successors.
DROP TABLE portcullis.credential_rotations;
DROP TABLE portcullis.instance_keys;
DROP TABLE portcullis.key_handovers;
DROP FUNCTION portcullis.guard_key_handover;
DROP FUNCTION portcullis.guard_instance_key;

DROP INDEX portcullis.instance_credentials_one;
DROP INDEX portcullis.instance_credentials_one_successor;
ALTER TABLE portcullis.instance_credentials
    DROP CONSTRAINT instance_credentials_have_a_source, DROP CONSTRAINT instance_credentials_predecessor_id_fkey;
ALTER TABLE portcullis.instance_credentials DISABLE TRIGGER USER;
DELETE FROM portcullis.instance_credentials WHERE enrolment_id IS NULL;
ALTER TABLE portcullis.instance_credentials ENABLE TRIGGER USER;
ALTER TABLE portcullis.instance_credentials
    DROP COLUMN predecessor_id, DROP COLUMN used_at, DROP COLUMN used_by, ALTER COLUMN enrolment_id SET NOT NULL;
CREATE UNIQUE INDEX instance_credentials_one ON portcullis.instance_credentials (instance_id) WHERE revoked_at IS NULL;
ALTER TABLE portcullis.enrolments DROP COLUMN key_id;

CREATE OR REPLACE FUNCTION portcullis.guard_enrolment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.used_at := NULL;
        NEW.credential_hash := NULL;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.instance_id, NEW.hash, NEW.created_at, NEW.created_by, NEW.expires_at)
       IS DISTINCT FROM (OLD.id, OLD.instance_id, OLD.hash, OLD.created_at, OLD.created_by, OLD.expires_at)
       OR OLD.used_at IS NOT NULL OR NEW.credential_hash IS NULL THEN
        PERFORM refuse('ATT-2', format('enrolment %s is used once; nothing else in it changes', OLD.id));
    END IF;
    IF OLD.expires_at <= portcullis.now() THEN
        PERFORM refuse('ATT-2', format('enrolment %s has expired; make another', OLD.id));
    END IF;
    NEW.used_at := portcullis.now();
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION portcullis.guard_instance_credential() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.revoked_by IS NOT NULL OR NOT EXISTS (
            SELECT FROM enrolments e WHERE e.id = NEW.enrolment_id AND e.instance_id = NEW.instance_id
                                       AND e.credential_hash = NEW.hash AND e.used_at = portcullis.now()) THEN
            PERFORM refuse('ATT-2', format('a credential of instance %s is what an enrolment of it is exchanged for',
                                           NEW.instance_id));
        END IF;
        NEW.revoked_at := NULL;
        RETURN NEW;
    END IF;
    IF OLD.revoked_at IS NOT NULL OR NEW.revoked_by IS NULL
       OR (NEW.id, NEW.instance_id, NEW.hash, NEW.enrolment_id, NEW.issued_at)
          IS DISTINCT FROM (OLD.id, OLD.instance_id, OLD.hash, OLD.enrolment_id, OLD.issued_at) THEN
        PERFORM refuse('ATT-2', format('credential %s is revoked once, by somebody; nothing else in it changes', OLD.id));
    END IF;
    NEW.revoked_at := portcullis.now();
    RETURN NEW;
END $$;
