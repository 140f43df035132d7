// Monitoring for real: a real controller scrapes real pulseds and sends its canaries to them. What leaks is switched
// off at once and by itself; what only fails is not; alerts fire, end, and are not forgotten.
#include "tests/fleet/console_session.hpp"
#include "tests/fleet/misbehaving_pulse.hpp"
#include "tests/fleet/monitoring_world.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

/// Of a confirmed leak, whichever of the two it is: which questions are answered in time is the machine's affair.
Json LeakAlert(const Controller& controller) {
    const Json bypass = AlertOf(controller, "authorisation_bypass");
    return bypass.empty() ? AlertOf(controller, "tenant_leak") : bypass;
}

Json CanaryOf(const Controller& controller, const std::string& instance) {
    for (const Json& one : controller.As("nora.none").All("/v1/monitoring/instances")) {
        if (one.value("instance", "") == instance) {
            return one.value("canary", Json::object());
        }
    }
    return Json::object();
}

std::string IsolationOf(const Controller& controller, const std::string& instance) {
    return CanaryOf(controller, instance).value("outcome", "");
}

std::vector<Json> Kills(const Controller& controller) {
    return controller.As("nora.none").All("/v1/operations");
}

TEST(Monitoring, AConfirmedLeakSwitchesTheFleetOffByItself) {
    const MonitoringFile file;
    const support::TempDir folder("leaks");
    Controller controller(file.Arguments());
    const auto leaking = StartMonitored(controller, "eu-1", (folder / "leak").string());
    const auto honest = StartMonitored(controller, "eu-2");
    file.TakeTokens(*leaking);
    file.Watch("eu-1", MonitoringFile::Metrics(MetricsUrl(*leaking)) + file.Canary(leaking->Url()));

    ASSERT_TRUE(Eventually([&] { return IsolationOf(controller, "eu-1") == "kept"; }))
        << controller.As("nora.none").Get("/v1/monitoring/instances").Body().dump(1) << leaking->Log();
    EXPECT_TRUE(Kills(controller).empty()) << "nothing leaks yet";
    EXPECT_EQ(TenantsAnswer(*leaking), 200);

    support::WriteFile(folder / "leak", "now\n");
    ASSERT_TRUE(Eventually([&] { return !LeakAlert(controller).value("incident", "").empty(); }))
        << Json(Alerts(controller)).dump(1);
    const Json alert = LeakAlert(controller);
    EXPECT_EQ(alert["severity"], "critical");
    EXPECT_EQ(alert["consequence"], "kill");
    EXPECT_EQ(alert["instance"], "eu-1");
    ASSERT_TRUE(alert.contains("operation")) << alert.dump(1);
    // Both are off, the one that leaks and the one that runs the same program.
    EXPECT_TRUE(Eventually([&] { return TenantsAnswer(*leaking) == 501 && TenantsAnswer(*honest) == 501; }));
    const Json operation = controller.As("nora.none").Get("/v1/operations/" + alert.value("operation", "")).Body();
    EXPECT_EQ(operation.value("requested_by", ""), "portcullisd") << operation.dump(1).substr(0, 2000);
    EXPECT_NE(operation.value("reason", "").find("eu-1"), std::string::npos) << operation.dump(1).substr(0, 2000);

    const Json incident = controller.As("nora.none").Get("/v1/incidents/" + alert.value("incident", "")).Body();
    EXPECT_EQ(incident["severity"], "SEV-1");
    EXPECT_EQ(incident.value("opened_by", ""), "portcullisd");
    EXPECT_NE(incident.dump().find("eu-1"), std::string::npos) << incident.dump(1);

    // What it saw is in the alert, without the credentials and without what the tenants keep.
    const std::string evidence = alert["evidence"].dump();
    EXPECT_NE(evidence.find("globex"), std::string::npos) << evidence;
    EXPECT_EQ(evidence.find(support::ReadFile(std::filesystem::path(file.Path()).parent_path() / "acme")),
              std::string::npos);

    // Off is not kept apart: the alert stands, and nothing is killed again.
    EXPECT_TRUE(Eventually([&] { return IsolationOf(controller, "eu-1") == "switched_off"; }));
    EXPECT_EQ(Kills(controller).size(), 1u);
    EXPECT_TRUE(Stands(controller, alert.value("trigger", "")));
    bool told = false;
    for (const Json& entry : controller.Audit("alert.firing")) {
        told = told || (entry.value("actor", "") == "portcullisd" && entry.dump().find("eu-1") != std::string::npos);
    }
    EXPECT_TRUE(told);
}

