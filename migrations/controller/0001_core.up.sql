-- The controller's tables. Everything lives in the schema `portcullis`, owned by the migration role; what must never
-- happen is refused in 0002_documents to 0006_audit, what the application's role may do at all is granted in
-- 0007_grants.
-- Texts of enumerations are those of controller/policy/types.hpp.

CREATE SCHEMA portcullis;

-- The clock all rules use. A database created without the simulated clock refuses it forever (0002_documents).
CREATE TABLE portcullis.clock (
    singleton  boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    simulated  boolean NOT NULL,
    "offset"   interval NOT NULL DEFAULT interval '0',
    CONSTRAINT clock_real_has_no_offset CHECK (simulated OR "offset" = interval '0')
);

CREATE FUNCTION portcullis.now() RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT transaction_timestamp() + (SELECT "offset" FROM portcullis.clock) $$;

-- Changes of facts that many releases depend on (roles, tenants, consents, freezes, path rules) bump this number; a
-- gate's cached snapshot is good for one (release.facts_version, facts_epoch) pair. Bumped by triggers only.
CREATE TABLE portcullis.facts_epoch (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    epoch     bigint NOT NULL DEFAULT 1
);
INSERT INTO portcullis.facts_epoch DEFAULT VALUES;

-- Settings of the installation that are data: signing key id, schema facts. Secrets stay in files.
CREATE TABLE portcullis.installation (
    key   text PRIMARY KEY,
    value text NOT NULL
);

CREATE TABLE portcullis.principals (
    id           text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
    kind         text NOT NULL CHECK (kind IN ('user', 'component')),
    display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 200),
    email        text,
    active       boolean NOT NULL DEFAULT true,
    created_at   timestamptz NOT NULL DEFAULT portcullis.now(),
    created_by   text NOT NULL,
    version      bigint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX principals_id_folded ON portcullis.principals (lower(id));

CREATE TABLE portcullis.role_grants (
    id           text PRIMARY KEY,
    principal_id text NOT NULL REFERENCES portcullis.principals,
    role         text NOT NULL CHECK (role IN ('dev_lead', 'qa', 'system_owner', 'release_manager', 'operator',
                                               'auditor', 'pipeline', 'admin')),
    status       text NOT NULL CHECK (status IN ('proposed', 'active', 'revoked', 'rejected')),
    proposed_by  text NOT NULL,
    proposed_at  timestamptz NOT NULL DEFAULT portcullis.now(),
    confirmed_by text,
    confirmed_at timestamptz,
    revoked_by   text,
    revoked_at   timestamptz,
    bootstrap    boolean NOT NULL DEFAULT false,
    CONSTRAINT role_grants_not_to_oneself CHECK (bootstrap OR proposed_by <> principal_id),
    CONSTRAINT role_grants_two_people CHECK (
        bootstrap OR status <> 'active' OR role NOT IN ('dev_lead', 'qa', 'system_owner')
        OR (confirmed_by IS NOT NULL AND confirmed_by <> proposed_by AND confirmed_by <> principal_id))
);
CREATE UNIQUE INDEX role_grants_one_live ON portcullis.role_grants (principal_id, role)
    WHERE status IN ('proposed', 'active');

CREATE TABLE portcullis.tokens (
    id           text PRIMARY KEY,
    principal_id text NOT NULL REFERENCES portcullis.principals,
    name         text NOT NULL,
    hash         bytea NOT NULL UNIQUE CHECK (length(hash) = 32),  -- SHA-256 of the token
    roles        text[] NOT NULL,  -- the token acts with these, as far as the principal still holds them
    created_at   timestamptz NOT NULL DEFAULT portcullis.now(),
    created_by   text NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    revoked_by   text
);
CREATE INDEX tokens_principal ON portcullis.tokens (principal_id);

