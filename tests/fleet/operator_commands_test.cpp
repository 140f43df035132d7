// What operators do by the command line, each in its own name, against a real fleet: flags and the switch off and back
// on as it is decided, batches, what watching ends with, keys and credentials; and that the commands of the
// documentation are commands.
#include <algorithm>
#include <sstream>

#include "controller/cli/command.hpp"
#include "tests/api/journey.hpp"
#include "tests/fleet/played_instance.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;
using api_test::Journey;
using tenancy::wire::ProbeOutcome;

constexpr const char* kWhyKilled = "isolation of tenants is in doubt";

struct Desk {
    Controller& controller;

    support::Finished Run(std::string_view person, std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), support::BuiltProgram("portcullis"));
        support::ProcessOptions options;
        options.environment = {{"PORTCULLIS_URL", controller.Server().Url()},
                               {"PORTCULLIS_TOKEN", controller.Server().Token(person)}};
        options.unset = {"PORTCULLIS_TOKEN_FILE", "PORTCULLIS_PROFILE", "PORTCULLIS_CONFIG"};
        return support::RunToEnd(std::move(arguments), options);
    }
    support::Finished Expect(int code, std::string_view person, const std::vector<std::string>& arguments) const {
        support::Finished ended = Run(person, arguments);
        EXPECT_EQ(ended.exit_code, code) << arguments[0] << " " << arguments[1] << "\n" << ended.output << ended.error;
        return ended;
    }
    Json Read(std::string_view person, std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {"-o", "json"});
        return Json::parse(Expect(0, person, arguments).output);
    }
    /// The kill whose review is open.
    std::string OpenReview() const {
        const Json reviews = Read("otto.operator", {"switch", "reviews"});
        EXPECT_EQ(reviews.size(), 1U) << reviews.dump();
        return reviews.empty() ? "" : reviews[0].value("operation", "");
    }
    void CompleteReview(const std::string& kill) const {
        Expect(0, "otto.operator", {"switch", "review", kill, "--findings", "a missing sort key; fixed in 1.4.2"});
    }
};

/// Watched to the proof, and no longer.
std::vector<std::string> Watched(std::vector<std::string> order) {
    order.insert(order.end(), {"--watch-for", "0s", "--watch", "--timeout", "2m"});
    return order;
}

TEST(OperatorCommands, KillAFlagAndLiftItAsDecided) {
    Controller controller({}, true);
    const Desk desk{controller};
    Journey release([&](std::string_view who) { return controller.As(who); });
    const std::string flag = Journey::kFlag;
    const std::string tenant = release.Tenant();
    const auto pulsed = StartInstance(controller, "eu-1");
    pulsed->As("alice").Post("/api/orgs", {{"id", tenant}, {"displayName", "Pilot"}}).Expect(201);
    release.Reach("experimental");
    const auto is_on = [&] {
        return pulsed->As("alice").In(tenant).Get("/api/features").Text().find(flag) != std::string::npos;
    };
    ASSERT_TRUE(Eventually(is_on) || Eventually(is_on)) << pulsed->Log();
    EXPECT_TRUE(desk.Read("nora.none", {"switch", "flags"}).empty());

    desk.Expect(2, "otto.operator", {"kill", "--flag", flag, "--all", "--reason", "totals are wrong"});
    desk.Expect(2, "otto.operator",
                {"kill", "--flag", flag, "--release", release.Id(), "--reason", "totals are wrong"});
    desk.Expect(5, "nora.none", {"kill", "--flag", flag, "--reason", "totals are wrong"});
    EXPECT_TRUE(is_on());
    const auto killed =
        desk.Expect(0, "otto.operator", Watched({"kill", "--release", release.Id(), "--reason", "totals are wrong"}));
    EXPECT_NE(killed.output.find("flags ok"), std::string::npos) << killed.output;
    EXPECT_FALSE(is_on());
    EXPECT_EQ(TenantsAnswer(*pulsed), 200) << "the switch is as it was";
    const Json flags = desk.Read("nora.none", {"switch", "flags"});
    ASSERT_EQ(flags.size(), 1U) << flags.dump();
    EXPECT_EQ(flags[0].value("flag", ""), flag);

    const std::vector<std::string> lift = Watched({"switch", "lift", "--flag", flag, "--reason", "fix is out"});
    const auto refused = desk.Expect(1, "otto.operator", lift);
    EXPECT_NE((refused.output + refused.error).find("KSW-8"), std::string::npos) << refused.error;
    desk.CompleteReview(flags[0].value("operation", ""));
    desk.Expect(5, "otto.operator", {"switch", "approve", "--flag", flag, "--reason", "fix verified on staging"});
    desk.Expect(0, "sam.owner", {"switch", "approve", "--flag", flag, "--reason", "fix verified on staging"});
    desk.Expect(0, "otto.operator", lift);
    EXPECT_TRUE(Eventually(is_on)) << pulsed->Log();
    EXPECT_TRUE(desk.Read("nora.none", {"switch", "flags"}).empty());
    const Json operations = desk.Read("nora.none", {"operation", "list"});
    ASSERT_EQ(operations.size(), 2U);
    EXPECT_EQ(operations[0].value("kind", ""), "flag");
    EXPECT_TRUE(operations[0].value("enabled", false));
}

