// What a controller tells Prometheus of its fleet, against what happens to real instances, to some that misbehave, to
// its listener and to its database; and the rules that ship, by Prometheus' own tool.
#include <cstdlib>
#include <set>

#include "platform/postgres/cluster.hpp"
#include "tests/fleet/knocking.hpp"
#include "tests/fleet/played_instance.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;
using tenancy::wire::ProbeOutcome;

const std::string kRulesFile = PORTCULLIS_SOURCE_DIR "/monitoring/portcullis.rules.yml";
const std::string kRulesTests = PORTCULLIS_SOURCE_DIR "/tests/fleet/rules/portcullis.rules.test.yml";
const std::string kRulesTestsOfDays = PORTCULLIS_SOURCE_DIR "/tests/fleet/rules/portcullis.days.rules.test.yml";

std::string Scrape(const Controller& controller) {
    return controller.As("nora.none").Get("/metrics").Text();
}

/// The text of a series' value: `portcullis_fleet_operations{ordered="off",state="running"}`.
std::string Shown(const std::string& text, const std::string& series) {
    const auto at = text.find("\n" + series + " ");
    if (at == std::string::npos) {
        return "absent";
    }
    const auto begin = at + series.size() + 2;
    return text.substr(begin, text.find('\n', begin) - begin);
}

/// Series and what they come to, sooner or later all at once.
using Figures = std::vector<std::pair<std::string, std::string>>;

void ExpectFigures(const Controller& controller, const Figures& expected) {
    std::string wrong;
    const auto all = [&] {
        const std::string text = Scrape(controller);
        wrong.clear();
        for (const auto& [series, value] : expected) {
            if (const std::string shown = Shown(text, series); shown != value) {
                wrong += series + " is " + shown + ", not " + value + "\n";
            }
        }
        return wrong.empty();
    };
    // What is not known any more is found out after a while only.
    EXPECT_TRUE(Eventually(all) || Eventually(all) || Eventually(all)) << wrong;
}

double Figure(const Controller& controller, const std::string& series) {
    return std::strtod(Shown(Scrape(controller), series).c_str(), nullptr);
}

std::string GiveKill(const Controller& controller) {
    const auto reply = controller.As("otto.operator")
                           .Post("/v1/kill-switch/multi-tenant", {{"enabled", false},
                                                                  {"scope", {{"all", true}}},
                                                                  {"reason", "isolation of tenants is in doubt"},
                                                                  {"watch_for", "0s"}});
    reply.Expect(202);
    return reply.Id();
}

TEST(FleetMetrics, FollowAKillOfRealInstancesToItsProof) {
    Controller controller;
    auto one = StartInstance(controller, "eu-1");
    const auto two = StartInstance(controller, "eu-2");
    ExpectFigures(controller, {{R"(portcullis_fleet_instances{ordered="environment",reported="on"})", "2"},
                               {R"(portcullis_fleet_instances{ordered="off",reported="off"})", "0"},
                               {"portcullis_fleet_connections", "2"},
                               {R"(portcullis_fleet_order_seconds_count{order="off",until="verified"})", "0"},
                               {R"(portcullis_fleet_operations{ordered="off",state="as_ordered"})", "0"},
                               {"portcullis_kill_reviews_open", "0"},
                               {"portcullis_kills_not_entered", "0"},
                               {"portcullis_fleet_longest_silence_seconds", "0"},
                               {"portcullis_drill_last_passed_age_seconds", "+Inf"}});
    EXPECT_GE(Figure(controller, R"(portcullis_fleet_handshakes_total{outcome="accepted"})"), 2);
    GiveKill(controller);
    ExpectFigures(controller, {{R"(portcullis_fleet_instances{ordered="environment",reported="on"})", "0"},
                               {R"(portcullis_fleet_instances{ordered="off",reported="off"})", "2"},
                               {R"(portcullis_fleet_operation_instances{ordered="off",outcome="verified"})", "2"},
                               {R"(portcullis_fleet_operations{ordered="off",state="as_ordered"})", "1"},
                               {R"(portcullis_fleet_operations{ordered="off",state="running"})", "0"},
                               {R"(portcullis_fleet_order_seconds_count{order="off",until="sent"})", "2"},
                               {R"(portcullis_fleet_order_seconds_count{order="off",until="applied"})", "2"},
                               {R"(portcullis_fleet_order_seconds_count{order="off",until="verified"})", "2"},
                               {"portcullis_fleet_orders_outstanding", "0"},
                               {"portcullis_kill_reviews_open", "1"}});
    EXPECT_GE(Figure(controller, R"(portcullis_fleet_verification_steps_total{step="probes",outcome="passed"})"), 2);
    EXPECT_LE(Figure(controller, R"(portcullis_fleet_order_seconds_sum{order="off",until="sent"})"),
              Figure(controller, R"(portcullis_fleet_order_seconds_sum{order="off",until="verified"})"));
    one.reset();
    ExpectFigures(controller, {{R"(portcullis_fleet_instances{ordered="off",reported="unheard"})", "1"},
                               {R"(portcullis_fleet_instances{ordered="off",reported="off"})", "1"},
                               {R"(portcullis_fleet_unheard_instances{for="under_5m"})", "1"},
                               {"portcullis_fleet_connections", "1"}});
    EXPECT_EQ(Scrape(controller).find("eu-"), std::string::npos) << "no name of an instance is in a label";
}

