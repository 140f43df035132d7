#include "tests/console/look.hpp"

#include <gtest/gtest.h>

namespace console_test {
namespace {

struct Look {
    std::string_view name;
    std::string_view scheme;
    int width;
    int height;
};
constexpr Look kLooks[] = {{"light", "light", 1280, 900}, {"dark", "dark", 1280, 900}, {"phone", "light", 360, 740}};

void ExpectAllInside(Visitor& visitor, std::string_view look) {
    const auto aside = visitor->Evaluate("pageScript.pushedAside()");
    EXPECT_TRUE(aside.empty()) << look << ": reaches beyond the window: " << aside.dump(2);
}

constexpr std::int64_t kBudget = 150 * 1024;

/// What somebody is sent who was never here, all in all.
void ExpectWithinBudget(Visitor& visitor, const std::string& path) {
    visitor->ForgetCache();
    visitor->ForgetRecords();
    visitor->Open(path);
    const bool counted = api_test::Eventually([&] {
        visitor->Evaluate("document.readyState");  // what is known of it by now
        constexpr std::int64_t kSmallestPage = 4'000;
        return visitor->Transferred() > kSmallestPage;
    });
    EXPECT_TRUE(counted) << "the page's own files were not counted: " << visitor->Transferred();
    const std::int64_t sent = visitor->Transferred();
    EXPECT_LE(sent, kBudget);
    ::testing::Test::RecordProperty(path, static_cast<int>(sent));
}

}  // namespace

void LookAtPage(Visitor& who, const std::string& name, const std::string& path) {
    for (const Look& look : kLooks) {
        SCOPED_TRACE(look.name);
        who->PreferColors(std::string(look.scheme));
        who->Resize(look.width, look.height);
        who->Open(path);
        who->PictureOfAll(std::string(PORTCULLIS_BINARY_DIR) + "/tests/console/pictures/" + name + "." +
                          std::string(look.name) + ".png");
        const auto findings = who.SeriousFindings();
        EXPECT_TRUE(findings.empty()) << ::testing::PrintToString(findings);
        if (look.name == "phone") {
            ExpectAllInside(who, look.name);
        }
    }
    ExpectWithinBudget(who, path);
}

}  // namespace console_test
