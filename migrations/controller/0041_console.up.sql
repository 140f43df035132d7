-- The web console: passwords of users, and sessions of browsers.
--
-- When a session ends is told by the machine's clock, not by the clock of the rules: a simulated clock that is moved by
-- a week signs nobody out.

CREATE TABLE portcullis.passwords (
    principal_id text PRIMARY KEY REFERENCES portcullis.principals,
    hash         text CHECK (hash ~ '^scrypt[$]'),  -- with its salt and cost; NULL: taken away
    set_by       text NOT NULL REFERENCES portcullis.principals,
    set_at       timestamptz NOT NULL DEFAULT portcullis.now(),
    removed_by   text REFERENCES portcullis.principals
);
CREATE TRIGGER passwords_stay BEFORE DELETE OR TRUNCATE ON portcullis.passwords
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

-- Whoever knows a password acts as its user. So an admin may give a first one, and another one only after somebody else
-- has taken the old one away: one admin alone never becomes somebody.
CREATE FUNCTION portcullis.guard_password() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.principal_id <> OLD.principal_id THEN
        PERFORM refuse('ATT-1', format('the password of %s is nobody else''s', OLD.principal_id));
    END IF;
    NEW.set_at := portcullis.now();
    IF NEW.hash IS NULL THEN
        IF NEW.removed_by IS NULL THEN
            PERFORM refuse('ATT-1', format('somebody takes the password of %s away', NEW.principal_id));
        END IF;
        RETURN NEW;
    END IF;
    NEW.removed_by := NULL;
    PERFORM require_user('ATT-1', NEW.principal_id, 'have a password');
    IF NEW.set_by <> NEW.principal_id THEN
        PERFORM require_role(NEW.set_by, 'admin', 'give somebody a password');
        IF TG_OP = 'UPDATE' AND (OLD.hash IS NOT NULL OR OLD.removed_by = NEW.set_by) THEN
            PERFORM refuse('ATT-1', format('%s has had a password; only when another admin has taken it away may %s give a '
                                           'new one', NEW.principal_id, NEW.set_by));
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER passwords_guarded BEFORE INSERT OR UPDATE ON portcullis.passwords
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_password();

-- Only the hash of a session's secret is here. A session is good as long as its principal and its token are.
CREATE TABLE portcullis.console_sessions (
    id               text PRIMARY KEY,
    hash             bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    principal_id     text NOT NULL REFERENCES portcullis.principals,
    token_id         text REFERENCES portcullis.tokens,  -- that opened it; NULL: a password did
    idle_seconds     integer NOT NULL CHECK (idle_seconds BETWEEN 1 AND 604800),
    lifetime_seconds integer NOT NULL CHECK (lifetime_seconds BETWEEN 1 AND 2592000),
    opened_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at          timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX console_sessions_principal ON portcullis.console_sessions (principal_id, opened_at);

REVOKE ALL ON portcullis.passwords, portcullis.console_sessions FROM PUBLIC;
REVOKE ALL ON FUNCTION portcullis.guard_password() FROM PUBLIC;
GRANT SELECT ON portcullis.passwords, portcullis.console_sessions TO portcullis_app;
GRANT INSERT (principal_id, hash, set_by), UPDATE (hash, set_by, removed_by) ON portcullis.passwords TO portcullis_app;
GRANT INSERT (id, hash, principal_id, token_id, idle_seconds, lifetime_seconds), UPDATE (seen_at), DELETE
    ON portcullis.console_sessions TO portcullis_app;