TEST(FleetMetrics, SayWhoDoesOtherwiseAndWhatFails) {
    Controller controller(std::vector<std::string>{"--fleet-verify-patience=4s", "--fleet-patience=5s"});
    const PlayedInstance honest(controller, "honest");
    const PlayedInstance liar(controller, "liar", {.outcomes = {{"probes", ProbeOutcome::kFailed}}});
    const PlayedInstance stubborn(controller, "stubborn", {.switches = false});
    const PlayedInstance deaf(controller, "deaf", {.takes_orders = false});
    const std::string operation = GiveKill(controller);
    ExpectFigures(controller, {{R"(portcullis_fleet_operation_instances{ordered="off",outcome="verified"})", "1"},
                               {R"(portcullis_fleet_operation_instances{ordered="off",outcome="failed"})", "2"},
                               {R"(portcullis_fleet_operation_instances{ordered="off",outcome="unreachable"})", "1"},
                               {R"(portcullis_fleet_operations{ordered="off",state="not_as_ordered"})", "1"},
                               {R"(portcullis_fleet_instances{ordered="off",reported="on"})", "2"},
                               {"portcullis_fleet_orders_outstanding", "1"},
                               {R"(portcullis_fleet_order_seconds_count{order="off",until="applied"})", "2"},
                               {R"(portcullis_fleet_order_seconds_count{order="off",until="verified"})", "1"}});
    EXPECT_GE(Figure(controller, R"(portcullis_fleet_verification_steps_total{step="probes",outcome="failed"})"), 1);
    EXPECT_GE(Figure(controller, "portcullis_fleet_oldest_outstanding_seconds"), 1);
    const Json killed = controller.As("nora.none").Get("/v1/operations/" + operation).Body();
    const Json listed = controller.As("nora.none").Get("/v1/operations").Body()["items"][0];
    EXPECT_EQ(OutcomeOf(killed, "liar"), "failed") << killed.dump();
    EXPECT_EQ(listed.value("id", ""), operation);
    EXPECT_EQ(listed["counts"], killed["counts"]) << "the list judges as the operation itself";
    EXPECT_EQ(listed["status"], killed["status"]);
    EXPECT_EQ(listed["summary"], killed["summary"]);
    EXPECT_FALSE(listed.contains("instances"));
}

