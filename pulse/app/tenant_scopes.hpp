// The scopes of administrative acts, made from who acts. Internal to pulse/app.
#pragma once

#include <string>

#include "platform/base/invariant.hpp"
#include "pulse/app/orgs.hpp"
#include "tenancy/scope.hpp"

namespace pulse::app {

inline tenancy::TenantScope ScopeOf(const Act& act, const tenancy::OrgId& org, std::string reason) {
    auto scope = tenancy::TenantScope::PlatformAct(org, act.caller.Name(), std::move(reason));
    PORTCULLIS_INVARIANT(scope.has_value(), "an act names who acts and why");
    return std::move(*scope);
}

inline tenancy::PlatformScope DirectoryOf(const Act& act, std::string reason) {
    auto scope = tenancy::PlatformScope::For(act.caller.Name(), std::move(reason));
    PORTCULLIS_INVARIANT(scope.has_value(), "an act names who acts and why");
    return std::move(*scope);
}

}  // namespace pulse::app
