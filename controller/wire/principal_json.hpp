// People, components and the registry of roles as the API, the store and the operations see them (SOD-6, ATT-1, ATT-2).
// Value types; the functions are pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/policy/types.hpp"
#include "controller/wire/document.hpp"
#include "controller/wire/schema.hpp"

namespace wire {

struct Principal {
    policy::PrincipalId id;
    policy::PrincipalKind kind = policy::PrincipalKind::kUser;
    std::string display_name;
    std::optional<std::string> email;
    bool active = true;
    platform::Time created_at{};
    std::string created_by;
    std::int64_t version = 1;
    std::vector<policy::Role> roles;  // held now
};

enum class GrantStatus : std::uint8_t { kProposed, kActive, kRevoked, kRejected };

struct RoleGrant {
    policy::RecordId id;
    policy::PrincipalId principal;
    policy::Role role = policy::Role::kDevLead;
    GrantStatus status = GrantStatus::kProposed;
    std::string proposed_by;
    platform::Time proposed_at{};
    std::optional<std::string> confirmed_by;  // or rejected by
    std::optional<platform::Time> confirmed_at;
    std::optional<std::string> revoked_by;
    std::optional<platform::Time> revoked_at;
    bool bootstrap = false;
};

struct RegisterPrincipal {
    policy::PrincipalId id;
    policy::PrincipalKind kind = policy::PrincipalKind::kUser;
    std::string display_name;
    std::optional<std::string> email;
};

/// Absent: stays as it is.
struct ChangePrincipal {
    std::optional<std::string> display_name;
    std::optional<std::string> email;
    std::optional<bool> active;
};

struct ProposeRole {
    policy::Role role = policy::Role::kDevLead;
};

struct OptionalReason {
    std::string reason;  // may be empty
};

std::string EncodePrincipal(const Principal& principal);
std::string EncodeRoleGrant(const RoleGrant& grant);
Decoded<RegisterPrincipal> DecodeRegisterPrincipal(const Document& document);
Decoded<ChangePrincipal> DecodeChangePrincipal(const Document& document);
Decoded<ProposeRole> DecodeProposeRole(const Document& document);
Decoded<OptionalReason> DecodeOptionalReason(const Document& document);

Schemas PrincipalSchemas();

}  // namespace wire

namespace platform {

template <>
struct EnumNames<wire::GrantStatus> {
    static constexpr std::array<EnumName<wire::GrantStatus>, 4> kNames{{{wire::GrantStatus::kProposed, "proposed"},
                                                                        {wire::GrantStatus::kActive, "active"},
                                                                        {wire::GrantStatus::kRevoked, "revoked"},
                                                                        {wire::GrantStatus::kRejected, "rejected"}}};
};

}  // namespace platform