CREATE TABLE portcullis.tenants (
    id                 text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
    name               text NOT NULL,
    kind               text NOT NULL CHECK (kind IN ('dev', 'test', 'staging', 'production')),
    channel_preference text NOT NULL DEFAULT 'any' CHECK (channel_preference IN ('any', 'stable_only')),
    active             boolean NOT NULL DEFAULT true,
    created_at         timestamptz NOT NULL DEFAULT portcullis.now(),
    created_by         text NOT NULL,
    version            bigint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX tenants_id_folded ON portcullis.tenants (lower(id));

CREATE TABLE portcullis.releases (
    id                 text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$'),
    title              text NOT NULL,
    class              text CHECK (class IN ('ui_only', 'workflow', 'capability', 'mechanism')),
    channel            text NOT NULL DEFAULT 'dev' CHECK (channel IN ('dev', 'experimental', 'candidate', 'stable')),
    status             text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'rolled_back', 'withdrawn', 'superseded')),
    channel_entered_at timestamptz NOT NULL DEFAULT portcullis.now(),
    content_since      timestamptz NOT NULL DEFAULT portcullis.now(),
    promotion_begun_at timestamptz,
    revision           bigint NOT NULL DEFAULT 1,
    content_hash       text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    change_hash        text NOT NULL CHECK (change_hash ~ '^[0-9a-f]{64}$'),
    flag               text,  -- kill switch flag of the current manifest
    plan_revision      bigint,
    created_at         timestamptz NOT NULL DEFAULT portcullis.now(),
    created_by         text NOT NULL,
    facts_version      bigint NOT NULL DEFAULT 1,  -- every change of a fact about this release
    version            bigint NOT NULL DEFAULT 1   -- the ETag: changes of manifest, plan, channel, status
);
CREATE UNIQUE INDEX releases_id_folded ON portcullis.releases (lower(id));
CREATE INDEX releases_channel ON portcullis.releases (channel, id);

-- Append-only: one row per revision of a manifest.
CREATE TABLE portcullis.manifest_revisions (
    release_id   text NOT NULL REFERENCES portcullis.releases,
    revision     bigint NOT NULL,
    content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    change_hash  text NOT NULL CHECK (change_hash ~ '^[0-9a-f]{64}$'),
    class        text CHECK (class IN ('ui_only', 'workflow', 'capability', 'mechanism')),
    document     text NOT NULL,  -- canonical JSON; content_hash is its SHA-256
    created_at   timestamptz NOT NULL DEFAULT portcullis.now(),
    created_by   text NOT NULL,
    PRIMARY KEY (release_id, revision)
);

-- Append-only: one row per revision of an exposure plan.
CREATE TABLE portcullis.plan_revisions (
    release_id   text NOT NULL REFERENCES portcullis.releases,
    revision     bigint NOT NULL,
    content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    document     text NOT NULL,  -- canonical JSON
    owner        text NOT NULL,
    minimum_stay interval NOT NULL,
    maximum_stay interval,
    created_at   timestamptz NOT NULL DEFAULT portcullis.now(),
    created_by   text NOT NULL,
    PRIMARY KEY (release_id, revision)
);
CREATE TABLE portcullis.plan_tenants (
    release_id text NOT NULL,
    revision   bigint NOT NULL,
    tenant_id  text NOT NULL REFERENCES portcullis.tenants,
    PRIMARY KEY (release_id, revision, tenant_id),
    FOREIGN KEY (release_id, revision) REFERENCES portcullis.plan_revisions
);
CREATE INDEX plan_tenants_tenant ON portcullis.plan_tenants (tenant_id);

