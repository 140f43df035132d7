// One request being answered, as its handler sees it.
//
//     HttpResponse RenameOrg(Exchange& exchange) {
//         const auto body = wire::DecodeRenameOrg(exchange.Body());
//         ... exchange.Must(tenancy::DecideRenameOrg(exchange.Path("id"), ..., exchange.Caller(), ...)) ...
//         return JsonAnswer(200, wire::EncodeOrganization(org));
//     }
//
// Must and Check throw Rejection, so a handler has one straight line. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "pulse/app/services.hpp"
#include "pulse/http/answers.hpp"
#include "pulse/http/rate_limiter.hpp"
#include "pulse/http/router.hpp"
#include "tenancy/audit.hpp"
#include "tenancy/scope.hpp"
#include "tenancy/selection.hpp"

namespace pulse::http {

class Exchange {
public:
    Exchange(const platform::HttpRequest& request, const RouteMatch& match, app::Services& services,
             std::string request_id, std::string peer);

    const platform::HttpRequest& Request() const {
        return request_;
    }
    bool Found() const {
        return match_.route != nullptr;
    }
    /// When Found. The handler's exchange always is.
    const Route& Row() const {
        return *match_.route;
    }
    const RouteMatch& Match() const {
        return match_;
    }
    app::Services& Services() const {
        return services_;
    }
    const std::string& RequestId() const {
        return request_id_;
    }
    /// Where the request comes from; behind a trusted proxy, what that says.
    const std::string& Peer() const {
        return peer_;
    }
    /// When the request arrived.
    platform::Time Now() const {
        return now_;
    }

    // --- Who ---------------------------------------------------------------------------------------------------

    const app::Identity& Who() const {
        return identity_;
    }
    const tenancy::Caller& Caller() const {
        return identity_.caller;
    }
    /// What was selected: `default` unless something else was asked for and allowed.
    const tenancy::OrgId& Org() const {
        return selection_.org;
    }
    /// The facts the tenant layer decided with.
    const tenancy::GateFacts& Facts() const {
        return facts_;
    }
    /// To read and write the records of the selected organization. Rejection when the caller may not.
    tenancy::TenantScope Scope() const;
    /// For acts on the organization that the path names; decided beforehand with the functions of tenancy/.
    tenancy::TenantScope ActOn(const tenancy::OrgId& org, std::string reason) const;
    /// For reading the directory.
    tenancy::PlatformScope DirectoryScope(std::string reason) const;

    // --- What was sent -----------------------------------------------------------------------------------------

    std::string_view Path(std::string_view parameter) const {
        return match_.Parameter(parameter);
    }
    /// The body; more than the row's limit is 400 invalid_request.
    std::string_view Body() const;

    // --- Refusing ----------------------------------------------------------------------------------------------

    template <typename T>
    static T Must(tenancy::Decided<T> decided) {
        if (!decided) {
            throw Rejection(std::move(decided.error()));
        }
        return std::move(*decided);
    }
    static void Check(std::optional<tenancy::Refusal> refusal) {
        if (refusal) {
            throw Rejection(std::move(*refusal));
        }
    }
    platform::HttpResponse Refuse(const tenancy::Refusal& refusal) const;

    /// An entry for the audit log, with this request's caller, address and path. `details`: a JSON object or a
    /// sentence.
    tenancy::AuditEvent Event(std::string_view event, const tenancy::OrgId& org, std::string details) const;

    // --- For the pipeline --------------------------------------------------------------------------------------

    void SetIdentity(app::Identity identity) {
        identity_ = std::move(identity);
    }
    void SetSelection(tenancy::OrgSelection selection, const tenancy::GateFacts& facts) {
        selection_ = std::move(selection);
        facts_ = facts;
    }
    const tenancy::OrgSelection& Selection() const {
        return selection_;
    }
    /// The answer takes the cookie away that names a tenant.
    void ExpireOrgCookie() {
        expire_org_cookie_ = true;
    }
    bool ExpiresOrgCookie() const {
        return expire_org_cookie_;
    }
    /// The call counts for the selected organization.
    void SetCounted() {
        counted_ = true;
    }
    bool Counted() const {
        return counted_;
    }
    /// Why the request is refused: a literal, the code of the answer where it has one. For the log, which says it once:
    /// the first reason counts, and none is repeated that a line of its own has told.
    void NoteReason(std::string_view reason) const {
        reason_ = reason_.empty() ? reason : reason_;
    }
    void NoteReasonTold() const {
        reason_told_ = true;
    }
    std::string_view UntoldReason() const {
        return reason_told_ ? std::string_view() : reason_;
    }
    void SetRate(const RateDecision& decision) {
        rate_ = decision;
    }
    const std::optional<RateDecision>& Rate() const {
        return rate_;
    }

private:
    const platform::HttpRequest& request_;
    const RouteMatch& match_;
    app::Services& services_;
    const std::string request_id_;
    const std::string peer_;
    const platform::Time now_;
    app::Identity identity_;
    tenancy::OrgSelection selection_;
    tenancy::GateFacts facts_;
    bool expire_org_cookie_ = false;
    bool counted_ = false;
    mutable std::string_view reason_;
    mutable bool reason_told_ = false;
    std::optional<RateDecision> rate_;
};

}  // namespace pulse::http
