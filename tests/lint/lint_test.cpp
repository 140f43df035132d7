// The checks find what they are for: each is tried on text that breaks it, and on its neighbour that does not.
#include "tests/lint/documents.hpp"
#include "tests/lint/include_table.hpp"
#include "tests/lint/patterns.hpp"
#include "tests/lint/source_tree.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using lint::Blank;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(SourceText, IsBlankedWhereCommentsAndStringsAre) {
    const std::string code = "int a = 1'000; // time\nauto s = \"a // b\\\" c\"; /* x\ny */ f('\\'', 'q');\n";
    EXPECT_EQ(lint::WithoutParts(code, Blank::kComments),
              "int a = 1'000;        \nauto s = \"a // b\\\" c\";     \n     f('\\'', 'q');\n");
    EXPECT_EQ(lint::WithoutParts(code, Blank::kCommentsAndStrings),
              "int a = 1'000;        \nauto s = \"          \";     \n     f('  ', ' ');\n");
}

TEST(SourceText, KnowsRawStrings) {
    const std::string code = "auto q = R\"sql(SELECT \")\" // no comment\n)sql\"; // comment";
    EXPECT_EQ(lint::WithoutParts(code, Blank::kComments),
              "auto q = R\"sql(SELECT \")\" // no comment\n)sql\";           ");
    EXPECT_EQ(lint::WithoutParts(code, Blank::kCommentsAndStrings),
              "auto q = R\"sql(                        \n)sql\";           ");
}

lint::Complaints IncludesOf(const std::string& path, const std::string& text) {
    const auto table = lint::ParseIncludeTable(
        "a/base ->\n    reason\na/top -> a/base\n    reason\nlibrary sql/ in a/top/store.cpp\n    reason\n"
        "header a/base/slow.hpp in a/top/inner.hpp\n    reason\n");
    return lint::CheckIncludes({{path, text}}, table);
}

TEST(IncludeTable, AllowsOwnFolderAndListedOnes) {
    EXPECT_THAT(IncludesOf("a/top/x.cpp", "#include \"a/top/y.hpp\"\n#include \"a/base/z.hpp\"\n#include <vector>\n"),
                IsEmpty());
    EXPECT_THAT(IncludesOf("a/top/store.cpp", "#include <sql/sql.h>\n"), IsEmpty());
    EXPECT_THAT(IncludesOf("a/base/x.cpp", "// #include \"a/top/y.hpp\"\n"), IsEmpty());
}

TEST(IncludeTable, RefusesTheWayUpAndLibrariesOutOfPlace) {
    EXPECT_THAT(IncludesOf("a/base/x.cpp", "\n#include \"a/top/y.hpp\"\n"),
                ElementsAre(HasSubstr("a/base/x.cpp:2: a/base may include nothing else, not \"a/top/y.hpp\"")));
    EXPECT_THAT(IncludesOf("a/top/x.cpp", "#  include <sql/sql.h>\n"),
                ElementsAre(HasSubstr("may be included in a/top/store.cpp only")));
    EXPECT_THAT(IncludesOf("a/top/x.cpp", "#include \"y.hpp\"\n"), ElementsAre(HasSubstr("write it in full")));
    EXPECT_THAT(IncludesOf("b/x.cpp", "int x;\n"), ElementsAre(HasSubstr("has no row")));
}

TEST(IncludeTable, KeepsExpensiveHeadersOutOfHeaders) {
    const std::string slow = "#include \"a/base/slow.hpp\"\n";
    EXPECT_THAT(IncludesOf("a/top/x.cpp", slow), IsEmpty());
    EXPECT_THAT(IncludesOf("a/top/inner.hpp", slow), IsEmpty());
    EXPECT_THAT(
        IncludesOf("a/top/wide.hpp", slow),
        ElementsAre(HasSubstr("a/top/wide.hpp:1: a/base/slow.hpp may be included by headers in a/top/inner.hpp")));
}

TEST(IncludeTable, WantsAReasonForEveryRow) {
    EXPECT_THROW(lint::ParseIncludeTable("a -> b\nc -> d\n    reason\n"), std::runtime_error);
    EXPECT_THROW(lint::ParseIncludeTable("a -> b\n"), std::runtime_error);
    EXPECT_THROW(lint::ParseIncludeTable("nonsense\n    reason\n"), std::runtime_error);
}

// Looks for one pattern of the real list in one file.
lint::Complaints PatternsOf(const std::string& path, const std::string& text) {
    static const auto patterns =
        lint::ParsePatterns(lint::FileAt(lint::LoadRepository(), "tests/lint/patterns.txt").text);
    return lint::CheckPatterns({{path, text}}, patterns);
}

struct Sample {
    const char* name;
    const char* path;
    const char* broken;
    const char* fine;
};

void PrintTo(const Sample& sample, std::ostream* out) {
    *out << sample.name;
}

class ForbiddenPattern : public testing::TestWithParam<Sample> {};

