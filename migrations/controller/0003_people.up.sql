-- Who may say what: role grants, approvals, consents, evidence, risk acceptances, hard stops. Entitlement is looked up in
-- the registry at the moment of the act (SOD-4) and again when what was said is used (0004_promotions).

-- Times: the application's role cannot give them (0007_grants), and nobody can give another one than now.
DO $$
DECLARE
    stamped text;
    col text;
    tab text;
BEGIN
    FOREACH col IN ARRAY ARRAY['created_at', 'proposed_at', 'recorded_at', 'revoked_at', 'resolved_at', 'raised_at',
                               'opened_at', 'at', 'decided_at', 'signed_at', 'started_at', 'approved_at'] LOOP
        EXECUTE format('CREATE FUNCTION portcullis.stamp_%1$s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER '
                       'SET search_path = portcullis, pg_temp AS '
                       '''BEGIN NEW.%1$s := portcullis.now(); RETURN NEW; END''', col);
    END LOOP;
    FOREACH stamped IN ARRAY ARRAY[
        'principals.created_at', 'role_grants.proposed_at', 'tokens.created_at', 'tenants.created_at',
        'consents.recorded_at', 'approvals.created_at', 'approval_revocations.revoked_at', 'checks.recorded_at',
        'check_resolutions.resolved_at', 'risk_acceptances.created_at', 'risk_acceptance_revocations.revoked_at',
        'hard_stops.raised_at', 'incidents.opened_at', 'incident_events.at', 'rollback_evaluations.opened_at',
        'freezes.created_at', 'memos.decided_at', 'memo_signatures.signed_at', 'rollbacks.started_at',
        'rollback_approvals.approved_at', 'outbox.at', 'idempotency_keys.created_at'] LOOP
        tab := split_part(stamped, '.', 1);
        EXECUTE format('CREATE TRIGGER %1$s_stamped BEFORE INSERT ON portcullis.%1$s '
                       'FOR EACH ROW EXECUTE FUNCTION portcullis.stamp_%2$s()', tab, split_part(stamped, '.', 2));
    END LOOP;
END $$;

-- Principals and roles (SOD-6).

-- PL/pgSQL although one query each: it keeps the plans of its queries, SQL functions plan again at every call.
CREATE FUNCTION portcullis.is_active_user(principal text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM principals p WHERE p.id = principal AND p.active AND p.kind = 'user');
END $$;
CREATE FUNCTION portcullis.holds_role(principal text, role text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM principals p JOIN role_grants g ON g.principal_id = p.id
                   WHERE p.id = principal AND p.active AND g.role = holds_role.role AND g.status = 'active');
END $$;

