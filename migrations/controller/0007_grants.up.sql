-- What the application's role may do: read; insert what its callers say, never a time or a number that PostgreSQL knows
-- better; change the few columns that may change. It owns nothing, has no DDL, and cannot delete but for spent keys and
-- delivered events.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portcullis_app') THEN
        RAISE EXCEPTION 'the role portcullis_app does not exist; create it first: CREATE ROLE portcullis_app LOGIN';
    END IF;
END $$;

REVOKE ALL ON SCHEMA portcullis FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA portcullis FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA portcullis FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

GRANT USAGE ON SCHEMA portcullis TO portcullis_app;
GRANT SELECT ON ALL TABLES IN SCHEMA portcullis TO portcullis_app;
GRANT SELECT ON public.portcullis_migrations TO portcullis_app;

GRANT EXECUTE ON FUNCTION
    portcullis.now(), portcullis.holds_role(text, text), portcullis.is_active_user(text), portcullis.is_time_zone(text),
    portcullis.current_consents(text), portcullis.freeze_windows(portcullis.freezes, timestamptz, integer),
    portcullis.hold_facts(text), portcullis.lock_audit_head(),
    portcullis.change_severity(text, text, text, text, text), portcullis.note_incident(text, text, jsonb)
    TO portcullis_app;

GRANT INSERT (id, kind, display_name, email, created_by), UPDATE (display_name, email, active)
    ON portcullis.principals TO portcullis_app;
GRANT INSERT (id, principal_id, role, status, proposed_by), UPDATE (status, confirmed_by, revoked_by)
    ON portcullis.role_grants TO portcullis_app;
GRANT INSERT (id, principal_id, name, hash, roles, created_by, expires_at), UPDATE (last_used_at, revoked_by)
    ON portcullis.tokens TO portcullis_app;
GRANT INSERT (id, name, kind, channel_preference, created_by), UPDATE (name, kind, channel_preference, active)
    ON portcullis.tenants TO portcullis_app;
GRANT INSERT (id, tenant_id, release_id, channel, given_by, capacity, evidence, given_at, expires_at, recorded_by),
    UPDATE (withdrawn_by, withdrawn_reason) ON portcullis.consents TO portcullis_app;

GRANT INSERT (id, title, class, flag, content_hash, change_hash, created_by), UPDATE (status)
    ON portcullis.releases TO portcullis_app;
GRANT INSERT (release_id, content_hash, change_hash, document, created_by)
    ON portcullis.manifest_revisions TO portcullis_app;
GRANT INSERT (release_id, content_hash, document, created_by) ON portcullis.plan_revisions TO portcullis_app;
GRANT INSERT (id, release_id, scope, role, principal_id, content_hash, note) ON portcullis.approvals TO portcullis_app;
GRANT INSERT (approval_id, revoked_by, reason) ON portcullis.approval_revocations TO portcullis_app;
GRANT INSERT (id, release_id, control, key, outcome, tier, change_hash, reason, evidence, performed_at, recorded_by)
    ON portcullis.checks TO portcullis_app;
GRANT INSERT (check_id, resolution, evidence, resolved_by) ON portcullis.check_resolutions TO portcullis_app;
GRANT INSERT (id, release_id, principal_id, content_hash, risk, rationale, review_date)
    ON portcullis.risk_acceptances TO portcullis_app;
GRANT INSERT (risk_acceptance_id, revoked_by, reason) ON portcullis.risk_acceptance_revocations TO portcullis_app;
GRANT INSERT (id, release_id, rule, reason, raised_by), UPDATE (resolution, evidence, resolved_by)
    ON portcullis.hard_stops TO portcullis_app;
GRANT INSERT (release_id, number, target, decision, manifest_content_hash, content, content_hash, decided_by)
    ON portcullis.memos TO portcullis_app;
GRANT INSERT (release_id, number, role, principal_id, content_hash) ON portcullis.memo_signatures TO portcullis_app;
GRANT INSERT (id, release_id, from_channel, to_channel, content_hash, memo_number, facts_hash, verdict, promoted_by)
    ON portcullis.promotions TO portcullis_app;

GRANT INSERT (id, title, description, severity, opened_by),
    UPDATE (title, description, state, acknowledged_by, contained_by, resolved_by, resolution)
    ON portcullis.incidents TO portcullis_app;
GRANT INSERT (incident_id, kind, subject_id) ON portcullis.incident_subjects TO portcullis_app;
GRANT UPDATE (decision, reason, decided_by) ON portcullis.rollback_evaluations TO portcullis_app;
GRANT INSERT (id, scope, channel, tenant_id, zone, local_start, local_end, recurrence, until, reason, created_by),
    UPDATE (cancelled_by) ON portcullis.freezes TO portcullis_app;
GRANT INSERT (id, release_id, reason, authority, approved_by, incident_id, started_by, watch_minutes),
    UPDATE (watch_until, outcome, outcome_reason, finished_by) ON portcullis.rollbacks TO portcullis_app;
GRANT INSERT (rollback_id, n, kind, text, due_at), UPDATE (state, evidence, done_by)
    ON portcullis.rollback_steps TO portcullis_app;
GRANT INSERT (id, release_id, approved_by, reason, expires_at), UPDATE (rollback_id)
    ON portcullis.rollback_approvals TO portcullis_app;

GRANT INSERT (document) ON portcullis.audit TO portcullis_app;
GRANT INSERT (seq, hash, at, key_id, signature) ON portcullis.audit_checkpoints TO portcullis_app;
GRANT INSERT (kind, subject, data), DELETE ON portcullis.outbox TO portcullis_app;
GRANT INSERT (principal_id, key, request_hash, status, headers, body), UPDATE (status, headers, body), DELETE
    ON portcullis.idempotency_keys TO portcullis_app;
GRANT INSERT (key, value) ON portcullis.installation TO portcullis_app;
GRANT UPDATE ("offset") ON portcullis.clock TO portcullis_app;
