#include "controller/wire/signed_verdict.hpp"

#include <gtest/gtest.h>

#include "tests/unit/wire/samples.hpp"

namespace wire {
namespace {

using platform::Json;

const policy::Time kIssued = At("2025-02-20T12:00:01Z");
const policy::Time kExpires = At("2025-02-20T12:15:01Z");

VerdictDocument Allowed() {
    VerdictDocument verdict = FullVerdict();
    verdict.state = policy::VerdictState::kAllow;
    verdict.findings = {FullVerdict().findings[3]};  // a doubt does not block
    verdict.earliest.reset();
    return verdict;
}

std::string Signed(const VerdictDocument& verdict = Allowed()) {
    return SignVerdict(verdict, kIssued, kExpires, TestKey());
}

SignedVerdictReport VerifyText(const std::string& text, policy::Time now = kIssued + std::chrono::minutes(5)) {
    return VerifySignedVerdict(text, TestKey().PublicPem(), now);
}

std::string_view OutcomeText(const SignedVerdictReport& report) {
    return platform::EnumText(report.outcome);
}

TEST(SignedVerdictOf, AnAllowInTimeIsValid) {
    const SignedVerdictReport report = VerifyText(Signed());
    EXPECT_EQ(OutcomeText(report), "valid") << report.message;
    ASSERT_TRUE(report.verdict);
    EXPECT_EQ(report.verdict->release, "2025-02-01-ledger");
    EXPECT_EQ(report.expires_at, kExpires);
    EXPECT_EQ(report.key_id, TestKey().KeyId());
    EXPECT_EQ(report.message, "allows 2025-02-01-ledger to candidate until 2025-02-20T12:15:01Z");
}

TEST(SignedVerdictOf, WhiteSpaceAndOrderDoNotMatter) {
    const Json json = Json::parse(Signed());
    nlohmann::ordered_json reversed;
    for (auto item = json.rbegin(); item != json.rend(); ++item) {
        reversed[item.key()] = item.value();
    }
    EXPECT_EQ(OutcomeText(VerifyText(json.dump(4))), "valid");
    EXPECT_EQ(OutcomeText(VerifyText(reversed.dump())), "valid");
}

TEST(SignedVerdictOf, ExpiresOnTime) {
    EXPECT_EQ(OutcomeText(VerifyText(Signed(), kExpires - policy::Duration(1))), "valid");
    EXPECT_EQ(OutcomeText(VerifyText(Signed(), kExpires)), "expired");
    EXPECT_EQ(OutcomeText(VerifyText(Signed(), kIssued - kClockTolerance)), "valid");
    EXPECT_EQ(OutcomeText(VerifyText(Signed(), kIssued - kClockTolerance - policy::Duration(1))), "not_yet_valid");
}

TEST(SignedVerdictOf, AnythingButAllowIsNoGo) {
    for (const auto state :
         {policy::VerdictState::kDeny, policy::VerdictState::kPending, policy::VerdictState::kIndeterminate}) {
        VerdictDocument verdict = Allowed();
        verdict.state = state;
        EXPECT_EQ(OutcomeText(VerifyText(Signed(verdict))), "not_allow");
    }
    VerdictDocument verdict = Allowed();
    verdict.what_if = true;
    EXPECT_EQ(OutcomeText(VerifyText(Signed(verdict))), "what_if");
}

TEST(SignedVerdictOf, SaysWhenItsClockIsSimulated) {
    VerdictDocument verdict = Allowed();
    verdict.simulated_clock = true;
    const SignedVerdictReport report = VerifyText(Signed(verdict));
    EXPECT_EQ(OutcomeText(report), "valid");
    EXPECT_NE(report.message.find("simulated clock"), std::string::npos);
    EXPECT_TRUE(report.verdict->simulated_clock);
    Json json = Json::parse(Signed(verdict));
    json["simulated_clock"] = false;
    EXPECT_EQ(OutcomeText(VerifyText(json.dump())), "bad_signature");
}

TEST(SignedVerdictOf, NoFieldCanBeChangedAddedOrRemoved) {
    const Json full = Json::parse(Signed());
    const Json leaves = full.flatten();
    for (const auto& item : leaves.items()) {
        Json changed = full;
        Json& leaf = changed[Json::json_pointer(item.key())];
        if (leaf.is_boolean()) {
            leaf = !leaf.get<bool>();
        } else if (leaf.is_number()) {
            leaf = leaf.get<int>() + 1;
        } else if (leaf.is_string()) {
            leaf = leaf.get<std::string>() + "0";
        }
        const SignedVerdictReport report = VerifyText(changed.dump());
        EXPECT_NE(OutcomeText(report), "valid") << item.key();
        EXPECT_FALSE(report.verdict) << item.key();
    }
    for (const auto& item : full.items()) {
        Json changed = full;
        changed.erase(item.key());
        EXPECT_FALSE(VerifyText(changed.dump()).verdict) << item.key();
    }
    Json changed = full;
    changed["note"] = "hello";
    EXPECT_EQ(OutcomeText(VerifyText(changed.dump())), "bad_signature");
}

TEST(SignedVerdictOf, AnotherKeyIsNamed) {
    const std::string other = SignVerdict(Allowed(), kIssued, kExpires, OtherKey());
    EXPECT_EQ(OutcomeText(VerifyText(other)), "wrong_key");
    // Claiming the right key does not help.
    Json json = Json::parse(other);
    json["key_id"] = TestKey().KeyId();
    EXPECT_EQ(OutcomeText(VerifyText(json.dump())), "bad_signature");
}

TEST(SignedVerdictOf, ASignatureOverSomethingElseIsNone) {
    Json json = Json::parse(Signed());
    json.erase("signature");
    json["signature"] = TestKey().Sign(platform::CanonicalJson(json));  // without the fixed beginning
    EXPECT_EQ(OutcomeText(VerifyText(json.dump())), "bad_signature");
}

TEST(SignedVerdictOf, WhatIsNoneIsMalformed) {
    for (const char* text :
         {"", "{}", "[]", "null", "{\"format\":\"portcullis-verdict/1\"}", "not json", "{\"a\":1}{\"b\":2}"}) {
        EXPECT_EQ(OutcomeText(VerifyText(text)), "malformed") << text;
    }
    Json json = Json::parse(Signed());
    json["format"] = "portcullis-verdict/2";
    EXPECT_EQ(OutcomeText(VerifyText(json.dump())), "malformed");
    EXPECT_EQ(OutcomeText(VerifySignedVerdict(Signed(), "no key", kIssued)), "malformed");
    EXPECT_EQ(OutcomeText(VerifySignedVerdict(Signed(), TestKey().PrivatePem(), kIssued)), "malformed");
}

TEST(SignedVerdictOf, SignedNonsenseIsMalformed) {
    Json json = Json::parse(Signed());
    json.erase("signature");
    json["state"] = "open";
    json["signature"] = TestKey().Sign("portcullis-verdict-v1\n" + platform::CanonicalJson(json));
    EXPECT_EQ(OutcomeText(VerifyText(json.dump())), "malformed");
}

}  // namespace
}  // namespace wire
