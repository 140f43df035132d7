// The text forms of a rendered document, and the words the specification uses for our enumerators.
//
// Pure; thread safe.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "controller/policy/types.hpp"

namespace render {

enum class Format : std::uint8_t { kMarkdown, kHtml, kText };

/// "Dev Lead".
std::string_view RoleLabel(policy::Role role);
/// "Workflow change (non-destructive)".
std::string_view ClassLabel(policy::ReleaseClass release_class);
/// "class", "promotion to candidate": what an approval was given for.
std::string_view ScopeLabel(policy::ApprovalScope scope);
/// "7 days", "6 days 4 hours", "30 minutes": the two largest units.
std::string SpanInWords(policy::Duration span);
/// "2025-01-29 09:00 UTC".
std::string MinuteText(policy::Time time);

}  // namespace render

namespace platform {

template <>
struct EnumNames<render::Format> {
    static constexpr std::array<EnumName<render::Format>, 3> kNames{
        {{render::Format::kMarkdown, "md"}, {render::Format::kHtml, "html"}, {render::Format::kText, "txt"}}};
};

}  // namespace platform
