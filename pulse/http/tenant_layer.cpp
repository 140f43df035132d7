// The tenant layer of the pipeline: which organization a request is about, whether it may be, how often it may come.
#include "platform/base/clock.hpp"
#include "platform/log/log.hpp"
#include "pulse/app/audit.hpp"
#include "pulse/app/gate_facts.hpp"
#include "pulse/http/errors.hpp"
#include "pulse/http/pipeline.hpp"
#include "pulse/http/refusal_notes.hpp"
#include "pulse/http/tenant_request.hpp"

namespace pulse::http {
namespace {

using platform::HttpResponse;
using tenancy::Refusal;

std::optional<std::string_view> HeaderIfThere(const platform::HttpRequest& request, std::string_view name) {
    const std::string_view value = request.Header(name);
    return value.empty() ? std::nullopt : std::optional(value);
}

}  // namespace

std::optional<HttpResponse> Pipeline::LimitTenantRate(Exchange& exchange) {
    if (!services_.Hosted() || exchange.Org().IsDefault() || !tenant_.Limits()) {
        return std::nullopt;
    }
    const RateDecision decision = tenant_.Take(exchange.Org().Text(), platform::SteadyNow());
    if (decision.allowed) {
        return std::nullopt;
    }
    exchange.SetRate(decision);
    services_.metrics.CounterFor("pulse_rate_limited_total", {"tenant"}).Increment();
    return exchange.Refuse(TenantRateLimited());
}

tenancy::GateFacts Pipeline::FactsFor(const Exchange& exchange, const tenancy::OrgId& org) const {
    const tenancy::Caller& caller = exchange.Caller();
    if (caller.kind != tenancy::CallerKind::kNone) {
        return app::FactsFor(app::LoadOrgFacts(services_, org, exchange.Now()), caller);
    }
    // They are told nothing about organizations, so none is looked up.
    tenancy::GateFacts facts = app::LoadOrgFacts(services_, tenancy::OrgId(), exchange.Now()).facts;
    facts.selected = org.IsDefault() ? tenancy::Selected::kDefault : tenancy::Selected::kTenant;
    facts.org = tenancy::OrgState::kUnknown;
    facts.access = tenancy::Access::kNoIdentity;
    return facts;
}

std::optional<HttpResponse> Pipeline::SelectOrg(Exchange& exchange) const {
    const platform::HttpRequest& request = exchange.Request();
    const bool page = exchange.Found() ? exchange.Row().surface == Surface::kPage : !IsBelowApi(request.path);
    const auto cookie = auth::ReadCookie(request, auth::kOrgCookie);
    tenancy::SelectionInput input{HeaderIfThere(request, "x-pulse-org-id"), HeaderIfThere(request, "x-org-id"), cookie};
    if (page && cookie && !services_.Hosted() && !services_.tenant_switch.Enabled()) {
        input.cookie.reset();  // the page that could take the cookie away has to load
        exchange.ExpireOrgCookie();
    }
    const auto refuse = [&](const Refusal& refusal, std::string_view org, tenancy::SelectionSource source) -> Step {
        CountRefusal(exchange, "selection", refusal.code);
        if (refusal.code == "access_denied") {
            CountSpoof(exchange, platform::EnumText(source));
        }
        if (page && source == tenancy::SelectionSource::kCookie) {
            exchange.ExpireOrgCookie();  // so that loading it again helps
        }
        LogTenantRefusal(exchange, refusal.code == "access_denied" ? platform::Level::kWarning : platform::Level::kInfo,
                         "tenant.refused", org, refusal.code == "access_denied" ? refusal.message : refusal.code);
        if (page && exchange.Found() && source == tenancy::SelectionSource::kCookie && LoadsConsole(request)) {
            exchange.SetSelection({}, FactsFor(exchange, tenancy::OrgId()));
            return std::nullopt;
        }
        return exchange.Refuse(refusal);
    };
    auto selection = tenancy::SelectOrg(input, exchange.Caller());
    if (!selection) {
        const auto source =
            input.header || input.alias ? tenancy::SelectionSource::kHeader : tenancy::SelectionSource::kCookie;
        const std::string_view text = input.header.value_or(input.alias.value_or(input.cookie.value_or("")));
        return refuse(selection.error(), text, source);
    }
    const tenancy::GateFacts facts = FactsFor(exchange, selection->org);
    const bool anonymous = exchange.Caller().kind == tenancy::CallerKind::kNone;
    if (anonymous && selection->org.IsDefault()) {
        exchange.SetSelection({}, facts);
        return std::nullopt;
    }
    const tenancy::GateDecision decision = tenancy::DecideSelection(facts);
    if (decision.outcome == tenancy::GateOutcome::kNeedsIdentity) {
        exchange.SetSelection({}, facts);  // on without any organization: open routes, or 401
        return std::nullopt;
    }
    if (!decision.Allowed()) {
        if (decision.outcome == tenancy::GateOutcome::kAccessDenied) {
            NoteDenial(exchange, selection->org, tenancy::AccessReason(decision.access));
        }
        return refuse(tenancy::SelectionRefusal(decision), selection->org.Text(), selection->source);
    }
    exchange.SetSelection(std::move(*selection), facts);
    return std::nullopt;
}

void Pipeline::BeginCall(Exchange& exchange) const {
    if (exchange.Found() && exchange.Row().surface == Surface::kPage) {
        return;  // the console itself uses nothing up: it loads and asks whether somebody looks at it or not
    }
    if (exchange.Who().canary) {
        return;  // nor does the instance when it looks at itself
    }
    const bool tenant_data = exchange.Found() && exchange.Row().access != Access::kOpen &&
                             exchange.Row().gate == Gate::kNone && !exchange.Row().scope.empty();
    const auto limit = tenant_data ? app::TenantUsage::Limit::kEnforce : app::TenantUsage::Limit::kCountOnly;
    exchange.Check(services_.usage.Begin(exchange.Org(), limit, exchange.Now()));
    exchange.SetCounted();
}

void Pipeline::NoteDenial(const Exchange& exchange, const tenancy::OrgId& org, std::string_view reason) const {
    if (!exchange.Who().Named()) {
        return;
    }
    tenancy::AuditEvent event =
        exchange.Event(tenancy::audit_event::kOrgAccessDenied, org, "refused: " + std::string(reason));
    event.success = false;
    app::RecordEvent(services_, std::move(event));
}

}  // namespace pulse::http