-- Append-only but for the withdrawal columns, which are written once.
CREATE TABLE portcullis.consents (
    id               text PRIMARY KEY,
    tenant_id        text NOT NULL REFERENCES portcullis.tenants,
    release_id       text REFERENCES portcullis.releases,  -- null: for the channel
    channel          text CHECK (channel IN ('experimental')),
    given_by         text NOT NULL,
    capacity         text NOT NULL,
    evidence         text NOT NULL,
    given_at         timestamptz NOT NULL,
    expires_at       timestamptz,
    recorded_by      text NOT NULL REFERENCES portcullis.principals,
    recorded_at      timestamptz NOT NULL DEFAULT portcullis.now(),
    withdrawn_at     timestamptz,
    withdrawn_by     text,
    withdrawn_reason text,
    CONSTRAINT consents_for_something CHECK ((release_id IS NULL) <> (channel IS NULL))
);
CREATE INDEX consents_release ON portcullis.consents (release_id) WHERE release_id IS NOT NULL;
CREATE INDEX consents_channel ON portcullis.consents (channel, tenant_id) WHERE channel IS NOT NULL;
CREATE INDEX consents_tenant ON portcullis.consents (tenant_id, recorded_at DESC);

-- Append-only. A revocation is a row of its own.
CREATE TABLE portcullis.approvals (
    id           text PRIMARY KEY,
    release_id   text NOT NULL REFERENCES portcullis.releases,
    scope        text NOT NULL CHECK (scope IN ('class', 'class_floor', 'plan', 'experimental', 'candidate', 'stable')),
    role         text NOT NULL CHECK (role IN ('dev_lead', 'qa', 'system_owner')),
    principal_id text NOT NULL REFERENCES portcullis.principals,
    content_hash text NOT NULL,  -- of the manifest; of the plan for scope plan
    self_approved boolean NOT NULL DEFAULT false,
    note         text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL DEFAULT portcullis.now()
);
CREATE INDEX approvals_release ON portcullis.approvals (release_id);
CREATE TABLE portcullis.approval_revocations (
    approval_id text PRIMARY KEY REFERENCES portcullis.approvals,
    revoked_by  text NOT NULL REFERENCES portcullis.principals,
    reason      text NOT NULL,
    revoked_at  timestamptz NOT NULL DEFAULT portcullis.now()
);

-- Append-only: evidence for a control. A red item is closed by a resolution that cites it.
CREATE TABLE portcullis.checks (
    id            text PRIMARY KEY,
    release_id    text NOT NULL REFERENCES portcullis.releases,
    control       text NOT NULL,
    key           text NOT NULL DEFAULT '',
    outcome       text NOT NULL CHECK (outcome IN ('passed', 'failed', 'not_applicable', 'inconclusive')),
    tier          text NOT NULL CHECK (tier IN ('documented', 'test', 'rehearsal', 'managed_runtime', 'production_observed')),
    channel       text NOT NULL CHECK (channel IN ('dev', 'experimental', 'candidate', 'stable')),
    change_hash   text NOT NULL,
    reason        text NOT NULL DEFAULT '',
    evidence      jsonb NOT NULL DEFAULT '{}',  -- {"text","url","command":{argv,exit_code,...},"drill":{...}}
    performed_at  timestamptz NOT NULL,
    recorded_by   text NOT NULL REFERENCES portcullis.principals,
    recorded_at   timestamptz NOT NULL DEFAULT portcullis.now(),
    CONSTRAINT checks_not_in_the_future CHECK (performed_at <= recorded_at)
);
CREATE INDEX checks_release ON portcullis.checks (release_id, control, recorded_at);
CREATE TABLE portcullis.check_resolutions (
    check_id    text PRIMARY KEY REFERENCES portcullis.checks,
    resolution  text NOT NULL,
    evidence    text NOT NULL,
    resolved_by text NOT NULL REFERENCES portcullis.principals,
    resolved_at timestamptz NOT NULL DEFAULT portcullis.now()
);

