#include <gtest/gtest.h>

#include "platform/crypto/crypto.hpp"

namespace platform {
namespace {

/// PEM around a DER prefix (RFC 8410) and the 32 raw bytes of a published vector.
std::string PemOf(const std::string& label, const std::string& der_prefix_hex, const std::string& raw_hex) {
    return "-----BEGIN " + label + "-----\n" + Base64Encode(*HexDecode(der_prefix_hex + raw_hex)) + "\n-----END " +
           label + "-----\n";
}

std::string PrivatePemOf(const std::string& seed_hex) {
    return PemOf("PRIVATE KEY", "302e020100300506032b657004220420", seed_hex);
}

std::string PublicPemOf(const std::string& raw_hex) {
    return PemOf("PUBLIC KEY", "302a300506032b6570032100", raw_hex);
}

struct Ed25519Vector {
    const char* seed;
    const char* public_key;
    const char* message;
    const char* signature;
};

// RFC 8032, section 7.1: tests 1, 2, 3 and "SHA(abc)".
constexpr Ed25519Vector kVectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe246"
     "5"
     "5141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb"
     "0"
     "0d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc"
     "0"
     "27beceea1ec40a"},
    {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2"
     "a"
     "9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad"
     "9"
     "bef1177331a704"},
};

TEST(Ed25519, AgreesWithThePublishedVectors) {
    for (const Ed25519Vector& vector : kVectors) {
        const auto signing = SigningKey::FromPem(PrivatePemOf(vector.seed));
        const auto verifying = VerifyingKey::FromPem(PublicPemOf(vector.public_key));
        ASSERT_TRUE(signing && verifying);
        const std::string message = *HexDecode(vector.message);
        const std::string signature = Base64UrlEncode(*HexDecode(vector.signature));
        EXPECT_EQ(signing->Sign(message), signature);
        EXPECT_TRUE(verifying->Verify(message, signature));
        EXPECT_EQ(signing->PublicPem(), PublicPemOf(vector.public_key));
    }
}

TEST(Ed25519, NamesAKeyByItsPublicHalf) {
    const SigningKey signing = SigningKey::Generate();
    const auto verifying = VerifyingKey::FromPem(signing.PublicPem());
    ASSERT_TRUE(verifying);
    EXPECT_EQ(signing.KeyId(), verifying->KeyId());
    EXPECT_EQ(signing.KeyId().size(), 16U);
    EXPECT_NE(signing.KeyId(), SigningKey::Generate().KeyId());
    const auto first = VerifyingKey::FromPem(PublicPemOf(kVectors[0].public_key));
    EXPECT_EQ(first->KeyId(), Sha256Hex(*HexDecode(kVectors[0].public_key)).substr(0, 16));
}

TEST(Ed25519, TravelsAsPem) {
    const SigningKey key = SigningKey::Generate();
    EXPECT_EQ(key.PrivatePem().rfind("-----BEGIN PRIVATE KEY-----\n", 0), 0U);
    const auto again = SigningKey::FromPem(key.PrivatePem());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->PrivatePem(), key.PrivatePem());
    EXPECT_EQ(again->Sign("same"), key.Sign("same"));
}

TEST(Ed25519, RefusesEveryOtherSignature) {
    const SigningKey key = SigningKey::Generate();
    const auto verifying = VerifyingKey::FromPem(key.PublicPem());
    const std::string signature = key.Sign("message");
    EXPECT_TRUE(verifying->Verify("message", signature));
    EXPECT_FALSE(verifying->Verify("message ", signature));
    EXPECT_FALSE(verifying->Verify("", signature));
    EXPECT_FALSE(VerifyingKey::FromPem(SigningKey::Generate().PublicPem())->Verify("message", signature));

    std::string raw = *Base64UrlDecode(signature);
    for (std::size_t i = 0; i < raw.size(); ++i) {
        std::string changed = raw;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(verifying->Verify("message", Base64UrlEncode(changed))) << "byte " << i;
    }
}

