#include "tests/console/look.hpp"

#include <gtest/gtest.h>

namespace console_test {
namespace {

struct Look {
    std::string_view name;
    std::string_view scheme;
    int width;
    int height;
    Visitor::Axe rules;
};
// The page stays where it is: what the first look has found does not change with colours, and the colours of a phone
// are those of the first.
constexpr Look kLooks[] = {{"light", "light", 1280, 900, Visitor::Axe::kAllRules},
                           {"dark", "dark", 1280, 900, Visitor::Axe::kContrast},
                           {"phone", "light", 360, 740, Visitor::Axe::kLayout}};

void ExpectAllInside(Visitor& visitor, std::string_view look) {
    const auto aside = visitor->Evaluate("pageScript.pushedAside()");
    EXPECT_TRUE(aside.empty()) << look << ": reaches beyond the window: " << aside.dump(2);
}

constexpr std::int64_t kBudget = 150 * 1024;

/// What somebody is sent who was never here, all in all.
void OpenWithinBudget(Visitor& visitor, const std::string& path) {
    visitor->KeepNoCache();
    visitor->ForgetRecords();
    visitor->Open(path);
    visitor->AwaitAnswers();
    const std::int64_t sent = visitor->Transferred();
    constexpr std::int64_t kSmallestPage = 4'000;
    EXPECT_GT(sent, kSmallestPage) << "the page's own files were not counted";
    EXPECT_LE(sent, kBudget);
    ::testing::Test::RecordProperty(path, static_cast<int>(sent));
}

void Take(Visitor& visitor, const Look& look) {
    visitor->PreferColors(std::string(look.scheme));
    visitor->Resize(look.width, look.height);
}

}  // namespace

void LookAtPage(Visitor& who, const std::string& name, const std::string& path) {
    Take(who, kLooks[0]);
    OpenWithinBudget(who, path);
    for (const Look& look : kLooks) {
        SCOPED_TRACE(look.name);
        Take(who, look);
        who->PictureOfAll(std::string(PORTCULLIS_BINARY_DIR) + "/tests/console/pictures/" + name + "." +
                          std::string(look.name) + ".png");
        const auto findings = who.SeriousFindings(look.rules);
        EXPECT_TRUE(findings.empty()) << ::testing::PrintToString(findings);
        if (look.name == "phone") {
            ExpectAllInside(who, look.name);
        }
    }
}

}  // namespace console_test
