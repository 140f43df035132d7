// The fleet by the command line: what an operator sees, and that it ends with 0 only when every instance has answered.
#include <csignal>

#include "platform/crypto/crypto.hpp"
#include "tests/fleet/fleet_world.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

support::Finished Portcullis(Controller& controller, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), support::BuiltProgram("portcullis"));
    support::ProcessOptions options;
    options.environment = {{"PORTCULLIS_URL", controller.Server().Url()},
                           {"PORTCULLIS_TOKEN", controller.Server().Token("otto.operator")}};
    options.unset = {"PORTCULLIS_TOKEN_FILE", "PORTCULLIS_PROFILE", "PORTCULLIS_CONFIG"};
    return support::RunToEnd(std::move(arguments), options);
}

TEST(FleetCommands, ShowWhatIsThereAndKillIt) {
    Controller controller;
    const auto pulsed = StartInstance(controller, "eu-1");
    for (const char* form : {"table", "json", "yaml", "markdown"}) {
        for (const std::vector<std::string>& command :
             {std::vector<std::string>{"fleet", "list"}, std::vector<std::string>{"fleet", "show", "eu-1"}}) {
            std::vector<std::string> call = {"-o", form};
            call.insert(call.end(), command.begin(), command.end());
            const support::Finished shown = Portcullis(controller, call);
            EXPECT_EQ(shown.exit_code, 0) << shown.error;
            EXPECT_NE(shown.output.find("eu-1"), std::string::npos) << shown.output;
        }
    }
    EXPECT_NE(Portcullis(controller, {"fleet", "show", "nowhere"}).exit_code, 0);
    const support::Finished same = Portcullis(controller, {"fleet", "enrol", "eu-1"});
    EXPECT_EQ(same.exit_code, 0) << same.error;
    EXPECT_NE((same.output + same.error).find("takes its place"), std::string::npos) << same.output << same.error;
    const support::Finished other = Portcullis(controller, {"fleet", "enrol", "eu-2"});
    EXPECT_EQ((other.output + other.error).find("takes its place"), std::string::npos) << other.output << other.error;
    const support::Finished killed =
        Portcullis(controller, {"kill", "--all", "--reason", "a drill of the morning", "--watch"});
    EXPECT_EQ(killed.exit_code, 0) << killed.output << killed.error;
    EXPECT_EQ(TenantsAnswer(*pulsed), 501);
    const std::string operation = controller.Instance("eu-1")["order"].value("operation", "");
    for (const char* form : {"table", "json", "yaml", "markdown"}) {
        const support::Finished shown = Portcullis(controller, {"-o", form, "operation", "show", operation});
        EXPECT_EQ(shown.exit_code, 0) << shown.error;
        // Markdown escapes the underscore behind the prefix.
        EXPECT_NE(shown.output.find(operation.substr(operation.find('_') + 1)), std::string::npos) << shown.output;
    }
}

TEST(FleetCommands, ReportWhatAVerifiedKillShowed) {
    Controller controller;
    const auto pulsed = StartInstance(controller, "eu-1");
    const support::Finished killed = Portcullis(controller, {"kill", "--all", "--reason", "a drill of the morning",
                                                             "--watch", "--watch-for", "1s", "--to-the-end"});
    ASSERT_EQ(killed.exit_code, 0) << killed.output << killed.error;
    EXPECT_NE(killed.output.find("value ok, probes ok, ui ok, websocket ok, data ok, watch ok"), std::string::npos)
        << killed.output;
    const std::string operation = controller.Instance("eu-1")["order"].value("operation", "");
    const support::TempDir folder("report");
    for (const char* format : {"md", "html", "json"}) {
        const std::string file = (folder / format).string();
        const support::Finished written =
            Portcullis(controller, {"operation", "report", operation, "--format", format, "--out", file});
        EXPECT_EQ(written.exit_code, 0) << written.error;
        EXPECT_EQ(Portcullis(controller, {"operation", "report", operation, "--format", format}).output,
                  support::ReadFile(file));
    }
    const std::string hash = platform::Sha256Hex(support::ReadFile(folder / "json"));
    for (const char* format : {"md", "html"}) {
        const std::string text = support::ReadFile(folder / format);
        EXPECT_NE(text.find(hash), std::string::npos) << text;
        EXPECT_NE(text.find("GET /api/orgs"), std::string::npos) << "what was asked is there";
        EXPECT_NE(text.find("eu-1"), std::string::npos);
        EXPECT_EQ(text.find("NOT AS ORDERED"), std::string::npos);
    }
    EXPECT_NE(Portcullis(controller, {"operation", "report", "op_nobody"}).exit_code, 0);
}

TEST(FleetCommands, AWatchedKillThatSomebodyDidNotAnswerIsNoSuccess) {
    Controller controller;
    const auto alive = StartInstance(controller, "alive");
    const auto stopped = StartInstance(controller, "stopped");
    SignalInstance(*stopped, SIGSTOP);
    const support::Finished killed =
        Portcullis(controller, {"kill", "--all", "--reason", "a drill of the morning", "--watch", "--timeout", "20s"});
    SignalInstance(*stopped, SIGCONT);
    EXPECT_NE(killed.exit_code, 0) << killed.output;
    EXPECT_NE((killed.output + killed.error).find("stopped"), std::string::npos) << killed.output << killed.error;
    EXPECT_EQ(TenantsAnswer(*alive), 501);
}

}  // namespace
}  // namespace fleet_test
