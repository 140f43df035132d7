// The commands for incidents, their calendar, communication plans, freezes, webhooks and monitoring: what they write,
// what they read, and how they end when they are refused.
#include <gtest/gtest.h>

#include "tests/api/command_line.hpp"
#include "tests/api/staged_rollout.hpp"

namespace api_test {
namespace {

bool Names(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string NewTenantForCommands() {
    const std::string tenant = Unique("acme");
    As("rita.release").Post("/v1/tenants", {{"id", tenant}, {"name", tenant}, {"kind", "staging"}}).Expect(201);
    return tenant;
}

std::string OpenedIncident() {
    return Given("ci", {"incident", "open", "--title", "Search is slow", "--severity", "P3", "--tenant",
                        NewTenantForCommands()})["id"];
}

TEST(IncidentCommands, TakeAnIncidentFromItsOpeningToItsEnd) {
    const std::string incident = OpenedIncident();
    Said("ci", {"incident", "open", "--title", "x", "--severity", "P9", "--tenant", "acme"}, cli::kExitUsage);
    Said("ci", {"incident", "open", "--title", "x", "--severity", "P3", "--tenant", "nobody.there"}, cli::kExitUsage);
    Said("nora.none", {"incident", "acknowledge", incident}, cli::kExitAuth);
    Said("otto.operator", {"incident", "acknowledge", incident, "--note", "I am on it"});
    Said("otto.operator", {"incident", "note", incident, "--note", "since the deployment"});
    Said("otto.operator", {"incident", "severity", incident, "--severity", "P2", "--reason", "it grows"});
    EXPECT_TRUE(
        Names(Said("otto.operator", {"incident", "severity", incident, "--severity", "P4", "--reason", "it shrinks"},
                   cli::kExitDenied),
              "INC-2"));
    Said("otto.operator", {"incident", "severity", incident, "--severity", "P3", "--reason", "it shrinks", "--evidence",
                           "the dashboard"});
    Said("otto.operator", {"incident", "contain", incident});
    EXPECT_TRUE(Names(Said("nora.none", {"incident", "list", "--open", "--state", "contained"}), incident));
    Said("otto.operator", {"incident", "resolve", incident, "--resolution", "rolled back", "--evidence", "run 9"});
    Said("otto.operator", {"incident", "contain", incident}, cli::kExitConflict);
    EXPECT_FALSE(Names(Said("nora.none", {"incident", "list", "--open"}), incident));
    const std::string shown = Said("nora.none", {"incident", "show", incident});
    for (const char* part : {"since the deployment", "resolved", "SEV-3", "otto.operator"}) {
        EXPECT_TRUE(Names(shown, part)) << part << " in " << shown;
    }
    Said("nora.none", {"incident", "show", "inc_nowhere"}, cli::kExitUsage);
}

TEST(IncidentCommands, PlanWhomToTellAndRecordThatTheyWere) {
    const std::string incident = OpenedIncident();
    const auto call = [&](const std::string& verb, std::vector<std::string> rest) {
        rest.insert(rest.begin(), {"communication", verb, "--incident", incident});
        return rest;
    };
    const Json entry =
        Given("rita.release", call("plan", {"--who", "customers", "--text", "what is slow", "--when", "within 2h"}));
    EXPECT_EQ(entry["state"], "planned");
    Said("rita.release", call("plan", {"--who", "customers", "--text", "x", "--when", "soon"}), cli::kExitUsage);
    Said("rita.release", {"communication", "plan", "--who", "x", "--text", "x", "--when", "immediately"},
         cli::kExitUsage);
    Said("nora.none", call("plan", {"--who", "x", "--text", "x", "--when", "immediately"}), cli::kExitAuth);
    EXPECT_TRUE(Names(Said("nora.none", call("list", {})), "what is slow"));
    Said("otto.operator", call("record", {"1", "--note", "by telephone"}));
    Said("otto.operator", call("record", {"1", "--note", "by telephone"}), cli::kExitConflict);
    Said("otto.operator", call("record", {"7", "--note", "by telephone"}), cli::kExitUsage);
    EXPECT_TRUE(Names(Said("nora.none", call("list", {})), "told"));
    const StagedRollout rollout;
    const std::vector<std::string> of_stage = {"communication", "plan",        "--rollout", rollout.Id(),
                                               "--who",         "pilot",       "--text",    "it is on",
                                               "--when",        "immediately", "--stage",   "0"};
    EXPECT_EQ(Given("rita.release", of_stage)["state"], "waiting");
    EXPECT_TRUE(Names(Said("nora.none", {"communication", "list", "--rollout", rollout.Id()}), "waiting"));
}

TEST(IncidentCommands, FindIncidentsByWhatTheyConcern) {
    const StagedRollout rollout;
    const std::string incident = Given(
        "ci", {"incident", "open", "--title", "Depots are empty", "--severity", "P4", "--rollout", rollout.Id()})["id"];
    const auto found = [](const std::string& filter, const std::string& id) {
        return Given("nora.none", {"incident", "list", filter, id});
    };
    const Json of_rollout = found("--rollout", rollout.Id());
    ASSERT_EQ(of_rollout.size(), 1U) << of_rollout.dump();
    EXPECT_EQ(of_rollout[0]["id"], incident);
    EXPECT_EQ(of_rollout[0]["concerns"]["rollouts"], Json::array({rollout.Id()}));
    EXPECT_EQ(found("--release", rollout.Id()), Json::array()) << "it is no release";
    Said("nora.none", {"incident", "list", "--rollout", rollout.Id(), "--tenant", rollout.Pilot()}, cli::kExitUsage);
}

TEST(IncidentCommands, SetTheBusinessCalendar) {
    Said("nora.none", {"calendar", "set", "--closes-at", "18:00"}, cli::kExitAuth);
    Said("sam.owner", {"calendar", "set", "--zone", "Moon/Crater"}, cli::kExitUsage);
    Said("sam.owner", {"calendar", "set", "--no-holiday", "2031-12-25"}, cli::kExitUsage);
    Said("sam.owner",
         {"calendar", "set", "--zone", "Europe/Berlin", "--closes-at", "18:00", "--holiday", "2031-12-25=Christmas"});
    const std::string shown = Said("nora.none", {"calendar", "show"});
    for (const char* part : {"Europe/Berlin", "18:00", "Christmas"}) {
        EXPECT_TRUE(Names(shown, part)) << part << " in " << shown;
    }
    Said("sam.owner", {"calendar", "set", "--zone", "UTC", "--closes-at", "17:00", "--no-holiday", "2031-12-25"});
    EXPECT_FALSE(Names(Said("nora.none", {"calendar", "show"}), "Christmas"));
}

TEST(IncidentCommands, AddAndCancelFreezes) {
    const std::vector<std::string> add = {"freeze",   "add",
                                          "--scope",  "tenant",
                                          "--tenant", NewTenantForCommands(),
                                          "--starts", "2031-12-20T18:00:00",
                                          "--ends",   "2032-01-05T08:00:00",
                                          "--reason", "the end of the year"};
    Said("nora.none", add, cli::kExitAuth);
    const std::string freeze = Given("rita.release", add)["id"];
    EXPECT_TRUE(Names(Said("nora.none", {"freeze", "list"}), freeze));
    Said("rita.release", {"freeze", "cancel", freeze, "--reason", "we work"});
    Said("rita.release", {"freeze", "cancel", freeze, "--reason", "we work"}, cli::kExitConflict);
    Said("rita.release", {"freeze", "add", "--scope", "global", "--starts", "soon", "--ends", "later", "--reason", "x"},
         cli::kExitUsage);
}

TEST(WebhookCommands, SubscribeAReceiverAndChangeIt) {
    const std::vector<std::string> add = {"webhook", "add",   "--name", "On call", "--to", "http://127.0.0.1:9/hook",
                                          "--kind",  "drill."};
    Said("otto.operator", add, cli::kExitAuth);
    const Json made = Given("ada.admin", add);
    EXPECT_TRUE(made["secret"].get<std::string>().starts_with("whsec_"));
    const std::string webhook = made["id"];
    EXPECT_FALSE(Names(Said("ada.admin", {"webhook", "show", webhook}), "whsec_"));
    EXPECT_TRUE(Names(Said("ada.admin", {"webhook", "list"}), webhook));
    const std::string second = Given("ada.admin", {"webhook", "rotate-secret", webhook})["secret"];
    EXPECT_NE(second, made["secret"]);
    Said("ada.admin", {"webhook", "test", webhook});
    const Json deliveries = Given("ada.admin", {"webhook", "deliveries", webhook});
    ASSERT_EQ(deliveries.size(), 1U) << deliveries.dump();
    const std::string delivery = std::to_string(deliveries[0]["id"].get<std::int64_t>());
    EXPECT_TRUE(Names(Said("ada.admin", {"webhook", "delivery", webhook, delivery}), "webhook.test"));
    EXPECT_EQ(Given("ada.admin", {"webhook", "set", webhook, "--active", "no", "--name", "Nobody"})["active"], false);
    Said("ada.admin", {"webhook", "test", webhook}, cli::kExitConflict);
    Said("ada.admin", {"webhook", "set", webhook, "--to", "ftp://example.com"}, cli::kExitUsage);
    Said("ada.admin", {"webhook", "redeliver", webhook, "99999999"}, cli::kExitUsage);
    EXPECT_EQ(Given("ada.admin", {"webhook", "set", webhook, "--all-kinds"})["kinds"], Json::array());
}

TEST(MonitoringCommands, ReadWhatThereIsAndRefuseWhatThereIsNot) {
    Said("nora.none", {"monitoring", "list"});
    Said("nora.none", {"monitoring", "baselines"});
    Said("nora.none", {"alerts", "--all"});
    Said("nora.none", {"alert", "show", "alt_nowhere"}, cli::kExitUsage);
    Said("nora.none", {"monitoring", "baseline", "--reason", "it is quiet"}, cli::kExitAuth);
    Said("rita.release", {"monitoring", "baseline", "--reason", "it is quiet"}, cli::kExitConflict);
}

TEST(RolloutCommands, PlanAStageBeforeItIsEntered) {
    const StagedRollout rollout;
    const support::TempDir folder("rollout-plan");
    const auto plan = [&](const std::string& stage, const Json& document, int expected) {
        support::WriteFile(folder / "stage.json", document.dump());
        return Said("rita.release",
                    {"rollout", "plan", rollout.Id(), (folder / "stage.json").string(), "--stage", stage}, expected);
    };
    Json two = {{"organizations", rollout.Document()["stages"][2]["organizations"]},
                {"metrics", Json::array({StagedRollout::Metric()})}};
    EXPECT_TRUE(Names(plan("1", two, cli::kExitDenied), "STG-1")) << "stage 1 is for one";
    plan("2", two, cli::kExitOk);
    two["organizations"] = {"nobody.there"};
    plan("2", two, cli::kExitUsage);
    Said("rita.release", {"rollout", "gate", rollout.Id(), "--stage", "7"}, cli::kExitUsage);
    Said("rita.release", {"rollout", "end", rollout.Id(), "--reason", "another year"});
    Said("rita.release", {"rollout", "advance", rollout.Id(), "--to", "0", "--reason", "still"}, cli::kExitConflict);
}

}  // namespace
}  // namespace api_test
