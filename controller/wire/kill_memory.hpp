// Who and what a controller remembers for kills without the database (docs/adr/0075): callers that may kill, and the
// instances with the hashes of their credentials. Nothing of it lets anybody in by itself: of tokens and credentials
// there are hashes alone.
// Value types; pure; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/instance_id.hpp"
#include "controller/policy/types.hpp"
#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"

namespace wire {

struct RememberedCaller {
    std::string token_hash;  // hex; empty for one that an identity provider names
    policy::PrincipalId principal;
    policy::PrincipalKind kind = policy::PrincipalKind::kUser;
    std::string display_name;
    std::string token_id;
    std::vector<policy::Role> roles;
    std::optional<policy::Time> until;  // by the rules' clock
    policy::Time seen{};                // by the machine's
};

struct CallerMemory {
    std::int64_t clock_ahead_us = 0;  // the rules' clock against the machine's
    std::vector<RememberedCaller> callers;
};

std::string EncodeCallerMemory(const CallerMemory& memory);
platform::Expected<CallerMemory, platform::FieldErrors> DecodeCallerMemory(std::string_view text);

struct RememberedInstance {
    std::string credential_hash;  // hex
    policy::InstanceId instance;
    std::string pinned_key;  // id; empty: not known
};

struct InstanceMemory {
    policy::Time confirmed{};  // when the database said so last, by the machine's clock
    std::vector<RememberedInstance> instances;
};

std::string EncodeInstanceMemory(const InstanceMemory& memory);
platform::Expected<InstanceMemory, platform::FieldErrors> DecodeInstanceMemory(std::string_view text);

}  // namespace wire
