// Which exit code an answer means, and how ids become paths.

#include <gtest/gtest.h>

#include <optional>

#include "controller/cli/failure.hpp"
#include "controller/cli/session.hpp"

namespace cli {
namespace {

Answer Problem(int status, const std::string& code, Json findings = Json::array()) {
    Answer answer;
    answer.status = status;
    answer.content_type = "application/problem+json";
    answer.body = {{"type", "urn:portcullis:problem:" + code}, {"title", "No"}, {"status", status}};
    if (!findings.empty()) {
        answer.body["findings"] = std::move(findings);
    }
    return answer;
}

Answer Stranger(int status, Json body = Json()) {
    Answer answer;
    answer.status = status;
    answer.body = std::move(body);
    return answer;
}

Json Finding(const char* kind) {
    return {{"rule", "CLS-4"}, {"kind", kind}, {"message", "missing"}};
}

std::optional<ExitCode> FailureOf(const std::function<void()>& call) {
    try {
        call();
    } catch (const Failure& failure) {
        return failure.Code();
    }
    return std::nullopt;
}

TEST(ExitCodes, EveryFamilyHasItsOwn) {
    EXPECT_EQ(ExitCodeOf(Stranger(200, Json::object())), kExitOk);
    EXPECT_EQ(ExitCodeOf(Problem(409, "rules.denied", {Finding("deny")})), kExitDenied);
    EXPECT_EQ(ExitCodeOf(Problem(409, "rules.denied")), kExitDenied);
    EXPECT_EQ(ExitCodeOf(Problem(400, "input.invalid")), kExitUsage);
    EXPECT_EQ(ExitCodeOf(Problem(413, "input.too_large")), kExitUsage);
    EXPECT_EQ(ExitCodeOf(Problem(404, "input.not_found")), kExitUsage);
    EXPECT_EQ(ExitCodeOf(Problem(409, "rules.pending", {Finding("pending"), Finding("doubt")})), kExitPending);
    EXPECT_EQ(ExitCodeOf(Problem(503, "unavailable.database")), kExitUnavailable);
    EXPECT_EQ(ExitCodeOf(Problem(429, "unavailable.rate")), kExitUnavailable);
    EXPECT_EQ(ExitCodeOf(Problem(401, "auth.token")), kExitAuth);
    EXPECT_EQ(ExitCodeOf(Problem(403, "auth.role")), kExitAuth);
    EXPECT_EQ(ExitCodeOf(Problem(409, "conflict.idempotency")), kExitConflict);
    EXPECT_EQ(ExitCodeOf(Problem(412, "conflict.version")), kExitConflict);
    EXPECT_EQ(ExitCodeOf(Problem(428, "conflict.version")), kExitConflict);
    EXPECT_EQ(ExitCodeOf(Problem(500, "internal.error")), kExitInternal);
}

TEST(ExitCodes, OneFindingThatDeniesOutweighsAllThatWait) {
    EXPECT_EQ(ExitCodeOf(Problem(409, "rules.denied", {Finding("pending"), Finding("deny")})), kExitDenied);
    EXPECT_EQ(ExitCodeOf(Problem(409, "rules.denied", {Finding("pending"), Finding("unheard_of")})), kExitDenied);
    EXPECT_EQ(ExitCodeOf(Problem(409, "rules.denied", {Finding("doubt")})), kExitDenied);
    EXPECT_EQ(ExitCodeOf(Problem(409, "rules.denied", {"text"})), kExitDenied);
}

TEST(ExitCodes, WhatNoControllerSaysIsNoAnswer) {
    for (const int status : {100, 301, 302, 307, 400, 401, 403, 404, 407, 409, 418, 500, 502, 503, 504}) {
        EXPECT_EQ(ExitCodeOf(Stranger(status)), kExitUnavailable) << status;
        EXPECT_EQ(ExitCodeOf(Stranger(status, {{"type", "about:blank"}})), kExitUnavailable) << status;
        EXPECT_EQ(ExitCodeOf(Stranger(status, {{"error", "denied"}})), kExitUnavailable) << status;
        EXPECT_EQ(ExitCodeOf(Stranger(status, Json::array())), kExitUnavailable) << status;
    }
    EXPECT_EQ(ExitCodeOf(Problem(302, "auth.token")), kExitUnavailable);
}

TEST(ExitCodes, NoStatusOutsideSuccessEndsWithZero) {
    for (int status = 0; status < 700; ++status) {
        if (status < 200 || status >= 300) {
            EXPECT_NE(ExitCodeOf(Stranger(status)), kExitOk) << status;
            EXPECT_NE(ExitCodeOf(Problem(status, "rules.denied")), kExitOk) << status;
        }
    }
}

TEST(Refusals, AreShownWithoutControlCharacters) {
    Answer answer = Problem(409, "rules.denied",
                            {{{"rule", "HST-4\x1b[2J"},
                              {"kind", "deny"},
                              {"hard_stop", "not a boolean"},
                              {"message",
                               "line\nforged: \xc2\x9b"
                               "2J"},
                              {"remedy", "\x1b]0;title\x07"}}});
    answer.body["errors"] = {{{"pointer", "/\x1b"}, {"message", "\r"}}};
    testing::internal::CaptureStderr();
    EXPECT_EQ(FailureOf([&] { FailWith(answer); }), kExitDenied);
    const std::string shown = testing::internal::GetCapturedStderr();
    EXPECT_EQ(shown.find('\x1b'), std::string::npos);
    EXPECT_EQ(shown.find('\x07'), std::string::npos);
    EXPECT_EQ(shown.find('\r'), std::string::npos);
    EXPECT_EQ(shown.find("\xc2\x9b"), std::string::npos);
    EXPECT_EQ(shown.find("\nforged"), std::string::npos);
    EXPECT_NE(shown.find("HST-4"), std::string::npos);
}

TEST(Paths, EscapeEverythingButTheVerbsColon) {
    EXPECT_EQ(Path({"releases", "2025-01-15-a"}), "/v1/releases/2025-01-15-a");
    EXPECT_EQ(Path({"releases", "a/b?c#d e%"}), "/v1/releases/a%2Fb%3Fc%23d%20e%25");
    EXPECT_EQ(Path({"releases", "r", "checks", "chk_1:resolve"}), "/v1/releases/r/checks/chk_1:resolve");
    EXPECT_EQ(Path({"tenants", "\xc3\xa4"}), "/v1/tenants/%C3%A4");
}

TEST(Paths, RefuseWhatIsNoId) {
    for (const char* id : {"", ".", ".."}) {
        EXPECT_EQ(FailureOf([&] { Path({"releases", id}); }), kExitUsage) << id;
    }
}

}  // namespace
}  // namespace cli