TEST(OperatorCommands, SwitchOffAndBackOnAsDecided) {
    Controller controller;
    const Desk desk{controller};
    const auto pulsed = StartInstance(controller, "eu-1");
    desk.Expect(2, "otto.operator", {"kill", "--reason", kWhyKilled});
    desk.Expect(1, "otto.operator", {"kill", "--all", "--reason", "short"});
    EXPECT_EQ(TenantsAnswer(*pulsed), 200);
    desk.Expect(0, "otto.operator", Watched({"kill", "--instance", "eu-1", "--reason", kWhyKilled}));
    EXPECT_EQ(TenantsAnswer(*pulsed), 501);

    const std::vector<std::string> on = Watched({"switch", "on", "--all", "--reason", "the fix is out"});
    desk.Expect(1, "otto.operator", on);
    const std::string kill = desk.OpenReview();
    desk.CompleteReview(kill);
    desk.Expect(1, "otto.operator", on);
    desk.Expect(5, "otto.operator", {"switch", "approve", "--reason", "fix verified on staging"});
    desk.Expect(0, "sam.owner", {"switch", "approve", "--reason", "fix verified on staging"});
    EXPECT_EQ(TenantsAnswer(*pulsed), 501);
    desk.Expect(0, "otto.operator", on);
    EXPECT_EQ(TenantsAnswer(*pulsed), 200);
    EXPECT_TRUE(desk.Read("nora.none", {"switch", "reviews"}).empty());
    EXPECT_EQ(desk.Read("nora.none", {"switch", "reviews", "--completed"}).size(), 1U);
    const Json operations = desk.Read("nora.none", {"operation", "list"});
    ASSERT_EQ(operations.size(), 2U);
    EXPECT_EQ(operations[1].value("id", ""), kill);
    EXPECT_EQ(operations[1]["counts"].value("verified", 0), 1);
    desk.Expect(0, "nora.none", {"operation", "watch", kill, "--timeout", "30s"});
}

TEST(OperatorCommands, WatchingEndsWithWhatItCameTo) {
    Controller controller(
        std::vector<std::string>{"--fleet-patience=3s", "--fleet-verify-patience=3s", "--log-level=warning"});
    const Desk desk{controller};
    const PlayedInstance liar(controller, "liar", {.outcomes = {{"probes", ProbeOutcome::kFailed}}});
    const PlayedInstance deaf(controller, "deaf", {.takes_orders = false});
    const auto kill = [&](const char* name) { return Watched({"kill", "--instance", name, "--reason", kWhyKilled}); };
    const auto failed = desk.Expect(1, "otto.operator", kill("liar"));
    EXPECT_NE((failed.output + failed.error).find("probes failed"), std::string::npos) << failed.output;
    const auto unreachable = desk.Expect(4, "otto.operator", kill("deaf"));
    EXPECT_NE((unreachable.output + unreachable.error).find("unreachable"), std::string::npos) << unreachable.output;
    desk.Expect(4, "nora.none", {"operation", "watch", controller.Instance("deaf")["order"].value("operation", "")});
    // Without watching 0 says that it was accepted, and that this is all it says.
    const auto given = desk.Expect(0, "otto.operator", {"kill", "--instance", "deaf", "--reason", kWhyKilled});
    EXPECT_NE(given.error.find("operation watch"), std::string::npos) << given.error;
}

TEST(OperatorCommands, BatchesStopBehindTheOneThatFailed) {
    Controller controller(
        std::vector<std::string>{"--fleet-patience=3s", "--fleet-verify-patience=3s", "--log-level=warning"});
    const Desk desk{controller};
    const PlayedInstance first(controller, "a-liar", {.outcomes = {{"probes", ProbeOutcome::kFailed}}});
    const PlayedInstance second(controller, "b-honest");
    const auto halted =
        desk.Expect(1, "otto.operator",
                    Watched({"kill", "--all", "--batch-size", "1", "--stop-on-failure", "--reason", kWhyKilled}));
    EXPECT_NE((halted.output + halted.error).find("Halted"), std::string::npos) << halted.output << halted.error;
    EXPECT_EQ(second.Orders(), 0);
    const Json listed = desk.Read("nora.none", {"operation", "list"});
    EXPECT_EQ(listed[0].value("status", ""), "halted");
    EXPECT_EQ(listed[0]["counts"].value("waiting", 0), 1);
    desk.Expect(2, "otto.operator", {"kill", "--all", "--stop-on-failure", "--reason", kWhyKilled});
    desk.Expect(2, "otto.operator", {"kill", "--all", "--batch-size", "none", "--reason", kWhyKilled});
}

