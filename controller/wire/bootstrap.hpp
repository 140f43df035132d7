// The first principals of a new database (SOD-6): a YAML or JSON file, read once, when the database is initialised.
//
//     principals:
//       - id: jane.doe
//         kind: user
//         display_name: Jane Doe
//         email: jane.doe@example.org      (optional)
//         roles: [dev_lead]
//
// It is the one place where roles are given without a second person, so it is held to the rules it can break: ids are
// unique whatever their case, a component holds no role that signs or approves (SOD-1), and there are two users with
// the role admin, because one alone could never have a grant confirmed.
// Text and structs only. Pure; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/types.hpp"
#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"

namespace wire {

struct BootstrapPrincipal {
    policy::PrincipalId id;
    policy::PrincipalKind kind = policy::PrincipalKind::kUser;
    std::string display_name;
    std::optional<std::string> email;
    std::vector<policy::Role> roles;
};

platform::Expected<std::vector<BootstrapPrincipal>, platform::FieldErrors> DecodeBootstrap(std::string_view text);

}  // namespace wire