CREATE FUNCTION portcullis.require_user(rule text, principal text, act text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF NOT is_active_user(principal) THEN
        PERFORM refuse(rule, format('%s is no active user; only a person can %s', principal, act));
    END IF;
END $$;
CREATE FUNCTION portcullis.require_role(principal text, role text, act text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF NOT holds_role(principal, role) THEN
        PERFORM refuse('SOD-4', format('%s does not hold the role %s now and cannot %s with it', principal, role, act));
    END IF;
END $$;

CREATE FUNCTION portcullis.guard_principal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.created_at <> OLD.created_at OR NEW.created_by <> OLD.created_by THEN
        PERFORM refuse('SOD-1', format('%s is a %s for good; register another principal', OLD.id, OLD.kind));
    END IF;
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER principals_kind_fixed BEFORE UPDATE ON portcullis.principals
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_principal();

CREATE FUNCTION portcullis.guard_role_grant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    confirmed boolean := NEW.role IN ('dev_lead', 'qa', 'system_owner');
BEGIN
    IF confirmed AND NOT EXISTS (SELECT FROM principals p WHERE p.id = NEW.principal_id AND p.kind = 'user') THEN
        PERFORM refuse('SOD-1', format('%s is no user; %s is a role for people', NEW.principal_id, NEW.role));
    END IF;
    IF NEW.bootstrap THEN
        IF TG_OP = 'INSERT' AND NEW.status = 'active' THEN
            RETURN NEW;  -- by the owner, when the database is initialised: the application's role has no such right
        ELSIF TG_OP = 'INSERT' THEN
            PERFORM refuse('SOD-6', 'the first grants are active at once');
        END IF;
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM require_role(NEW.proposed_by, 'admin', 'propose a grant');
        IF NEW.proposed_by = NEW.principal_id THEN
            PERFORM refuse('SOD-6', format('%s cannot grant a role to themselves; another admin can', NEW.principal_id));
        END IF;
        IF NEW.status <> (CASE WHEN confirmed THEN 'proposed' ELSE 'active' END)
           OR num_nonnulls(NEW.confirmed_by, NEW.confirmed_at, NEW.revoked_by, NEW.revoked_at) > 0 THEN
            PERFORM refuse('SOD-6', format('a grant of %s begins as %s', NEW.role,
                                           CASE WHEN confirmed THEN 'proposed' ELSE 'active' END));
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.principal_id, NEW.role, NEW.proposed_by, NEW.proposed_at, NEW.bootstrap)
       IS DISTINCT FROM (OLD.id, OLD.principal_id, OLD.role, OLD.proposed_by, OLD.proposed_at, OLD.bootstrap) THEN
        PERFORM refuse('SOD-6', format('grant %s never changes in what it grants; propose another', OLD.id));
    END IF;
    IF OLD.status = 'proposed' AND NEW.status IN ('active', 'rejected') THEN
        PERFORM require_user('SOD-6', NEW.confirmed_by, 'confirm or reject a grant');
        IF NEW.status = 'active' AND NEW.confirmed_by IN (NEW.proposed_by, NEW.principal_id) THEN
            PERFORM refuse('SOD-6', format('%s cannot confirm grant %s: another person than the proposer and the subject '
                                           'must', NEW.confirmed_by, OLD.id));
        END IF;
        IF NOT (holds_role(NEW.confirmed_by, 'admin') OR holds_role(NEW.confirmed_by, NEW.role)
                OR (NEW.status = 'rejected' AND NEW.confirmed_by = NEW.principal_id)) THEN
            PERFORM refuse('SOD-6', format('%s is neither an admin nor %s and cannot decide about grant %s',
                                           NEW.confirmed_by, NEW.role, OLD.id));
        END IF;
        NEW.confirmed_at := portcullis.now();
        NEW.revoked_by := NULL;
        NEW.revoked_at := NULL;
    ELSIF OLD.status IN ('proposed', 'active') AND NEW.status = 'revoked' THEN
        IF NEW.revoked_by IS NULL THEN
            PERFORM refuse('ATT-1', format('who revokes grant %s must be named', OLD.id));
        END IF;
        NEW.confirmed_by := OLD.confirmed_by;
        NEW.confirmed_at := OLD.confirmed_at;
        NEW.revoked_at := portcullis.now();
    ELSE
        PERFORM refuse('SOD-6', format('grant %s is %s and cannot become %s', OLD.id, OLD.status, NEW.status));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER role_grants_two_people BEFORE INSERT OR UPDATE ON portcullis.role_grants
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_role_grant();

CREATE FUNCTION portcullis.guard_token() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.principal_id, NEW.name, NEW.hash, NEW.roles, NEW.created_at, NEW.created_by, NEW.expires_at)
       IS DISTINCT FROM (OLD.id, OLD.principal_id, OLD.name, OLD.hash, OLD.roles, OLD.created_at, OLD.created_by,
                         OLD.expires_at) THEN
        PERFORM refuse('ATT-1', format('token %s never changes in what it allows; make another', OLD.id));
    END IF;
    IF NEW.last_used_at IS DISTINCT FROM OLD.last_used_at THEN
        NEW.last_used_at := portcullis.now();
    END IF;
    IF OLD.revoked_by IS NOT NULL THEN
        IF NEW.revoked_by IS DISTINCT FROM OLD.revoked_by THEN
            PERFORM refuse('ATT-1', format('token %s is revoked, which is final', OLD.id));
        END IF;
        NEW.revoked_at := OLD.revoked_at;
    ELSE
        NEW.revoked_at := CASE WHEN NEW.revoked_by IS NULL THEN NULL ELSE portcullis.now() END;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tokens_revoked_once BEFORE UPDATE ON portcullis.tokens
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_token();

CREATE FUNCTION portcullis.guard_tenant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.created_at <> OLD.created_at OR NEW.created_by <> OLD.created_by THEN
        PERFORM refuse('ATT-3', format('the id of tenant %s never changes', OLD.id));
    END IF;
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER tenants_id_fixed BEFORE UPDATE ON portcullis.tenants
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_tenant();

