// Hostile documents: both readers stay within their bounds of time, depth and memory.
#include <gtest/gtest.h>

#include "platform/base/clock.hpp"
#include "platform/json/json.hpp"

namespace platform {
namespace {

using Parser = Expected<Json, FieldErrors> (*)(std::string_view, const DocumentLimits&);

struct NamedParser {
    const char* name;
    Parser parse;
};

class Limits : public testing::TestWithParam<NamedParser> {
protected:
    std::string Refusal(std::string_view text, const DocumentLimits& limits = {}) const {
        const auto document = GetParam().parse(text, limits);
        if (document) {
            ADD_FAILURE() << "accepted " << text.substr(0, 60);
            return {};
        }
        return document.error().at(0).pointer + ": " + document.error().at(0).message;
    }
};

std::string Repeat(std::string_view piece, std::size_t times) {
    std::string text;
    text.reserve(piece.size() * times);
    for (std::size_t i = 0; i < times; ++i) {
        text += piece;
    }
    return text;
}

TEST_P(Limits, AllowsTheLastLevelAndRefusesTheNext) {
    const DocumentLimits limits{.max_depth = 3};
    EXPECT_TRUE(GetParam().parse("[[[1]]]", limits));
    EXPECT_NE(Refusal("[[[[1]]]]", limits).find("/0/0/0: is nested more than 3 levels deep"), std::string::npos);
    EXPECT_NE(Refusal("{\"a\": {\"b\": [{}]}}", limits).find("/a/b/0: is nested more than 3 levels deep"),
              std::string::npos);
}

TEST_P(Limits, SurvivesAHundredThousandLevels) {
    EXPECT_NE(Refusal(Repeat("[", 100'000)).find("nested more than 32 levels"), std::string::npos);
    EXPECT_NE(Refusal(Repeat("[", 100'000) + Repeat("]", 100'000)).find("nested more than 32 levels"),
              std::string::npos);
    EXPECT_NE(Refusal(Repeat("{\"a\": ", 100'000)).find("nested more than 32 levels"), std::string::npos);
}

TEST_P(Limits, CountsEveryValue) {
    const DocumentLimits limits{.max_nodes = 4};
    EXPECT_TRUE(GetParam().parse("{\"a\": 1, \"b\": [2]}", limits));
    EXPECT_NE(Refusal("{\"a\": 1, \"b\": [2, 3]}", limits).find("more than 4 values"), std::string::npos);
    EXPECT_NE(Refusal("[" + Repeat("0,", 200'000) + "0]").find("more than 100000 values"), std::string::npos);
}

TEST_P(Limits, RefusesMoreBytesThanAllowedBeforeReadingThem) {
    EXPECT_EQ(Refusal("[1, 2, 3]", {.max_bytes = 8}), ": the document has 9 bytes; at most 8 are allowed");
    EXPECT_NE(Refusal(std::string(100 * 1024 * 1024, '[')).find("at most 1048576 are allowed"), std::string::npos);
}

TEST_P(Limits, AnswersAnyMebibyteInTime) {
    // Measured in an optimised build each takes well under a second; the bound leaves room for a sanitizer and a busy
    // machine, and still fails anything that grows with the square of the input.
    constexpr auto kBound = std::chrono::seconds(30);
    constexpr std::size_t kSize = 1024 * 1024;
    for (const std::string_view piece :
         {"[",    "{",    "- ",    "? ",    "\"",  "'",    "&a ",      "*a ",      "! ",      "!a ",    "a: ",
          "a:\n", ": ",   " ",     "\t",    "#",   "\n",   "|\n",      ">\n",      "%a\n",    "---\n",  "a\n",
          "a ",   "[],",  "{a: ",  "{a,",   "[a,", "-\n",  "? a\n",    "\\",       "\"\\x41", "'a' ",   "[\n",
          "{[",   "? - ", "!<a> ", "...\n", "\r",  "\"\n", "\xC3\xA9", "&a a: \n", "1,",      "\"a\":", "\\u0041"}) {
        const Stopwatch watch;
        const auto document = GetParam().parse(Repeat(piece, kSize / piece.size()), {});
        EXPECT_LT(watch.Elapsed(), kBound) << piece;
        if (!document) {
            EXPECT_LT(document.error().at(0).message.size(), 1'000U) << piece;
        }
    }
    for (const std::string& text : {"\"" + Repeat("a\n", kSize / 3) + "\"", "a: |\n" + Repeat(" \n", kSize / 3),
                                    "a: >\n" + Repeat("  a\n   b\n", kSize / 12), "a: " + Repeat("b\n  ", kSize / 5),
                                    std::string(kSize - 10, 'a') + ": b", "[" + Repeat("a: b, ", kSize / 7) + "]"}) {
        const Stopwatch watch;
        (void)GetParam().parse(text, {});
        EXPECT_LT(watch.Elapsed(), kBound) << text.substr(0, 20);
    }
}

INSTANTIATE_TEST_SUITE_P(Readers, Limits,
                         testing::Values(NamedParser{"Json", &ParseJson}, NamedParser{"Yaml", &ParseYaml}),
                         [](const auto& param) { return param.param.name; });

TEST(YamlLimits, HoldForBlocksToo) {
    EXPECT_FALSE(ParseYaml(Repeat("- ", 100'000)));
    EXPECT_FALSE(ParseYaml(Repeat("? ", 100'000)));
    std::string stairs;
    for (std::size_t i = 0; stairs.size() < 1'000'000; ++i) {
        stairs += std::string(i, ' ') + "a:\n";
    }
    EXPECT_NE(ParseYaml(stairs).error()[0].message.find("nested more than 32 levels"), std::string::npos);
}

TEST(YamlLimits, CountAliasesAtEachUse) {
    // Ten to the ninth nodes from a few hundred bytes.
    std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
    for (char level = 'b'; level <= 'i'; ++level) {
        const std::string before = std::string("*") + static_cast<char>(level - 1);
        bomb += std::string(1, level) + ": &" + level + " [" + Repeat(before + ", ", 9) + before + "]\n";
    }
    const auto document = ParseYaml(bomb);
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error()[0].pointer, "/e/7");
    EXPECT_NE(document.error()[0].message.find("more than 100000 values"), std::string::npos);
}

TEST(YamlLimits, CountTheTextBehindAliases) {
    const std::string bomb = "a: &a " + std::string(500'000, 'x') + "\nb: [" + Repeat("*a, ", 50'000) + "]\n";
    const auto document = ParseYaml(bomb);
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error()[0].pointer, "/b/2");
    EXPECT_NE(document.error()[0].message.find("the aliases stand for more than 1048576 bytes"), std::string::npos);
}

TEST(YamlLimits, CountTheLevelsBehindAliases) {
    const DocumentLimits limits{.max_depth = 4};
    EXPECT_TRUE(ParseYaml("a: &a [[x]]\nb: [*a]", limits));
    const auto document = ParseYaml("a: &a [[x]]\nb: [[*a]]", limits);
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error()[0].pointer, "/b/0/0");
    EXPECT_TRUE(ParseYaml("a: &a x\nb: [[[*a]]]", limits));
}

}  // namespace
}  // namespace platform
