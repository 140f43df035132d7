#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "platform/base/invariant.hpp"
#include "platform/json/json.hpp"
#include "platform/json/number.hpp"
#include "tests/unit/platform/json/documents.hpp"

namespace platform {
namespace {

TEST(CanonicalText, SortsKeysByTheirBytes) {
    EXPECT_EQ(CanonicalJson(Json{{"b", 1}, {"a", 2}, {"B", 3}, {"", 4}, {"\xC3\xA9", 5}, {"a0", 6}}),
              "{\"\":4,\"B\":3,\"a\":2,\"a0\":6,\"b\":1,\"\xC3\xA9\":5}");
}

TEST(CanonicalText, HasNoWhiteSpace) {
    EXPECT_EQ(CanonicalJson(*ParseJson(" { \"a\" : [ 1 , true , null , { } , [ ] ] } ")),
              "{\"a\":[1,true,null,{},[]]}");
}

TEST(CanonicalText, EscapesOnlyWhatItMust) {
    EXPECT_EQ(CanonicalJson(Json("\b\t\n\f\r\"\\/\x01\x1f\x7f\xC3\xA9\xE2\x80\xA8")),
              "\"\\b\\t\\n\\f\\r\\\"\\\\/\\u0001\\u001f\x7f\xC3\xA9\xE2\x80\xA8\"");
}

TEST(CanonicalText, IsTheSameForEqualNumbers) {
    EXPECT_EQ(CanonicalJson(Json(1)), "1");
    EXPECT_EQ(CanonicalJson(Json(1U)), "1");
    EXPECT_EQ(CanonicalJson(Json(1.0)), "1");
    EXPECT_EQ(CanonicalJson(Json(-0.0)), "0");
    EXPECT_EQ(CanonicalJson(Json(9007199254740991)), "9007199254740991");
    EXPECT_EQ(CanonicalJson(Json(-9007199254740991)), "-9007199254740991");
}

// RFC 8785, appendix B, as far as it concerns finite numbers.
TEST(CanonicalText, WritesDoublesAsTheStandardDoes) {
    const std::pair<std::uint64_t, const char*> samples[] = {
        {0x0000000000000000, "0"},
        {0x8000000000000000, "0"},
        {0x0000000000000001, "5e-324"},
        {0x8000000000000001, "-5e-324"},
        {0x7fefffffffffffff, "1.7976931348623157e+308"},
        {0xffefffffffffffff, "-1.7976931348623157e+308"},
        {0x4340000000000000, "9007199254740992"},
        {0xc340000000000000, "-9007199254740992"},
        {0x4430000000000000, "295147905179352830000"},
        {0x44b52d02c7e14af5, "9.999999999999997e+22"},
        {0x44b52d02c7e14af6, "1e+23"},
        {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
        {0x444b1ae4d6e2ef4e, "999999999999999700000"},
        {0x444b1ae4d6e2ef4f, "999999999999999900000"},
        {0x444b1ae4d6e2ef50, "1e+21"},
        {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
        {0x3eb0c6f7a0b5ed8d, "0.000001"},
        {0x41b3de4355555553, "333333333.3333332"},
        {0x41b3de4355555554, "333333333.33333325"},
        {0x41b3de4355555555, "333333333.3333333"},
        {0x41b3de4355555556, "333333333.3333334"},
        {0x41b3de4355555557, "333333333.33333343"},
        {0xbecbf647612f3696, "-0.0000033333333333333333"},
        {0x43143ff3c1cb0959, "1424953923781206.2"},
    };
    for (const auto& [bits, text] : samples) {
        EXPECT_EQ(FormatDouble(std::bit_cast<double>(bits)), text);
    }
}

TEST(CanonicalText, RefusesWhatNoParsedDocumentHolds) {
    EXPECT_THROW(CanonicalJson(Json(std::nan(""))), InvariantViolation);
    EXPECT_THROW(CanonicalJson(Json(std::numeric_limits<double>::infinity())), InvariantViolation);
    EXPECT_THROW(CanonicalJson(Json(std::int64_t{1} << 53)), InvariantViolation);
    EXPECT_THROW(CanonicalJson(Json(std::numeric_limits<std::uint64_t>::max())), InvariantViolation);
    EXPECT_THROW(CanonicalJson(Json("\xFF")), InvariantViolation);
    EXPECT_THROW(CanonicalJson(Json{{"\xFF", 1}}), InvariantViolation);
    EXPECT_THROW(CanonicalJson(Json::binary({1, 2})), InvariantViolation);
}

RC_GTEST_PROP(CanonicalText, ReadsBackToTheSameDocument, (std::uint64_t seed)) {
    const Json document = RandomDocument(seed);
    const std::string text = CanonicalJson(document);
    const auto again = ParseJson(text);
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == document);
    RC_ASSERT(CanonicalJson(*again) == text);
}

RC_GTEST_PROP(CanonicalText, DoesNotDependOnHowTheDocumentWasWritten, (std::uint64_t seed)) {
    const Json document = RandomDocument(seed);
    const auto pretty = ParseJson(document.dump(3, ' ', true));
    RC_ASSERT(pretty.has_value());
    RC_ASSERT(CanonicalJson(*pretty) == CanonicalJson(document));
}

RC_GTEST_PROP(CanonicalText, WritesDoublesThatReadBackExactly, (std::uint64_t bits)) {
    const auto value = std::bit_cast<double>(bits);
    if (std::isfinite(value)) {
        RC_ASSERT(std::strtod(FormatDouble(value).c_str(), nullptr) == value);
    }
}

}  // namespace
}  // namespace platform
