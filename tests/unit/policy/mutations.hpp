// One spoiled fact for every rule that a promotion is judged by, and what it must lead to.
#pragma once

#include <string>
#include <vector>

#include "controller/policy/facts.hpp"
#include "tests/unit/policy/expect.hpp"

namespace policy_test {

struct Mutation {
    std::string rule;
    std::string what;  // is spoiled
    policy::ReleaseClass classification;
    std::vector<policy::Channel> transitions;  // into which it must be found
    void (*spoil)(policy::PromotionFacts&);
    policy::FindingKind kind;
    Rules also;  // rules that say of the same fact what else it means
};

const std::vector<Mutation>& Mutations();

}  // namespace policy_test
