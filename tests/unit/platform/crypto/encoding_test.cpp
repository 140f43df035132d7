#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "platform/crypto/crypto.hpp"

namespace platform {
namespace {

TEST(Hex, WritesLowerCaseAndReadsEither) {
    EXPECT_EQ(HexEncode(std::string_view("\x00\x7f\xff", 3)), "007fff");
    EXPECT_EQ(HexDecode("007fFF"), std::string("\x00\x7f\xff", 3));
    EXPECT_EQ(HexDecode(""), "");
}

TEST(Hex, RefusesOddAndForeignText) {
    for (const char* text : {"0", "abc", "0g", "g0", "0x", " 0", "00 ", "\xC3\xA9"}) {
        EXPECT_EQ(HexDecode(text), std::nullopt) << text;
    }
}

// RFC 4648, section 10.
TEST(Base64, AgreesWithThePublishedVectors) {
    EXPECT_EQ(Base64Encode(""), "");
    EXPECT_EQ(Base64Encode("f"), "Zg==");
    EXPECT_EQ(Base64Encode("fo"), "Zm8=");
    EXPECT_EQ(Base64Encode("foo"), "Zm9v");
    EXPECT_EQ(Base64Encode("foob"), "Zm9vYg==");
    EXPECT_EQ(Base64Encode("fooba"), "Zm9vYmE=");
    EXPECT_EQ(Base64Encode("foobar"), "Zm9vYmFy");
    EXPECT_EQ(Base64Encode("\xFB\xFF"), "+/8=");
}

TEST(Base64Url, WritesNoPaddingAndItsOwnTwoCharacters) {
    EXPECT_EQ(Base64UrlEncode("f"), "Zg");
    EXPECT_EQ(Base64UrlEncode("fo"), "Zm8");
    EXPECT_EQ(Base64UrlEncode("foo"), "Zm9v");
    EXPECT_EQ(Base64UrlEncode("\xFB\xFF"), "-_8");
    EXPECT_EQ(Base64UrlDecode("-_8"), "\xFB\xFF");
    EXPECT_EQ(Base64UrlDecode(""), "");
}

TEST(Base64Url, AcceptsExactlyOneSpelling) {
    for (const char* text : {
             "Zg==",
             "Zm8=",  // padding
             "+/8",
             "Zm9v\n",  // another alphabet, white space
             " Zm9v",
             "Z",
             "Zm9vY",  // lengths that no bytes have
             "Zh",
             "Zm9",  // bits left over at the end
             "Zm\xC3\xA9",
         }) {
        EXPECT_EQ(Base64UrlDecode(text), std::nullopt) << text;
    }
    EXPECT_EQ(Base64UrlDecode(std::string_view("Zg\0\0", 4)), std::nullopt);
}

RC_GTEST_PROP(Base64Url, ReadsBackAnyBytes, (const std::string& bytes)) {
    RC_ASSERT(Base64UrlDecode(Base64UrlEncode(bytes)) == bytes);
    RC_ASSERT(HexDecode(HexEncode(bytes)) == bytes);
}

RC_GTEST_PROP(Base64Url, IsTheOnlyTextForItsBytes, ()) {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("AZaz09-_=+/ \n")));
    if (const std::optional<std::string> bytes = Base64UrlDecode(text)) {
        RC_ASSERT(Base64UrlEncode(*bytes) == text);
    }
}

}  // namespace
}  // namespace platform
