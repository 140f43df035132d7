// The console's own table of routes, against what a test has looked at. Static data; thread safe.
#pragma once

#include <string>
#include <vector>

namespace console_test {

/// Patterns of pages that none of these addresses is one of: a page that is added is looked at, too. What is saved
/// rather than looked at, and what a script asks for, is no page; what needs an instance is looked at with one.
std::vector<std::string> PagesNotAmong(const std::vector<std::string>& addresses);

}  // namespace console_test
