#include "tests/unit/policy/held_by_database.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/good_release.hpp"
#include "tests/unit/policy/expect.hpp"

namespace policy_test {
namespace {

bool IsNamePart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/// Every word of the migrations that lead up.
std::vector<std::string> MigrationWords() {
    std::vector<std::string> words;
    const std::filesystem::path folder = std::filesystem::path(PORTCULLIS_SOURCE_DIR) / "migrations" / "controller";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (name.size() < 7 || name.substr(name.size() - 7) != ".up.sql") {
            continue;
        }
        std::ifstream file(entry.path());
        std::copy(std::istream_iterator<std::string>(file), {}, std::back_inserter(words));
    }
    return words;
}

}  // namespace

std::vector<std::string> DatabaseNames(const policy::Rule& rule) {
    std::vector<std::string> names;
    std::string word;
    const auto finish = [&] {
        if (word.find('_') != std::string::npos) {
            names.push_back(word);
        }
        word.clear();
    };
    for (const char c : rule.enforced_by) {
        IsNamePart(c) ? word.push_back(c) : finish();
    }
    finish();
    return names;
}

bool StandsInMigrations(std::string_view name) {
    static const std::vector<std::string> words = MigrationWords();
    for (auto word = words.begin(); word != words.end(); ++word) {
        if (*word == name && word != words.begin() && (*(word - 1) == "TRIGGER" || *(word - 1) == "CONSTRAINT")) {
            return true;
        }
    }
    return false;
}

void ExpectHeldByDatabase(std::string_view rule, std::initializer_list<std::string_view> names) {
    const policy::Rule* row = policy::FindRule(rule);
    ASSERT_NE(row, nullptr) << rule;
    const std::vector<std::string> named = DatabaseNames(*row);
    for (const std::string_view name : names) {
        EXPECT_EQ(std::count(named.begin(), named.end(), name), 1) << rule << " does not name " << name;
        EXPECT_TRUE(StandsInMigrations(name)) << name;
    }
}

void ExpectJudgesNothing(std::string_view rule) {
    const policy::Rule* row = policy::FindRule(rule);
    ASSERT_NE(row, nullptr) << rule;
    EXPECT_EQ(policy::DescribeChecks(*row), "");
    for (const policy::Channel to :
         {policy::Channel::kExperimental, policy::Channel::kCandidate, policy::Channel::kStable}) {
        EXPECT_EQ(Of(policy::EvaluatePromotion(support::GoodRelease(to)).findings, rule).size(), 0U) << rule;
    }
}

}  // namespace policy_test
