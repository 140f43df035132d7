#include "platform/json/canonical_scanner.hpp"

#include <gtest/gtest.h>

#include "platform/json/number.hpp"

namespace platform_test {
namespace {

using platform::CanonicalScanner;
using platform::kLargestInteger;

std::optional<std::string> ScannedText(std::string_view json, platform::TextRule rule = {0, 20}) {
    CanonicalScanner in(json);
    std::string text = in.Text(rule);
    return in.AtEnd() ? std::optional(text) : std::nullopt;
}

std::optional<std::int64_t> ScannedInteger(std::string_view json, std::int64_t min = 0) {
    CanonicalScanner in(json);
    const std::int64_t value = in.Integer(min, kLargestInteger);
    return in.AtEnd() ? std::optional(value) : std::nullopt;
}

TEST(ACanonicalScanner, ReadsTextsAsParseJsonDoes) {
    for (const char* json :
         {R"("")", R"("plain")", R"("a \"quote\" and \\ ")", R"("\\\"")", "\"Gr\xC3\xBC\xC3\x9F\x65\""}) {
        EXPECT_EQ(ScannedText(json), platform::ParseJson(json)->get<std::string>()) << json;
    }
}

TEST(ACanonicalScanner, LeavesEveryOtherText) {
    for (const std::string& json :
         {std::string(), std::string("\""), std::string("plain"), std::string(R"("open)"), std::string(R"("open\")"),
          std::string(R"("open\)"), std::string(R"("a\n")"), std::string(R"("\u0041")"), std::string("\"a\nb\""),
          std::string("\"a\x7F\""), std::string("\"a\0b\"", 5), std::string("\"\xFF\""), std::string("\"\xC3\""),
          std::string(R"("a"b)"), std::string(R"("a" )")}) {
        EXPECT_EQ(ScannedText(json), std::nullopt) << json;
    }
}

TEST(ACanonicalScanner, HoldsToTheBoundsOfTexts) {
    EXPECT_EQ(ScannedText(R"("abc")", {3, 3}), "abc");
    EXPECT_EQ(ScannedText(R"("abc")", {4, 9}), std::nullopt);
    EXPECT_EQ(ScannedText(R"("abc")", {0, 2}), std::nullopt);
    EXPECT_EQ(ScannedText("\"\xC3\xBC\xC3\xBC\"", {3, 9}), std::nullopt) << "four bytes, two characters";
}

TEST(ACanonicalScanner, ReadsWholeNumbersInTheirOneForm) {
    EXPECT_EQ(ScannedInteger("0"), 0);
    EXPECT_EQ(ScannedInteger("42"), 42);
    EXPECT_EQ(ScannedInteger("9007199254740991"), kLargestInteger);
    for (const char* json :
         {"", "-1", "-0", "00", "042", "4.0", "4e1", "9007199254740992", "99999999999999999999", "+1", "4x", "x"}) {
        EXPECT_EQ(ScannedInteger(json, -5), std::nullopt) << json;
    }
    EXPECT_EQ(ScannedInteger("41", 42), std::nullopt);
}

TEST(ACanonicalScanner, ReadsWhatIsExpectedAndNothingBehindWhatIsNot) {
    CanonicalScanner in(R"({"a":true,"b":false,"t":"2025-01-29T09:00:00Z"})");
    in.Expect(R"({"a":)");
    EXPECT_TRUE(in.Boolean());
    EXPECT_FALSE(in.Accept(R"(,"c":)"));
    in.Expect(R"(,"b":)");
    EXPECT_FALSE(in.Boolean());
    in.Expect(R"(,"t":)");
    EXPECT_EQ(in.Instant(), platform::ParseTime("2025-01-29T09:00:00Z"));
    EXPECT_FALSE(in.AtEnd());
    in.Expect("}");
    EXPECT_TRUE(in.AtEnd());

    CanonicalScanner other(R"({"a":true})");
    other.Expect(R"({"b":)");
    EXPECT_FALSE(other.Boolean());
    EXPECT_FALSE(other.Accept("{"));
    EXPECT_EQ(other.Text(), "");
    EXPECT_EQ(other.Integer(0, 9), 0);
    EXPECT_FALSE(other.Ok());
    EXPECT_FALSE(other.AtEnd());

    CanonicalScanner no_time(R"("yesterday")");
    EXPECT_EQ(no_time.Instant(), platform::Time());
    EXPECT_FALSE(no_time.AtEnd());
}

}  // namespace
}  // namespace platform_test
