DROP TRIGGER orgs_begin_audit ON tenancy.orgs;
SELECT tenancy.release(t) FROM unnest(ARRAY['tenancy.audit_heads', 'tenancy.audit_entries']::regclass[]) AS t;
DROP FUNCTION tenancy.begin_audit, tenancy.verify_audit, tenancy.append_audit, tenancy.audit_hash, tenancy.audit_part;
DROP TABLE tenancy.audit_entries, tenancy.audit_heads;
DROP FUNCTION tenancy.refuse_change;
