#include "platform/base/ids.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

namespace platform {
namespace {

struct ShipTag {
    static constexpr std::size_t kMaxLength = 8;
};
using ShipId = StrongId<ShipTag>;

TEST(IdText, TakesLettersDigitsAndInnerPunctuation) {
    for (const char* text : {"a", "Z", "0", "a.b", "a-b", "a_b", "2025-01-15-audit-filter-ui", "a.", "a-", "a_"}) {
        EXPECT_TRUE(IsIdText(text, 64)) << text;
    }
}

TEST(IdText, RefusesWhatCouldBeReadAsAPathOrAnOption) {
    for (const char* text : {"", ".", "..", "-a", "_a", ".a", "a..b", "a/b", "a\\b", "a b", " a", "a\n", "a:b", "a%2e",
                             "\xC3\xA9", "a\xFF"}) {
        EXPECT_FALSE(IsIdText(text, 64)) << text;
    }
    EXPECT_FALSE(IsIdText(std::string_view("a\0b", 3), 64));
}

TEST(IdText, CountsItsLength) {
    EXPECT_TRUE(IsIdText("abcd", 4));
    EXPECT_FALSE(IsIdText("abcde", 4));
    EXPECT_FALSE(IsIdText("a", 0));
}

TEST(StrongIdentifier, ParsesByTheLimitOfItsTag) {
    EXPECT_EQ(ShipId::Parse("argo")->Text(), "argo");
    EXPECT_TRUE(ShipId::Parse("12345678").has_value());
    EXPECT_FALSE(ShipId::Parse("123456789").has_value());
    EXPECT_FALSE(ShipId::Parse("").has_value());
}

TEST(StrongIdentifier, IsEmptyUntilItIsGiven) {
    EXPECT_TRUE(ShipId().Empty());
    EXPECT_FALSE(ShipId::Trusted("argo").Empty());
}

TEST(StrongIdentifier, ComparesAndHashesByItsText) {
    EXPECT_EQ(ShipId::Trusted("argo"), ShipId::Trusted("argo"));
    EXPECT_NE(ShipId::Trusted("argo"), ShipId::Trusted("Argo"));
    EXPECT_LT(ShipId::Trusted("argo"), ShipId::Trusted("beagle"));
    const std::unordered_set<ShipId> fleet = {ShipId::Trusted("argo"), ShipId::Trusted("argo")};
    EXPECT_EQ(fleet.size(), 1U);
}

}  // namespace
}  // namespace platform