-- Consents (section 5, CHN-7).

CREATE FUNCTION portcullis.guard_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM require_user('SOD-1', NEW.recorded_by, 'record a consent');
        IF num_nonnulls(NEW.withdrawn_at, NEW.withdrawn_by, NEW.withdrawn_reason) > 0 THEN
            PERFORM refuse('CHN-7', 'a consent is recorded first and withdrawn later');
        END IF;
        IF NEW.given_at > portcullis.now() THEN
            PERFORM refuse('EXP-2', format('a consent cannot be given in the future (%s)', NEW.given_at));
        END IF;
        IF NEW.expires_at <= NEW.given_at THEN
            PERFORM refuse('EXP-2', format('the consent ends (%s) before it is given (%s)', NEW.expires_at, NEW.given_at));
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.tenant_id, NEW.release_id, NEW.channel, NEW.given_by, NEW.capacity, NEW.evidence, NEW.given_at,
        NEW.expires_at, NEW.recorded_by, NEW.recorded_at)
       IS DISTINCT FROM (OLD.id, OLD.tenant_id, OLD.release_id, OLD.channel, OLD.given_by, OLD.capacity, OLD.evidence,
                         OLD.given_at, OLD.expires_at, OLD.recorded_by, OLD.recorded_at)
       OR OLD.withdrawn_by IS NOT NULL THEN
        PERFORM refuse('CHN-7', format('consent %s can be withdrawn, once; nothing else in it changes', OLD.id));
    END IF;
    IF NEW.withdrawn_by IS NULL OR coalesce(NEW.withdrawn_reason, '') = '' THEN
        PERFORM refuse('CHN-7', format('the withdrawal of consent %s must say by whom and why', OLD.id));
    END IF;
    NEW.withdrawn_at := portcullis.now();
    RETURN NEW;
END $$;
CREATE TRIGGER consents_withdrawn_once BEFORE INSERT OR UPDATE ON portcullis.consents
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_consent();

-- Approvals (CLS-4, EXP-6, section 9).

CREATE FUNCTION portcullis.check_approval() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases := lock_release(NEW.release_id);
    current_hash text := r.content_hash;
    author text;
    filled text;
BEGIN
    PERFORM require_user('SOD-1', NEW.principal_id, 'approve');
    PERFORM require_role(NEW.principal_id, NEW.role, 'approve');
    IF NEW.scope = 'plan' THEN
        SELECT p.content_hash, p.created_by INTO current_hash, author FROM plan_revisions p
            WHERE p.release_id = r.id AND p.revision = r.plan_revision;
    ELSE
        SELECT m.created_by INTO author FROM manifest_revisions m WHERE m.release_id = r.id AND m.revision = r.revision;
    END IF;
    IF current_hash IS DISTINCT FROM NEW.content_hash THEN
        PERFORM refuse('SOD-5', format('the content %s is not the current one (%s); read it and approve that',
                                       NEW.content_hash, coalesce(current_hash, 'none')));
    END IF;
    NEW.self_approved := NEW.principal_id = author;
    IF NEW.self_approved AND NOT (NEW.role = 'dev_lead' AND coalesce(r.class, '') IN ('ui_only', 'workflow')) THEN
        PERFORM refuse('SOD-3', format('%s wrote what would be approved; for a release of class %s another %s must '
                                       'approve it', author, coalesce(r.class, 'unclassified'), NEW.role));
    END IF;
    SELECT a.role INTO filled FROM approvals a
        WHERE a.release_id = r.id AND a.scope = NEW.scope AND a.principal_id = NEW.principal_id AND a.role <> NEW.role
          AND a.content_hash = NEW.content_hash AND holds_role(a.principal_id, a.role)
          AND NOT EXISTS (SELECT FROM approval_revocations v WHERE v.approval_id = a.id) LIMIT 1;
    IF FOUND THEN
        PERFORM refuse('SOD-2', format('%s has approved this as %s; another person must approve it as %s',
                                       NEW.principal_id, filled, NEW.role));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approvals_by_entitled_people BEFORE INSERT ON portcullis.approvals
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_approval();

-- Evidence.

