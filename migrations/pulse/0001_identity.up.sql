-- Who may come in, and with what: accounts, sessions, API tokens, none of them a tenant's data; and what hosted tenants
-- have paid for, which is. Secrets are stored as hashes only. Whoever changes a row wakes the program that keeps it in memory
-- (channel pulse_identity, payload '<kind> <key>').

CREATE SCHEMA pulse;

CREATE TABLE pulse.accounts (
    username            text PRIMARY KEY,
    display_name        text NOT NULL DEFAULT '',
    email               text NOT NULL DEFAULT '',
    password_hash       text NOT NULL CHECK (password_hash LIKE 'scrypt$%'),
    system_role         text NOT NULL DEFAULT 'user' CHECK (system_role IN ('user', 'super_admin')),
    active              boolean NOT NULL DEFAULT true,
    created_at          timestamptz NOT NULL DEFAULT transaction_timestamp(),
    password_changed_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
    -- Names that begin so are those of tokens: nobody may pass for one.
    CONSTRAINT account_name_is_a_name CHECK (
        username = btrim(username) AND length(username) BETWEEN 1 AND 200 AND lower(username) NOT LIKE 'token:%')
);

CREATE TABLE pulse.sessions (
    id          text PRIMARY KEY,
    secret_hash text NOT NULL UNIQUE CHECK (secret_hash ~ '^[0-9a-f]{64}$'),
    username    text NOT NULL REFERENCES pulse.accounts ON DELETE CASCADE,
    created_at  timestamptz NOT NULL DEFAULT transaction_timestamp(),
    expires_at  timestamptz NOT NULL,
    peer        text NOT NULL DEFAULT '',
    CONSTRAINT session_ends_after_it_begins CHECK (expires_at > created_at)
);
CREATE INDEX sessions_by_username ON pulse.sessions (username);
CREATE INDEX sessions_by_end ON pulse.sessions (expires_at);

CREATE TABLE pulse.tokens (
    id           text PRIMARY KEY,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    secret_hash  text NOT NULL UNIQUE CHECK (secret_hash ~ '^[0-9a-f]{64}$'),
    prefix       text NOT NULL,
    suffix       text NOT NULL,
    scopes       text[] NOT NULL CHECK (cardinality(scopes) > 0),
    org_ids      text[] NOT NULL CHECK (cardinality(org_ids) > 0),  -- always bound, to `default` at least
    owner_user   text NOT NULL REFERENCES pulse.accounts ON DELETE CASCADE,
    created_at   timestamptz NOT NULL DEFAULT transaction_timestamp(),
    expires_at   timestamptz,
    last_used_at timestamptz
);
CREATE INDEX tokens_by_org ON pulse.tokens USING gin (org_ids);
CREATE INDEX tokens_by_owner ON pulse.tokens (owner_user);

-- One document a tenant, as PUT /api/admin/orgs/{id}/billing-state gives it.
CREATE TABLE pulse.billing_states (
    org_id     text COLLATE "C" PRIMARY KEY,
    document   text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
    updated_by text NOT NULL
);

CREATE FUNCTION pulse.tell_of_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pulse, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM pg_notify('pulse_identity', TG_ARGV[0] || ' ' || (to_jsonb(OLD) ->> TG_ARGV[1]));
    ELSE
        PERFORM pg_notify('pulse_identity', TG_ARGV[0] || ' ' || (to_jsonb(NEW) ->> TG_ARGV[1]));
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER accounts_tell AFTER UPDATE OR DELETE ON pulse.accounts
    FOR EACH ROW EXECUTE FUNCTION pulse.tell_of_change('account', 'username');
CREATE TRIGGER sessions_tell AFTER UPDATE OR DELETE ON pulse.sessions
    FOR EACH ROW EXECUTE FUNCTION pulse.tell_of_change('session', 'secret_hash');
CREATE TRIGGER tokens_tell_of_end AFTER DELETE ON pulse.tokens
    FOR EACH ROW EXECUTE FUNCTION pulse.tell_of_change('token', 'secret_hash');
-- That a token was used changes nothing about what it may do.
CREATE TRIGGER tokens_tell_of_change AFTER UPDATE OF scopes, org_ids, owner_user, expires_at, secret_hash ON pulse.tokens
    FOR EACH ROW EXECUTE FUNCTION pulse.tell_of_change('token', 'secret_hash');
CREATE TRIGGER billing_states_tell AFTER INSERT OR UPDATE OR DELETE ON pulse.billing_states
    FOR EACH ROW EXECUTE FUNCTION pulse.tell_of_change('billing', 'org_id');

REVOKE ALL ON SCHEMA pulse FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA pulse FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pulse FROM PUBLIC;
GRANT USAGE ON SCHEMA pulse TO portcullis_app;
GRANT SELECT ON public.pulse_migrations TO portcullis_app;
GRANT SELECT ON ALL TABLES IN SCHEMA pulse TO portcullis_app;
GRANT INSERT (username, display_name, email, password_hash, system_role),
    UPDATE (display_name, email, password_hash, system_role, active, password_changed_at)
    ON pulse.accounts TO portcullis_app;
GRANT INSERT (id, secret_hash, username, expires_at, peer), DELETE ON pulse.sessions TO portcullis_app;
GRANT INSERT (id, name, secret_hash, prefix, suffix, scopes, org_ids, owner_user, expires_at),
    UPDATE (org_ids, last_used_at), DELETE ON pulse.tokens TO portcullis_app;
SELECT tenancy.protect('pulse.billing_states', 'operational');
