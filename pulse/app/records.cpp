#include "pulse/app/records.hpp"

#include <algorithm>

#include "pulse/auth/credentials.hpp"
#include "pulse/wire/alerts_json.hpp"
#include "pulse/wire/details_json.hpp"
#include "tenancy/roles.hpp"
#include "tenancy/store/alerts.hpp"
#include "tenancy/store/audit.hpp"
#include "tenancy/store/usage.hpp"

namespace pulse::app {
namespace {

using tenancy::Decided;
using tenancy::OrgId;
using tenancy::Refusal;
using tenancy::Resource;
using tenancy::TenantScope;
using tenancy::store::TenantTx;

constexpr platform::Duration kResolvedShownFor = std::chrono::minutes(5);

platform::Unexpected<Refusal> RefuseRecord(Refusal refusal) {
    return platform::Unexpected<Refusal>(std::move(refusal));
}

Refusal NoSuch(std::string_view what) {
    Refusal refusal = tenancy::NotFound();
    refusal.message = "There is no such " + std::string(what) + ".";
    return refusal;
}

/// The default organization has no quotas: it is the product of who has no tenants.
void RequireRoom(TenantTx& tx, std::initializer_list<Resource> resources, platform::Time now) {
    if (tenancy::store::OrgOf(tx).IsDefault()) {
        return;
    }
    for (const Resource resource : resources) {
        tenancy::store::RequireWithin(tx, resource, now);
    }
}

/// A write that may meet a quota. What it refuses is written down as such.
template <typename Body>
auto WriteRecord(Services& services, const TenantScope& scope, const Act& act, Body&& body)
    -> decltype(body(std::declval<TenantTx&>())) {
    try {
        return tenancy::store::Write(services.database, scope, body);
    } catch (const tenancy::store::QuotaExceeded& full) {
        tenancy::AuditEvent event = act.entry(tenancy::audit_event::kQuotaExceeded, scope.Org(), full.Why().message);
        event.success = false;
        tenancy::store::AppendAudit(services.database, std::move(event));
        return RefuseRecord(full.Why());
    }
}

void AuditRecord(TenantTx& tx, const Act& act, std::string_view event, std::string_view id, std::string_view name) {
    tenancy::store::AppendAudit(
        tx, act.entry(event, tenancy::store::OrgOf(tx), wire::EncodeDetails({{"id", id}, {"name", name}})));
}

/// Whoever watches the tenant sees other numbers.
template <typename Result>
Decided<Result> TellWatchers(Services& services, const TenantScope& scope, Decided<Result> result) {
    if (result) {
        services.events.Publish(tenancy::EventType::kRawData, scope.Org(), {});
    }
    return result;
}

std::string_view EventOf(AlertMove move) {
    switch (move) {
        case AlertMove::kAcknowledge:
            return audit_event::kAlertAcknowledged;
        case AlertMove::kUnacknowledge:
            return audit_event::kAlertUnacknowledged;
        case AlertMove::kClear:
            break;
    }
    return audit_event::kAlertCleared;
}

std::optional<store::Alert> ApplyMove(TenantTx& tx, std::string_view id, AlertMove move, const std::string& actor) {
    switch (move) {
        case AlertMove::kAcknowledge:
            return store::AcknowledgeAlert(tx, id, actor);
        case AlertMove::kUnacknowledge:
            return store::UnacknowledgeAlert(tx, id);
        case AlertMove::kClear:
            break;
    }
    return store::ResolveAlert(tx, id);
}

}  // namespace

tenancy::OrgRole RecordRole(Services& services, const tenancy::Caller& caller, const OrgId& org) {
    if (org.IsDefault() && caller.super_admin) {
        return tenancy::OrgRole::kOwner;
    }
    const auto found = services.directory.Find(org);
    const auto role = found ? tenancy::RoleOf(*found, caller.ActsFor()) : std::nullopt;
    return role.value_or(tenancy::OrgRole::kViewer);
}

std::optional<Refusal> DecideRecordChange(tenancy::OrgRole role) {
    if (role >= tenancy::OrgRole::kEditor) {
        return std::nullopt;
    }
    Refusal refusal = tenancy::AccessDenied();
    refusal.message = "Viewers can read and change nothing. An admin can make you an editor.";
    return refusal;
}

store::CustomerPage ListCustomers(Services& services, const TenantScope& scope, const store::CustomerQuery& query) {
    return tenancy::store::OneTrip(services.database, scope,
                                   [&](TenantTx& tx) { return store::ListCustomers(tx, query); });
}

Decided<store::Customer> GetCustomer(Services& services, const TenantScope& scope, std::string_view id) {
    auto customer =
        tenancy::store::OneTrip(services.database, scope, [&](TenantTx& tx) { return store::FindCustomer(tx, id); });
    if (!customer) {
        return RefuseRecord(NoSuch("customer"));
    }
    return std::move(*customer);
}

Decided<store::Customer> CreateCustomer(Services& services, const TenantScope& scope, const Act& act,
                                        const store::CustomerFields& fields) {
    const std::string id = auth::MakeRecordId("cus_");
    auto created = WriteRecord(services, scope, act, [&](TenantTx& tx) -> Decided<store::Customer> {
        auto customer = store::InsertCustomer(tx, id, fields, act.caller.Name());
        RequireRoom(tx, {Resource::kCustomers, Resource::kStorageBytes}, act.now);
        AuditRecord(tx, act, audit_event::kCustomerCreated, id, fields.name);
        return customer;
    });
    return TellWatchers(services, scope, std::move(created));
}

Decided<store::Customer> UpdateCustomer(Services& services, const TenantScope& scope, const Act& act,
                                        std::string_view id, const ChangeCustomer& change) {
    auto updated = WriteRecord(services, scope, act, [&](TenantTx& tx) -> Decided<store::Customer> {
        const auto before = store::LockCustomer(tx, id);
        if (!before) {
            return RefuseRecord(NoSuch("customer"));
        }
        const auto fields = change(before->fields);
        if (!fields) {
            return RefuseRecord(fields.error());
        }
        auto after = store::UpdateCustomer(tx, id, *fields, act.caller.Name());
        RequireRoom(tx, {Resource::kStorageBytes}, act.now);
        AuditRecord(tx, act, audit_event::kCustomerUpdated, id, fields->name);
        return std::move(*after);
    });
    return TellWatchers(services, scope, std::move(updated));
}

Decided<void> DeleteCustomer(Services& services, const TenantScope& scope, const Act& act, std::string_view id) {
    auto deleted = tenancy::store::Write(services.database, scope, [&](TenantTx& tx) -> Decided<void> {
        const auto name = store::DeleteCustomer(tx, id);
        if (!name) {
            return RefuseRecord(NoSuch("customer"));
        }
        AuditRecord(tx, act, audit_event::kCustomerDeleted, id, *name);
        return {};
    });
    return TellWatchers(services, scope, std::move(deleted));
}

Decided<store::RecordedAlert> ReportAlert(Services& services, const TenantScope& scope, const Act& act,
                                          const store::AlertReport& report) {
    const std::string id = auth::MakeRecordId("alr_");
    auto recorded = WriteRecord(services, scope, act, [&](TenantTx& tx) -> Decided<store::RecordedAlert> {
        auto alert = store::RecordAlert(tx, id, report);
        RequireRoom(tx, {Resource::kStorageBytes}, act.now);
        return alert;
    });
    if (recorded) {
        services.events.Publish(tenancy::EventType::kAlert, scope.Org(),
                                wire::EncodeAlertMessage(recorded->alert, act.now));
    }
    return recorded;
}

Decided<store::Alert> MoveAlert(Services& services, const TenantScope& scope, const Act& act, std::string_view id,
                                AlertMove move) {
    auto moved = tenancy::store::Write(services.database, scope, [&](TenantTx& tx) -> Decided<store::Alert> {
        auto alert = ApplyMove(tx, id, move, act.caller.Name());
        if (!alert) {
            return RefuseRecord(NoSuch("open alert"));
        }
        AuditRecord(tx, act, EventOf(move), id, alert->report.type);
        return std::move(*alert);
    });
    if (moved && move == AlertMove::kClear) {
        services.events.Publish(tenancy::EventType::kAlertResolved, scope.Org(),
                                wire::EncodeAlertResolvedMessage(moved->id, act.now));
    } else if (moved) {
        services.events.Publish(tenancy::EventType::kAlert, scope.Org(), wire::EncodeAlertMessage(*moved, act.now));
    }
    return moved;
}

std::vector<store::Alert> ListOpenAlerts(Services& services, const TenantScope& scope) {
    return tenancy::store::OneTrip(services.database, scope, store::ListOpenAlerts);
}

std::vector<store::Alert> ListAlertHistory(Services& services, const TenantScope& scope, int limit) {
    return tenancy::store::OneTrip(services.database, scope,
                                   [&](TenantTx& tx) { return store::ListAlertHistory(tx, limit); });
}

std::string DescribeState(Services& services, const TenantScope& scope, platform::Time now) {
    wire::TenantState state;
    state.now = now;
    tenancy::store::Read(services.database, scope, [&](TenantTx& tx) {
        state.open = store::ListOpenAlerts(tx);
        state.resolved = store::ListResolvedAlerts(tx, now - kResolvedShownFor);
        state.usage_alerts = tenancy::store::ListAlerts(tx);
        if (const auto quotas = tenancy::store::LoadQuotas(tx, now)) {
            state.users = quotas->usage.users;
            state.customers = quotas->usage.customers;
            state.storage_bytes = quotas->usage.storage_bytes;
            state.api_calls = std::max(quotas->usage.api_calls, services.usage.CallsThisMonth(scope.Org()));
        }
    });
    return wire::EncodeTenantState(state);
}

}  // namespace pulse::app
