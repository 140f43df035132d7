#include "pulse/http/exchange.hpp"

#include "platform/base/clock.hpp"
#include "platform/base/invariant.hpp"
#include "tenancy/wire/error_body.hpp"

namespace pulse::http {

Exchange::Exchange(const platform::HttpRequest& request, const RouteMatch& match, app::Services& services,
                   std::string request_id, std::string peer)
    : request_(request),
      match_(match),
      services_(services),
      request_id_(std::move(request_id)),
      peer_(std::move(peer)),
      now_(platform::SystemNow()) {}

tenancy::TenantScope Exchange::Scope() const {
    auto scope = tenancy::TenantScope::AdmitRequest(selection_.org, identity_.caller, facts_);
    if (!scope) {
        throw Rejection(tenancy::SelectionRefusal(scope.error()));
    }
    return std::move(*scope);
}

tenancy::TenantScope Exchange::ActOn(const tenancy::OrgId& org, std::string reason) const {
    auto scope = tenancy::TenantScope::PlatformAct(org, identity_.caller.Name(), std::move(reason));
    PORTCULLIS_INVARIANT(scope.has_value(), "an act has an actor and a reason");
    return std::move(*scope);
}

tenancy::PlatformScope Exchange::DirectoryScope(std::string reason) const {
    auto scope = tenancy::PlatformScope::For(identity_.caller.Name(), std::move(reason));
    PORTCULLIS_INVARIANT(scope.has_value(), "whoever reads the directory has a name and a reason");
    return std::move(*scope);
}

std::string_view Exchange::Body() const {
    if (request_.body.size() > Row().body_limit) {
        throw Rejection(tenancy::InvalidRequest());
    }
    return request_.body;
}

platform::HttpResponse Exchange::Refuse(const tenancy::Refusal& refusal) const {
    NoteReason(refusal.code.empty() ? std::string_view("refused") : refusal.code);
    return JsonAnswer(refusal.status, tenancy::wire::EncodeRefusal(
                                          refusal, {.now = now_, .request_id = request_id_, .upgrade_url = {}}));
}

tenancy::AuditEvent Exchange::Event(std::string_view event, const tenancy::OrgId& org, std::string details) const {
    tenancy::AuditEvent entry;
    entry.at = now_;
    entry.event = event;
    entry.org = org;
    entry.actor = identity_.caller.Name();
    entry.ip = peer_;
    entry.path = request_.path;
    entry.details = std::move(details);
    return entry;
}

}  // namespace pulse::http
