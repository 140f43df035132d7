// MEM-7: every contradiction of a hand-written memo within itself and with the facts, all at once.
//
// A contradiction is something that cannot be true as written, or that a rule forbids; a doubt is something a reader
// should ask about; unreadable is what could not be judged. Nothing about a memo ever throws. A correct memo gives an
// empty list. Pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/facts.hpp"
#include "controller/render/memo_parse.hpp"
#include "platform/base/enum_text.hpp"

namespace render {

enum class LintSeverity : std::uint8_t { kContradiction, kDoubt, kUnreadable };

struct LintFinding {
    std::string_view rule;  // id in the catalogue: static storage
    std::string_view code;  // stable word for this kind of finding: "stays_do_not_fit"; static storage
    int line = 0;           // of the memo; of a missing part: where it would be looked for
    LintSeverity severity = LintSeverity::kContradiction;
    std::string message;
    std::string remedy;
};

/// A principal of the registry: users and components, inactive ones too.
struct LintPrincipal {
    policy::PrincipalId id;
    std::string name;  // display name
    policy::PrincipalKind kind = policy::PrincipalKind::kUser;
    bool active = true;
    std::vector<policy::Role> roles;  // held now
};

/// One promotion that happened.
struct LintPromotion {
    policy::Channel to = policy::Channel::kExperimental;
    policy::Time at{};
};

struct LintFacts {
    policy::Time now{};
    std::optional<policy::PromotionFacts> release;  // none: the registry knows no release of that id
    std::vector<LintPrincipal> principals;
    std::vector<LintPromotion> promotions;  // of the release, in order
};

/// Sorted by line, then by rule and code. Without facts, only the memo itself is looked at.
std::vector<LintFinding> LintMemo(const ParsedMemo& memo, const std::optional<LintFacts>& facts);

}  // namespace render

namespace platform {

template <>
struct EnumNames<render::LintSeverity> {
    static constexpr std::array<EnumName<render::LintSeverity>, 3> kNames{
        {{render::LintSeverity::kContradiction, "contradiction"},
         {render::LintSeverity::kDoubt, "doubt"},
         {render::LintSeverity::kUnreadable, "unreadable"}}};
};

}  // namespace platform
