// An organization with everybody in it, and short ways to say what a decision answered.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "tenancy/access.hpp"
#include "tenancy/gate.hpp"
#include "tenancy/model.hpp"
#include "tenancy/refusal.hpp"

namespace tenancy_test {

/// 2025-01-29T09:00:00Z.
tenancy::Time Noon();

/// "acme": owner olga, admin adam, editor edda, viewer vera; invited: iris (editor).
tenancy::Organization Acme();
/// "globex": owner gus.
tenancy::Organization Globex();
/// `default`: owner root.
tenancy::Organization DefaultOrg();

tenancy::Caller User(std::string_view name);
tenancy::Caller TokenFor(std::string_view org);

/// "403 access_denied"; "allowed" when there is no refusal.
std::string Said(const std::optional<tenancy::Refusal>& refusal);
template <typename T>
std::string Said(const tenancy::Decided<T>& decided) {
    return decided ? "allowed" : Said(std::optional<tenancy::Refusal>(decided.error()));
}

/// Everything known, and all of it in favour: a member's request to a tenant of a self-hosted, licensed install.
tenancy::GateFacts GoodFacts();

}  // namespace tenancy_test
