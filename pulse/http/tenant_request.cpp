#include "pulse/http/tenant_request.hpp"

#include <charconv>

#include "platform/base/text.hpp"
#include "pulse/app/audit.hpp"
#include "pulse/app/orgs.hpp"
#include "pulse/app/records.hpp"
#include "pulse/app/tenants.hpp"
#include "pulse/http/acts.hpp"
#include "pulse/http/errors.hpp"
#include "tenancy/roles.hpp"

namespace pulse::http {
namespace {

constexpr std::int64_t kMostRowsSkipped = 1'000'000'000;

std::optional<platform::Time> QueryTime(const Exchange& exchange, std::string_view name, std::string_view code) {
    const auto text = exchange.Request().Query(name);
    if (!text || text->empty()) {
        return std::nullopt;
    }
    const auto time = platform::ParseTime(*text);
    if (!time) {
        throw Rejection(Refused(400, code, std::string(name) + " must be a time such as 2025-01-29T09:00:00Z."));
    }
    return time;
}

/// What ?tenantId= says, or the selected organization.
std::string SelectedTenant(const Exchange& exchange) {
    const auto named = exchange.Request().Query("tenantId");
    const std::string_view text = named ? platform::Trim(*named) : std::string_view();
    return text.empty() ? exchange.Org().Text() : std::string(text);
}

/// Somebody asked for a tenant they do not belong to: that is for the log of that tenant.
void NoteReachingOut(const Exchange& exchange, const tenancy::OrgId& org) {
    exchange.Services().metrics.CounterFor("pulse_tenant_spoof_attempts_total", {"query"}).Increment();
    tenancy::AuditEvent event = exchange.Event(tenancy::audit_event::kOrgAccessDenied, org, "refused: access_denied");
    event.success = false;
    app::RecordEvent(exchange.Services(), std::move(event));
}

}  // namespace

void RequireOrganizations(const Exchange& exchange) {
    app::Services& services = exchange.Services();
    tenancy::GateFacts facts = exchange.Facts();
    if (services.Hosted() && exchange.Org().IsDefault()) {
        const auto installed = services.licences.OfInstallation();
        facts.subscription = app::SubscriptionOf(installed.get(), exchange.Now());
    }
    // A rollout may not have reached the organization that the path names; whether there is one is not told then.
    if (!services.Hosted() && exchange.Row().pattern.find("/api/orgs/{id}") == 0) {
        const auto org = tenancy::OrgId::Parse(exchange.Path("id"));
        if (org && !services.control_link.TenancyIsOn(*org)) {
            facts.switch_on = tenancy::Fact::kNo;
        }
    }
    const tenancy::GateDecision decision = tenancy::DecideOrgRoute(facts);
    if (!decision.Allowed()) {
        throw Rejection(tenancy::OrgRouteRefusal(decision));
    }
}

tenancy::OrgId AdministratedTenant(const Exchange& exchange) {
    const std::string id = SelectedTenant(exchange);
    if (id != tenancy::kDefaultOrg) {
        RequireOrganizations(exchange);
    }
    const auto org = app::FindByPath(exchange.Services(), id);
    if (!org) {
        throw Rejection(tenancy::NotFound());
    }
    const tenancy::Caller& caller = exchange.Caller();
    if (caller.super_admin) {
        return org->id;
    }
    if (auto refusal = tenancy::DecideView(org.get(), caller)) {
        NoteReachingOut(exchange, org->id);
        throw Rejection(std::move(*refusal));
    }
    const auto role = tenancy::RoleOf(*org, caller.ActsFor());
    if (!role || !tenancy::MayManage(*role)) {
        throw Rejection(tenancy::AccessDenied());
    }
    if (org->lifecycle.status != tenancy::OrgStatus::kActive) {
        throw Rejection(tenancy::SelectionRefusal({tenancy::GateOutcome::kOrgSuspended, tenancy::Access::kAllowed}));
    }
    return org->id;
}

tenancy::OrgId AuditedTenant(const Exchange& exchange) {
    const auto id = tenancy::OrgId::Parse(SelectedTenant(exchange));
    const bool of_a_deleted_one =
        exchange.Caller().super_admin && id && !id->IsDefault() && !exchange.Services().directory.Find(*id);
    if (!of_a_deleted_one) {
        return AdministratedTenant(exchange);
    }
    RequireOrganizations(exchange);
    const auto any = app::ListTenantAudit(exchange.Services(), ActOf(exchange), *id, {}, {.limit = 1, .offset = 0});
    if (any.total == 0) {
        throw Rejection(tenancy::NotFound());
    }
    return *id;
}

void RequireEditor(const Exchange& exchange) {
    Exchange::Check(app::DecideRecordChange(app::RecordRole(exchange.Services(), exchange.Caller(), exchange.Org())));
}

std::int64_t QueryInteger(const Exchange& exchange, std::string_view name, std::int64_t least, std::int64_t most,
                          std::int64_t fallback, std::string_view code) {
    const auto text = exchange.Request().Query(name);
    if (!text || text->empty()) {
        return fallback;
    }
    std::int64_t number = 0;
    const auto read = std::from_chars(text->data(), text->data() + text->size(), number);
    if (read.ec != std::errc() || read.ptr != text->data() + text->size() || number < least || number > most) {
        throw Rejection(Refused(400, code,
                                std::string(name) + " must be a whole number from " + std::to_string(least) + " to " +
                                    std::to_string(most) + "."));
    }
    return number;
}

AuditQuery ReadAuditQuery(const Exchange& exchange) {
    AuditQuery query;
    query.window.limit = static_cast<int>(QueryInteger(exchange, "limit", 1, 1'000, 100, "invalid_limit"));
    query.window.offset = QueryInteger(exchange, "offset", 0, kMostRowsSkipped, 0, "invalid_offset");
    const platform::HttpRequest& request = exchange.Request();
    query.filter.event = request.Query("action").value_or(request.Query("event").value_or(""));
    query.filter.actor = request.Query("user").value_or("");
    if (const auto success = request.Query("success"); success && !success->empty()) {
        if (*success != "true" && *success != "false") {
            throw Rejection(Refused(400, "invalid_success", "success must be true or false."));
        }
        query.filter.success = *success == "true";
    }
    query.filter.since = QueryTime(exchange, "startTime", "invalid_start_time");
    query.filter.until = QueryTime(exchange, "endTime", "invalid_end_time");
    if (query.filter.since && query.filter.until && *query.filter.since > *query.filter.until) {
        throw Rejection(Refused(400, "invalid_time_range", "startTime must not be after endTime."));
    }
    return query;
}

platform::HttpResponse ListAnswer(std::string body, std::int64_t total) {
    platform::HttpResponse response = JsonAnswer(200, std::move(body));
    response.headers.emplace_back("X-Total-Count", std::to_string(total));
    return response;
}

}  // namespace pulse::http