TEST(OperatorCommands, ReplaceKeysAndCredentialsAndTakeAnInstanceOut) {
    Controller controller;
    const Desk desk{controller};
    const support::TempDir folder("operator-commands");
    const std::string token = (folder / "token").string();
    desk.Expect(0, "otto.operator", {"fleet", "enrol", "spare", "--valid-for", "30m", "--out", token});
    EXPECT_TRUE(support::ReadFile(token).starts_with("pce_"));
    const auto pulsed = StartInstance(controller, "eu-1");
    const std::string before = desk.Read("nora.none", {"keys", "show"}).value("key_id", "");
    desk.Expect(6, "ada.admin", {"keys", "rotate", "--reason", "once a year"});  // there is no next key
    const auto made = support::RunToEnd(
        {support::BuiltProgram("portcullisd"), "next-key", "--data-dir=" + controller.Server().DataDir()});
    ASSERT_EQ(made.exit_code, 0) << made.error;
    desk.Expect(5, "otto.operator", {"keys", "rotate", "--reason", "once a year"});
    desk.Expect(0, "ada.admin", {"keys", "rotate", "--reason", "once a year"});
    desk.Expect(0, "otto.operator", {"fleet", "rotate-credential", "eu-1", "--reason", "a laptop was lost"});
    EXPECT_TRUE(Eventually([&] { return !controller.Audit("credential.replace").empty(); })) << pulsed->Log();
    desk.Expect(0, "otto.operator", Watched({"kill", "--all", "--reason", kWhyKilled}));
    EXPECT_EQ(TenantsAnswer(*pulsed), 501);
    const auto revoked = desk.Expect(0, "otto.operator", {"fleet", "revoke", "eu-1", "--reason", "it was stolen"});
    EXPECT_NE(revoked.output.find("eu-1"), std::string::npos);
    EXPECT_TRUE(Eventually([&] { return !controller.IsConnected("eu-1"); }));
    EXPECT_EQ(TenantsAnswer(*pulsed), 501) << "it keeps doing what it was told last";
    desk.Expect(0, "otto.operator", {"fleet", "retire", "eu-1", "--reason", "it was stolen"});
    EXPECT_TRUE(desk.Read("nora.none", {"fleet", "list"}).empty());
    EXPECT_EQ(desk.Read("nora.none", {"fleet", "list", "--retired"}).size(), 1U);
}

// --- The documentation
// ------------------------------------------------------------------------------------------------

/// Lines of code blocks that begin with the program's name.
std::vector<std::string> CommandsIn(const std::string& file) {
    std::istringstream page(support::ReadFile(std::string(PORTCULLIS_SOURCE_DIR "/docs/") + file));
    std::vector<std::string> commands;
    bool code = false;
    for (std::string line; std::getline(page, line);) {
        if (line.starts_with("```")) {
            code = !code;
        } else if (code && line.starts_with("portcullis ")) {
            commands.push_back(line.substr(0, line.find(" #")));
        }
    }
    return commands;
}

const cli::Command* CommandOf(const std::string& line) {
    static const std::vector<cli::Command> commands = cli::AllCommands();
    const std::string rest = line.substr(std::string("portcullis ").size()) + " ";
    const cli::Command* best = nullptr;
    for (const cli::Command& command : commands) {
        if (rest.starts_with(command.path + " ") && (best == nullptr || best->path.size() < command.path.size())) {
            best = &command;
        }
    }
    return best;
}

TEST(OperatorCommands, OfTheDocumentationAreCommandsWithTheirOptions) {
    for (const char* page : {"fleet.md", "runbooks/kill.md"}) {
        const auto lines = CommandsIn(page);
        EXPECT_FALSE(lines.empty()) << page;
        for (const std::string& line : lines) {
            if (line.ends_with(" --help")) {
                continue;  // of a whole area, too
            }
            const cli::Command* command = CommandOf(line);
            if (command == nullptr) {
                ADD_FAILURE() << page << ": " << line << " is no command";
                continue;
            }
            std::istringstream words(line);
            for (std::string word; words >> word && word != "--";) {
                if (!word.starts_with("--")) {
                    continue;
                }
                const std::string name = word.substr(2, word.find('=') - 2);
                EXPECT_TRUE(std::ranges::any_of(command->arguments,
                                                [&](const cli::Argument& argument) { return argument.name == name; }))
                    << page << ": " << line << " has the option --" << name;
            }
        }
    }
}

}  // namespace
}  // namespace fleet_test
