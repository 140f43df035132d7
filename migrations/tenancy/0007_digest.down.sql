DROP FUNCTION tenancy.digest_tenants();
