#include "pulse/app/tenant_jobs.hpp"

#include <algorithm>
#include <tuple>

#include "platform/base/invariant.hpp"
#include "platform/log/log.hpp"
#include "pulse/app/tenant_scopes.hpp"
#include "pulse/store/tokens.hpp"
#include "pulse/wire/alerts_json.hpp"
#include "pulse/wire/details_json.hpp"
#include "tenancy/lifecycle.hpp"
#include "tenancy/store/audit.hpp"
#include "tenancy/store/organizations.hpp"
#include "tenancy/store/records.hpp"
#include "tenancy/store/usage.hpp"

namespace pulse::app {
namespace {

using tenancy::OrgId;
using tenancy::TenantScope;
using tenancy::store::AlertOutcome;
using tenancy::store::AlertTransition;
using tenancy::store::TenantAlert;
using tenancy::store::TenantTx;

constexpr std::string_view kJudging = "judging alerts";
constexpr std::string_view kReaping = "retention reaper";

std::optional<TenantScope> JobScope(const Services& services, const OrgId& org, std::string_view job) {
    return TenantScope::Job(
        org, std::string(job), services.mode,
        tenancy::FactOf(services.tenant_switch.Enabled() && services.control_link.TenancyIsOn(org)));
}

tenancy::PlatformScope JobDirectory(std::string_view job) {
    auto scope = tenancy::PlatformScope::For("system", std::string(job));
    PORTCULLIS_INVARIANT(scope.has_value(), "a job has a name");
    return std::move(*scope);
}

void LogFailedTenant(std::string_view job, const OrgId& org, const std::exception& error) {
    static platform::LogLimiter limiter(std::chrono::seconds(1));
    platform::LogLimited(limiter, platform::Level::kWarning, "tenant_job.failed",
                         {{"job", job}, {"org_id", org.Text()}, {"error", std::string_view(error.what())}});
}

void TellOf(Services& services, const AlertTransition& transition, platform::Time now) {
    const TenantAlert& alert = transition.alert;
    const std::string_view type = platform::EnumText(alert.kind);
    if (transition.outcome == AlertOutcome::kResolved) {
        services.metrics.CounterFor("pulse_alerts_resolved_total", {type}).Increment();
        services.events.Publish(tenancy::EventType::kAlertResolved, alert.org,
                                wire::EncodeAlertResolvedMessage(alert.id, now));
        return;
    }
    services.metrics.CounterFor("pulse_alerts_fired_total", {platform::EnumText(alert.severity), type}).Increment();
    services.events.Publish(tenancy::EventType::kAlert, alert.org, wire::EncodeAlertMessage(alert, now));
}

int JudgeEach(Services& services, const std::vector<OrgId>& orgs, platform::Time now) {
    int judged = 0;
    for (const OrgId& org : orgs) {
        const auto scope = JobScope(services, org, kJudging);
        if (!scope) {
            services.usage.Touch(org);  // switched off: looked at when it is on again
            continue;
        }
        try {
            JudgeTenant(services, *scope, now);
            ++judged;
        } catch (const std::exception& error) {
            services.usage.Touch(org);
            LogFailedTenant(kJudging, org, error);
        }
    }
    return judged;
}

/// False when it is not due any more: somebody wants it back.
bool ReapOne(Services& services, const TenantScope& scope, platform::Time now) {
    const OrgId& org = scope.Org();
    const bool gone = tenancy::store::WriteDirectory(services.database, services.directory, scope, [&](TenantTx& tx) {
        const auto locked = tenancy::store::LoadOrganization(tx, platform::Lock::kForUpdate);
        if (!locked || !tenancy::IsDueForDeletion(*locked, now)) {
            return false;
        }
        tenancy::store::HardDelete(tx);
        store::UnbindTokens(tx.Sql(), org.Text());
        tenancy::AuditEvent event;
        event.at = now;
        event.event = tenancy::audit_event::kTenantHardDeleted;
        event.org = org;
        event.actor = kReaping;
        event.details = wire::EncodeDetails({{"name", locked->display_name}, {"reason", "the retention is over"}});
        tenancy::store::AppendAudit(tx, std::move(event));
        return true;
    });
    if (gone) {
        services.identities.ForgetTokensOf(org.Text());
        services.licences.ForgetTenant(org.Text());
        services.usage.Forget(org);
        services.metrics.CounterFor("pulse_hosted_lifecycle_transitions_total", {"pending_deletion", "deleted"})
            .Increment();
        platform::Log(platform::Level::kInfo, "tenant.reaped", {{"org_id", org.Text()}});
    }
    return gone;
}

}  // namespace

std::vector<AlertTransition> JudgeTenant(Services& services, const TenantScope& scope, platform::Time now) {
    const OrgId& org = scope.Org();
    const auto traffic = services.usage.TakeTraffic(org);
    auto transitions =
        tenancy::store::Write(services.database, scope, [&](TenantTx& tx) -> std::vector<AlertTransition> {
            const auto quotas = tenancy::store::LoadQuotas(tx, now);
            if (!quotas) {
                return {};  // it is gone
            }
            std::vector<tenancy::store::AlertReading> readings;
            if (!org.IsDefault()) {
                readings = tenancy::store::ReadQuotas(*quotas);
            }
            if (traffic) {
                const auto judged = tenancy::store::ReadTraffic(traffic->calls, traffic->errors, traffic->micros);
                readings.insert(readings.end(), judged.begin(), judged.end());
            }
            return tenancy::store::RecordReadings(tx, readings);
        });
    for (const AlertTransition& transition : transitions) {
        TellOf(services, transition, now);
    }
    return transitions;
}

int JudgeTouchedTenants(Services& services, platform::Time now) {
    return JudgeEach(services, services.usage.TakeTouched(), now);
}

int JudgeAllTenants(Services& services, platform::Time now) {
    return JudgeEach(services, tenancy::store::ListOrgIds(services.database, JobDirectory(kJudging)), now);
}

int ReapTenants(Services& services, platform::Time now) {
    if (!services.Hosted()) {
        return 0;
    }
    const auto due = tenancy::store::Read(
        services.database, JobDirectory(kReaping),
        [&](tenancy::store::PlatformTx& tx) { return tenancy::store::ListDueForDeletion(tx, now); });
    int reaped = 0;
    for (const OrgId& org : due) {
        const auto scope = JobScope(services, org, kReaping);
        if (!scope) {
            continue;
        }
        try {
            reaped += ReapOne(services, *scope, now) ? 1 : 0;
        } catch (const std::exception& error) {  // it stays, whole, until the next time
            LogFailedTenant(kReaping, org, error);
        }
    }
    return reaped;
}

std::vector<TenantAlert> ListTenantAlerts(Services& services, const TenantScope& scope,
                                          tenancy::store::AlertsShown shown, platform::Time now) {
    services.usage.Flush(now);
    JudgeTenant(services, scope, now);
    return tenancy::store::OneTrip(services.database, scope,
                                   [&](TenantTx& tx) { return tenancy::store::ListAlerts(tx, shown); });
}

std::vector<TenantAlert> ListAllAlerts(Services& services, const Act& act, tenancy::store::AlertsShown shown) {
    services.usage.Flush(act.now);
    JudgeTouchedTenants(services, act.now);
    std::vector<TenantAlert> all;
    tenancy::store::ForEachTenant(services.database, DirectoryOf(act, "alerts of all tenants"), [&](TenantTx& tx) {
        auto some = tenancy::store::ListAlerts(tx, shown);
        all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
    });
    std::ranges::sort(all, [](const TenantAlert& a, const TenantAlert& b) {
        return std::tuple(a.resolved_at.has_value(), b.severity, b.raised_at, a.id) <
               std::tuple(b.resolved_at.has_value(), a.severity, a.raised_at, b.id);
    });
    return all;
}

}  // namespace pulse::app
