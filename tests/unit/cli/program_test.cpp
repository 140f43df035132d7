// The program from outside: what is typed wrongly, who gets the token, what goes to standard output.

#include <gtest/gtest.h>

#include <set>

#include "controller/cli/command.hpp"
#include "controller/cli/exit_codes.hpp"
#include "platform/base/text.hpp"
#include "tests/unit/cli/played_server.hpp"

namespace cli {
namespace {

TEST(Program, AWrongCallIsTwoAndPrintsNothingOnStandardOutput) {
    const std::vector<std::vector<std::string>> calls = {
        {},
        {"nonsense"},
        {"nonsense", "--help"},
        {"help", "nonsense"},
        {"release"},
        {"release", "nonsense"},
        {"release", "show"},
        {"release", "show", ""},
        {"release", "show", "r", "more"},
        {"release", "show", "r", "--", "more"},
        {"release", "show", "r", "--nonsense"},
        {"release", "show", ".."},
        {"release", "list", "--channel", "moon"},
        {"release", "list", "--q", ""},
        {"gate", "r"},
        {"gate", "r", "--to", ""},
        {"gate", "r", "--to", "dev"},
        {"gate", "r", "--to", "stable", "--timeout", "soon"},
        {"apply"},
        {"apply", "-f", "/no/such/file"},
        {"evidence", "run", "--release", "r", "--control", "tests"},
        {"evidence", "run", "--release", "r", "--control", "tests", "--"},
        {"evidence", "run", "--release", "", "--control", "tests", "--", "true"},
        {"-o", "xml", "release", "list"},
        {"--call-timeout", "soon", "release", "list"},
        {"--profile", "", "release", "list"},
        {"--token-file", "", "release", "list"},
        {"completion", "csh"},
        {"verify-verdict", "/no/such/file", "--key", "/no/such/key"}};
    for (const auto& call : calls) {
        const support::Finished done = RunPortcullis(call, {{"PORTCULLIS_URL", "http://127.0.0.1:9"}});
        EXPECT_EQ(done.exit_code, kExitUsage) << testing::PrintToString(call) << done.error;
        EXPECT_EQ(done.output, "") << testing::PrintToString(call);
        EXPECT_NE(done.error, "") << testing::PrintToString(call);
    }
    EXPECT_EQ(RunPortcullis({"--url", "", "release", "list"}).exit_code, kExitUsage);
    EXPECT_EQ(RunPortcullis({"release", "list"}).exit_code, kExitUsage);
}

/// A call of this command that is complete; files it reads are there.
std::vector<std::string> CallOf(const Command& command, const support::TempDir& files) {
    std::vector<std::string> call;
    for (const std::string_view word : platform::Split(command.path, ' ')) {
        call.emplace_back(word);
    }
    std::vector<std::string> rest;
    for (const Argument& argument : command.arguments) {
        const bool is_file = argument.name == "file" || argument.name == "key";
        const std::string value = !argument.choices.empty() ? argument.choices.front()
                                  : is_file                 ? (files / "document.yaml").string()
                                  : argument.name == "number" || argument.name == "step" || argument.name == "revision"
                                      ? "1"
                                      : "r";
        if (argument.kind == ArgumentKind::kPositional) {
            call.push_back(value);
        } else if (argument.kind == ArgumentKind::kRequired) {
            call.insert(call.end(), {"--" + argument.name, value});
        } else if (argument.kind == ArgumentKind::kRest) {
            rest = {"--", "true"};
        }
    }
    call.insert(call.end(), rest.begin(), rest.end());
    return call;
}

TEST(Program, NoCommandEndsWithZeroWhenNobodyIsThere) {
    const support::TempDir files("calls");
    support::WriteFile(files / "document.yaml", "manifest: {id: r}\n");
    std::string nobody;
    {
        const PlayedServer gone([](const platform::HttpRequest&) { return PageReply(200); });
        nobody = gone.Url();
    }
    const std::set<std::string> offline = {"archive verify", "audit verify", "programme lint", "verify-verdict"};
    for (const Command& command : AllCommands()) {
        const std::vector<std::string> call = CallOf(command, files);
        const support::Finished done = RunPortcullis(call, {{"PORTCULLIS_URL", nobody}});
        EXPECT_NE(done.exit_code, kExitOk) << testing::PrintToString(call);
        // What reads its input first may find that wrong before anybody is asked.
        const bool read_input = offline.contains(command.path) || done.exit_code == kExitUsage;
        EXPECT_TRUE(read_input || done.exit_code == kExitUnavailable) << testing::PrintToString(call) << done.error;
        EXPECT_EQ(done.output, offline.contains(command.path) ? done.output : "") << testing::PrintToString(call);
        EXPECT_NE(done.error + done.output, "") << testing::PrintToString(call);
    }
}

TEST(Program, NoCommandTakesAnEmptyId) {
    const support::TempDir files("calls");
    support::WriteFile(files / "document.yaml", "manifest: {id: r}\n");
    for (const Command& command : AllCommands()) {
        const std::size_t words = platform::Split(command.path, ' ').size();
        std::size_t position = words;
        for (const Argument& argument : command.arguments) {
            if (argument.kind != ArgumentKind::kPositional) {
                continue;
            }
            std::vector<std::string> call = CallOf(command, files);
            call[position++] = "";
            const support::Finished done = RunPortcullis(call, {{"PORTCULLIS_URL", "http://127.0.0.1:9"}});
            EXPECT_EQ(done.exit_code, kExitUsage) << testing::PrintToString(call) << done.error;
        }
    }
}

TEST(Program, HelpVersionManAndCompletionNeedNoController) {
    for (const std::vector<std::string>& call : std::vector<std::vector<std::string>>{{"--help"},
                                                                                      {"help"},
                                                                                      {"help", "gate"},
                                                                                      {"gate", "--help"},
                                                                                      {"release", "show", "--help"},
                                                                                      {"--version"},
                                                                                      {"man"},
                                                                                      {"completion", "bash"},
                                                                                      {"completion", "zsh"},
                                                                                      {"completion", "fish"}}) {
        const support::Finished done = RunPortcullis(call);
        EXPECT_EQ(done.exit_code, kExitOk) << testing::PrintToString(call) << done.error;
        EXPECT_NE(done.output, "") << testing::PrintToString(call);
        EXPECT_EQ(done.error, "") << testing::PrintToString(call);
    }
}

TEST(Program, EveryReadingCommandRefusesAPageThatIsNoApi) {
    const PlayedServer server([](const platform::HttpRequest&) { return PageReply(200); });
    for (const std::vector<std::string>& call :
         std::vector<std::vector<std::string>>{{"release", "list"},
                                               {"release", "show", "r"},
                                               {"release", "manifest", "r"},
                                               {"release", "exposure", "r"},
                                               {"release", "timeline", "r"},
                                               {"whoami"},
                                               {"clock", "show"},
                                               {"audit", "key"},
                                               {"audit", "export"},
                                               {"memo", "show", "r", "1"},
                                               {"memo", "draft", "r"},
                                               {"memo", "draft", "r", "--format", "html"},
                                               {"plan", "show", "r"},
                                               {"hard-stop", "list", "r"},
                                               {"rule", "list"},
                                               {"tenant", "list"}}) {
        std::vector<std::string> with_url = {"--url", server.Url()};
        with_url.insert(with_url.end(), call.begin(), call.end());
        const support::Finished done = RunPortcullis(with_url);
        EXPECT_EQ(done.exit_code, kExitUnavailable) << testing::PrintToString(call) << done.error;
        EXPECT_EQ(done.output, "") << testing::PrintToString(call);
    }
}

TEST(Program, AnAnswerOfAnotherShapeIsNoAnswer) {
    const PlayedServer server([](const platform::HttpRequest&) {
        return JsonReply(200, {{"items", {{{"id", 7}}}}, {"next", "again"}, {"content_hash", 3}, {"derived", "x"}});
    });
    EXPECT_EQ(RunPortcullis({"--url", server.Url(), "release", "list"}).exit_code, kExitUnavailable);  // for ever
    EXPECT_EQ(RunPortcullis({"--url", server.Url(), "memo", "sign", "r", "1", "--as", "dev_lead"}).exit_code,
              kExitUnavailable);
}

TEST(Program, AMissingReleaseStopsARunBeforeItBegins) {
    const support::TempDir dir("run");
    const PlayedServer server([](const platform::HttpRequest&) { return ProblemReply(404, "input.not_found"); });
    const std::string mark = (dir / "ran").string();
    const support::Finished done = RunPortcullis(
        {"--url", server.Url(), "evidence", "run", "--release", "r", "--control", "tests", "--", "touch", mark});
    EXPECT_EQ(done.exit_code, kExitUsage);
    EXPECT_FALSE(std::filesystem::exists(mark));
}

TEST(Program, WhatFollowsTheDashesIsTheCommandsOwn) {
    platform::Json recorded;
    const PlayedServer server([&](const platform::HttpRequest& request) {
        if (request.method == "GET") {
            return JsonReply(200, {{"id", "r"}});
        }
        recorded = platform::Json::parse(request.body);
        recorded["id"] = "chk_1";
        return JsonReply(201, recorded);
    });
    const auto run = [&](std::vector<std::string> command) {
        std::vector<std::string> call = {"--url", server.Url(), "evidence", "run", "--release",
                                         "r",     "--control",  "tests",    "--"};
        call.insert(call.end(), command.begin(), command.end());
        return RunPortcullis(call).exit_code;
    };
    EXPECT_EQ(run({"echo", "--help", "-o", "json", "--", "release", "list"}), kExitOk);
    EXPECT_EQ(recorded["evidence"]["command"]["argv"],
              (platform::Json{"echo", "--help", "-o", "json", "--", "release", "list"}));
    EXPECT_EQ(recorded["evidence"]["command"]["excerpt"], "--help -o json -- release list\n");
    EXPECT_EQ(run({"sh", "-c", "echo no; exit 3"}), kExitDenied);
    EXPECT_EQ(recorded["outcome"], "failed");
    EXPECT_EQ(run({"true"}), kExitUnavailable);  // nothing printed shows nothing
    EXPECT_EQ(recorded["outcome"], "inconclusive");
}

class TokenTest : public testing::Test {
protected:
    static std::string TokenSeen(const PlayedServer& server) {
        std::string seen;
        for (const platform::HttpRequest& request : server.Requests()) {
            seen += std::string(request.Header("authorization")) + ";";
        }
        return seen;
    }

