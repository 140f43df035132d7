// The control document: what a controller orders one instance to do, numbered by a generation that only grows.
//
//   {"flags":{"AUDIT_FILTER_UI_ENABLED":{"default":false,"enabled_orgs":["a"],"killed":false}},
//    "generation":42,"instance":"pulse-eu-1","issued_at":"2025-01-15T09:00:00Z",
//    "multi_tenant":{"enabled":false,"mode":"hot","operation":"op_...","reason":"..."}}
//
// The signature is taken over the text as it is sent, which must be its own canonical form: there is one text for one
// order, so nothing can be slipped in that the signature covers and a reader skips. Strict: unknown fields, missing
// fields and wrong types are malformed.
// Pure; thread safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/enum_text.hpp"
#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"
#include "tenancy/model.hpp"

namespace tenancy::wire {

constexpr std::size_t kMaxControlBytes = 1024 * 1024;

/// How the instance applies the order: swap in place, or write the environment and start again.
enum class ApplyMode : std::uint8_t { kHot, kRestart };

/// One release's flag on this instance.
struct FlagOrder {
    bool default_on = false;
    std::vector<std::string> enabled_orgs;
    bool killed = false;

    friend bool operator==(const FlagOrder&, const FlagOrder&) = default;
};

struct ControlDocument {
    std::string instance;
    std::int64_t generation = 0;  // from 1
    Time issued_at;
    bool enabled = false;  // multi_tenant
    ApplyMode mode = ApplyMode::kHot;
    std::string reason;
    std::string operation;
    std::map<std::string, FlagOrder> flags;

    friend bool operator==(const ControlDocument&, const ControlDocument&) = default;
};

/// The canonical text: what is signed and sent.
std::string EncodeControlDocument(const ControlDocument& document);
platform::Expected<ControlDocument, platform::FieldErrors> DecodeControlDocument(std::string_view text);

/// Killed is off for everybody; else on by default, or on for the organizations it names. An unknown flag is off.
bool FlagIsOn(const ControlDocument& document, std::string_view flag, const OrgId& org);

/// Tenancy itself, while a controller takes it through the stages of a rollout: the flag tenancy::kSwitchVariable says
/// for whom it is, beside the switch. An order that does not name it restricts nobody.
bool TenancyIsOn(const ControlDocument& document, const OrgId& org);
/// Whether the order names that flag.
bool TenancyIsStaged(const ControlDocument& document);

using FlagOrders = std::map<std::string, FlagOrder>;
/// On only where both are: what holds while an order that may also widen is not in force yet. That tenancy is staged
/// holds when either says so.
FlagOrders NarrowestFlags(const FlagOrders& one, const FlagOrders& other);

}  // namespace tenancy::wire

namespace platform {

template <>
struct EnumNames<tenancy::wire::ApplyMode> {
    static constexpr std::array<EnumName<tenancy::wire::ApplyMode>, 2> kNames{{
        {tenancy::wire::ApplyMode::kHot, "hot"},
        {tenancy::wire::ApplyMode::kRestart, "restart"},
    }};
};

}  // namespace platform
