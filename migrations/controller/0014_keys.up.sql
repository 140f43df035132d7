-- Keys and credentials of the fleet that are replaced without anybody losing touch.
--
-- The key that signs orders: a hand-over is a statement signed by the key in use that names the next one. It is kept for
-- ever, so an instance that was away for many hand-overs is led from the key it has pinned to the newest, step by step.
-- A key hands over once, and none that was ever in use comes back: an old hand-over cannot be used a second time.
--
-- The credential of an instance: the successor is made by the instance, and the old one stays good until the successor
-- has been used. Then, and only then, the old one is revoked.

CREATE TABLE portcullis.key_handovers (
    id           text PRIMARY KEY,
    from_key     text NOT NULL UNIQUE CHECK (from_key ~ '^[0-9a-f]{16}$'),
    to_key       text NOT NULL UNIQUE CHECK (to_key ~ '^[0-9a-f]{16}$' AND to_key <> from_key),
    statement    text NOT NULL,  -- what is signed, and sent to the instances
    signature    text NOT NULL,  -- by from_key
    reason       text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT portcullis.now(),
    created_by   text NOT NULL REFERENCES portcullis.principals,
    completed_at timestamptz,    -- nobody has the old key pinned any more
    completed_by text            -- the controller that saw it
);
CREATE UNIQUE INDEX key_handovers_one ON portcullis.key_handovers ((true)) WHERE completed_at IS NULL;

-- Which key each instance has pinned, as it said; no row: the first this installation ever had.
CREATE TABLE portcullis.instance_keys (
    instance_id text PRIMARY KEY REFERENCES portcullis.instances,
    key_id      text NOT NULL,
    since       timestamptz NOT NULL DEFAULT portcullis.now()
);

-- The key whose fingerprint is in the token; null: from before keys could be replaced.
ALTER TABLE portcullis.enrolments ADD COLUMN key_id text CHECK (key_id ~ '^[0-9a-f]{16}$');

ALTER TABLE portcullis.instance_credentials
    ALTER COLUMN enrolment_id DROP NOT NULL,
    ADD COLUMN predecessor_id text REFERENCES portcullis.instance_credentials,
    ADD COLUMN used_at timestamptz,
    ADD COLUMN used_by text;  -- the controller that saw it first
ALTER TABLE portcullis.instance_credentials DISABLE TRIGGER USER;
UPDATE portcullis.instance_credentials SET used_at = issued_at;
ALTER TABLE portcullis.instance_credentials ENABLE TRIGGER USER;
ALTER TABLE portcullis.instance_credentials
    ADD CONSTRAINT instance_credentials_have_a_source CHECK ((enrolment_id IS NULL) <> (predecessor_id IS NULL));
DROP INDEX portcullis.instance_credentials_one;
CREATE UNIQUE INDEX instance_credentials_one ON portcullis.instance_credentials (instance_id)
    WHERE revoked_at IS NULL AND used_at IS NOT NULL;
CREATE UNIQUE INDEX instance_credentials_one_successor ON portcullis.instance_credentials (instance_id)
    WHERE revoked_at IS NULL AND used_at IS NULL;

-- Credentials that are to be replaced: each once. It is done when the credential is good no more.
CREATE TABLE portcullis.credential_rotations (
    id            text PRIMARY KEY,
    credential_id text NOT NULL UNIQUE REFERENCES portcullis.instance_credentials,
    reason        text NOT NULL CHECK (reason ~ '[^[:space:]]'),
    requested_by  text NOT NULL,  -- a principal, or portcullisd by its schedule
    requested_at  timestamptz NOT NULL DEFAULT portcullis.now()
);

CREATE TRIGGER key_handovers_stay BEFORE DELETE OR TRUNCATE ON portcullis.key_handovers
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER instance_keys_stay BEFORE DELETE OR TRUNCATE ON portcullis.instance_keys
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER credential_rotations_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.credential_rotations
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

CREATE FUNCTION portcullis.guard_key_handover() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    newest text;
    behind text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.reason !~ '[^[:space:]]' THEN
            PERFORM refuse('ATT-2', 'a key is replaced for a reason');
        END IF;
        IF EXISTS (SELECT FROM key_handovers h WHERE h.from_key = NEW.to_key) THEN
            PERFORM refuse('ATT-2', format('the key %s was in use before; none comes back, make a new one', NEW.to_key));
        END IF;
        SELECT h.to_key INTO newest FROM key_handovers h
        WHERE NOT EXISTS (SELECT FROM key_handovers later WHERE later.from_key = h.to_key);
        IF FOUND AND newest <> NEW.from_key THEN
            PERFORM refuse('ATT-2', format('the key in use is %s, so %s has nothing to hand over', newest,
                                           NEW.from_key));
        END IF;
        NEW.completed_at := NULL;
        NEW.completed_by := NULL;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.from_key, NEW.to_key, NEW.statement, NEW.signature, NEW.reason, NEW.created_at, NEW.created_by)
       IS DISTINCT FROM (OLD.id, OLD.from_key, OLD.to_key, OLD.statement, OLD.signature, OLD.reason, OLD.created_at,
                         OLD.created_by)
       OR OLD.completed_at IS NOT NULL OR NEW.completed_by IS NULL THEN
        PERFORM refuse('ATT-2', format('the hand-over %s is completed once; nothing else in it changes', OLD.id));
    END IF;
    SELECT i.id INTO behind FROM instances i
    WHERE i.retired_at IS NULL
      AND EXISTS (SELECT FROM instance_credentials c WHERE c.instance_id = i.id AND c.revoked_at IS NULL)
      AND NOT EXISTS (SELECT FROM instance_keys k WHERE k.instance_id = i.id AND k.key_id = OLD.to_key)
    ORDER BY i.id LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('ATT-2', format('instance %s has not pinned the key %s yet, so %s is still needed', behind,
                                       OLD.to_key, OLD.from_key));
    END IF;
    NEW.completed_at := portcullis.now();
    RETURN NEW;
