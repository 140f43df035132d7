// What a watcher of an operation is shown, and what the command exits with: done is what was proven, by name.

#include <gtest/gtest.h>

#include <algorithm>

#include "controller/cli/operation_progress.hpp"
#include "platform/base/text.hpp"

namespace cli {
namespace {

Json Step(const std::string& name, const std::string& outcome, int attempt = 1) {
    return {{"step", name}, {"outcome", outcome}, {"attempt", attempt}};
}

Json Part(const std::string& name, const std::string& outcome, const std::string& why = "",
          Json steps = Json::array()) {
    return {{"instance", name}, {"outcome", outcome}, {"why", why}, {"steps", std::move(steps)}};
}

/// An operation with verification, its counts made from its instances.
Json Operation(const std::vector<Json>& parts, const std::string& status = "running") {
    Json counts = {{"total", parts.size()}};
    bool finished = true;
    bool complete = true;
    for (const Json& part : parts) {
        const std::string outcome = part.value("outcome", "");
        counts[outcome] = counts.value(outcome, 0) + 1;
        finished = finished && outcome != "pending" && outcome != "applied" && outcome != "waiting";
        complete = complete && outcome == "verified";
    }
    return {{"id", "op_1"},         {"kind", "multi_tenant"}, {"enabled", false},   {"mode", "hot"},
            {"verify", true},       {"status", status},       {"counts", counts},   {"instances", parts},
            {"finished", finished}, {"complete", complete},   {"summary", "a word"}};
}

bool Says(const std::vector<std::string>& lines, std::string_view text) {
    return std::ranges::any_of(lines, [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

TEST(OperationExitCode, IsZeroOnlyWhenEveryInstanceIsVerified) {
    EXPECT_EQ(CodeOfOperation(Operation({Part("a", "verified"), Part("b", "verified")}, "done")), kExitOk);
    EXPECT_EQ(CodeOfOperation(Operation({Part("a", "verified"), Part("b", "applied")})), kExitPending);
    EXPECT_EQ(CodeOfOperation(Operation({Part("a", "verified"), Part("b", "pending")})), kExitPending);
    EXPECT_EQ(CodeOfOperation(Operation({Part("a", "verified"), Part("b", "waiting")})), kExitPending);
    EXPECT_EQ(CodeOfOperation(Operation({Part("a", "verified"), Part("b", "unreachable")})), kExitUnavailable);
    EXPECT_EQ(CodeOfOperation(Operation({Part("a", "verified"), Part("b", "unkillable")})), kExitDenied);
    EXPECT_EQ(CodeOfOperation(Operation({Part("a", "verified"), Part("b", "failed")})), kExitDenied);
    EXPECT_EQ(CodeOfOperation(Operation({Part("a", "unreachable"), Part("b", "failed")})), kExitDenied);
    EXPECT_EQ(CodeOfOperation(Operation({Part("a", "verified"), Part("b", "superseded")}, "done")), kExitConflict);
    EXPECT_EQ(CodeOfOperation(Operation({Part("a", "verified"), Part("b", "waiting")}, "halted")), kExitDenied);
}

TEST(OperationExitCode, WhoTookTheOrderAndIsNotHeardAnyMoreIsNotDecided) {
    Json operation = Operation({Part("a", "verified"), Part("b", "applied")}, "done");
    EXPECT_EQ(CodeOfOperation(operation), kExitPending);
    operation["finished"] = true;
    EXPECT_EQ(CodeOfOperation(operation), kExitUnavailable);
}

TEST(OperationExitCode, NobodyAndAClaimWithoutNumbersAreNoSuccess) {
    EXPECT_EQ(CodeOfOperation(Operation({}, "done")), kExitUnavailable);
    Json claimed = Operation({Part("a", "applied")}, "done");
    claimed["complete"] = true;
    EXPECT_NE(CodeOfOperation(claimed), kExitOk) << "applied is not verified, whatever the summary says";
    claimed["verify"] = false;
    EXPECT_EQ(CodeOfOperation(claimed), kExitOk) << "nobody asked for proof";
    EXPECT_NE(CodeOfOperation(Json::object()), kExitOk);
}

TEST(OperationProgress, NamesThoseThatAreNotDoneTheWorstFirst) {
    const Json operation =
        Operation({Part("eu-1", "verified"), Part("eu-2", "pending"), Part("eu-3", "unreachable", "not heard for 3 s"),
                   Part("eu-4", "applied", "",
                        {Step("value", "passed"), Step("probes", "failed", 1), Step("probes", "failed", 2)})});
    const std::vector<std::string> lines = DrawProgress(operation, std::chrono::seconds(65), 100);
    ASSERT_GE(lines.size(), 7U);
    EXPECT_EQ(lines[0], "kill op_1, hot");
    EXPECT_EQ(lines[1], "[#######=======!!!!!!!-------]  1 of 4 verified  1:05");
    EXPECT_EQ(lines[2], "  waiting 0  pending 1  applied 1  verified 1  failed 0  unreachable 1");
    EXPECT_EQ(lines[3], "  passed: value 1  probes 0 (1 not)");
    EXPECT_EQ(lines[4], "  eu-3  unreachable: not heard for 3 s");
    EXPECT_EQ(lines[5], "  eu-2  pending");
    EXPECT_EQ(lines[6], "  eu-4  applied: value ok, probes failed (attempt 2)");
    EXPECT_FALSE(Says(lines, "eu-1"));
    EXPECT_EQ(ProgressLine(operation),
              "[#######=======!!!!!!!-------] 1 of 4 verified; 1 pending, 1 applied, 1 unreachable; passed: value 1  "
              "probes 0 (1 not); not yet: eu-3, eu-2, eu-4");
}

TEST(OperationProgress, TheBarIsFullOnlyWhenEverybodyIsThere) {
    std::vector<Json> parts;
    for (int i = 0; i < 999; ++i) {
        parts.push_back(Part("i-" + std::to_string(i), "verified"));
    }
    parts.push_back(Part("last", "pending"));
    const std::vector<std::string> lines = DrawProgress(Operation(parts), std::chrono::seconds(1), 100);
    EXPECT_TRUE(Says(lines, "-]  999 of 1000 verified")) << lines[1];
    parts.back() = Part("last", "verified");
    EXPECT_TRUE(Says(DrawProgress(Operation(parts), std::chrono::seconds(1), 100), "#]  1000 of 1000 verified"));
    EXPECT_TRUE(Says(DrawProgress(Operation({}), std::chrono::seconds(1), 100), "0 of 0"));
}

TEST(OperationProgress, FitsTheTerminalAndManyAreCounted) {
    std::vector<Json> parts;
    for (int i = 0; i < 40; ++i) {
        parts.push_back(Part("instance-with-a-long-name-" + std::to_string(i), "failed", std::string(300, 'x')));
    }
    parts.push_back(Part("\xc3\xa4\xc3\xb6", "failed", "\x1b[31m"));
    const Json operation = Operation(parts);
    for (const std::size_t width : {1U, 20U, 33U, 80U}) {
        for (const std::string& line : DrawProgress(operation, std::chrono::seconds(0), width)) {
            EXPECT_LT(platform::CountCodePoints(line), std::max<std::size_t>(width, 20)) << line;
            EXPECT_EQ(line.find('\x1b'), std::string::npos) << line;
        }
    }
    EXPECT_TRUE(Says(DrawProgress(operation, std::chrono::seconds(0), 80), "and 33 more that are not done"));
    EXPECT_NE(ProgressLine(operation).find("and 33 more"), std::string::npos);
}

TEST(OperationProgress, WithoutVerificationTakenIsDone) {
    Json operation = Operation({Part("a", "applied"), Part("b", "pending")});
    operation["verify"] = false;
    EXPECT_NE(ProgressLine(operation).find("1 of 2 applied; 1 pending; not yet: b"), std::string::npos);
}

TEST(OperationProgress, SaysWhatKindOfOperationItIs) {
    Json operation = Operation({Part("a", "pending")});
    const auto first = [&] { return DrawProgress(operation, std::chrono::seconds(0), 100).front(); };
    operation["enabled"] = true;
    operation["mode"] = "restart";
    operation["batch_size"] = 2;
    EXPECT_EQ(first(), "switch on op_1, restart, 2 at a time");
    operation["kind"] = "flag";
    operation["flag"] = "NEW_UI";
    EXPECT_EQ(first(), "flag NEW_UI op_1, restart, 2 at a time");
    operation["kind"] = "rollback";
    operation["release"] = "r-1";
    EXPECT_EQ(first(), "rollback of r-1 op_1, restart, 2 at a time");
}

TEST(OperationProgress, EndsWithTheWatch) {
    Json operation = Operation({Part("a", "verified")}, "watching");
    EXPECT_FALSE(IsOver(operation));
    EXPECT_EQ(CodeOfOperation(operation), kExitOk);
    operation["status"] = "done";
    EXPECT_TRUE(IsOver(operation));
    operation["status"] = "halted";
    operation["finished"] = false;
    EXPECT_TRUE(IsOver(operation));
}

}  // namespace
}  // namespace cli
