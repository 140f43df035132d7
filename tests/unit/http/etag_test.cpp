#include "controller/http/etag.hpp"

#include <gtest/gtest.h>

namespace http {
namespace {

TEST(Etag, HoldsTheVersionAndChangesWithTheBody) {
    const std::string tag = MakeEtag(7, "{}");
    EXPECT_EQ(VersionOfEtag(tag), 7);
    EXPECT_EQ(tag, MakeEtag(7, "{}"));
    EXPECT_NE(tag, MakeEtag(7, "[]"));
    EXPECT_NE(tag, MakeEtag(8, "{}"));
    EXPECT_EQ(MakeEtag(std::nullopt, "{}").find('-'), std::string::npos);
}

TEST(Etag, VersionIsReadFromWhatClientsAndProxiesMakeOfIt) {
    EXPECT_EQ(VersionOfEtag("\"12\""), 12);
    EXPECT_EQ(VersionOfEtag(" W/\"12-abc\" "), 12);
    for (const char* text : {"", "12", "\"\"", "\"x\"", "\"-1\"", "\"0\"", "\"1x\"", "*", "\"1\", \"2\"",
                             "\"99999999999999999999\"", "\"1"}) {
        EXPECT_FALSE(VersionOfEtag(text).has_value()) << text;
    }
}

TEST(Etag, IfNoneMatchTakesListsAndTheStar) {
    EXPECT_TRUE(MatchesEtag("\"a\"", "\"a\""));
    EXPECT_TRUE(MatchesEtag("\"b\", W/\"a\"", "\"a\""));
    EXPECT_TRUE(MatchesEtag("*", "\"a\""));
    EXPECT_FALSE(MatchesEtag("\"b\"", "\"a\""));
    EXPECT_FALSE(MatchesEtag("a", "\"a\""));
}

}  // namespace
}  // namespace http