TEST(Monitoring, WhatIsOrderedOffAlreadyIsNotKilledAgainAndOneInstanceAloneCanBe) {
    const MonitoringFile file;
    const support::TempDir folder("leaks-one");
    Controller controller(file.Arguments({"--monitoring-leak-kills=instance"}));
    const auto leaking = StartMonitored(controller, "eu-1", (folder / "leak").string());
    const auto honest = StartMonitored(controller, "eu-2");
    file.TakeTokens(*leaking);
    support::WriteFile(folder / "leak", "now\n");
    file.Watch("eu-1", file.Canary(leaking->Url()));
    ASSERT_TRUE(Eventually([&] { return TenantsAnswer(*leaking) == 501; })) << leaking->Log();
    ASSERT_TRUE(Eventually([&] { return IsolationOf(controller, "eu-1") == "switched_off"; }));
    EXPECT_EQ(TenantsAnswer(*honest), 200);
    EXPECT_EQ(Kills(controller).size(), 1u) << controller.Server().Log() << leaking->Log();
}

TEST(Monitoring, EachInstanceIsTriedAgainAndAgain) {
    const MonitoringFile file;
    const MonitoringFile others;  // the second instance's credentials
    Controller controller(file.Arguments());
    const auto first = StartMonitored(controller, "eu-1");
    const auto second = StartMonitored(controller, "eu-2");
    file.TakeTokens(*first);
    others.TakeTokens(*second);
    file.Replace("instances:\n  - instance: eu-1\n" + file.Canary(first->Url()) + "  - instance: eu-2\n" +
                 others.Canary(second->Url()));
    for (const std::string instance : {"eu-1", "eu-2"}) {
        std::string last;
        for (int tries = 0; tries < 3; ++tries) {
            ASSERT_TRUE(Eventually([&] {
                const Json canary = CanaryOf(controller, instance);
                return canary.value("outcome", "") == "kept" && canary.value("tried_at", "") > last;
            })) << instance
                << " was tried " << tries << " times: " << CanaryOf(controller, instance).dump(1);
            last = CanaryOf(controller, instance).value("tried_at", "");
        }
    }
    EXPECT_TRUE(Kills(controller).empty());
}

TEST(Monitoring, WhatOnlyFailsIsInconclusiveAndKillsNobody) {
    const MonitoringFile file;
    MisbehavingPulse broken;
    broken.At("/api/customers", [](const platform::HttpRequest&) { return JsonText(500, R"({"error":"broken"})"); });
    Controller controller(file.Arguments());
    file.Watch("eu-1", file.Canary(broken.Target().base_url));
    ASSERT_TRUE(Eventually([&] { return Stands(controller, "isolation_unknown"); }))
        << controller.As("nora.none").Get("/v1/monitoring/instances").Body().dump(1);
    EXPECT_EQ(IsolationOf(controller, "eu-1"), "inconclusive");
    EXPECT_EQ(AlertOf(controller, "isolation_unknown")["consequence"], "evaluation");
    EXPECT_TRUE(Kills(controller).empty());
}

TEST(Monitoring, WhoDoesNotAnswerIsNotMeasuredAndThatEnds) {
    const MonitoringFile file;
    Controller controller(file.Arguments());
    const auto pulsed = StartMonitored(controller, "eu-1");
    file.Watch("eu-1", MonitoringFile::Metrics("http://127.0.0.1:9/metrics"));
    ASSERT_TRUE(Eventually([&] { return Stands(controller, "not_measured"); }));
    file.Watch("eu-1", MonitoringFile::Metrics(MetricsUrl(*pulsed)));
    EXPECT_TRUE(Eventually([&] { return AlertOf(controller, "not_measured").value("state", "") == "resolved"; }));
}

TEST(Monitoring, DenialsFireAndAreNotForgottenWithTheProcess) {
    const MonitoringFile file;
    Controller controller(file.Arguments());
    const auto pulsed = StartMonitored(controller, "eu-1");
    file.Watch("eu-1", MonitoringFile::Metrics(MetricsUrl(*pulsed)));
    const pulse_test::Caller stranger = pulsed->Token("acme-monitor").In("globex");
    ASSERT_TRUE(Eventually([&] {
        for (int times = 0; times < 40; ++times) {
            stranger.Get("/api/customers");
        }
        return Stands(controller, "denied_warning");
    })) << pulsed->Metrics().substr(0, 3000);
    const Json before = AlertOf(controller, "denied_warning");
    EXPECT_EQ(before["severity"], "warning");
    EXPECT_GT(before["value"].get<double>(), 10.0);

    // The next process knows of it, and nobody is denied in its sight: it ends, the same alert.
    controller.Restart();
    EXPECT_TRUE(Eventually([&] { return !Stands(controller, "denied_warning"); }));
    const Json after = AlertOf(controller, "denied_warning");
    EXPECT_EQ(after["id"], before["id"]) << after.dump(1);
    EXPECT_EQ(after["state"], "resolved");
    EXPECT_TRUE(after.contains("resolved_at"));
}

