#include "tenancy/wire/evidence.hpp"

#include <gtest/gtest.h>

#include <set>

#include "platform/json/json.hpp"
#include "tenancy/wire/channel.hpp"
#include "tests/unit/tenancy/samples.hpp"

namespace tenancy_test {
namespace {

namespace wire = tenancy::wire;

const std::string kDigest(64, 'a');

wire::VerifyRequest Question() {
    wire::VerifyRequest request;
    request.request = "vr_1";
    request.operation = "op_1";
    request.generation = 42;
    request.mode = wire::ApplyMode::kRestart;
    request.ordered_ms_ago = 1234;
    request.previous_boot_id = "boot_1";
    request.baseline = wire::TenantDigest{2, kDigest};
    return request;
}

wire::Evidence Answer() {
    wire::Evidence evidence;
    evidence.request = "vr_1";
    evidence.sent_at = Noon();
    evidence.steps = {
        {wire::ProbeKind::kProbes, wire::ProbeOutcome::kFailed, Noon(), "/api/orgs answers 200", R"({"checks":[]})"},
        {wire::ProbeKind::kUi, wire::ProbeOutcome::kInconclusive, Noon(), "", "{}"}};
    evidence.sample = wire::WatchSample{9, 1, 2, true};
    return evidence;
}

std::string Swapped(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from << " in " << text;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

template <typename Enum>
class EvidenceEnum : public ::testing::Test {};
using EvidenceEnums = ::testing::Types<wire::VerifyPurpose, wire::VerifyKind, wire::ProbeKind, wire::ProbeOutcome>;
TYPED_TEST_SUITE(EvidenceEnum, EvidenceEnums);

TYPED_TEST(EvidenceEnum, ReadsBackEveryText) {
    std::set<std::string_view> texts;
    int value = 0;
    for (const auto& name : platform::EnumNames<TypeParam>::kNames) {
        EXPECT_EQ(static_cast<int>(name.value), value++) << name.text;
        EXPECT_TRUE(texts.insert(name.text).second) << name.text;
        EXPECT_EQ(platform::ParseEnum<TypeParam>(name.text), name.value);
    }
    EXPECT_EQ(platform::EnumText(static_cast<TypeParam>(value)), "?") << "a value without a text";
}

TEST(VerifyRequests, ReadBack) {
    wire::VerifyRequest bare = Question();
    bare.purpose = wire::VerifyPurpose::kWatch;
    bare.kind = wire::VerifyKind::kRollback;
    bare.enabled = true;
    bare.mode = wire::ApplyMode::kHot;
    bare.previous_boot_id.reset();
    bare.baseline.reset();
    for (const wire::VerifyRequest& request : {Question(), bare}) {
        const auto read = wire::DecodeControllerMessage(wire::EncodeVerify(request));
        ASSERT_TRUE(read);
        const auto* got = std::get_if<wire::VerifyRequest>(&*read);
        ASSERT_NE(got, nullptr);
        EXPECT_EQ(*got, request);
    }
}

TEST(VerifyRequests, AnythingElseIsNoMessage) {
    const std::string good = wire::EncodeVerify(Question());
    for (const std::string& bad :
         {Swapped(good, R"("request":"vr_1")", R"("request":"")"),
          Swapped(good, R"("verify","request)", R"("verity","request)"),
          Swapped(good, R"("purpose":"verify")", R"("purpose":"look")"),
          Swapped(good, R"("kind":"multi_tenant")", R"("kind":"drill")"),
          Swapped(good, R"("enabled":false)", R"("enabled":0)"), Swapped(good, R"("enabled":false,)", ""),
          Swapped(good, R"("mode":"restart")", R"("mode":"soon")"),
          Swapped(good, R"("ordered_ms_ago":1234)", R"("ordered_ms_ago":-1)"),
          Swapped(good, R"("generation":42)", R"("generation":4.5)"), Swapped(good, R"("count":2)", R"("count":-2)"),
          Swapped(good, R"("count":2)", R"("count":2,"more":1)"), Swapped(good, kDigest, kDigest.substr(1)),
          Swapped(good, kDigest, kDigest.substr(1) + "A"),
          Swapped(good, R"("enabled":false)", R"("enabled":false,"extra":1)")}) {
        EXPECT_FALSE(wire::DecodeControllerMessage(bad)) << bad;
    }
}

TEST(EvidenceMessages, ReadBack) {
    wire::Evidence without = Answer();
    without.sample.reset();
    without.steps.clear();
    for (const wire::Evidence& evidence : {Answer(), without}) {
        const auto read = wire::DecodeEvidence(wire::EncodeEvidence(evidence));
        ASSERT_TRUE(read);
        EXPECT_EQ(*read, evidence);
    }
}

TEST(EvidenceMessages, AnythingElseIsNoMessage) {
    const std::string good = wire::EncodeEvidence(Answer());
    for (const std::string& bad :
         {std::string(), std::string("[]"), good + " x", Swapped(good, R"("type":"evidence")", R"("type":"report")"),
          Swapped(good, R"("request":"vr_1")", R"("request":7)"),
          Swapped(good, R"("outcome":"failed")", R"("outcome":"ok")"),
          Swapped(good, R"("step":"ui")", R"("step":"magic")"), Swapped(good, R"({"checks":[]})", R"([])"),
          Swapped(good, R"({"checks":[]})", R"("text")"), Swapped(good, R"("requests":9)", R"("requests":-9)"),
          Swapped(good, R"("default_org_ok":true)", R"("default_org_ok":"yes")"),
          Swapped(good, R"("sample":{)", R"("sample":{"more":1,)"), Swapped(good, R"("detail":"",)", "")}) {
        EXPECT_FALSE(wire::DecodeEvidence(bad)) << bad;
    }
}

TEST(EvidenceMessages, HoldWhateverAStrangerAnswered) {
    wire::ProbeEvidence strange;
    strange.probed_by = "instance";
    strange.facts = {{"on", true},
                     {"count", std::int64_t{3}},
                     {"text", std::string("a\x01"
                                          "b")}};
    strange.checks.push_back({"GET /", "", wire::ProbeOutcome::kFailed, "a page", std::string("\xff\xfe\0", 3), 3,
                              std::string(100'000, '\x7f')});
    wire::Evidence evidence = Answer();
    evidence.steps[0].detail = std::string(9'000, 'x') + "\r\n";
    evidence.steps[0].evidence = wire::EncodeProbeEvidence(strange);
    evidence.steps[1].evidence = "no object";
    const auto read = wire::DecodeEvidence(wire::EncodeEvidence(evidence));
    ASSERT_TRUE(read);
    EXPECT_LE(read->steps[0].detail.size(), 2'000U);
    EXPECT_EQ(read->steps[1].evidence, "{}");
    const auto kept = platform::Json::parse(read->steps[0].evidence);
    EXPECT_EQ(kept["facts"]["on"], true);
    EXPECT_EQ(kept["facts"]["count"], 3);
    EXPECT_EQ(kept["checks"][0]["outcome"], "failed");
    EXPECT_LE(kept["checks"][0]["excerpt"].get<std::string>().size(), 600U);
}

TEST(EvidenceMessages, NeverGrowBeyondTheLimitOfTheChannel) {
    wire::ProbeEvidence large;
    large.probed_by = "instance";
    large.checks.assign(
        500, {"GET /", "", wire::ProbeOutcome::kFailed, std::string(5'000, 'e'), "g", 1, std::string(5'000, 'x')});
    wire::Evidence evidence = Answer();
    evidence.steps[0].evidence = wire::EncodeProbeEvidence(large);
    const std::string text = wire::EncodeEvidence(evidence);
    EXPECT_LE(text.size(), wire::kMaxEvidenceBytes);
    const auto read = wire::DecodeEvidence(text);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->steps[0].outcome, wire::ProbeOutcome::kFailed);
    EXPECT_NE(read->steps[0].evidence.find("too large"), std::string::npos);
    EXPECT_EQ(read->steps[1], evidence.steps[1]) << "what is small stays";
}

}  // namespace
}  // namespace tenancy_test