TEST_P(ForbiddenPattern, IsFoundAndItsNeighbourIsNot) {
    const Sample& sample = GetParam();
    EXPECT_THAT(PatternsOf(sample.path, sample.broken), ElementsAre(HasSubstr(std::string(sample.name) + ": ")));
    EXPECT_THAT(PatternsOf(sample.path, sample.fine), IsEmpty());
}

constexpr const char* kRule = "controller/policy/x.cpp";
constexpr const char* kTest = "tests/unit/x_test.cpp";

INSTANTIATE_TEST_SUITE_P(
    , ForbiddenPattern,
    testing::Values(
        Sample{"wall clock", kRule, "auto t = std::chrono::system_clock::now();", "std::chrono::steady_clock::now();"},
        Sample{"sleeping", kTest, "std::this_thread::sleep_for(1s);", "// no sleep_for\nauto s = \"sleep 600\";"},
        Sample{"chance", kRule, "std::random_device d;", "platform::RandomBytes(8);"},
        Sample{"tests that do not run", kTest, "TEST(A, DISABLED_x) {}", "TEST(A, x) {}"},
        Sample{"unfinished", kRule, "// TODO: more", "// mkdtemp wants XXXXXX"},
        Sample{"paths of one machine", kRule, "auto p = \"/home/me/x\";", "auto p = \"/var/lib/x/home/me\";"},
        Sample{"swallowed exceptions", kRule, "} catch (...) {\n}\n", "} catch (...) {\n    Undo();\n    throw;\n}\n"},
        Sample{"regular expressions", kRule, "std::regex r(x);", "// std::regex recurses"},
        Sample{"unchecked numbers", kRule, "int x = std::stoi(text);", "std::from_chars(a, b, c); restore(x);"},
        Sample{"locale", kRule, "if (std::isdigit(c)) {", "IsDigit(c);"},
        Sample{"writing to the terminal", kRule, "std::cout << x;", "std::snprintf(b, n, \"x\");"},
        Sample{"ending the process", kRule, "std::exit(1);", "on_exit(1); AtExit();"},
        Sample{"environment", kRule, "std::getenv(\"X\");", "settings.Get(\"X\");"},
        Sample{"threads on the loose", kTest, "thread.detach();", "thread.join();"},
        Sample{"namespaces opened wide", kTest, "using namespace std;", "using std::string;"},
        Sample{"warnings switched off", kTest, "int x;  // NOLINT", "int x;  // NOLINT(check): the API wants it"},
        Sample{"mocks", kTest, "MOCK_METHOD(int, F, ());", "EXPECT_THAT(x, HasSubstr(y));"},
        Sample{"our workshop", kRule, "// see shared/design/x.md", "// see docs/architecture.md"}));

TEST(Patterns, EachHasASample) {
    const auto patterns = lint::ParsePatterns(lint::FileAt(lint::LoadRepository(), "tests/lint/patterns.txt").text);
    EXPECT_EQ(patterns.size(), 18U) << "a pattern without a sample in this file may match nothing at all";
}

TEST(Patterns, AreRefusedWhenIncomplete) {
    EXPECT_THROW(lint::ParsePatterns("name: x\nfiles: a\nin: code\nmatch: y\n"), std::runtime_error);
    EXPECT_THROW(lint::ParsePatterns("name: x\nfiles: a\nin: dreams\nmatch: y\ninstead: z\n"), std::runtime_error);
    EXPECT_THROW(lint::ParsePatterns("nam: x\n"), std::runtime_error);
}

TEST(Links, MustLeadToAFileAndAHeading) {
    const lint::SourceTree tree = {
        {"README.md", "[a](docs/a.md) [b](docs/b.md) `[c](c.md)`\n```\n[d](d.md)\n```\n[e](docs/a.md#two-words)\n"},
        {"docs/a.md", "# Two words\n[up](../README.md) [out](https://example.org/x) [f](#three) [d](../docs)\n"}};
    EXPECT_THAT(lint::CheckLinks(tree), ElementsAre("README.md:1: the link to docs/b.md leads nowhere",
                                                    "docs/a.md:2: docs/a.md has no heading for #three"));
    EXPECT_THAT(lint::AnchorsIn("# A `b` C!\n## A b c\n```\n# no\n```\n"), ElementsAre("a-b-c", "a-b-c-1"));
}

TEST(Lengths, AreLimitedUnlessListed) {
    const lint::SourceTree tree = {{"a.cpp", "1\n2\n3\n"}, {"b.cpp", "1\n2\n3\n"}, {"c.cpp", "1\n"}};
    EXPECT_THAT(lint::CheckLengths(tree, "# comment\na.cpp a reason\nc.cpp old\nd.cpp gone\n", 2),
                ElementsAre(HasSubstr("b.cpp:3: 3 lines, at most 2"), HasSubstr("c.cpp:1: short again"),
                            HasSubstr("d.cpp is gone")));
}

}  // namespace
