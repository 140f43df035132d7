#include "controller/wire/verdict.hpp"

#include <gtest/gtest.h>

#include "controller/wire/finding_json.hpp"
#include "controller/wire/problem.hpp"
#include "tests/unit/wire/samples.hpp"

namespace wire {
namespace {

using platform::Json;

TEST(VerdictCodec, GivesBackWhatItWrote) {
    const std::string text = EncodeVerdict(FullVerdict());
    EXPECT_EQ(text, EncodeVerdict(FullVerdict()));
    const auto decoded = DecodeVerdict(text);
    ASSERT_TRUE(decoded) << ErrorText(decoded.error());
    EXPECT_EQ(EncodeVerdict(*decoded), text);
    ASSERT_EQ(decoded->findings.size(), 4U);
    EXPECT_TRUE(decoded->findings[0].hard_stop);
    EXPECT_EQ(decoded->findings[1].ends_at, At("2025-02-24T09:00:00Z"));
    EXPECT_EQ(decoded->evaluated_at, At("2025-02-20T12:00:00.25Z"));
}

TEST(VerdictCodec, WritesTheCanonicalTextOfItsValue) {
    VerdictDocument verdict = FullVerdict();
    EXPECT_EQ(EncodeVerdict(verdict), platform::CanonicalJson(ToJson(verdict)));
    for (FindingDocument& finding : verdict.findings) {
        finding.rule = "\"\\\b\f\n\r\t\x01\x1f\x7f \xC3\xA9";
        finding.message = HostileText();
        finding.remedy = "\xff";
        finding.subject = std::string("a\0b", 3);
        finding.reference = "\xE2\x80\xA8";
    }
    verdict.release = HostileText();
    verdict.facts_hash = "\xC3";
    verdict.what_if = true;
    verdict.simulated_clock = true;
    EXPECT_EQ(EncodeVerdict(verdict), platform::CanonicalJson(ToJson(verdict)));
    verdict.findings.clear();
    verdict.classification.reset();
    verdict.earliest.reset();
    EXPECT_EQ(EncodeVerdict(verdict), platform::CanonicalJson(ToJson(verdict)));
}

TEST(VerdictCodec, OnlyAllowIsADecisionToOpen) {
    EXPECT_EQ(DecisionOf(policy::VerdictState::kAllow), GateDecision::kAllow);
    EXPECT_EQ(DecisionOf(policy::VerdictState::kDeny), GateDecision::kDeny);
    EXPECT_EQ(DecisionOf(policy::VerdictState::kPending), GateDecision::kDeny);
    EXPECT_EQ(DecisionOf(policy::VerdictState::kIndeterminate), GateDecision::kIndeterminate);
}

TEST(VerdictCodec, RefusesADecisionThatDoesNotFollowFromTheState) {
    Json json = ToJson(FullVerdict());
    json["decision"] = "allow";
    const auto decoded = DecodeVerdictJson(json);
    ASSERT_FALSE(decoded);
    EXPECT_TRUE(HasError(decoded.error(), "/decision", "must be 'deny'"));
}

TEST(VerdictCodec, ReadsWhatANewerServerSends) {
    Json json = ToJson(FullVerdict());
    json["new_field"] = 1;
    json["findings"][0]["weight"] = 2;
    json["findings"][0]["rule"] = "NEW-1";
    const auto decoded = DecodeVerdictJson(json);
    ASSERT_TRUE(decoded) << ErrorText(decoded.error());
    EXPECT_EQ(decoded->findings[0].rule, "NEW-1");
}

TEST(VerdictCodec, SaysWhatIsMissing) {
    for (const char* field : {"release", "from", "to", "state", "decision", "findings", "evaluated_at", "facts_hash",
                              "catalogue_version"}) {
        Json json = ToJson(FullVerdict());
        json.erase(field);
        const auto decoded = DecodeVerdictJson(json);
        ASSERT_FALSE(decoded) << field;
        EXPECT_TRUE(HasError(decoded.error(), "/" + std::string(field), "required")) << ErrorText(decoded.error());
    }
    EXPECT_FALSE(DecodeVerdict("[]"));
    EXPECT_FALSE(DecodeVerdict(R"({"findings":{}})"));
}

TEST(VerdictCodec, IsMadeFromFactsAndTheirVerdict) {
    policy::Verdict verdict;
    verdict.state = policy::VerdictState::kPending;
    verdict.findings = {{.rule = "CHN-2", .kind = policy::FindingKind::kPending, .message = "wait", .remedy = "wait"}};
    verdict.earliest = At("2025-03-01T00:00:00Z");
    const VerdictDocument document = MakeVerdictDocument(FullFacts(), verdict, "hash");
    EXPECT_EQ(document.release, "2025-02-01-ledger");
    EXPECT_EQ(document.from, policy::Channel::kExperimental);
    EXPECT_EQ(document.to, policy::Channel::kCandidate);
    EXPECT_EQ(document.classification, policy::ReleaseClass::kMechanism);
    EXPECT_EQ(document.evaluated_at, FullFacts().now);
    EXPECT_EQ(document.facts_hash, "hash");
    EXPECT_EQ(document.findings.size(), 1U);
    EXPECT_EQ(ToJson(document)["decision"], "deny");
    EXPECT_EQ(ToJson(document)["class"], "mechanism");
}

TEST(VerdictCodec, SurvivesHostileText) {
    VerdictDocument verdict = FullVerdict();
    verdict.findings[0].message = HostileText();
    verdict.findings[0].subject = HostileText();
    const std::string text = EncodeVerdict(verdict);
    const auto decoded = DecodeVerdict(text);
    ASSERT_TRUE(decoded) << ErrorText(decoded.error());
    EXPECT_EQ(EncodeVerdict(*decoded), text);
}

TEST(ProblemCodec, HasWhatRfc9457AsksFor) {
    Problem problem;
    problem.code = "input.invalid";
    problem.title = "The request's values do not hold";
    problem.status = 422;
    problem.detail = "2 fields are wrong";
    problem.instance = "/v1/releases";
    problem.request_id = "req_1";
    problem.errors = {{"/title", "must not be empty"}, {"", "is wrong"}};
    EXPECT_EQ(ProblemText(problem),
              R"({"detail":"2 fields are wrong","errors":[{"message":"must not be empty","pointer":"/title"},)"
              R"({"message":"is wrong","pointer":""}],"instance":"/v1/releases","request_id":"req_1","status":422,)"
              R"("title":"The request's values do not hold","type":"urn:portcullis:problem:input.invalid"})");
}

TEST(ProblemCodec, GivesBackWhatItWrote) {
    Problem problem;
    problem.code = "rules.denied";
    problem.title = "Denied";
    problem.status = 409;
    problem.findings = FullVerdict().findings;
    const std::string text = ProblemText(problem);
    const auto decoded = DecodeProblem(text);
    ASSERT_TRUE(decoded) << ErrorText(decoded.error());
    EXPECT_EQ(ProblemText(*decoded), text);
    EXPECT_EQ(decoded->code, "rules.denied");
    EXPECT_EQ(decoded->status, 409);
    EXPECT_EQ(decoded->findings.size(), 4U);
}

TEST(ProblemCodec, WritesAnyBytesAsJson) {
    Problem problem;
    problem.code = HostileText();
    problem.title = HostileText();
    problem.detail = "\xff\xfe";
    problem.instance = std::string("/v1/\0\xc3", 6);
    problem.errors = {{"/\xff", HostileText()}};
    const auto json = platform::ParseJson(ProblemText(problem));
    ASSERT_TRUE(json) << ErrorText(json.error());
    EXPECT_EQ((*json)["detail"], "\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ((*json)["instance"], "/v1/\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(ProblemCodec, KnowsWhatIsNoAnswerOfOurs) {
    for (const char* text : {"", "<html>502 Bad Gateway</html>", "[]", "null", "{}",
                             R"({"type":"about:blank","status":502})", R"({"type":7})"}) {
        EXPECT_FALSE(DecodeProblem(text)) << text;
    }
}

}  // namespace
}  // namespace wire