-- Append-only. Lapses on its review date.
CREATE TABLE portcullis.risk_acceptances (
    id           text PRIMARY KEY,
    release_id   text NOT NULL REFERENCES portcullis.releases,
    principal_id text NOT NULL REFERENCES portcullis.principals,
    content_hash text NOT NULL,
    risk         text NOT NULL,
    rationale    text NOT NULL,
    review_date  date NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT portcullis.now()
);
CREATE INDEX risk_acceptances_release ON portcullis.risk_acceptances (release_id);
CREATE TABLE portcullis.risk_acceptance_revocations (
    risk_acceptance_id text PRIMARY KEY REFERENCES portcullis.risk_acceptances,
    revoked_by         text NOT NULL REFERENCES portcullis.principals,
    reason             text NOT NULL,
    revoked_at         timestamptz NOT NULL DEFAULT portcullis.now()
);

-- Raised by anyone; the resolution columns are written once (0003_people).
CREATE TABLE portcullis.hard_stops (
    id          text PRIMARY KEY,
    release_id  text NOT NULL REFERENCES portcullis.releases,
    rule        text NOT NULL CHECK (rule ~ '^HST-[1-7]$'),
    reason      text NOT NULL,
    raised_by   text NOT NULL REFERENCES portcullis.principals,
    raised_at   timestamptz NOT NULL DEFAULT portcullis.now(),
    resolution  text,
    evidence    text,
    resolved_by text REFERENCES portcullis.principals,
    resolved_at timestamptz,
    CONSTRAINT hard_stops_resolved_with_evidence CHECK (
        (resolved_at IS NULL) = (resolution IS NULL) AND (resolved_at IS NULL) = (evidence IS NULL)
        AND (resolved_at IS NULL) = (resolved_by IS NULL)),
    CONSTRAINT hard_stops_another_person CHECK (resolved_by IS NULL OR resolved_by <> raised_by)
);
CREATE INDEX hard_stops_release ON portcullis.hard_stops (release_id);

CREATE TABLE portcullis.incidents (
    id              text PRIMARY KEY,
    title           text NOT NULL,
    description     text NOT NULL DEFAULT '',
    severity        text NOT NULL CHECK (severity IN ('SEV-1', 'SEV-2', 'SEV-3', 'SEV-4')),
    state           text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'acknowledged', 'contained', 'resolved')),
    opened_at       timestamptz NOT NULL DEFAULT portcullis.now(),
    opened_by       text NOT NULL REFERENCES portcullis.principals,
    acknowledged_at timestamptz,
    acknowledged_by text,
    contained_at    timestamptz,
    contained_by    text,
    resolved_at     timestamptz,
    resolved_by     text,
    resolution      text,
    version         bigint NOT NULL DEFAULT 1
);
CREATE INDEX incidents_state ON portcullis.incidents (state, id);
CREATE TABLE portcullis.incident_subjects (
    incident_id text NOT NULL REFERENCES portcullis.incidents,
    kind        text NOT NULL CHECK (kind IN ('release', 'tenant', 'instance', 'rollout')),
    subject_id  text NOT NULL,
    PRIMARY KEY (incident_id, kind, subject_id)
);
CREATE INDEX incident_subjects_subject ON portcullis.incident_subjects (kind, subject_id);
-- Append-only: severity changes, notes, acknowledgements.
CREATE TABLE portcullis.incident_events (
    incident_id text NOT NULL REFERENCES portcullis.incidents,
    n           bigint GENERATED ALWAYS AS IDENTITY,
    at          timestamptz NOT NULL DEFAULT portcullis.now(),
    actor       text NOT NULL,
    kind        text NOT NULL,
    detail      jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (incident_id, n)
);
CREATE TABLE portcullis.rollback_evaluations (
    id          text PRIMARY KEY,
    release_id  text NOT NULL REFERENCES portcullis.releases,
    incident_id text NOT NULL REFERENCES portcullis.incidents,
    opened_at   timestamptz NOT NULL DEFAULT portcullis.now(),
    decision    text CHECK (decision IN ('roll_back', 'continue')),
    reason      text,
    decided_by  text REFERENCES portcullis.principals,
    decided_at  timestamptz,
    UNIQUE (release_id, incident_id)
);

