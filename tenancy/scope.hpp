// The values without which no query on tenants compiles. Whoever holds one has passed a decision; there is no other
// way to make one.
//
//   TenantScope    one organization's data: reads and writes, nothing of any other organization
//   IdentityScope  one person's own memberships and invitations, across organizations; never tenant data
//   PlatformScope  the directory (organizations, members, invitations, shares); never tenant data
//
// A scope is a fact about the moment it was made. Hold it for one request, one act or one run of a job, not longer:
// the switch, the status and the membership behind it change.
// Value types; thread safe as any value is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "platform/base/enum_text.hpp"
#include "platform/base/expected.hpp"
#include "tenancy/access.hpp"
#include "tenancy/gate.hpp"
#include "tenancy/org_id.hpp"

namespace tenancy {

enum class ScopeOrigin : std::uint8_t { kRequest, kOrgRoute, kPlatformAct, kJob };

class TenantScope {
public:
    /// A request in the organization it selected: decides by DecideSelection and answers with the decision when that
    /// is not kAllowed. `facts.selected` must say what `org` is, else it is kUndecided.
    static platform::Expected<TenantScope, GateDecision> AdmitRequest(const OrgId& org, const Caller& caller,
                                                                      const GateFacts& facts);
    /// A request to an organization endpoint about the organization in its path: DecideOrgRoute, then the caller must
    /// belong to `org` by its own list of members.
    static platform::Expected<TenantScope, GateDecision> AdmitOrgRoute(const Organization& org, const Caller& caller,
                                                                       const GateFacts& facts);
    /// An administrative or lifecycle act on one organization. Nothing when actor or reason is empty: such an act
    /// could not be accounted for. The caller has checked that the actor may do it.
    static std::optional<TenantScope> PlatformAct(const OrgId& org, std::string actor, std::string reason);
    /// Background work for one organization, named by the job. Work for `default` always runs; for every other
    /// organization there is nothing while tenants are switched off (self-hosted; hosted mode has no switch) and while
    /// that is not known.
    static std::optional<TenantScope> Job(const OrgId& org, std::string job, Mode mode, Fact switch_on);

    const OrgId& Org() const noexcept {
        return org_;
    }
    ScopeOrigin Origin() const noexcept {
        return origin_;
    }
    /// Caller::Name(), the actor, or the job's name.
    const std::string& Actor() const noexcept {
        return actor_;
    }
    /// The reason of a platform act; empty otherwise.
    const std::string& Reason() const noexcept {
        return reason_;
    }

private:
    TenantScope(OrgId org, ScopeOrigin origin, std::string actor, std::string reason)
        : org_(std::move(org)), origin_(origin), actor_(std::move(actor)), reason_(std::move(reason)) {}

    OrgId org_;
    ScopeOrigin origin_;
    std::string actor_;
    std::string reason_;
};

class IdentityScope {
public:
    /// The user, or the owner of a token (whose own bindings the caller applies on top). Nothing without either.
    static std::optional<IdentityScope> For(const Caller& caller);

    const std::string& User() const noexcept {
        return user_;
    }

private:
    explicit IdentityScope(std::string user) : user_(std::move(user)) {}

    std::string user_;
};

class PlatformScope {
public:
    /// Nothing when actor or reason is empty.
    static std::optional<PlatformScope> For(std::string actor, std::string reason);

    const std::string& Actor() const noexcept {
        return actor_;
    }
    const std::string& Reason() const noexcept {
        return reason_;
    }

private:
    PlatformScope(std::string actor, std::string reason) : actor_(std::move(actor)), reason_(std::move(reason)) {}

    std::string actor_;
    std::string reason_;
};

}  // namespace tenancy

namespace platform {

template <>
struct EnumNames<tenancy::ScopeOrigin> {
    static constexpr std::array<EnumName<tenancy::ScopeOrigin>, 4> kNames{{
        {tenancy::ScopeOrigin::kRequest, "request"},
        {tenancy::ScopeOrigin::kOrgRoute, "org_route"},
        {tenancy::ScopeOrigin::kPlatformAct, "platform_act"},
        {tenancy::ScopeOrigin::kJob, "job"},
    }};
};

}  // namespace platform
