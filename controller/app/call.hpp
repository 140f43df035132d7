// What every operation gets and gives: who calls under which request id, and an outcome that is a value or a refusal.
//
// An operation is one function in one file: `Outcome<View> PromoteRelease(store::Tx&, const Call&, const Promote&)`.
// It runs inside store::Database::Write and may run again: it touches nothing but the transaction, checks everything
// before its first write, and appends its audit entry (refusals too) as its last statement. What it returns is
// committed, a refusal as well. Exceptions (store::Unavailable, store::RuleViolation, platform::InvariantViolation)
// roll back; the edge turns them into 503, 409 and 500.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "controller/policy/acts.hpp"
#include "controller/policy/finding.hpp"
#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"

namespace platform {
class Tx;
}  // namespace platform
namespace store {
using platform::Tx;
}  // namespace store

namespace app {

struct Call {
    policy::ActorFacts actor;  // roles: those held now and carried by the token in use
    std::string display_name;
    std::string token_id;
    std::string request_id;
};

enum class RefusalKind : std::uint8_t {
    kDenied,        // 409: findings deny it in this state
    kPending,       // 409: only time, approvals or evidence are missing
    kInvalid,       // 422: well formed, but its values do not hold; `errors`
    kNotFound,      // 404
    kForbidden,     // 403: a role is missing, or findings of SOD rules
    kExists,        // 409: the id is taken
    kStale,         // 412: the version named is not the current one
    kIndeterminate  // 503: could not be decided
};

struct Refusal {
    RefusalKind kind = RefusalKind::kDenied;
    std::string code;    // stable: "rules.denied", "input.invalid", "not_found", "conflict.exists" ...
    std::string detail;  // one sentence for people
    policy::Findings findings;
    platform::FieldErrors errors;
};

template <typename T>
using Outcome = platform::Expected<T, Refusal>;

inline auto Refused(Refusal refusal) {
    return platform::Unexpected<Refusal>(std::move(refusal));
}

}  // namespace app
