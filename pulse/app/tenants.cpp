#include "pulse/app/tenants.hpp"

#include <algorithm>

#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"
#include "pulse/app/tenant_scopes.hpp"
#include "pulse/store/tokens.hpp"
#include "pulse/wire/details_json.hpp"
#include "tenancy/store/organizations.hpp"

namespace pulse::app {
namespace {

using tenancy::Decided;
using tenancy::Organization;
using tenancy::OrgId;
using tenancy::Refusal;
using tenancy::store::TenantTx;

platform::Unexpected<Refusal> RefuseTenant(Refusal refusal) {
    return platform::Unexpected<Refusal>(std::move(refusal));
}

void CountTransition(Services& services, tenancy::OrgStatus from, tenancy::OrgStatus to) {
    services.metrics
        .CounterFor("pulse_hosted_lifecycle_transitions_total", {platform::EnumText(from), platform::EnumText(to)})
        .Increment();
}

/// The tenant a change is about: 400 for the default organization, 404 for none.
Decided<OrgId> ChangeableTenant(Services& services, std::string_view id) {
    if (tenancy::IsDefaultOrgPath(id)) {
        return RefuseTenant(tenancy::DefaultOrgImmutable());
    }
    const auto known = FindByPath(services, id);
    if (!known) {
        return RefuseTenant(tenancy::NotFound());
    }
    return known->id;
}

std::string QuotaText(const std::optional<std::int64_t>& limit) {
    return limit ? std::to_string(*limit) : "plan";
}

}  // namespace

std::vector<Organization> ListTenants(Services& services, const Act& act) {
    return tenancy::store::Read(services.database, DirectoryOf(act, "listing tenants"),
                                [](tenancy::store::PlatformTx& tx) { return tenancy::store::ListOrganizations(tx); });
}

Decided<Organization> MoveTenant(Services& services, const Act& act, std::string_view id, std::string_view event,
                                 std::string details, const DecideMove& decide) {
    std::optional<tenancy::LifecycleDecision> moved;
    const auto change = [&](const Organization* org) -> Decided<tenancy::OrgChange> {
        auto decision = decide(org);
        if (!decision) {
            return RefuseTenant(std::move(decision.error()));
        }
        moved = *decision;
        return std::move(decision->change);
    };
    const auto describe = [&](const Organization&, const Organization&) { return ChangeNote{event, details}; };
    auto after = ChangeOrg(services, act, id, std::string(event), change, describe);
    if (after && moved->from != moved->to) {
        CountTransition(services, moved->from, moved->to);
    }
    return after;
}

Decided<Organization> SoftDeleteTenant(Services& services, const Act& act, std::string_view id,
                                       std::optional<std::int64_t> retention_days) {
    const auto details =
        wire::EncodeDetails({{"retentionDays", retention_days ? std::to_string(*retention_days) : std::string()}});
    return MoveTenant(services, act, id, tenancy::audit_event::kTenantSoftDeleted, details,
                      [&](const Organization* org) -> Decided<tenancy::LifecycleDecision> {
                          const bool canceled = org != nullptr && org->lifecycle.canceled_at &&
                                                org->lifecycle.status == tenancy::OrgStatus::kPendingDeletion;
                          if (canceled && !retention_days) {
                              tenancy::LifecycleDecision stays;
                              stays.from = stays.to = org->lifecycle.status;
                              return stays;
                          }
                          return tenancy::DecideSoftDelete(id, org, retention_days, act.now);
                      });
}

Decided<DeletedTenant> HardDeleteTenant(Services& services, const Act& act, std::string_view id, tenancy::Force force) {
    const auto known = FindByPath(services, id);
    if (auto refusal = tenancy::DecideHardDelete(id, known.get(), force, act.now)) {
        return RefuseTenant(std::move(*refusal));
    }
    const OrgId org = known->id;
    auto deleted = tenancy::store::WriteDirectory(
        services.database, services.directory, ScopeOf(act, org, "deleting a tenant for good"),
        [&](TenantTx& tx) -> Decided<DeletedTenant> {
            const auto locked = tenancy::store::LoadOrganization(tx, platform::Lock::kForUpdate);
            if (auto refusal = tenancy::DecideHardDelete(id, locked ? &*locked : nullptr, force, act.now)) {
                return RefuseTenant(std::move(*refusal));
            }
            DeletedTenant result{org, tenancy::store::HardDelete(tx)};
            // A tenant of the same id may be made again: no token of this one may open it.
            store::UnbindTokens(tx.Sql(), org.Text());
            tenancy::store::AppendAudit(
                tx, act.entry(tenancy::audit_event::kTenantHardDeleted, org,
                              wire::EncodeDetails({{"name", locked->display_name},
                                                   {"forced", force == tenancy::Force::kYes ? "true" : ""}})));
            return result;
        });
    if (deleted) {
        services.identities.ForgetTokensOf(org.Text());
        services.licences.ForgetTenant(org.Text());
        services.usage.Forget(org);
    }
    return deleted;
}

Decided<TenantQuotaState> LoadTenantQuotas(Services& services, const Act& act, const OrgId& id) {
    auto quotas = tenancy::store::OneTrip(services.database, ScopeOf(act, id, "looking at quotas"),
                                          [&](TenantTx& tx) { return tenancy::store::LoadQuotas(tx, act.now); });
    if (!quotas) {
        return RefuseTenant(tenancy::NotFound());
    }
    TenantQuotaState state{id, tenancy::QuotaMonth(act.now), std::move(*quotas)};
    state.quotas.usage.api_calls = std::max(state.quotas.usage.api_calls, services.usage.CallsThisMonth(id));
    if (id.IsDefault()) {
        for (const auto& name : platform::EnumNames<tenancy::Resource>::kNames) {
            state.quotas.limits.SetLimit(name.value, tenancy::kUnlimited);
        }
    }
    return state;
}

Decided<Organization> SetTenantPlan(Services& services, const Act& act, std::string_view id, std::string_view plan) {
    const auto org = ChangeableTenant(services, id);
    if (!org) {
        return RefuseTenant(org.error());
    }
    const auto wanted = platform::ParseEnum<tenancy::Plan>(platform::ToLowerAscii(platform::Trim(plan)));
    if (!wanted) {
        return RefuseTenant({400,
                             "invalid_plan",
                             "plan must be one of " + platform::EnumChoices<tenancy::Plan>() + ".",
                             tenancy::BodyShape::kPlatform,
                             {}});
    }
    auto changed = tenancy::store::WriteDirectory(
        services.database, services.directory, ScopeOf(act, *org, "changing a plan"),
        [&](TenantTx& tx) -> Decided<Organization> {
            auto before = tenancy::store::LoadOrganization(tx, platform::Lock::kForUpdate);
            if (!before) {
                return RefuseTenant(tenancy::NotFound());
            }
            if (before->plan != *wanted) {
                tenancy::store::SetPlan(tx, *wanted);
                tenancy::store::AppendAudit(
                    tx, act.entry(tenancy::audit_event::kQuotaChanged, *org,
                                  wire::EncodeDetails({{"planBefore", platform::EnumText(before->plan)},
                                                       {"plan", platform::EnumText(*wanted)}})));
                before->plan = *wanted;
            }
            return std::move(*before);
        });
    services.usage.Forget(*org);
    return changed;
}

Decided<TenantQuotaState> SetTenantQuotas(Services& services, const Act& act, std::string_view id,
                                          const tenancy::store::QuotaOverrides& overrides, const std::string& reason) {
    const auto org = ChangeableTenant(services, id);
    if (!org) {
        return RefuseTenant(org.error());
    }
    const auto set = tenancy::store::Write(
        services.database, ScopeOf(act, *org, "changing quotas"), [&](TenantTx& tx) -> Decided<void> {
            if (!tenancy::store::LoadOrganization(tx, platform::Lock::kForUpdate)) {
                return RefuseTenant(tenancy::NotFound());
            }
            tenancy::store::SetQuotas(tx, overrides, act.caller.Name(), reason);
            tenancy::store::AppendAudit(
                tx, act.entry(tenancy::audit_event::kQuotaChanged, *org,
                              wire::EncodeDetails({{"users", QuotaText(overrides.users)},
                                                   {"customers", QuotaText(overrides.customers)},
                                                   {"storageBytes", QuotaText(overrides.storage_bytes)},
                                                   {"apiCalls", QuotaText(overrides.api_calls)},
                                                   {"reason", reason}})));
            return {};
        });
    services.usage.Forget(*org);
    if (!set) {
        return RefuseTenant(set.error());
    }
    return LoadTenantQuotas(services, act, *org);
}

tenancy::store::AuditPage ListTenantAudit(Services& services, const Act& act, const OrgId& id,
                                          const tenancy::store::AuditFilter& filter,
                                          const tenancy::store::AuditWindow& window) {
    return tenancy::store::Read(services.database, ScopeOf(act, id, "reading the audit log"),
                                [&](TenantTx& tx) { return tenancy::store::ListAudit(tx, filter, window); });
}

std::optional<tenancy::store::AuditRow> FindTenantAudit(Services& services, const Act& act, const OrgId& id,
                                                        const std::string& entry) {
    return tenancy::store::Read(services.database, ScopeOf(act, id, "reading the audit log"),
                                [&](TenantTx& tx) { return tenancy::store::FindAudit(tx, entry); });
}

tenancy::store::AuditVerdict VerifyTenantAudit(Services& services, const Act& act, const OrgId& id) {
    return tenancy::store::Read(services.database, ScopeOf(act, id, "verifying the audit log"),
                                [](TenantTx& tx) { return tenancy::store::VerifyAudit(tx); });
}

}  // namespace pulse::app