    PlayedServer ours_{[](const platform::HttpRequest&) { return JsonReply(200, {{"id", "me"}}); }};
    PlayedServer theirs_{[](const platform::HttpRequest&) { return JsonReply(200, {{"id", "me"}}); }};
};

TEST_F(TokenTest, AProfilesTokenReachesItsOwnControllerOnly) {
    const support::TempDir dir("config");
    const std::string config = (dir / "config.yaml").string();
    support::WriteFile(dir / "token", "pcl_ours\n");
    support::WriteFile(config, "default: ours\nprofiles:\n  ours: {url: '" + ours_.Url() + "', token_file: '" +
                                   (dir / "token").string() + "'}\n");
    EXPECT_EQ(RunPortcullis({"whoami"}, {{"PORTCULLIS_CONFIG", config}}).exit_code, kExitOk);
    EXPECT_EQ(TokenSeen(ours_), "Bearer pcl_ours;");
    EXPECT_EQ(RunPortcullis({"--url", theirs_.Url(), "whoami"}, {{"PORTCULLIS_CONFIG", config}}).exit_code, kExitOk);
    EXPECT_EQ(TokenSeen(theirs_), ";");
}

TEST_F(TokenTest, ARedirectIsNotFollowed) {
    const PlayedServer redirecting([&](const platform::HttpRequest&) {
        return platform::HttpResponse{302, {{"Location", theirs_.Url() + "/v1/whoami"}}, ""};
    });
    EXPECT_EQ(RunPortcullis({"--url", redirecting.Url(), "whoami"}, {{"PORTCULLIS_TOKEN", "pcl_ours"}}).exit_code,
              kExitUnavailable);
    EXPECT_EQ(TokenSeen(theirs_), "");
}

TEST_F(TokenTest, NoMessageShowsTheToken) {
    const PlayedServer refusing([](const platform::HttpRequest&) { return ProblemReply(401, "auth.token"); });
    const support::Finished done =
        RunPortcullis({"--url", refusing.Url(), "whoami"}, {{"PORTCULLIS_TOKEN", "pcl_secret"}});
    EXPECT_EQ(done.exit_code, kExitAuth);
    EXPECT_EQ((done.output + done.error).find("pcl_secret"), std::string::npos);
}

}  // namespace
}  // namespace cli
