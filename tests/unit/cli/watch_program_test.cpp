// `kill --watch` and `operation watch` as programs: what they exit with, and that watching is all they do.

#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>

#include "controller/cli/exit_codes.hpp"
#include "platform/base/clock.hpp"
#include "tests/unit/cli/played_server.hpp"

namespace cli {
namespace {

using platform::Json;

Json Operation(const std::string& outcome, const std::string& status = "running") {
    const bool open = outcome == "pending" || outcome == "applied";
    return {{"id", "op_1"},
            {"kind", "multi_tenant"},
            {"enabled", false},
            {"mode", "hot"},
            {"verify", true},
            {"status", open ? "running" : status},
            {"reason", "tenants in doubt"},
            {"summary", outcome == "verified" ? "1 of 1" : "0 of 1"},
            {"finished", !open},
            {"complete", outcome == "verified"},
            {"counts", {{"total", 1}, {outcome, 1}}},
            {"instances", {{{"instance", "eu-1"}, {"outcome", outcome}, {"why", ""}, {"steps", Json::array()}}}}};
}

support::Finished Watch(const std::string& url, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"--url", url, "operation", "watch", "op_1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunPortcullis(std::move(arguments));
}

support::Finished WatchAnswered(const Json& operation, std::vector<std::string> more = {}) {
    const PlayedServer server([&](const platform::HttpRequest&) { return JsonReply(200, operation); });
    return Watch(server.Url(), std::move(more));
}

TEST(WatchProgram, EachOutcomeHasItsExitCode) {
    EXPECT_EQ(WatchAnswered(Operation("verified", "done")).exit_code, kExitOk);
    EXPECT_EQ(WatchAnswered(Operation("failed", "done")).exit_code, kExitDenied);
    EXPECT_EQ(WatchAnswered(Operation("unkillable", "done")).exit_code, kExitDenied);
    EXPECT_EQ(WatchAnswered(Operation("unreachable", "done")).exit_code, kExitUnavailable);
    EXPECT_EQ(WatchAnswered(Operation("superseded", "done")).exit_code, kExitConflict);
    const support::Finished open = WatchAnswered(Operation("applied"), {"--timeout", "1s"});
    EXPECT_EQ(open.exit_code, kExitPending) << open.error;
    EXPECT_NE(open.error.find("goes on"), std::string::npos) << open.error;
}

TEST(WatchProgram, AControllerThatGoesAwayForAWhileIsAskedAgain) {
    std::atomic<int> asked{0};
    const PlayedServer server([&](const platform::HttpRequest&) {
        switch (asked++) {
            case 0:
                return JsonReply(200, Operation("pending"));
            case 1:
                return ProblemReply(503, "unavailable.database");
            case 2:
                return PageReply(502);
            default:
                return JsonReply(200, Operation("verified", "done"));
        }
    });
    const support::Finished done = Watch(server.Url());
    EXPECT_EQ(done.exit_code, kExitOk) << done.error;
    EXPECT_NE(done.error.find("not yet: eu-1"), std::string::npos) << done.error;
    EXPECT_NE(done.error.find("No answer from the controller"), std::string::npos) << done.error;
    asked = 1;  // not even the first time, behind an order that was accepted
    const PlayedServer restarts([&](const platform::HttpRequest& request) {
        return request.method == "POST" ? JsonReply(202, Operation("pending"))
               : asked++ < 2            ? PageReply(502)
                                        : JsonReply(200, Operation("verified", "done"));
    });
    EXPECT_EQ(RunPortcullis({"--url", restarts.Url(), "kill", "--all", "--reason", "a drill", "--watch"}).exit_code,
              kExitOk);
    EXPECT_EQ(done.output.find("not yet"), std::string::npos) << "progress is no result";
}

TEST(WatchProgram, AnotherOperationsAnswerOrNoneIsNoSuccess) {
    Json other = Operation("verified", "done");
    other["id"] = "op_2";
    EXPECT_EQ(WatchAnswered(other, {"--timeout", "1s"}).exit_code, kExitUnavailable);
    const PlayedServer refuses([](const platform::HttpRequest&) { return ProblemReply(404, "not_found.resource"); });
    EXPECT_NE(Watch(refuses.Url()).exit_code, kExitOk);
}

TEST(WatchProgram, WaitsForTheEndOfTheWatchWhenAsked) {
    std::atomic<int> asked{0};
    const PlayedServer server([&](const platform::HttpRequest&) {
        return JsonReply(200, Operation("verified", asked++ < 2 ? "watching" : "done"));
    });
    EXPECT_EQ(Watch(server.Url()).exit_code, kExitOk);
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(Watch(server.Url(), {"--to-the-end"}).exit_code, kExitOk);
    EXPECT_EQ(asked, 3);
}

TEST(WatchProgram, SendsWhatWasAskedForAndNothingElse) {
    const PlayedServer server([&](const platform::HttpRequest& request) {
        return JsonReply(request.method == "POST" ? 202 : 200, Operation("verified", "done"));
    });
    const support::Finished plain =
        RunPortcullis({"--url", server.Url(), "kill", "--all", "--reason", "a drill of the morning", "--watch"});
    EXPECT_EQ(plain.exit_code, kExitOk) << plain.error;
    EXPECT_EQ(Json::parse(server.Requests().front().body), Json({{"enabled", false},
                                                                 {"verify", true},
                                                                 {"mode", "hot"},
                                                                 {"reason", "a drill of the morning"},
                                                                 {"scope", {{"all", true}}}}));
    RunPortcullis({"--url",
                   server.Url(),
                   "-o",
                   "json",
                   "switch",
                   "on",
                   "--instance",
                   "a",
                   "--instance",
                   "b",
                   "--reason",
                   "fixed",
                   "--mode",
                   "restart",
                   "--batch-size",
                   "2",
                   "--stop-on-failure",
                   "--watch-for",
                   "5m",
                   "--no-verify"});
    EXPECT_EQ(Json::parse(server.Requests().back().body), Json({{"enabled", true},
                                                                {"mode", "restart"},
                                                                {"reason", "fixed"},
                                                                {"scope", {{"instances", {"a", "b"}}}},
                                                                {"batch_size", 2},
                                                                {"stop_on_failure", true},
                                                                {"watch_for", "5m"},
                                                                {"verify", false}}));
    const std::size_t sent = server.Requests().size();
    for (const std::vector<std::string>& wrong :
         std::vector<std::vector<std::string>>{{"kill", "--reason", "x"},
                                               {"kill", "--all", "--instance", "a", "--reason", "x"},
                                               {"kill", "--all"},
                                               {"kill", "--all", "--reason", "x", "--batch-size", "none"},
                                               {"kill", "--all", "--reason", "x", "--batch-size", "0"},
                                               {"kill", "--all", "--reason", "x", "--watch-for", "soon"},
                                               {"kill", "--all", "--reason", "x", "--mode", "warm"}}) {
        std::vector<std::string> arguments = {"--url", server.Url()};
        arguments.insert(arguments.end(), wrong.begin(), wrong.end());
        EXPECT_EQ(RunPortcullis(arguments).exit_code, kExitUsage);
    }
    EXPECT_EQ(server.Requests().size(), sent) << "what is wrong is not sent";
}

TEST(WatchProgram, InterruptedItSaysThatTheOperationGoesOnAndDiesOfTheSignal) {
    const PlayedServer server([](const platform::HttpRequest&) { return JsonReply(200, Operation("pending")); });
    support::Process process(
        {support::BuiltProgram("portcullis"), "--url", server.Url(), "operation", "watch", "op_1"});
    // Progress goes to standard error; wait until there is some.
    const platform::Deadline deadline(std::chrono::seconds(30));
    while (process.Error().find("not yet") == std::string::npos && !deadline.Passed()) {
        process.WaitForLine("never", std::chrono::milliseconds(20));
    }
    process.Signal(SIGINT);
    EXPECT_EQ(process.Wait().value_or(-1), 128 + SIGINT);
    EXPECT_NE(process.Error().find("The operation goes on"), std::string::npos) << process.Error();
    for (const platform::HttpRequest& request : server.Requests()) {
        EXPECT_EQ(request.method, "GET");
    }
}

/// What the program wrote to a terminal of 70 columns.
std::string OnATerminal(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"/usr/bin/env", "TERM=xterm"});
    std::vector<char*> argv;
    for (std::string& argument : arguments) {
        argv.push_back(argument.data());
    }
    argv.push_back(nullptr);
    winsize size{};
    size.ws_col = 70;
    size.ws_row = 24;
    int master = -1;
    const pid_t child = ::forkpty(&master, nullptr, nullptr, &size);
    if (child == 0) {
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t got = 0; (got = ::read(master, buffer.data(), buffer.size())) > 0;) {
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    ::close(master);
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0) << text;
    return text;
}

TEST(WatchProgram, OnATerminalProgressIsDrawnInPlace) {
    std::atomic<int> asked{0};
    const PlayedServer server([&](const platform::HttpRequest&) {
        return JsonReply(200, asked++ < 2 ? Operation("pending") : Operation("verified", "done"));
    });
    const std::string text =
        OnATerminal({support::BuiltProgram("portcullis"), "--url", server.Url(), "operation", "watch", "op_1"});
    EXPECT_NE(text.find("[----------------------------]  0 of 1 verified"), std::string::npos) << text;
    EXPECT_NE(text.find("[############################]  1 of 1 verified"), std::string::npos) << text;
    EXPECT_NE(text.find("\x1b[4A\x1b[J"), std::string::npos) << "four lines up, and drawn again: " << text;
    EXPECT_NE(text.find("eu-1  pending"), std::string::npos) << text;
}

}  // namespace
}  // namespace cli
