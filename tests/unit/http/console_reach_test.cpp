// Every operation of the API is done somewhere in the web console, or docs/web-console.md says in its table why not.
#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "controller/http/routes.hpp"
#include "controller/web/route.hpp"

namespace http {
namespace {

std::string ReadLinesOf(const std::string& name) {
    std::ifstream file(std::string(PORTCULLIS_SOURCE_DIR) + name);
    EXPECT_TRUE(file.good()) << name;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// "POST /v1/tenants" and its row.
std::map<std::string, const Route*> AllOperations() {
    std::map<std::string, const Route*> operations;
    for (const Route& route : AllRoutes()) {
        operations[std::string(MethodText(route.method)) + " " + std::string(route.pattern)] = &route;
    }
    return operations;
}

std::map<std::string, const web::Route*> ConsoleRoutes() {
    std::map<std::string, const web::Route*> routes;
    for (const auto& area : web::AllRoutes()) {
        for (const web::Route& route : area) {
            const std::string path(route.pattern.empty() ? "/" : route.pattern);
            routes[(route.verb == web::Verb::kGet ? "GET " : "POST ") + path] = &route;
        }
    }
    return routes;
}

/// Operation to route of the console, as console_reach.txt has it.
std::map<std::string, std::string> ReadReach() {
    std::map<std::string, std::string> reach;
    std::istringstream lines(ReadLinesOf("/tests/unit/http/console_reach.txt"));
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        const std::size_t at = line.find(" = ");
        if (at == line.npos) {
            ADD_FAILURE() << line;
            continue;
        }
        EXPECT_TRUE(reach.emplace(line.substr(0, at), line.substr(at + 3)).second) << "twice: " << line;
    }
    return reach;
}

/// Operations of the first column of the table under "What has no page": each in backquotes of its own.
std::set<std::string> ReadWithoutPage() {
    const std::string text = ReadLinesOf("/docs/web-console.md");
    const std::size_t begin = text.find("\n## What has no page\n");
    EXPECT_NE(begin, text.npos);
    std::set<std::string> operations;
    std::istringstream lines(text.substr(begin + 1, text.find("\n## ", begin + 1) - begin));
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("| `")) {
            continue;
        }
        std::istringstream column(line.substr(0, line.find(" | ")));
        std::string part;
        for (bool inside = false; std::getline(column, part, '`'); inside = !inside) {
            if (inside) {
                EXPECT_TRUE(operations.insert(part).second) << "twice: " << part;
            }
        }
    }
    return operations;
}

TEST(ConsoleReach, EveryOperationHasAPageOrAReason) {
    const auto reach = ReadReach();
    const auto without = ReadWithoutPage();
    const auto operations = AllOperations();
    for (const auto& [operation, route] : operations) {
        const int places = static_cast<int>(reach.contains(operation)) + static_cast<int>(without.contains(operation));
        EXPECT_EQ(places, 1) << operation
                             << (places == 0 ? ": neither a page or a form of the console does it "
                                               "(console_reach.txt), nor does docs/web-console.md say why not"
                                             : ": it is done in the console, and docs say that it is not");
    }
    for (const auto& [operation, page] : reach) {
        EXPECT_TRUE(operations.contains(operation)) << operation << " is no operation of the API";
    }
    for (const std::string& operation : without) {
        EXPECT_TRUE(operations.contains(operation)) << operation << " is no operation of the API";
    }
}

TEST(ConsoleReach, TheConsoleAsksForTheSamePermission) {
    const auto operations = AllOperations();
    const auto pages = ConsoleRoutes();
    for (const auto& [operation, page] : ReadReach()) {
        const auto route = pages.find(page);
        ASSERT_NE(route, pages.end()) << "the console has no " << page;
        const auto found = operations.find(operation);
        if (found == operations.end() || !Mutates(found->second->kind)) {
            continue;
        }
        EXPECT_EQ(route->second->verb, web::Verb::kPost) << operation;
        EXPECT_EQ(policy::DescribePermission(route->second->permission).name,
                  policy::DescribePermission(found->second->permission).name)
            << operation << " and " << page;
    }
}

}  // namespace
}  // namespace http
