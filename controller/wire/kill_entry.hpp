// A kill as a controller keeps it on its own disk, given before the database was asked: who gave it, the order as it
// was sent to us, and the orders that go to instances for it. Everything that is needed to enter it later, with the
// same identity and the same documents.
// Value types; pure; thread safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/instance_id.hpp"
#include "controller/policy/types.hpp"
#include "controller/wire/document.hpp"
#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"

namespace wire {

struct KillTarget {
    policy::InstanceId instance;
    std::int64_t generation = 0;  // of the document that is sent
    std::int64_t base = 0;        // of the order it was made from; 0: none
};

struct KillEntry {
    policy::RecordId operation;
    std::string controller;
    policy::Time given_at{};      // by the rules' clock
    policy::Time machine_time{};  // then, by the machine's
    /// Then, by the clock that nobody sets: which start of the machine it was, and how long it had run. Empty in what
    /// an older program wrote.
    std::string machine_start;
    std::chrono::milliseconds machine_age{0};
    policy::PrincipalId actor;
    policy::PrincipalKind actor_kind = policy::PrincipalKind::kUser;
    std::string display_name;
    std::vector<policy::Role> roles;
    std::string token_id;
    std::string request_id;
    std::string order;  // as KillOrderText
    std::vector<KillTarget> targets;
};

/// The request's body as an entry keeps it, whatever its white space was.
std::string KillOrderText(const Document& order);

/// One line of JSON.
std::string EncodeKillEntry(const KillEntry& entry);
platform::Expected<KillEntry, platform::FieldErrors> DecodeKillEntry(std::string_view text);

}  // namespace wire
