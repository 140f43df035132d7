#include "pulse/auth/credentials.hpp"

#include <gtest/gtest.h>

#include "platform/crypto/crypto.hpp"

namespace pulse::auth {
namespace {

platform::HttpRequest With(platform::HeaderList headers) {
    platform::HttpRequest request;
    request.headers = std::move(headers);
    return request;
}

TEST(Credentials, TheTokenHeaderComesBeforeBearer) {
    const auto both = With({{"x-api-token", " a "}, {"authorization", "Bearer b"}});
    EXPECT_EQ(ReadPresented(both, QueryToken::kIgnored).token, "a");
    const auto bearer = With({{"authorization", "bEaReR  b "}});
    EXPECT_EQ(ReadPresented(bearer, QueryToken::kIgnored).token, "b");
    EXPECT_FALSE(ReadPresented(With({{"authorization", "Bearer"}}), QueryToken::kIgnored).token);
    EXPECT_FALSE(ReadPresented(With({{"authorization", "Bearer "}}), QueryToken::kIgnored).token);
}

TEST(Credentials, TheQueryIsReadWhereItMay) {
    platform::HttpRequest request;
    request.query = {{"token", "q"}};
    EXPECT_FALSE(ReadPresented(request, QueryToken::kIgnored).token);
    EXPECT_EQ(ReadPresented(request, QueryToken::kRead).token, "q");
}

TEST(Credentials, CookiesAreFoundAmongOthers) {
    const auto request = With({{"cookie", "a=1;pulse_session=x ; b=\"2\""}, {"cookie", "c=3"}});
    EXPECT_EQ(ReadCookie(request, "a"), "1");
    EXPECT_EQ(ReadCookie(request, "pulse_session"), "x");
    EXPECT_EQ(ReadCookie(request, "b"), "2");
    EXPECT_EQ(ReadCookie(request, "c"), "3");
    EXPECT_FALSE(ReadCookie(request, "session"));
    EXPECT_FALSE(ReadCookie(With({{"cookie", ";;=;a"}}), "a"));
}

TEST(Credentials, BasicIsNameAndPassword) {
    const auto decoded = DecodeBasic(platform::Base64Encode("alice:pass:word?>"));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->user, "alice");
    EXPECT_EQ(decoded->password, "pass:word?>");
    EXPECT_FALSE(DecodeBasic(platform::Base64Encode("alice")));
    EXPECT_FALSE(DecodeBasic("!!!"));
    EXPECT_FALSE(DecodeBasic(platform::Base64Encode("\xFF:x")));
}

TEST(Credentials, SecretsAreRandomAndStoredHashed) {
    const std::string secret = MakeSecret();
    EXPECT_EQ(secret.size(), 64U);
    EXPECT_NE(MakeSecret(), secret);
    EXPECT_NE(HashSecret(secret), secret);
    EXPECT_EQ(HashSecret(secret), HashSecret(secret));
}

TEST(Credentials, CookiesAreWrittenWithTheirReach) {
    EXPECT_EQ(WriteCookie("a", "b", 60, CookieReach::kServerOnly, CookieTransport::kTlsOnly),
              "a=b; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax");
    EXPECT_EQ(WriteCookie("a", "", 0, CookieReach::kScripts, CookieTransport::kAny),
              "a=; Path=/; Max-Age=0; SameSite=Lax");
}

}  // namespace
}  // namespace pulse::auth
