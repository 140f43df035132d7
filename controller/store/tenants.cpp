#include "controller/store/tenants.hpp"

#include "controller/store/tx.hpp"

namespace store {
namespace {

#define PORTCULLIS_TENANT_COLUMNS "id, name, kind, channel_preference, active, created_at, created_by, version"

constexpr Statement kInsertTenant{
    "insert_tenant",
    "INSERT INTO tenants (id, name, kind, channel_preference, created_by) VALUES ($1, $2, $3, $4, $5) "
    "RETURNING " PORTCULLIS_TENANT_COLUMNS};
constexpr Statement kLoadTenant{"load_tenant", "SELECT " PORTCULLIS_TENANT_COLUMNS " FROM tenants WHERE id = $1"};
constexpr Statement kLockTenant{"lock_tenant",
                                "SELECT " PORTCULLIS_TENANT_COLUMNS " FROM tenants WHERE id = $1 FOR UPDATE"};
constexpr Statement kListTenants{
    "list_tenants", "SELECT " PORTCULLIS_TENANT_COLUMNS
                    " FROM tenants "
                    "WHERE ($1::text IS NULL OR kind = $1) AND ($2::text IS NULL OR channel_preference = $2) "
                    "AND ($3::boolean IS NULL OR active = $3) AND (id ILIKE $4 OR name ILIKE $4) "
                    "AND ($5::text IS NULL OR id > $5) ORDER BY id LIMIT $6"};
constexpr Statement kUpdateTenant{
    "update_tenant",
    "UPDATE tenants SET name = $2, kind = $3, channel_preference = $4, active = $5 WHERE id = $1 "
    "RETURNING " PORTCULLIS_TENANT_COLUMNS};

#undef PORTCULLIS_TENANT_COLUMNS

Tenant ReadTenant(Columns& columns) {
    Tenant tenant;
    tenant.id = columns.Id<policy::TenantId>();
    tenant.name = columns.Text();
    tenant.kind = columns.Enum<policy::TenantKind>();
    tenant.preference = columns.Enum<policy::ChannelPreference>();
    tenant.active = columns.Flag();
    tenant.created_at = columns.Instant();
    tenant.created_by = columns.Text();
    tenant.version = columns.Int();
    return tenant;
}

}  // namespace

Tenant InsertTenant(Tx& tx, const NewTenant& tenant) {
    return tx.One(kInsertTenant, ReadTenant, tenant.id, tenant.name, tenant.kind, tenant.preference, tenant.created_by);
}

std::optional<Tenant> LoadTenant(Tx& tx, const policy::TenantId& id, Lock lock) {
    return tx.Find(lock == Lock::kForUpdate ? kLockTenant : kLoadTenant, ReadTenant, id);
}

Page<Tenant> ListTenants(Tx& tx, const TenantFilter& filter, const PageQuery& page) {
    return tx.ListPage(
        kListTenants, page, ReadTenant, [](const Tenant& tenant) { return tenant.id.Text(); }, filter.kind,
        filter.preference, filter.active, LikePattern(filter.text));
}

Tenant UpdateTenant(Tx& tx, const Tenant& tenant) {
    return tx.One(kUpdateTenant, ReadTenant, tenant.id, tenant.name, tenant.kind, tenant.preference, tenant.active);
}

}  // namespace store
