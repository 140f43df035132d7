// Every page of the table, in light, dark and at a phone's width: pictures into the build folder, and nothing that
// axe-core calls serious.
#include "tests/console/pages.hpp"
#include "tests/console/visitor.hpp"

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

void LookAt(const PageRow& row) {
    SCOPED_TRACE(row.name);
    const std::string path = row.prepare();
    auto visitor = row.person.empty() ? std::make_unique<Visitor>() : std::make_unique<Visitor>(row.person);
    Visitor& who = *visitor;
    for (const Look& look : kLooks) {
        SCOPED_TRACE(look.name);
        who->PreferColors(std::string(look.scheme));
        who->Resize(look.width, look.height);
        who->Open(path);
        who->PictureOfAll(std::string(PORTCULLIS_BINARY_DIR) + "/tests/console/pictures/" + std::string(row.name) +
                          "." + std::string(look.name) + ".png");
        const auto findings = who.SeriousFindings();
        EXPECT_TRUE(findings.empty()) << ::testing::PrintToString(findings);
        if (look.name == "phone") {
            ExpectAllInside(who, look.name);
        }
    }
    who.ExpectClean({404});
}

TEST(ConsolePages, LookWellAndServeEverybody) {
    for (const PageRow& row : PagesOfTheConsole()) {
        LookAt(row);
    }
}

}  // namespace
}  // namespace console_test