TEST(Ed25519, TakesMalformedSignaturesForWrongOnes) {
    const SigningKey key = SigningKey::Generate();
    const auto verifying = VerifyingKey::FromPem(key.PublicPem());
    const std::string signature = key.Sign("message");
    for (const std::string& text : {std::string(), std::string("%%%"), signature + "=", signature.substr(2),
                                    signature + "AA", std::string(86, 'A')}) {
        EXPECT_FALSE(verifying->Verify("message", text)) << text;
    }
}

// An Ed25519 key behind a password: reading it must fail, not ask on the terminal.
constexpr const char* kEncryptedPem = R"(-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAj2O/jd3uKMSwICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEBc9GAAZ9EAbjK8gUHcVnQYEQJMs
5zScOw0j4BmNYqFkIKJvN6AUDQXHHkCAuSsI2AtwtKwyRnt6Nci9j3HTwG9zDrMT
AhAL0MxqLTgtXcnnPGY=
-----END ENCRYPTED PRIVATE KEY-----
)";

TEST(Ed25519, RefusesWhatIsNoSuchKey) {
    const SigningKey key = SigningKey::Generate();
    // X25519 keys have the same shape and size, and cannot sign.
    const std::string other_private = PemOf("PRIVATE KEY", "302e020100300506032b656e04220420", kVectors[0].seed);
    const std::string other_public = PemOf("PUBLIC KEY", "302a300506032b656e032100", kVectors[0].public_key);
    for (const std::string& pem :
         {std::string(), std::string("not a key"), key.PublicPem(), other_private, key.PrivatePem().substr(0, 60),
          std::string("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")}) {
        EXPECT_FALSE(SigningKey::FromPem(pem).has_value()) << pem;
    }
    for (const std::string& pem : {std::string(), key.PrivatePem(), other_public, key.PublicPem().substr(0, 50)}) {
        EXPECT_FALSE(VerifyingKey::FromPem(pem).has_value()) << pem;
    }
}

TEST(Ed25519, AFileMayHoldSeveralKeys) {
    const SigningKey older = SigningKey::Generate();
    const SigningKey newer = SigningKey::Generate();
    const auto keys = VerifyingKeys::FromPem("the newer:\n" + newer.PublicPem() + "\n" + older.PublicPem());
    ASSERT_TRUE(keys.has_value());
    EXPECT_EQ(keys->Names(), newer.KeyId() + ", " + older.KeyId());
    for (const SigningKey& key : {older, newer}) {
        const VerifyingKey* found = keys->Find(key.KeyId());
        ASSERT_NE(found, nullptr);
        EXPECT_TRUE(found->Verify("message", key.Sign("message")));
    }
    EXPECT_FALSE(keys->Find(older.KeyId())->Verify("message", newer.Sign("message")));
    EXPECT_EQ(keys->Find(SigningKey::Generate().KeyId()), nullptr);
    EXPECT_EQ(keys->Find(""), nullptr);
}

TEST(Ed25519, AFileWithOneBadKeyHoldsNone) {
    const std::string good = SigningKey::Generate().PublicPem();
    const std::string other = PemOf("PUBLIC KEY", "302a300506032b656e032100", kVectors[0].public_key);
    for (const std::string& pems : {std::string(), std::string("no key"), SigningKey::Generate().PrivatePem(),
                                    good + other, other + good, good + good.substr(0, 60)}) {
        EXPECT_FALSE(VerifyingKeys::FromPem(pems).has_value()) << pems;
    }
    EXPECT_TRUE(VerifyingKeys::FromPem(good + good).has_value());
}

TEST(Ed25519, RefusesAKeyBehindAPassword) {
    EXPECT_FALSE(SigningKey::FromPem(kEncryptedPem).has_value());
    // After a refusal the next operation starts with a clean slate.
    const SigningKey key = SigningKey::Generate();
    EXPECT_TRUE(VerifyingKey::FromPem(key.PublicPem())->Verify("x", key.Sign("x")));
}

}  // namespace
}  // namespace platform
