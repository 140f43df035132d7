// The command line against a real controller: every command that reads gives a result, in every form.
#include "controller/cli/command.hpp"
#include "tests/api/journey.hpp"

#include <set>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace api_test {
namespace {

support::Finished Portcullis(std::string_view person, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), support::BuiltProgram("portcullis"));
    support::ProcessOptions options;
    options.environment = {{"PORTCULLIS_URL", ServerUrl()}, {"PORTCULLIS_TOKEN", TokenOf(person)}};
    options.unset = {"PORTCULLIS_TOKEN_FILE", "PORTCULLIS_PROFILE", "PORTCULLIS_CONFIG"};
    return support::RunToEnd(std::move(arguments), options);
}

bool Reads(const std::string& path) {
    for (const char* verb : {" list", " show", " exposure", " timeline", " manifest", " revisions", " diff", " key",
                             " evaluations", " export", " draft", " deliveries", " delivery"}) {
        if (path.ends_with(verb)) {
            return true;
        }
    }
    return path == "whoami";
}

TEST(CommandLine, EveryReadingCommandHasAResultInEveryForm) {
    Journey release;
    release.Reach("experimental");
    As("ci").Post("/v1/incidents",
                  {{"title", "An empty roster"}, {"severity", "P4"}, {"concerns", {{"releases", {release.Id()}}}}});
    const std::string check = As("nora.none").All(release.Path("/checks"))[0]["id"];
    const std::string incident = As("nora.none").All("/v1/incidents?release=" + release.Id())[0]["id"];
    const Reply memo = As("rita.release")
                           .Post(release.Path("/memos"), {{"for", "stable"},
                                                          {"decision", "NO-GO"},
                                                          {"rationale", "It was never in candidate."},
                                                          {"remediation", "Wait."}});
    memo.Expect(201);
    Json manifest = NewManifest(release.Id());
    manifest["description"] = "The roster can be sorted by name, and by age.";
    As("rita.release").IfMatch(release.Show().Etag()).Put(release.Path("/manifest"), manifest).Expect(200);
    const Reply rollback = As("dora.lead").Post(release.Path("/rollbacks"), {{"reason", "wrong order"}});
    rollback.Expect(201);
    const std::string programme = Unique("programme");
    As("rita.release")
        .Post("/v1/programmes", {{"id", programme},
                                 {"title", "Roster"},
                                 {"capability", "the roster is in order"},
                                 {"packets", {{{"packet", "00"}, {"title", "Order"}, {"tests", {"make order"}}}}},
                                 {"definition_of_done", {"nobody is missing"}}})
        .Expect(201);
    const std::string rollout = Unique("rollout");
    As("rita.release")
        .Post("/v1/rollouts", {{"id", rollout},
                               {"title", "Roster"},
                               {"capability", "a roster of their own"},
                               {"flag", "ROSTERS_ENABLED"},
                               {"owner", "rita.release"},
                               {"engineering", "dora.lead"},
                               {"product", "quinn.qa"},
                               {"support", "otto.operator"}})
        .Expect(201);
    const Caller admin = As("ada.admin");
    const std::string webhook =
        admin.Post("/v1/webhooks", {{"name", "On call"}, {"url", "http://127.0.0.1:9/hook"}}).Expect(201).Id();
    admin.Post("/v1/webhooks/" + webhook + ":test", Json::object()).Expect(200);
    const auto delivery = admin.All("/v1/webhooks/" + webhook + "/deliveries")[0]["id"].get<std::int64_t>();
    const support::TempDir dir("cli");
    const std::map<std::string, std::string> values = {{"release", release.Id()},
                                                       {"check", check},
                                                       {"incident", incident},
                                                       {"number", "1"},
                                                       {"revision", "2"},
                                                       {"tenant", release.Tenant()},
                                                       {"rollback", rollback.Id()},
                                                       {"webhook", webhook},
                                                       {"delivery", std::to_string(delivery)},
                                                       {"rule", "HST-4"},
                                                       {"programme", programme},
                                                       {"rollout", rollout},
                                                       {"packet", "00"},
                                                       {"file", (dir / "out").string()}};
    std::set<std::string> tried;
    for (const cli::Command& command : cli::AllCommands()) {
        // What needs a real instance is tried in tests/fleet.
        if (!Reads(command.path) || command.path == "fleet show" || command.path == "operation show" ||
            command.path == "drill show" || command.path == "alert show") {
            continue;
        }
        for (const char* form : {"table", "json", "yaml", "markdown"}) {
            std::vector<std::string> call = {"-o", form};
            for (std::size_t at = 0; at < command.path.size(); at = command.path.find(' ', at) + 1) {
                const auto end = command.path.find(' ', at);
                call.push_back(command.path.substr(at, end - at));
                if (end == std::string::npos) {
                    break;
                }
            }
            for (const cli::Argument& argument : command.arguments) {
                if (argument.kind == cli::ArgumentKind::kRequired) {
                    call.push_back("--" + argument.name);
                }
                if (argument.kind == cli::ArgumentKind::kRequired || argument.kind == cli::ArgumentKind::kPositional) {
                    ASSERT_TRUE(values.contains(argument.name)) << command.path << " " << argument.name;
                    call.push_back(values.at(argument.name));
                }
            }
            if (command.path == "communication list") {
                call.insert(call.end(), {"--incident", incident});
            }
            const support::Finished done = Portcullis("max.all", call);
            EXPECT_EQ(done.exit_code, 0) << command.path << ": " << done.error;
            const bool machine = form == std::string("json") && command.path != "audit key" &&
                                 command.path != "audit export" && !command.path.starts_with("archive");
            EXPECT_TRUE(!machine || Json::accept(done.output)) << command.path << ": " << done.output.substr(0, 200);
        }
        tried.insert(command.path);
    }
    EXPECT_GE(tried.size(), 28U);
    EXPECT_NE(Portcullis("nora.none", {"rule", "list"}).output.find("HST-4"), std::string::npos);
}

TEST(CommandLine, AGateForWhatIsThereAlreadySaysSo) {
    Journey release;
    release.Reach("experimental");
    const support::Finished gate = Portcullis("ci", {"gate", release.Id(), "--to", "experimental"});
    EXPECT_EQ(gate.exit_code, 1);
    EXPECT_NE(gate.output.find("is in experimental already"), std::string::npos) << gate.output;
    const support::Finished promoted = Portcullis("ci", {"promote", release.Id(), "--to", "experimental"});
    EXPECT_EQ(promoted.exit_code, 1);
    EXPECT_NE(promoted.error.find("is in experimental already"), std::string::npos) << promoted.error;
}

}  // namespace
}  // namespace api_test