END $$;
CREATE TRIGGER key_handovers_guarded BEFORE INSERT OR UPDATE ON portcullis.key_handovers
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_key_handover();

-- An instance can have pinned only a key that this installation knows.
CREATE FUNCTION portcullis.guard_instance_key() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.instance_id <> OLD.instance_id THEN
        PERFORM refuse('ATT-2', format('what instance %s has pinned is its own', OLD.instance_id));
    END IF;
    IF NOT EXISTS (SELECT FROM installation s WHERE s.key = 'signing_key/' || NEW.key_id) THEN
        PERFORM refuse('ATT-2', format('the key %s was never one of this installation', NEW.key_id));
    END IF;
    NEW.since := portcullis.now();
    RETURN NEW;
END $$;
CREATE TRIGGER instance_keys_guarded BEFORE INSERT OR UPDATE ON portcullis.instance_keys
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_instance_key();

-- Single use, before it expires; the key in it stays.
CREATE OR REPLACE FUNCTION portcullis.guard_enrolment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.used_at := NULL;
        NEW.credential_hash := NULL;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.instance_id, NEW.hash, NEW.created_at, NEW.created_by, NEW.expires_at, NEW.key_id)
       IS DISTINCT FROM (OLD.id, OLD.instance_id, OLD.hash, OLD.created_at, OLD.created_by, OLD.expires_at, OLD.key_id)
       OR OLD.used_at IS NOT NULL OR NEW.credential_hash IS NULL THEN
        PERFORM refuse('ATT-2', format('enrolment %s is used once; nothing else in it changes', OLD.id));
    END IF;
    IF OLD.expires_at <= portcullis.now() THEN
        PERFORM refuse('ATT-2', format('enrolment %s has expired; make another', OLD.id));
    END IF;
    NEW.used_at := portcullis.now();
    RETURN NEW;
END $$;

-- A credential comes from an enrolment, or from a credential of the same instance that is good and in use.
CREATE OR REPLACE FUNCTION portcullis.guard_instance_credential() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.predecessor_id IS NULL THEN
            IF NEW.revoked_by IS NOT NULL OR NOT EXISTS (
                SELECT FROM enrolments e WHERE e.id = NEW.enrolment_id AND e.instance_id = NEW.instance_id
                                           AND e.credential_hash = NEW.hash AND e.used_at = portcullis.now()) THEN
                PERFORM refuse('ATT-2', format('a credential of instance %s is what an enrolment of it is exchanged for',
                                               NEW.instance_id));
            END IF;
            NEW.used_at := portcullis.now();
        ELSE
            IF NEW.revoked_by IS NOT NULL OR NOT EXISTS (
                SELECT FROM instance_credentials c WHERE c.id = NEW.predecessor_id AND c.instance_id = NEW.instance_id
                                                     AND c.revoked_at IS NULL AND c.used_at IS NOT NULL) THEN
                PERFORM refuse('ATT-2', format('a credential of instance %s follows one of its own that is good',
                                               NEW.instance_id));
            END IF;
            NEW.used_at := NULL;
        END IF;
        NEW.used_by := NULL;
        NEW.revoked_at := NULL;
        RETURN NEW;
    END IF;
    IF OLD.revoked_at IS NOT NULL
       OR (NEW.id, NEW.instance_id, NEW.hash, NEW.enrolment_id, NEW.predecessor_id, NEW.issued_at)
          IS DISTINCT FROM (OLD.id, OLD.instance_id, OLD.hash, OLD.enrolment_id, OLD.predecessor_id, OLD.issued_at)
       OR (NEW.used_by IS DISTINCT FROM OLD.used_by AND OLD.used_at IS NOT NULL)
       OR (NEW.used_by IS NOT DISTINCT FROM OLD.used_by AND NEW.revoked_by IS NULL) THEN
        PERFORM refuse('ATT-2', format('credential %s is used first once and revoked once, by somebody; nothing else in '
                                       'it changes', OLD.id));
    END IF;
    NEW.used_at := CASE WHEN NEW.used_by IS DISTINCT FROM OLD.used_by THEN portcullis.now() ELSE OLD.used_at END;
    NEW.revoked_at := CASE WHEN NEW.revoked_by IS NOT NULL THEN portcullis.now() END;
    RETURN NEW;
END $$;

CREATE TRIGGER key_handovers_told AFTER INSERT OR UPDATE ON portcullis.key_handovers
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.tell_fleet('keys');
CREATE TRIGGER credential_rotations_told AFTER INSERT ON portcullis.credential_rotations
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.tell_fleet('keys');

REVOKE ALL ON portcullis.key_handovers, portcullis.instance_keys, portcullis.credential_rotations FROM PUBLIC;
GRANT SELECT ON portcullis.key_handovers, portcullis.instance_keys, portcullis.credential_rotations TO portcullis_app;
GRANT INSERT (id, from_key, to_key, statement, signature, reason, created_by), UPDATE (completed_by)
    ON portcullis.key_handovers TO portcullis_app;
GRANT INSERT (instance_id, key_id), UPDATE (key_id) ON portcullis.instance_keys TO portcullis_app;
GRANT INSERT (id, credential_id, reason, requested_by) ON portcullis.credential_rotations TO portcullis_app;
GRANT INSERT (key_id) ON portcullis.enrolments TO portcullis_app;
GRANT INSERT (predecessor_id), UPDATE (used_by) ON portcullis.instance_credentials TO portcullis_app;