CREATE TABLE portcullis.freezes (
    id          text PRIMARY KEY,
    scope       text NOT NULL CHECK (scope IN ('global', 'channel', 'tenant')),
    channel     text CHECK (channel IN ('dev', 'experimental', 'candidate', 'stable')),
    tenant_id   text REFERENCES portcullis.tenants,
    zone        text NOT NULL,       -- IANA time zone of the local times below
    local_start timestamp NOT NULL,
    local_end   timestamp NOT NULL,
    recurrence  text NOT NULL DEFAULT 'none' CHECK (recurrence IN ('none', 'weekly', 'yearly')),
    until       date,                -- last day of the recurrence, local
    reason      text NOT NULL,
    created_by  text NOT NULL REFERENCES portcullis.principals,
    created_at  timestamptz NOT NULL DEFAULT portcullis.now(),
    cancelled_at timestamptz,
    cancelled_by text,
    version     bigint NOT NULL DEFAULT 1,
    CONSTRAINT freezes_window CHECK (local_start < local_end),
    CONSTRAINT freezes_scope_target CHECK ((scope = 'channel') = (channel IS NOT NULL) AND (scope = 'tenant') = (tenant_id IS NOT NULL))
);

-- Append-only and immutable: decided memos with their full content.
CREATE TABLE portcullis.memos (
    release_id            text NOT NULL REFERENCES portcullis.releases,
    number                bigint NOT NULL,
    target                text NOT NULL CHECK (target IN ('candidate', 'stable')),
    decision              text NOT NULL CHECK (decision IN ('GO', 'NO-GO')),
    manifest_content_hash text NOT NULL,
    content               text NOT NULL,  -- canonical JSON of the memo; what is signed and rendered
    content_hash          text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    decided_by            text NOT NULL REFERENCES portcullis.principals,
    decided_at            timestamptz NOT NULL DEFAULT portcullis.now(),
    PRIMARY KEY (release_id, number)
);
CREATE TABLE portcullis.memo_signatures (
    release_id   text NOT NULL,
    number       bigint NOT NULL,
    role         text NOT NULL CHECK (role IN ('system_owner', 'dev_lead')),
    principal_id text NOT NULL REFERENCES portcullis.principals,
    content_hash text NOT NULL,
    signed_at    timestamptz NOT NULL DEFAULT portcullis.now(),
    PRIMARY KEY (release_id, number, role),
    UNIQUE (release_id, number, principal_id),
    FOREIGN KEY (release_id, number) REFERENCES portcullis.memos
);

-- Append-only: every promotion that happened.
CREATE TABLE portcullis.promotions (
    id           text PRIMARY KEY,
    release_id   text NOT NULL REFERENCES portcullis.releases,
    from_channel text NOT NULL CHECK (from_channel IN ('dev', 'experimental', 'candidate')),
    to_channel   text NOT NULL CHECK (to_channel IN ('experimental', 'candidate', 'stable')),
    content_hash text NOT NULL,
    memo_number  bigint,
    facts_hash   text NOT NULL,
    verdict      jsonb NOT NULL,
    promoted_by  text NOT NULL REFERENCES portcullis.principals,
    promoted_at  timestamptz NOT NULL DEFAULT portcullis.now(),
    UNIQUE (release_id, to_channel)
);

