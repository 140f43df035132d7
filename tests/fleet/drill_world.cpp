#include "tests/fleet/drill_world.hpp"

#include "tests/api/journey.hpp"

namespace fleet_test {

using api_test::Eventually;

Json DrillCommand(const std::vector<std::string>& instances, const std::string& mode) {
    return {{"instances", instances}, {"mode", mode}, {"reason", kDrillReason}};
}

void AwaitDrillable(const Controller& controller, const std::string& instance) {
    const auto drillable = [&] {
        const Json shown = controller.Instance(instance);
        return shown.contains("state") && shown["state"].value("enabled", false) && shown["state"].contains("tenants");
    };
    EXPECT_TRUE(Eventually(drillable) || Eventually(drillable)) << controller.Instance(instance).dump();
}

std::unique_ptr<pulse_test::OwnPulsed> StartDrillable(const Controller& controller, const std::string& name) {
    auto pulsed = StartInstance(controller, name);
    AwaitDrillable(controller, name);
    return pulsed;
}

std::string OrderDrill(const Controller& controller, const std::vector<std::string>& instances,
                       const std::string& mode) {
    for (const std::string& instance : instances) {
        AwaitDrillable(controller, instance);
    }
    controller.As("sam.owner")
        .Post("/v1/drill-approvals", {{"instances", instances}, {"reason", kDrillReason}})
        .Expect(201);
    const auto reply = controller.As("otto.operator").Post("/v1/drills", DrillCommand(instances, mode));
    reply.Expect(202);
    return reply.Id();
}

Json ShowDrill(const Controller& controller, const std::string& drill) {
    return controller.As("nora.none").Get("/v1/drills/" + drill).Expect(200).Body();
}

Json AwaitDrill(const Controller& controller, const std::string& drill) {
    Json shown;
    if (drill.empty()) {
        ADD_FAILURE() << "no drill was ordered";
        return shown;
    }
    const auto ended = [&] {
        return Eventually([&] {
            shown = controller.As("nora.none").Get("/v1/drills/" + drill + "?wait=10s").Expect(200).Body();
            return shown.value("finished", false);
        });
    };
    EXPECT_TRUE(ended() || ended() || ended() || ended()) << shown.dump();  // two directions, each with its patience
    return shown;
}

void SubmitDrilledRelease(const Controller& controller) {
    controller.As("rita.release").Post("/v1/releases", api_test::NewManifest(kDrilledRelease)).Expect(201);
}

std::vector<Json> DrillEvidence(const Controller& controller) {
    return controller.As("nora.none")
        .All(std::string("/v1/releases/") + kDrilledRelease + "/checks?control=kill-switch-drill");
}

std::string DrillFindings(const Controller& controller) {
    const Json verdict =
        controller.As("nora.none").Get(std::string("/v1/releases/") + kDrilledRelease + "/gates/experimental").Body();
    std::string rules;
    for (const Json& finding : verdict.value("findings", Json::array())) {
        const std::string rule = finding.value("rule", "");
        if (rule.starts_with("KSW-") || finding.dump().find("kill-switch-drill") != std::string::npos) {
            rules += rule + " ";
        }
    }
    return rules;
}

}  // namespace fleet_test