TEST(FleetMetrics, CountWhoKnocksInVain) {
    Controller controller;
    const std::string secret = SecretFor(controller, "eu-1");
    EXPECT_EQ(KnockStatus(controller, "pci_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), 401);
    EXPECT_EQ(KnockStatus(controller, secret), 400) << "a token comes with the hash of a credential";
    EXPECT_EQ(KnockStatus(controller, "pce_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", std::string(64, 'a')), 401);
    ExpectFigures(controller, {{R"(portcullis_fleet_handshakes_total{outcome="credential"})", "1"},
                               {R"(portcullis_fleet_handshakes_total{outcome="malformed"})", "1"},
                               {R"(portcullis_fleet_handshakes_total{outcome="enrolment"})", "1"},
                               {R"(portcullis_fleet_handshakes_total{outcome="accepted"})", "0"}});
    auto let_in = Knock(controller, secret, std::string(64, 'b'));
    ASSERT_TRUE(let_in.has_value());
    ExpectFigures(controller, {{R"(portcullis_fleet_handshakes_total{outcome="accepted"})", "1"},
                               {"portcullis_fleet_connections", "1"}});
    EXPECT_EQ(let_in->Send("that is no message"), platform::WsSend::kQueued);
    ExpectFigures(controller, {{R"(portcullis_fleet_connections_cut_total{reason="malformed"})", "1"},
                               {"portcullis_fleet_connections", "0"}});
}

TEST(FleetMetrics, WithoutTheDatabaseNothingIsKnownAndTheKillThatWaitsIsCounted) {
    const support::TempDir folder("fleet-metrics");
    platform::PrivateCluster cluster(support::DurableClusterOptions(folder.Path()));
    cluster.Start();
    Controller controller(cluster.AppConninfo("portcullis"), cluster.OwnerConninfo("portcullis"));
    const auto pulsed = StartInstance(controller, "eu-1");
    ExpectFigures(controller, {{R"(portcullis_fleet_instances{ordered="environment",reported="on"})", "1"}});
    cluster.Stop();
    GiveKill(controller);
    ExpectFigures(controller, {{"portcullis_kills_not_entered", "1"},
                               {R"(portcullis_fleet_instances{ordered="environment",reported="on"})", "Nan"},
                               {"portcullis_fleet_orders_outstanding", "Nan"},
                               {"portcullis_ready", "0"}});
    EXPECT_GE(Figure(controller, R"(portcullis_kill_journal_trouble_total{what="waits"})"), 1);
    cluster.Start();
    ExpectFigures(controller, {{"portcullis_kills_not_entered", "0"},
                               {R"(portcullis_fleet_instances{ordered="off",reported="off"})", "1"},
                               {R"(portcullis_fleet_order_seconds_count{order="off",until="sent"})", "1"},
                               {R"(portcullis_fleet_order_seconds_count{order="off",until="applied"})", "1"}});
}

TEST(FleetMetrics, TellWhatTheLastDrillCameTo) {
    Controller controller;
    const auto pulsed = StartInstance(controller, "eu-1");
    ExpectFigures(controller, {{R"(portcullis_drill_last_outcome{outcome="passed"})", "0"},
                               {"portcullis_drill_last_passed_age_seconds", "+Inf"}});
    ASSERT_TRUE(Eventually([&] { return controller.Instance("eu-1")["state"].contains("tenants"); }))
        << "it counts what its tenants have, which a drill is compared with";
    const Json drill = {{"instances", {"eu-1"}}, {"reason", "the drill of this month"}};
    controller.As("sam.owner").Post("/v1/drill-approvals", drill).Expect(201);
    controller.As("otto.operator").Post("/v1/drills", drill).Expect(202);
    ExpectFigures(controller, {{R"(portcullis_drill_last_outcome{outcome="passed"})", "1"},
                               {R"(portcullis_drill_last_outcome{outcome="failed"})", "0"},
                               {R"(portcullis_drills_total{outcome="passed"})", "1"},
                               {R"(portcullis_fleet_order_seconds_count{order="on",until="verified"})", "1"},
                               {R"(portcullis_fleet_instances{ordered="on",reported="on"})", "1"},
                               {"portcullis_kill_reviews_open", "0"}});
    EXPECT_LT(Figure(controller, "portcullis_drill_last_passed_age_seconds"), 3'600);
}

// --- The rules that ship
// ----------------------------------------------------------------------------------------------

/// The names behind this word, each once.
std::set<std::string> NamesAfter(const std::string& text, std::string_view word) {
    std::set<std::string> names;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        const auto begin = at + word.size();
        names.insert(text.substr(begin, text.find_first_of(" \n", begin) - begin));
    }
    return names;
}

TEST(FleetRules, AreTakenByPrometheusAndFireAtTheirThresholds) {
    const auto checked = support::RunToEnd({"promtool", "check", "rules", kRulesFile});
    EXPECT_EQ(checked.exit_code, 0) << checked.output << checked.error;
    EXPECT_NE(checked.output.find("SUCCESS"), std::string::npos) << checked.output;
    const auto tested = support::RunToEnd({"promtool", "test", "rules", kRulesTests, kRulesTestsOfDays});
    EXPECT_EQ(tested.exit_code, 0) << tested.output << tested.error;
}

TEST(FleetRules, AreSeenFiringAndQuietAndAreDescribed) {
    const std::string tests = support::ReadFile(kRulesTests) + support::ReadFile(kRulesTestsOfDays);
    const std::string page = support::ReadFile(PORTCULLIS_SOURCE_DIR "/docs/monitoring.md");
    const auto alerts = NamesAfter(support::ReadFile(kRulesFile), "- alert: ");
    EXPECT_GE(alerts.size(), 25U);
    for (const std::string& name : alerts) {
        EXPECT_NE(tests.find("alertname: " + name + "\n        exp_alerts:\n"), std::string::npos)
            << name << " is never seen firing";
        EXPECT_NE(tests.find("alertname: " + name + ", exp_alerts: []"), std::string::npos)
            << name << " is never seen quiet";
        EXPECT_NE(page.find("`" + name + "`"), std::string::npos) << name << " is not in docs/monitoring.md";
    }
}

TEST(FleetRules, AskForMetricsThatAControllerHasAndAllOfThemAreDescribed) {
    Controller controller;
    std::string text = Scrape(controller);
    const std::string page = support::ReadFile(PORTCULLIS_SOURCE_DIR "/docs/monitoring.md");
    const auto metrics = NamesAfter(text, "# TYPE ");
    for (const std::string& name : metrics) {
        if (name.starts_with("portcullis_")) {
            EXPECT_NE(page.find("`" + name + "`"), std::string::npos) << name << " is not in docs/monitoring.md";
        }
    }
    const std::string rules = support::ReadFile(kRulesFile);
    for (auto at = rules.find("portcullis_"); at != std::string::npos; at = rules.find("portcullis_", at + 1)) {
        std::string name = rules.substr(at, rules.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", at) - at);
        if (name.ends_with("_bucket")) {
            name.resize(name.size() - 7);
        }
        EXPECT_TRUE(metrics.contains(name)) << name;
    }
}

}  // namespace
}  // namespace fleet_test
