DROP FUNCTION tenancy.delete_org, tenancy.delete_records, tenancy.import_records, tenancy.export_records,
    tenancy.digest_records, tenancy.record_expression, tenancy.require_scope;
