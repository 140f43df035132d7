#include "platform/base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace platform {
namespace {

using testing::ElementsAre;

TEST(TextTrim, TakesWhiteSpaceFromBothEnds) {
    EXPECT_EQ(Trim("  a b\t\r\n"), "a b");
    EXPECT_EQ(Trim("a"), "a");
    EXPECT_EQ(Trim(" \t\r\n"), "");
    EXPECT_EQ(Trim(""), "");
}

TEST(TextSplit, KeepsEmptyParts) {
    EXPECT_THAT(Split("a,b", ','), ElementsAre("a", "b"));
    EXPECT_THAT(Split(",a,,", ','), ElementsAre("", "a", "", ""));
    EXPECT_THAT(Split("", ','), ElementsAre(""));
    EXPECT_THAT(Split("abc", ','), ElementsAre("abc"));
}

TEST(TextJoin, PutsSeparatorsBetweenPartsOnly) {
    EXPECT_EQ(Join(std::vector<std::string>{}, ", "), "");
    EXPECT_EQ(Join(std::vector<std::string>{"a"}, ", "), "a");
    EXPECT_EQ(Join(std::vector<std::string>{"", "b", ""}, "-"), "-b-");
    EXPECT_EQ(Join(Split("a/b/c", '/'), "."), "a.b.c");
}

TEST(TextPlural, CountsThings) {
    EXPECT_EQ(Plural(0, "day"), "0 days");
    EXPECT_EQ(Plural(1, "day"), "1 day");
    EXPECT_EQ(Plural(-1, "day"), "-1 days");
    EXPECT_EQ(Plural(2, "entry", "entries"), "2 entries");
}

TEST(TextCase, ChangesAsciiOnly) {
    EXPECT_EQ(ToLowerAscii("AbZ09\xC3\x84"), "abz09\xC3\x84");
    EXPECT_EQ(ToUpperAscii("aBz09\xC3\xA4"), "ABZ09\xC3\xA4");
}

TEST(Utf8, TakesWellFormedText) {
    for (const char* text : {"", "plain", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                             "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "\xF0\x9F\x9A\x80 rocket"}) {
        EXPECT_TRUE(IsValidUtf8(text)) << text;
    }
    EXPECT_TRUE(IsValidUtf8(std::string_view("a\0b", 3)));
}

TEST(Utf8, RefusesIllFormedText) {
    for (const char* text : {
             "\x80",
             "\xBF",
             "\xFF",
             "\xFE",  // no lead byte
             "\xC3",
             "\xE2\x82",
             "\xF0\x9F\x9A",  // cut off
             "\xC0\xAF",
             "\xC1\xBF",  // overlong, two bytes
             "\xE0\x80\xAF",
             "\xE0\x9F\xBF",  // overlong, three bytes
             "\xF0\x80\x80\xAF",
             "\xF0\x8F\xBF\xBF",
             "\xED\xA0\x80",
             "\xED\xBF\xBF",  // surrogates
             "\xF4\x90\x80\x80",
             "\xF5\x80\x80\x80",
             "\xC3(",
             "a\xE2(\xA1",
             "\xF8\x88\x80\x80\x80",
         }) {
        EXPECT_FALSE(IsValidUtf8(text)) << EscapeForLog(text);
    }
}

TEST(Utf8, CountsAndCutsBetweenCharacters) {
    EXPECT_EQ(CountCodePoints("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x9A\x80"), 4U);
    EXPECT_EQ(TruncateUtf8("a\xC3\xA9z", 2), "a\xC3\xA9");
    EXPECT_EQ(TruncateUtf8("abc", 0), "");
    EXPECT_EQ(TruncateUtf8("abc", 9), "abc");
}

TEST(LogEscape, LeavesPrintableTextAlone) {
    EXPECT_EQ(EscapeForLog("all \"good\" here: \xC3\xA9"), "all \"good\" here: \xC3\xA9");
}

TEST(LogEscape, KeepsEverythingOnOneLineAndOffTheTerminal) {
    EXPECT_EQ(EscapeForLog("a\nb\r\tc\\"), "a\\nb\\r\\tc\\\\");
    EXPECT_EQ(EscapeForLog("\x1B[31mred\x7F"), "\\x1b[31mred\\x7f");
    EXPECT_EQ(EscapeForLog(std::string_view("\0", 1)), "\\x00");
    EXPECT_EQ(EscapeForLog("\xC2\x9B"
                           "31m"),
              "\\xc2\\x9b31m");
    EXPECT_EQ(EscapeForLog("\xFF\xC3"), "\\xff\\xc3");
}

RC_GTEST_PROP(LogEscape, AlwaysYieldsOneLineOfUtf8, (const std::string& bytes)) {
    const std::string line = EscapeForLog(bytes);
    RC_ASSERT(IsValidUtf8(line));
    RC_ASSERT(line.find_first_of(std::string_view("\0\n\r\x1B", 4)) == std::string::npos);
}

TEST(MessageQuote, CutsLongValues) {
    EXPECT_EQ(QuoteForMessage("dev"), "'dev'");
    EXPECT_EQ(QuoteForMessage("a\nb"), "'a\\nb'");
    EXPECT_EQ(QuoteForMessage(std::string(61, 'x')), "'" + std::string(60, 'x') + "...'");
}

TEST(NearMisses, FindsWhatWasMeant) {
    const std::vector<std::string> known = {"listen-address", "log-level", "reason", "to"};
    EXPECT_EQ(NearMiss("lisen-address", known), "listen-address");
    EXPECT_EQ(NearMiss("listen_address", known), "listen-address");
    EXPECT_EQ(NearMiss("LISTEN-ADDRESS", known), "listen-address");
    EXPECT_EQ(NearMiss("raeson", known), "reason");
    EXPECT_EQ(NearMiss("reasons", known), "reason");
    EXPECT_EQ(NearMiss("address", known), "listen-address");
    EXPECT_EQ(NearMiss("ot", known), "to");
}

TEST(NearMisses, DoesNotGuessWildly) {
    const std::vector<std::string> known = {"listen-address", "reason"};
    EXPECT_EQ(NearMiss("tenant", known), std::nullopt);
    EXPECT_EQ(NearMiss("", known), std::nullopt);
    EXPECT_EQ(NearMiss("reason", {}), std::nullopt);
    EXPECT_EQ(NearMiss(std::string(10'000, 'r'), known), std::nullopt);
}

}  // namespace
}  // namespace platform
