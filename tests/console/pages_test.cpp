// Every page of the table, in light, dark and at a phone's width: pictures into the build folder, and nothing that
// axe-core calls serious.
#include "tests/console/pages.hpp"
#include "tests/console/look.hpp"
#include "tests/console/route_table.hpp"
#include "tests/console/visitor.hpp"

namespace console_test {
namespace {

/// Its address.
std::string LookAt(Visitor& window, const PageRow& row) {
    SCOPED_TRACE(row.name);
    const std::string path = row.prepare();
    window.BecomeInTheSameWindow(row.person);
    LookAtPage(window, std::string(row.name), path);
    window.ExpectClean({404});
    return path;
}

TEST(ConsolePages, LookWellAndServeEverybody) {
    Visitor window;
    std::vector<std::string> addresses;
    for (const PageRow& row : PagesOfTheConsole()) {
        addresses.push_back(LookAt(window, row));
    }
    const auto missing = PagesNotAmong(addresses);
    EXPECT_TRUE(missing.empty()) << "pages without a row in pages.cpp: " << ::testing::PrintToString(missing);
}

}  // namespace
}  // namespace console_test
