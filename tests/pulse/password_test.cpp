#include "pulse/auth/password.hpp"

#include <gtest/gtest.h>

namespace pulse::auth {
namespace {

TEST(Password, IsVerifiedAgainstItsHashOnly) {
    const std::string hash = HashPassword("correct horse");
    EXPECT_TRUE(hash.starts_with("scrypt$16384$8$5$"));
    EXPECT_TRUE(VerifyPassword(hash, "correct horse"));
    EXPECT_FALSE(VerifyPassword(hash, "correct horse "));
    EXPECT_FALSE(VerifyPassword(hash, ""));
    EXPECT_NE(HashPassword("correct horse"), hash) << "a salt of its own";
}

TEST(Password, ForgedHashesAreRefusedWithoutWork) {
    for (const char* stored : {"", "scrypt", "scrypt$16384$8$5$AAAA", "scrypt$99999999999$8$5$AAAA$AAAA",
                               "scrypt$16384$800$5$AAAA$AAAA", "scrypt$0$8$5$AAAA$AAAA", "bcrypt$16384$8$5$AAAA$AAAA",
                               "scrypt$16384$8$5$AAAA$", "scrypt$16384$8$5$A A$AAAA"}) {
        EXPECT_FALSE(VerifyPassword(stored, "x")) << stored;
    }
}

TEST(Password, NewOnesHaveASaneLength) {
    EXPECT_TRUE(PasswordComplaint("short"));
    EXPECT_TRUE(PasswordComplaint(std::string(1025, 'x')));
    EXPECT_TRUE(PasswordComplaint("\xFF\xFE\xFD\xFC\xFB\xFA\xF9\xF8"));
    EXPECT_FALSE(PasswordComplaint("eight888"));
}

}  // namespace
}  // namespace pulse::auth
