// A kill of real instances at the console, by the mouse: who is chosen, what the page says will happen to whom, the
// reason that must be typed, and the outcome as it comes in, down to the evidence.
#include "tests/console/look.hpp"
#include "tests/fleet/fleet_world.hpp"

namespace console_test {
namespace {

using platform::Json;

constexpr const char* kKillReason = "Rows of another <script>window.broken=1</script> & isolation is in doubt";

/// The row of an instance, as its text.
std::string RowOf(const std::string& instance) {
    return "[...document.querySelectorAll('tr[data-item]')].find((row) => row.querySelector('th a').innerText === " +
           Json(instance).dump() + ")";
}

class KillByClicking : public ::testing::Test {
protected:
    KillByClicking() {
        for (const char* name : {"eu-1", "eu-2", "eu-3", "us-1"}) {
            instances_.push_back(fleet_test::StartInstance(controller_, name));
            EXPECT_TRUE(fleet_test::HasCountedTenants(controller_.As("nora.none"), name));
        }
    }

    void StopTheFourth() {
        otto_.Go("Fleet", "nav");
        otto_->WaitFor("document.getElementById('live-state').dataset.state === 'on'", "the page is live");
        otto_->Evaluate("window.stayed = true");
        instances_.pop_back();
        otto_->WaitFor(RowOf("us-1") + "?.innerText.includes('UNREACHABLE')", "who cannot be reached is loud");
        EXPECT_EQ(otto_->Evaluate(RowOf("us-1") + ".classList.contains('loud')"), true);
        EXPECT_EQ(otto_->Evaluate("window.stayed"), true) << "the page was not loaded again";
    }

    void ChooseAllFour() {
        for (const char* name : {"eu-1", "eu-2", "eu-3", "us-1"}) {
            otto_->Click("Choose " + std::string(name) + " for a kill");
        }
        otto_.Go("Kill the chosen ones …");
    }

    void ReadWhatWillHappen() {
        const auto effects = otto_->Evaluate(
            "[...document.querySelectorAll('.effect')].map((each) => [each.querySelector('h2').innerText, "
            "[...each.querySelectorAll('.names .mono')].map((name) => name.innerText)])");
        EXPECT_EQ(effects, Json::parse(R"([["3 will be switched off", ["eu-1", "eu-2", "eu-3"]],
                                           ["1 cannot be reached", ["us-1"]]])"));
        otto_->WaitForText("They are NOT killed by this.");
    }

    fleet_test::Controller controller_;
    std::vector<std::unique_ptr<pulse_test::OwnPulsed>> instances_;
    Visitor otto_{controller_.Server().Url(), controller_.Server().Token("otto.operator")};
};

TEST_F(KillByClicking, IsWatchedToVerifiedAndSaysWhoWasNotReached) {
    StopTheFourth();
    ChooseAllFour();
    ReadWhatWillHappen();
    otto_->Click("Kill: switch tenants off now");
    EXPECT_EQ(otto_->Path(), "/console/fleet/kill") << "a kill without a reason";
    EXPECT_EQ(otto_->Evaluate("document.activeElement.name"), "reason") << "it is not said what is missing";

    otto_->Fill("Reason, for the audit log and for the review that follows", kKillReason);
    otto_.Go("Kill: switch tenants off now");
    EXPECT_TRUE(otto_->Path().starts_with("/console/operations/")) << otto_->Path();
    otto_->Evaluate("window.stayed = true");
    for (const char* name : {"eu-1", "eu-2", "eu-3"}) {
        otto_->WaitFor(RowOf(name) + "?.innerText.includes('verified')", std::string(name) + " is verified");
    }
    otto_->WaitFor(RowOf("us-1") + "?.innerText.includes('UNREACHABLE')", "us-1 is said to be unreachable");
    EXPECT_EQ(otto_->Evaluate(RowOf("us-1") + ".classList.contains('loud')"), true);
    EXPECT_EQ(otto_->Evaluate("window.stayed"), true) << "the page was not loaded again";
    for (const auto& instance : instances_) {
        EXPECT_EQ(fleet_test::TenantsAnswer(*instance), 501);
    }

    // What each instance showed, on the page and in the report.
    const std::string steps = otto_->Evaluate(RowOf("eu-2") + ".querySelector('summary').innerText").get<std::string>();
    otto_->Click(steps, "main");
    otto_->WaitForText("Expected");
    otto_->Evaluate("document.getElementById('operation').dataset.marked = ''");
    // The page goes on following what happens, and what was opened to be read stays open.
    controller_.As("rita.release").Post("/v1/tenants", {{"id", "t1"}, {"name", "T"}, {"kind", "dev"}}).Expect(201);
    otto_->WaitFor("document.getElementById('operation').dataset.marked === undefined", "the page followed");
    otto_->WaitForText("Expected");
    const auto report = otto_->Evaluate(R"script((async () => {
        const link = [...document.querySelectorAll("a")].find((each) => each.innerText === "As a document");
        const answer = await fetch(link.href);
        return [answer.status, await answer.text()];
    })())script");
    EXPECT_EQ(report[0], 200);
    for (const char* text : {"eu-1", "eu-2", "eu-3", "us-1", "isolation is in doubt"}) {
        EXPECT_NE(report[1].get<std::string>().find(text), std::string::npos) << "not in the report: " << text;
    }
    EXPECT_EQ(otto_->Evaluate("window.broken === undefined"), true);
    const std::string operation = otto_->Path();
    LookAtPage(otto_, "fleet-killed", "/console/fleet");
    LookAtPage(otto_, "instance-killed", "/console/fleet/instances/eu-1");
    LookAtPage(otto_, "instance-unreachable", "/console/fleet/instances/us-1");
    LookAtPage(otto_, "operation-killed", operation);
    otto_.ExpectClean();
}

}  // namespace
}  // namespace console_test