CREATE FUNCTION portcullis.check_check() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases := lock_release(NEW.release_id);
BEGIN
    IF NEW.change_hash <> r.change_hash THEN
        PERFORM refuse('SOD-5', format('the evidence is about %s, but release %s is now %s; record it for that',
                                       NEW.change_hash, r.id, r.change_hash));
    END IF;
    NEW.channel := r.channel;
    IF jsonb_typeof(NEW.evidence) <> 'object' THEN
        PERFORM refuse('EVD-6', 'evidence is an object');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER checks_about_the_current BEFORE INSERT ON portcullis.checks
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_check();

CREATE FUNCTION portcullis.check_check_resolution() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    PERFORM require_user('SOD-1', NEW.resolved_by, 'resolve a failed check');
    IF NEW.resolution !~ '[^[:space:]]' OR NEW.evidence !~ '[^[:space:]]' THEN
        PERFORM refuse('EVD-4', format('check %s is closed by a written resolution with evidence', NEW.check_id));
    END IF;
    IF EXISTS (SELECT FROM checks c WHERE c.id = NEW.check_id AND c.outcome IN ('passed', 'not_applicable')) THEN
        PERFORM refuse('EVD-4', format('check %s did not fail; there is nothing to resolve', NEW.check_id));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_resolutions_by_people BEFORE INSERT ON portcullis.check_resolutions
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_check_resolution();

CREATE FUNCTION portcullis.check_risk_acceptance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    r releases := lock_release(NEW.release_id);
BEGIN
    PERFORM require_user('SOD-1', NEW.principal_id, 'accept a risk');
    PERFORM require_role(NEW.principal_id, 'system_owner', 'accept a risk');
    IF NEW.content_hash <> r.content_hash THEN
        PERFORM refuse('SOD-5', format('the content %s is not the current one (%s)', NEW.content_hash, r.content_hash));
    END IF;
    IF NEW.review_date <= (portcullis.now() AT TIME ZONE 'UTC')::date THEN
        PERFORM refuse('CLS-4', format('the review date %s has passed: the acceptance would lapse at once',
                                       NEW.review_date));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER risk_acceptances_by_system_owner BEFORE INSERT ON portcullis.risk_acceptances
    FOR EACH ROW EXECUTE FUNCTION portcullis.check_risk_acceptance();

-- Hard stops raised by hand: by anyone, closed by a person other than the raiser and other than the author (HSX-1).

CREATE FUNCTION portcullis.guard_hard_stop() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    author text;
BEGIN
    PERFORM lock_release(NEW.release_id);
    IF TG_OP = 'INSERT' THEN
        IF NEW.resolved_by IS NOT NULL THEN
            PERFORM refuse('HSX-1', 'a hard stop is raised first and resolved later');
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.resolved_at IS NOT NULL
       OR (NEW.id, NEW.release_id, NEW.rule, NEW.reason, NEW.raised_by, NEW.raised_at)
          IS DISTINCT FROM (OLD.id, OLD.release_id, OLD.rule, OLD.reason, OLD.raised_by, OLD.raised_at) THEN
        PERFORM refuse('HSX-1', format('hard stop %s can be resolved, once; nothing else in it changes', OLD.id));
    END IF;
    PERFORM require_user('HSX-1', NEW.resolved_by, 'resolve a hard stop');
    SELECT m.created_by INTO author FROM releases r
        JOIN manifest_revisions m ON m.release_id = r.id AND m.revision = r.revision WHERE r.id = OLD.release_id;
    IF NEW.resolved_by IN (OLD.raised_by, author) THEN
        PERFORM refuse('HSX-1', format('%s raised hard stop %s or wrote the manifest; another person must resolve it',
                                       NEW.resolved_by, OLD.id));
    END IF;
    IF coalesce(NEW.resolution, '') !~ '[^[:space:]]' OR coalesce(NEW.evidence, '') !~ '[^[:space:]]' THEN
        PERFORM refuse('HSX-1', format('hard stop %s is closed by a written resolution with evidence', OLD.id));
    END IF;
    NEW.resolved_at := portcullis.now();
    RETURN NEW;
END $$;
CREATE TRIGGER hard_stops_resolved_once BEFORE INSERT OR UPDATE ON portcullis.hard_stops
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_hard_stop();
