#include "pulse/auth/scopes.hpp"

#include <gtest/gtest.h>

namespace pulse::auth {
namespace {

using Texts = std::vector<std::string>;

TEST(Scopes, AreNormalised) {
    EXPECT_EQ(*NormalizeScopes(std::nullopt), Texts{"*"});
    EXPECT_EQ(*NormalizeScopes(Texts{"*"}), Texts{"*"});
    EXPECT_EQ(*NormalizeScopes(Texts{" settings:write", "settings:read", "settings:read"}),
              (Texts{"settings:read", "settings:write"}));
    EXPECT_FALSE(NormalizeScopes(Texts{}));
    EXPECT_FALSE(NormalizeScopes(Texts{""}));
    EXPECT_FALSE(NormalizeScopes(Texts{"*", "settings:read"}));
    EXPECT_FALSE(NormalizeScopes(Texts{"settings:*"}));
}

TEST(Scopes, OpenWhatTheyName) {
    EXPECT_TRUE(HasScope(Texts{"*"}, kSettingsWrite));
    EXPECT_TRUE(HasScope(Texts{"settings:read"}, kSettingsRead));
    EXPECT_FALSE(HasScope(Texts{"settings:read"}, kSettingsWrite));
    EXPECT_FALSE(HasScope(Texts{}, kSettingsRead));
    for (const std::string_view scope : KnownScopes()) {
        EXPECT_TRUE(NormalizeScopes(Texts{std::string(scope)})) << scope;
    }
}

}  // namespace
}  // namespace pulse::auth
