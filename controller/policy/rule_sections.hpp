// The sections that people read the rules in, and what holds each rule, in words: of docs/rules.md and of the console's
// page of rules. Constant; thread safe.
#pragma once

#include <span>
#include <string_view>

#include "controller/policy/catalogue.hpp"

namespace policy {

struct RuleSection {
    std::string_view prefixes;  // "CHN- CHX-"
    std::string_view title;
    std::string_view way_out;  // what to do about a refusal by one of these, in general
};

/// Every rule belongs to one of them.
std::span<const RuleSection> RuleSections();
bool BelongsTo(const Rule& rule, const RuleSection& section);

/// "candidate and later", "every promotion"; "-" when it does not judge promotions.
std::string_view DescribeNeed(const Rule& rule);

}  // namespace policy