TEST(Monitoring, BaselinesAreMadeOfWhatWasMeasured) {
    const MonitoringFile file;
    Controller controller(file.Arguments());
    const Json command = {{"reason", "a quiet hour"}, {"span", "5m"}};
    controller.As("otto.operator").Post("/v1/monitoring/baselines", command).Expect(409);
    const auto pulsed = StartMonitored(controller, "eu-1");
    file.Watch("eu-1", MonitoringFile::Metrics(MetricsUrl(*pulsed)));
    ASSERT_TRUE(Eventually([&] {
        const auto all = controller.As("nora.none").All("/v1/monitoring/instances");
        return !all.empty() && all[0].contains("last");
    }));
    Json made;  // one look in twenty is kept
    ASSERT_TRUE(Eventually([&] {
        const auto reply = controller.As("otto.operator").Post("/v1/monitoring/baselines", command);
        made = reply.Body();
        return reply.Status() == 201;
    }));
    EXPECT_EQ(made["instances"], 1);
    EXPECT_EQ(made["recorded_by"], "otto.operator");
    EXPECT_EQ(controller.As("nora.none").All("/v1/monitoring/baselines").size(), 1u);
    controller.As("nora.none").Post("/v1/monitoring/baselines", command).Expect(403);
}

/// A rollout that has not begun is looked at as any other is.
std::string PlannedRollout(const Controller& controller) {
    Json stages = Json::array();
    for (int stage = 0; stage <= 3; ++stage) {
        const Json metric = {{"key", "errors"}, {"text", "errors stay rare"}, {"comparison", "<"}, {"threshold", 0.01}};
        stages.push_back({{"stage", stage}, {"metrics", Json::array({metric})}});
    }
    const Json rollout = {{"id", "depots"},        {"title", "Depots"},          {"capability", "several depots"},
                          {"flag", "depots"},      {"owner", "rita.release"},    {"engineering", "dora.lead"},
                          {"product", "quinn.qa"}, {"support", "otto.operator"}, {"stages", stages}};
    return controller.As("rita.release").Post("/v1/rollouts", rollout).Expect(201).Body().value("id", "");
}

TEST(Monitoring, ChartsOfARolloutShowTheBaselinesBandAndWhatWasBefore) {
    const MonitoringFile file;
    Controller controller(file.Arguments());
    const auto pulsed = StartMonitored(controller, "eu-1");
    ConsoleSession nora(controller.Server().Url(), controller.Server().Token("nora.none"));
    const std::string measured = "/console/rollouts/" + PlannedRollout(controller) + "/measured";
    const auto chart = [&] { return Json::parse(nora.Open(measured).body)["charts"][0]; };
    EXPECT_EQ(chart()["value"], nullptr) << "nobody is measured yet, which is not a zero";
    file.Watch("eu-1", MonitoringFile::Metrics(MetricsUrl(*pulsed)));

    const pulse_test::Caller alice = pulsed->As("alice").In("acme");
    ASSERT_TRUE(Eventually([&] {
        for (int times = 0; times < 20; ++times) {
            alice.Get("/api/customers");
        }
        return controller.As("otto.operator")
                       .Post("/v1/monitoring/baselines", {{"reason", "a quiet hour"}, {"span", "5m"}})
                       .Status() == 201 &&
               !chart()["baseline"].is_null();
    })) << chart().dump();
    EXPECT_EQ(chart()["above_baseline"]["count"], 0) << chart().dump();

    const pulse_test::Caller stranger = pulsed->Token("acme-monitor").In("globex");
    EXPECT_TRUE(Eventually([&] {
        for (int times = 0; times < 40; ++times) {
            stranger.Get("/api/customers");
        }
        return chart()["above_baseline"]["count"] == 1;
    })) << chart().dump();
    const Json above = chart();
    EXPECT_EQ(above["above_baseline"]["first"], "eu-1");
    EXPECT_EQ(above["instance"], "eu-1");
    EXPECT_GT(above["value"].get<double>(), above["baseline"].get<double>());

    const Json opened = Json::parse(nora.Open(measured + "?history=1").body);
    ASSERT_FALSE(opened["history"].empty()) << "what was kept before the page was opened";
    for (const Json& span : opened["history"]) {
        EXPECT_EQ(span["values"].size(), opened["charts"].size());
    }
    EXPECT_TRUE(Json::parse(nora.Open(measured).body)["history"].empty()) << "it is told once";
}

}  // namespace
}  // namespace fleet_test
