#include <gtest/gtest.h>

#include "platform/base/clock.hpp"
#include "platform/log/log.hpp"

namespace platform {
namespace {

TEST(Redaction, LeavesOrdinaryTextAlone) {
    for (const char* text : {"", "release promoted", "pcl", "pcl_", "eyJ", "eyJhbGciOi", "http://host/path?x=a:b@c",
                             "https://host:8080/", "https://ann@host/", "a://b", "-----BEGIN PUBLIC KEY-----\nMC\n",
                             "-----BEGIN CERTIFICATE-----", "2025-01-29T09:00:00Z", "eyJ.eyJ.x"}) {
        EXPECT_EQ(RedactSecrets(text), text);
    }
}

TEST(Redaction, HidesApiTokensAnywhere) {
    EXPECT_EQ(RedactSecrets("pcl_abcDEF019-_x"), "pcl_[redacted]");
    EXPECT_EQ(RedactSecrets("Authorization: Bearer pcl_abc, then pcl_def."),
              "Authorization: Bearer pcl_[redacted], then pcl_[redacted].");
    EXPECT_EQ(RedactSecrets("xpcl_abc\"pcl_pcl_abc"), "xpcl_[redacted]\"pcl_[redacted]");
    EXPECT_EQ(RedactSecrets("eyJxxpcl_abc"), "eyJxxpcl_[redacted]");
}

TEST(Redaction, HidesWebTokens) {
    EXPECT_EQ(RedactSecrets("Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl!"), "Bearer [redacted]!");
    EXPECT_EQ(RedactSecrets("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."), "[redacted]");
}

TEST(Redaction, HidesPasswordsInUrls) {
    EXPECT_EQ(RedactSecrets("postgresql://app:s3same@db1:5432,db2/x?a=1"),
              "postgresql://app:[redacted]@db1:5432,db2/x?a=1");
    EXPECT_EQ(RedactSecrets("http://:p@h and https://u:p@q@h/"), "http://:[redacted]@h and https://u:[redacted]@h/");
}

TEST(Redaction, HidesPrivateKeys) {
    EXPECT_EQ(RedactSecrets("a\n-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----\nb"), "a\n[redacted]\nb");
    EXPECT_EQ(RedactSecrets("-----BEGIN RSA PRIVATE KEY-----\nMC4C cut off"), "[redacted]");
}

TEST(Redaction, TakesTimeInProportionToTheText) {
    for (const std::string_view piece : {"eyJ", "pcl_", "://", "-----BEGIN ", "://a:b", "eyJaaaaaaaa.", "@", ":"}) {
        std::string text;
        while (text.size() < 1024 * 1024) {
            text += piece;
        }
        const Stopwatch watch;
        RedactSecrets(text);
        EXPECT_LT(watch.Elapsed(), std::chrono::seconds(10)) << piece;
    }
}

}  // namespace
}  // namespace platform
