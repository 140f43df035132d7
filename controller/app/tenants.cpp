#include "controller/app/tenants.hpp"

#include "controller/app/audit_trail.hpp"
#include "controller/app/refusals.hpp"

namespace app {
namespace {

wire::AuditDetails TenantDetails(const wire::Tenant& tenant) {
    wire::AuditDetails details;
    details.Text("name", tenant.name)
        .Text("kind", platform::EnumText(tenant.kind))
        .Text("channel_preference", platform::EnumText(tenant.preference))
        .Flag("active", tenant.active);
    return details;
}

}  // namespace

Outcome<wire::Tenant> RegisterTenant(store::Tx& tx, const Call& call, const wire::RegisterTenant& command) {
    const AuditSubject subject{.action = "tenant.register", .tenant = command.id.Text()};
    if (store::LoadTenant(tx, command.id)) {
        return Refused(RecordRefusal(tx, call, subject, Exists("tenant", command.id.Text())));
    }
    const wire::Tenant tenant =
        store::InsertTenant(tx, {command.id, command.name, command.kind, command.preference, call.actor.id.Text()});
    RecordDone(tx, call, subject, "registered the tenant '" + tenant.name + "'", TenantDetails(tenant));
    return tenant;
}

Outcome<wire::Tenant> ChangeTenant(store::Tx& tx, const Call& call, const policy::TenantId& id, std::int64_t version,
                                   const wire::ChangeTenant& command) {
    const AuditSubject subject{.action = "tenant.change", .tenant = id.Text()};
    const auto current = store::LoadTenant(tx, id, store::Lock::kForUpdate);
    if (!current) {
        return Refused(NotFound("tenant", id.Text()));
    }
    if (current->version != version) {
        return Refused(RecordRefusal(tx, call, subject, Stale("tenant", current->version, version)));
    }
    wire::Tenant changed = *current;
    changed.name = command.name.value_or(changed.name);
    changed.kind = command.kind.value_or(changed.kind);
    changed.preference = command.preference.value_or(changed.preference);
    changed.active = command.active.value_or(changed.active);
    const wire::Tenant tenant = store::UpdateTenant(tx, changed);
    RecordDone(tx, call, subject, "changed the tenant '" + tenant.name + "'", TenantDetails(tenant));
    return tenant;
}

Outcome<wire::Tenant> ShowTenant(store::Tx& tx, const policy::TenantId& id) {
    auto tenant = store::LoadTenant(tx, id);
    if (!tenant) {
        return Refused(NotFound("tenant", id.Text()));
    }
    return std::move(*tenant);
}

Outcome<Page<wire::Tenant>> ListTenants(store::Tx& tx, const store::TenantFilter& filter, const PageQuery& page) {
    return store::ListTenants(tx, filter, page);
}

}  // namespace app
