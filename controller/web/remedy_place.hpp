// Where in the console a person does what a finding asks for: each rule of the catalogue has its row, be it that no
// page does it. Pure; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "controller/policy/finding.hpp"

namespace web {

struct RemedyLink {
    std::string label;
    std::string path;  // with /console
};

enum class RemedyAnswer { kPage, kNoPage, kUnknownRule };

/// What the table says of the rule.
RemedyAnswer RemedyOf(std::string_view rule);

/// None when no page does it, or when it is done at a release, rollout or programme and `here`, the path of the page
/// that shows the finding, is none of that.
std::optional<RemedyLink> LinkOfRemedy(const policy::Finding& finding, std::string_view here);

}  // namespace web
