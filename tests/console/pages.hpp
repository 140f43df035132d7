// Every page of the console: each has its pictures taken and is looked at by axe-core, light, dark and on a phone. A
// new page adds its row to pages.cpp.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace console_test {

struct PageRow {
    std::string_view name;    // of the pictures
    std::string_view person;  // who looks at it; empty: nobody is signed in
    /// Brings about what the page shows and gives its address. Called once.
    std::function<std::string()> prepare;
};

std::span<const PageRow> PagesOfTheConsole();

}  // namespace console_test
