DROP TABLE tenancy.shares, tenancy.invitations, tenancy.members, tenancy.orgs CASCADE;
DROP FUNCTION tenancy.tell_directory, tenancy.sharing_org_name, tenancy.guard_org, tenancy.guard_share;
DELETE FROM tenancy.protected_tables WHERE directory;
