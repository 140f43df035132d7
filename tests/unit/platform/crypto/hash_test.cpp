#include <gtest/gtest.h>

#include <set>

#include "platform/base/invariant.hpp"
#include "platform/crypto/crypto.hpp"

namespace platform {
namespace {

// FIPS 180-2, appendix B, and the vectors of the Secure Hash Standard's validation system.
TEST(Sha256Hash, AgreesWithThePublishedVectors) {
    EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(Sha256Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(Sha256Hex(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    EXPECT_EQ(Sha256Hex("\xd3"), "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1");
}

TEST(Sha256Hash, GivesTheSameBytesAsItsHex) {
    const Digest digest = Sha256("abc");
    EXPECT_EQ(HexEncode({reinterpret_cast<const char*>(digest.data()), digest.size()}), Sha256Hex("abc"));
}

TEST(Sha256Hash, StreamsInPiecesOfAnySize) {
    const std::string million(1'000'000, 'a');
    Sha256Stream stream;
    std::string_view rest = million;
    for (std::size_t piece = 0; !rest.empty(); piece = piece * 2 + 1) {
        stream.Update(rest.substr(0, piece));
        rest.remove_prefix(std::min(piece, rest.size()));
    }
    EXPECT_EQ(stream.FinishHex(), Sha256Hex(million));
    EXPECT_EQ(Sha256Stream().FinishHex(), Sha256Hex(""));
}

TEST(Sha256Hash, StreamIsFinishedOnce) {
    Sha256Stream stream;
    stream.FinishHex();
    EXPECT_THROW(stream.FinishHex(), InvariantViolation);
    EXPECT_THROW(stream.Update("x"), InvariantViolation);
}

// RFC 4231, test cases 1, 2, 3 and 6.
TEST(Hmac, AgreesWithThePublishedVectors) {
    EXPECT_EQ(HexEncode(HmacSha256(std::string(20, '\x0b'), "Hi There")),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(HexEncode(HmacSha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(HexEncode(HmacSha256(std::string(20, '\xaa'), std::string(50, '\xdd'))),
              "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    EXPECT_EQ(HexEncode(HmacSha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hmac, TakesEmptyKeysAndMessages) {
    EXPECT_EQ(HexEncode(HmacSha256("", "")), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    EXPECT_EQ(HmacSha256({}, {}), HmacSha256("", ""));
}

TEST(RandomNess, DiffersEachTime) {
    EXPECT_EQ(RandomBytes(0), "");
    EXPECT_EQ(RandomBytes(33).size(), 33U);
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        seen.insert(RandomBytes(16));
    }
    EXPECT_EQ(seen.size(), 100U);
}

TEST(ConstantTime, ComparesAllBytes) {
    EXPECT_TRUE(ConstantTimeEqual("", ""));
    EXPECT_TRUE(ConstantTimeEqual("abc", "abc"));
    EXPECT_FALSE(ConstantTimeEqual("abc", "abd"));
    EXPECT_FALSE(ConstantTimeEqual("xbc", "abc"));
    EXPECT_FALSE(ConstantTimeEqual("abc", "ab"));
    EXPECT_FALSE(ConstantTimeEqual("", "a"));
    EXPECT_TRUE(ConstantTimeEqual(std::string_view("a\0b", 3), std::string_view("a\0b", 3)));
    EXPECT_FALSE(ConstantTimeEqual(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

TEST(Ulid, WritesItsTimeInTheFirstTenCharacters) {
    EXPECT_EQ(MakeUlid(0).substr(0, 10), "0000000000");
    EXPECT_EQ(MakeUlid(1'469'918'176'385).substr(0, 10), "01ARYZ6S41");
    EXPECT_EQ(MakeUlid((std::int64_t{1} << 48) - 1).substr(0, 10), "7ZZZZZZZZZ");
}

TEST(Ulid, SortsByTimeAndNeverRepeats) {
    EXPECT_LT(MakeUlid(1'000), MakeUlid(1'001));
    std::set<std::string> seen;
    for (int i = 0; i < 1'000; ++i) {
        const std::string ulid = MakeUlid(1'000);
        EXPECT_EQ(ulid.size(), 26U);
        EXPECT_EQ(ulid.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ"), std::string::npos) << ulid;
        seen.insert(ulid);
    }
    EXPECT_EQ(seen.size(), 1'000U);
}

TEST(Ulid, HoldsNoOtherTimes) {
    EXPECT_THROW(MakeUlid(-1), InvariantViolation);
    EXPECT_THROW(MakeUlid(std::int64_t{1} << 48), InvariantViolation);
}

}  // namespace
}  // namespace platform