CREATE TABLE portcullis.rollbacks (
    id             text PRIMARY KEY,
    release_id     text NOT NULL REFERENCES portcullis.releases,
    reason         text NOT NULL,
    authority      text NOT NULL,  -- rule that allowed it and who: "RBA-3 system owner bob.smith"
    approved_by    text REFERENCES portcullis.principals,
    incident_id    text REFERENCES portcullis.incidents,
    started_by     text NOT NULL REFERENCES portcullis.principals,
    started_at     timestamptz NOT NULL DEFAULT portcullis.now(),
    watch_minutes  integer NOT NULL DEFAULT 30 CHECK (watch_minutes BETWEEN 1 AND 1440),
    watch_until    timestamptz,
    outcome        text CHECK (outcome IN ('succeeded', 'failed')),
    outcome_reason text,
    finished_at    timestamptz,
    finished_by    text,
    version        bigint NOT NULL DEFAULT 1
);
CREATE INDEX rollbacks_release ON portcullis.rollbacks (release_id);
CREATE TABLE portcullis.rollback_steps (
    rollback_id text NOT NULL REFERENCES portcullis.rollbacks,
    n           integer NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('procedure', 'verification', 'communication', 'watch')),
    text        text NOT NULL,
    due_at      timestamptz,
    state       text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'failed')),
    evidence    text,
    done_by     text REFERENCES portcullis.principals,
    done_at     timestamptz,
    PRIMARY KEY (rollback_id, n)
);
-- A system owner's approval of a rollback that someone else will start; spent by that rollback.
CREATE TABLE portcullis.rollback_approvals (
    id          text PRIMARY KEY,
    release_id  text NOT NULL REFERENCES portcullis.releases,
    approved_by text NOT NULL REFERENCES portcullis.principals,
    reason      text NOT NULL,
    approved_at timestamptz NOT NULL DEFAULT portcullis.now(),
    expires_at  timestamptz NOT NULL,
    rollback_id text REFERENCES portcullis.rollbacks
);

-- CLS-5's patterns.
CREATE TABLE portcullis.path_rules (
    pattern text PRIMARY KEY,
    floor   text NOT NULL CHECK (floor IN ('ui_only', 'workflow', 'capability', 'mechanism')),
    topic   text NOT NULL
);

-- Append-only hash chain. `document` is the canonical JSON of the entry without its hash; hash = SHA-256 hex of
-- prev_hash || '\n' || document.
CREATE TABLE portcullis.audit (
    seq        bigint PRIMARY KEY,
    at         timestamptz NOT NULL,
    actor      text NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'component')),
    action     text NOT NULL,
    outcome    text NOT NULL CHECK (outcome IN ('done', 'refused')),
    release_id text,
    tenant_id  text,
    request_id text,
    document   text NOT NULL,
    prev_hash  text NOT NULL,
    hash       text NOT NULL
);
CREATE INDEX audit_release ON portcullis.audit (release_id, seq) WHERE release_id IS NOT NULL;
CREATE INDEX audit_tenant ON portcullis.audit (tenant_id, seq) WHERE tenant_id IS NOT NULL;
CREATE INDEX audit_actor ON portcullis.audit (actor, seq);
CREATE INDEX audit_action ON portcullis.audit (action, seq);
-- The chain's end; locked by every append.
CREATE TABLE portcullis.audit_head (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    seq       bigint NOT NULL,
    hash      text NOT NULL
);
INSERT INTO portcullis.audit_head VALUES (true, 0, repeat('0', 64));
CREATE TABLE portcullis.audit_checkpoints (
    seq       bigint PRIMARY KEY REFERENCES portcullis.audit,
    hash      text NOT NULL,
    at        timestamptz NOT NULL,
    key_id    text NOT NULL,
    signature text NOT NULL
);

-- Events for subscribers, in the same transaction as what they tell.
CREATE TABLE portcullis.outbox (
    seq        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT portcullis.now(),
    kind       text NOT NULL,
    subject    text NOT NULL,
    data       jsonb NOT NULL
);

CREATE TABLE portcullis.idempotency_keys (
    principal_id text NOT NULL,
    key          text NOT NULL,
    request_hash text NOT NULL,  -- method, path and body
    status       integer NOT NULL,
    headers      jsonb NOT NULL,
    body         text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT portcullis.now(),
    PRIMARY KEY (principal_id, key)
);
CREATE INDEX idempotency_keys_age ON portcullis.idempotency_keys (created_at);
