// `gate` and `promote` end with 0 for one answer only: this release may enter this channel, now.

#include <gtest/gtest.h>

#include <atomic>

#include "controller/cli/exit_codes.hpp"
#include "tests/unit/cli/played_server.hpp"

namespace cli {
namespace {

support::Finished Gate(const std::string& url, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"--url", url, "gate", "r", "--to", "stable"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunPortcullis(std::move(arguments));
}

std::vector<std::string> Waiting(const std::string& timeout = "30s") {
    return {"--wait", "--timeout", timeout, "--interval", "1s"};
}

support::Finished GateAnswered(const platform::HttpResponse& reply, std::vector<std::string> more = {}) {
    const PlayedServer server([&](const platform::HttpRequest&) { return reply; });
    return Gate(server.Url(), std::move(more));
}

TEST(GateProgram, EachStateHasItsExitCode) {
    EXPECT_EQ(GateAnswered(JsonReply(200, Verdict("allow"))).exit_code, kExitOk);
    EXPECT_EQ(GateAnswered(JsonReply(200, Verdict("deny"))).exit_code, kExitDenied);
    EXPECT_EQ(GateAnswered(JsonReply(200, Verdict("pending"))).exit_code, kExitPending);
    EXPECT_EQ(GateAnswered(JsonReply(200, Verdict("indeterminate"))).exit_code, kExitUnavailable);
}

TEST(GateProgram, WaitingEndsWhenItIsDecided) {
    EXPECT_EQ(GateAnswered(JsonReply(200, Verdict("allow")), Waiting()).exit_code, kExitOk);
    EXPECT_EQ(GateAnswered(JsonReply(200, Verdict("deny")), Waiting()).exit_code, kExitDenied);
    std::atomic<int> asked{0};
    const PlayedServer server([&](const platform::HttpRequest&) {
        switch (asked++) {
            case 0:
                return JsonReply(200, Verdict("pending"));
            case 1:
                return ProblemReply(503, "unavailable.database");
            case 2:
                return PageReply(502);
            default:
                return JsonReply(200, Verdict("allow"));
        }
    });
    const support::Finished done = Gate(server.Url(), Waiting());
    EXPECT_EQ(done.exit_code, kExitOk) << done.error;
    EXPECT_NE(done.error.find("waiting ("), std::string::npos);
    EXPECT_EQ(done.output.find("waiting"), std::string::npos);
}

TEST(GateProgram, WhatIsStillOpenAtTheTimeOutIsPending) {
    EXPECT_EQ(GateAnswered(JsonReply(200, Verdict("pending")), Waiting("1s")).exit_code, kExitPending);
}

TEST(GateProgram, NobodyThereIsStop) {
    std::string url;
    {
        const PlayedServer gone([](const platform::HttpRequest&) { return PageReply(200); });
        url = gone.Url();
    }
    EXPECT_EQ(Gate(url).exit_code, kExitUnavailable);
    EXPECT_EQ(Gate(url, Waiting("1s")).exit_code, kExitUnavailable);
}

TEST(GateProgram, WhatIsNoVerdictOnThisQuestionIsStop) {
    platform::Json other_release = Verdict("allow");
    other_release["release"] = "r2";
    platform::Json other_channel = Verdict("allow");
    other_channel["to"] = "candidate";
    platform::Json assumed = Verdict("allow");
    assumed["what_if"] = true;
    platform::Json no_findings = Verdict("allow");
    no_findings.erase("findings");
    for (const platform::Json& body : {platform::Json::object(), platform::Json::array(), platform::Json("allow"),
                                       platform::Json{{"state", "allow"}}, Verdict("ALLOW"), Verdict("yes"),
                                       other_release, other_channel, assumed, no_findings}) {
        EXPECT_EQ(GateAnswered(JsonReply(200, body)).exit_code, kExitUnavailable) << body;
    }
    EXPECT_EQ(GateAnswered(PageReply(200)).exit_code, kExitUnavailable);
    EXPECT_EQ(GateAnswered(PageReply(200, "application/json")).exit_code, kExitUnavailable);
    EXPECT_EQ(GateAnswered(PageReply(200), Waiting("1s")).exit_code, kExitUnavailable);
    EXPECT_EQ(GateAnswered(JsonReply(202, Verdict("allow"))).exit_code, kExitUnavailable);
}

TEST(GateProgram, RefusalsKeepTheirFamilyAndEndTheWaiting) {
    EXPECT_EQ(GateAnswered(ProblemReply(404, "input.not_found"), Waiting()).exit_code, kExitUsage);
    EXPECT_EQ(GateAnswered(ProblemReply(401, "auth.token"), Waiting()).exit_code, kExitAuth);
    EXPECT_EQ(GateAnswered(ProblemReply(500, "internal.error"), Waiting()).exit_code, kExitInternal);
}

TEST(GateProgram, AReportThatIsNoReportIsStopAlthoughTheVerdictAllows) {
    const PlayedServer server([](const platform::HttpRequest& request) {
        return request.Query("format") ? PageReply(200) : JsonReply(200, Verdict("allow"));
    });
    EXPECT_EQ(Gate(server.Url(), {"--format", "junit"}).exit_code, kExitUnavailable);
}

TEST(GateProgram, AReportIsPrintedAsItCame) {
    const PlayedServer server([](const platform::HttpRequest& request) {
        return request.Query("format") == "junit"
                   ? platform::HttpResponse{200,
                                            {{"Content-Type", "application/xml"}, {"X-Request-Id", "req_1"}},
                                            "<testsuites/>\n"}
                   : JsonReply(200, Verdict("deny"));
    });
    const support::Finished done = Gate(server.Url(), {"--format", "junit"});
    EXPECT_EQ(done.exit_code, kExitDenied);
    EXPECT_EQ(done.output, "<testsuites/>\n");
}

support::Finished Promote(const platform::HttpResponse& reply) {
    const PlayedServer server([&](const platform::HttpRequest& request) {
        return request.method == "GET" ? JsonReply(200, {{"id", "r"}}) : reply;
    });
    return RunPortcullis({"--url", server.Url(), "promote", "r", "--to", "stable"});
}

TEST(PromoteProgram, OnlyAPromotionThatHappenedIsSuccess) {
    EXPECT_EQ(Promote(JsonReply(201, {{"id", "prm_1"}, {"to", "stable"}})).exit_code, kExitOk);
    EXPECT_EQ(Promote(JsonReply(200, platform::Json::object())).exit_code, kExitUnavailable);
    EXPECT_EQ(Promote(JsonReply(201, {{"id", "prm_1"}, {"to", "candidate"}})).exit_code, kExitUnavailable);
    EXPECT_EQ(Promote(PageReply(200)).exit_code, kExitUnavailable);
    EXPECT_EQ(Promote(ProblemReply(409, "rules.denied")).exit_code, kExitDenied);
    EXPECT_EQ(Promote(ProblemReply(412, "conflict.version")).exit_code, kExitConflict);
}

}  // namespace
}  // namespace cli
