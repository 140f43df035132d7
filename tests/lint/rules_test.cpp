// The catalogue, its reference for people and its tests say the same.
#include "controller/policy/catalogue.hpp"
#include "tests/lint/source_tree.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace {

// "HST-4" -> "Rule_HST_4"
std::string SuiteOf(std::string_view id) {
    std::string suite = "Rule_" + std::string(id);
    for (char& c : suite) {
        c = c == '-' ? '_' : c;
    }
    return suite;
}

std::string AllTests() {
    std::string text;
    for (const auto& file : lint::LoadRepository()) {
        if (lint::StartsWith(file.path, "tests/") && !lint::StartsWith(file.path, "tests/lint/")) {
            text += lint::WithoutParts(file.text, lint::Blank::kCommentsAndStrings);
        }
    }
    return text;
}

bool HasTest(const std::string& tests, const std::string& suite, const std::string& beginning) {
    for (const char* macro : {"TEST(", "TEST_F("}) {
        if (tests.find(macro + suite + ", " + beginning) != std::string::npos) {
            return true;
        }
    }
    return false;
}

TEST(RuleCatalogue, IdsAreUniqueAndEachIsEnforcedSomewhere) {
    std::set<std::string_view> ids;
    for (const auto& rule : policy::Catalogue()) {
        EXPECT_TRUE(ids.insert(rule.id).second) << rule.id << " stands twice in the catalogue";
        EXPECT_FALSE(rule.title.empty()) << rule.id;
        EXPECT_FALSE(rule.reference.empty()) << rule.id;
        EXPECT_FALSE(policy::DescribeChecks(rule).empty() && rule.enforced_by.empty())
            << rule.id << ": neither a check nor anything else enforces it";
    }
}

TEST(RuleCatalogue, EachCheckedRuleHasARefusedAndAnAllowedTest) {
    const std::string tests = AllTests();
    for (const auto& rule : policy::Catalogue()) {
        if (policy::DescribeChecks(rule).empty()) {
            continue;
        }
        for (const char* beginning : {"refused_", "allowed_"}) {
            EXPECT_TRUE(HasTest(tests, SuiteOf(rule.id), beginning))
                << rule.id << " has no test: write TEST(" << SuiteOf(rule.id) << ", " << beginning
                << "...) in tests/unit/policy (docs/checklists/new-rule.md)";
        }
    }
}

TEST(RuleCatalogue, TheReferenceIsWhatTheTableSays) {
    const auto tree = lint::LoadRepository();
    EXPECT_EQ(lint::FileAt(tree, "docs/rules.md").text, policy::RenderRuleReference())
        << "print it anew: build/dev/bin/portcullis-rules > docs/rules.md";
}

}  // namespace
