// What tests of the rules look at in findings.
#pragma once

#include <string>
#include <vector>

#include "controller/policy/catalogue.hpp"
#include "controller/policy/facts.hpp"
#include "controller/policy/finding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace policy_test {

using Rules = std::vector<std::string>;

/// The rules of the findings that block, in order; one entry for each finding.
Rules Blocking(const policy::Findings& findings);
/// The rules of the findings that are shown only.
Rules Doubts(const policy::Findings& findings);

/// What keeps this promotion from being allowed.
Rules WhatBlocks(const policy::PromotionFacts& facts);

/// The findings of one rule.
policy::Findings Of(const policy::Findings& findings, std::string_view rule);
/// The only finding of this rule; a failed test and an empty finding when there is another number of them.
policy::Finding Only(const policy::Findings& findings, std::string_view rule);
policy::Finding OnlyOf(const policy::PromotionFacts& facts, std::string_view rule);

/// What keeps this act from being done.
template <typename Act>
Rules WhatBlocksAct(const Act& act) {
    return Blocking(policy::JudgeAct(act));
}

}  // namespace policy_test
