// What a real portcullisd claims, against what instances do: a good pulsed is verified; one that acknowledges and does
// not do it is not, whether it says so or lies; and what the controller sees itself counts as much.
#include <gtest/gtest.h>

#include <thread>

#include "platform/base/clock.hpp"
#include "platform/json/json.hpp"
#include "tenancy/link/channel.hpp"
#include "tenancy/probe/checklist.hpp"
#include "tests/fleet/fleet_world.hpp"
#include "tests/fleet/misbehaving_pulse.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

namespace probe = tenancy::probe;
namespace wire = tenancy::wire;

/// Enrolled and connected like any other; takes every order, and acknowledges it.
class AcknowledgingInstance {
public:
    using Look = std::function<wire::Evidence(const wire::VerifyRequest& request)>;

    AcknowledgingInstance(const Controller& controller, const std::string& name, Look look) : look_(std::move(look)) {
        link_ = std::make_unique<tenancy::link::ControlLink>(
            tenancy::link::LinkOptions{folder_.Path().string(), name, true, tenancy::link::Applying::kHere}, switch_);
        tenancy::link::ChannelOptions options;
        options.controller_url = controller.FleetUrl();
        options.folder = folder_.Path().string();
        options.enrolment_token_file = controller.EnrolInto((folder_ / "token").string(), name);
        options.describe = [](wire::Report& report) {
            report.boot_id = "boot_played";
            report.process_started_at = platform::SystemNow();
            report.program = "played";
        };
        options.on_verify = [this](const wire::VerifyRequest& request,
                                   const std::function<void(const wire::Evidence&)>& reply) {
            looking_.emplace_back([this, request, reply] { reply(look_(request)); });
        };
        options.on_event = [](tenancy::link::ChannelEvent, std::string_view) {};
        options.on_error = [](std::string_view text) { ADD_FAILURE() << text; };
        channel_ = std::make_unique<tenancy::link::ControlChannel>(std::move(options), *link_, switch_);
        EXPECT_TRUE(api_test::Eventually([&] { return controller.IsConnected(name); }));
    }
    ~AcknowledgingInstance() {
        channel_.reset();  // nobody asks any more; who looks is waited for
        for (std::thread& looking : looking_) {
            looking.join();
        }
    }
    AcknowledgingInstance(const AcknowledgingInstance&) = delete;
    AcknowledgingInstance& operator=(const AcknowledgingInstance&) = delete;

private:
    const support::TempDir folder_{"played-instance"};
    const Look look_;
    tenancy::TenantSwitch switch_;
    std::unique_ptr<tenancy::link::ControlLink> link_;
    std::vector<std::thread> looking_;
    std::unique_ptr<tenancy::link::ControlChannel> channel_;
};

/// Patient enough for a loaded machine, and not longer.
std::vector<std::string> Impatient(std::vector<std::string> arguments = {}) {
    arguments.emplace_back("--fleet-verify-patience=6s");
    return arguments;
}

/// What an instance says that is all right, whether it is or not.
wire::Evidence AllIsWell(const wire::VerifyRequest& request) {
    wire::Evidence evidence;
    evidence.request = request.request;
    evidence.sent_at = platform::SystemNow();
    for (const wire::ProbeKind kind : {wire::ProbeKind::kValue, wire::ProbeKind::kProbes, wire::ProbeKind::kUi,
                                       wire::ProbeKind::kWebsocket, wire::ProbeKind::kData}) {
        evidence.steps.push_back({kind, wire::ProbeOutcome::kPassed, evidence.sent_at, "all is well", "{}"});
    }
    return evidence;
}

std::string Kill(const Controller& controller) {
    const auto reply = controller.As("otto.operator")
                           .Post("/v1/kill-switch/multi-tenant", {{"enabled", false},
                                                                  {"scope", {{"all", true}}},
                                                                  {"reason", "isolation of tenants is in doubt"},
                                                                  {"verify", true},
                                                                  {"watch_for", "0s"}});
    reply.Expect(202);
    return reply.Id();
}

/// Of the instances of a controller, in a file that it is given before there are any.
std::string DirectProbesFile(const support::TempDir& folder, const std::string& instance, const std::string& url) {
    const std::string file = (folder / "direct-probes.yaml").string();
    support::WriteFile(file, "instances:\n  - instance: " + instance + "\n    url: " + url +
                                 "\n    canary_token_file: " + (folder / "canary").string() +
                                 "\n    canary_may_write: true\n    tenant: acme\n");
    return file;
}

TEST(Verified, AKillOfAGoodInstanceIsVerifiedStepByStep) {
    const Controller controller;
    const auto pulsed = StartInstance(controller, "good");
    ASSERT_TRUE(HasCountedTenants(controller.As("nora.none"), "good")) << pulsed->Log();
    const Json operation = controller.Await(Kill(controller));
    EXPECT_EQ(OutcomeOf(operation, "good"), "verified") << operation.dump(1) << pulsed->Log();
    for (const char* step : {"value", "probes", "ui", "websocket", "data"}) {
        EXPECT_EQ(StepOf(operation, "good", step)["outcome"], "passed") << step;
    }
    EXPECT_EQ(TenantsAnswer(*pulsed), 501);
}

/// Looks at the process as every instance does, and believes what it was told of the switch.
AcknowledgingInstance::Look LookingAt(const MisbehavingPulse& process) {
    return [&process](const wire::VerifyRequest& request) {
        probe::ProcessState state;
        state.enabled = request.enabled;
        state.source = "the environment file";
        state.generation = request.generation;
        probe::TenantData data;
        data.now = wire::TenantDigest{1, std::string(64, 'a')};
        wire::VerifyRequest asked = request;
        asked.baseline = data.now;
        return probe::Answer(asked, process.Target(), state, data);
    };
}

TEST(Verified, AnInstanceThatAcknowledgesAndDoesNotApplyHasFailed) {
    const Controller controller(Impatient());
    MisbehavingPulse process;
    process.At("/api/orgs", [](const platform::HttpRequest&) { return JsonText(200, "[]"); });
    const AcknowledgingInstance instance(controller, "unmoved", LookingAt(process));
    const Json operation = controller.Await(Kill(controller));
    EXPECT_EQ(OutcomeOf(operation, "unmoved"), "failed") << operation.dump(1);
    EXPECT_NE(WhyOf(operation, "unmoved").find("GET /api/orgs (canary): expected 501 feature_disabled, got 200"),
              std::string::npos)
        << WhyOf(operation, "unmoved");
    EXPECT_EQ(StepOf(operation, "unmoved", "ui")["outcome"], "passed");
}

TEST(Verified, AnInstanceThatAnswersTheDefaultOrganizationWronglyHasFailed) {
    const Controller controller(Impatient());
    MisbehavingPulse off;  // took everybody along
    off.At("/api/alerts/active", [&](const platform::HttpRequest& request) {
        return SelectsTenant(request) ? off.Good(request) : JsonText(501, R"({"error":"feature_disabled"})");
    });
    MisbehavingPulse broken;
    broken.At("/api/alerts/active", [&](const platform::HttpRequest& request) {
        return SelectsTenant(request) ? broken.Good(request) : JsonText(500, R"({"error":"internal"})");
    });
    MisbehavingPulse good;
    const AcknowledgingInstance one(controller, "off", LookingAt(off));
    const AcknowledgingInstance two(controller, "broken", LookingAt(broken));
    const AcknowledgingInstance three(controller, "good", LookingAt(good));
    const Json operation = controller.Await(Kill(controller));
    EXPECT_EQ(OutcomeOf(operation, "off"), "failed") << operation.dump(1);
    EXPECT_NE(WhyOf(operation, "off").find("expected 200, got 501 feature_disabled"), std::string::npos)
        << WhyOf(operation, "off");
    EXPECT_EQ(OutcomeOf(operation, "broken"), "failed");
    EXPECT_NE(WhyOf(operation, "broken").find("expected 200, got 500"), std::string::npos)
        << WhyOf(operation, "broken");
    EXPECT_EQ(OutcomeOf(operation, "good"), "verified") << operation.dump(1);
}

TEST(Verified, WhatTheControllerSeesItselfCatchesAnInstanceThatLies) {
    const support::TempDir folder("direct-probes");
    MisbehavingPulse process;
    process.At("/ws", process.TakesEverySocket());
    support::WriteFile(folder / "canary", process.Target().canary + "\n");
    const Controller controller(
        Impatient({"--direct-probes-file=" + DirectProbesFile(folder, "liar", process.Target().base_url)}));
    const AcknowledgingInstance liar(controller, "liar", AllIsWell);
    const AcknowledgingInstance unseen(controller, "unseen", AllIsWell);
    const Json operation = controller.Await(Kill(controller));
    EXPECT_EQ(OutcomeOf(operation, "liar"), "failed") << operation.dump(1);
    const Json step = StepOf(operation, "liar", "websocket");
    EXPECT_EQ(step["outcome"], "failed");
    EXPECT_NE(step["detail"].get<std::string>().find("As the controller sees it: WebSocket /ws"), std::string::npos)
        << step;
    EXPECT_EQ(step["evidence"]["probed_by"], Json({"instance", "controller"}));
    EXPECT_EQ(step["evidence"]["controller"]["probed_by"], "controller");
    EXPECT_EQ(StepOf(operation, "liar", "ui")["outcome"], "passed");
    // Nobody but the instance itself looks at this one: its word is all there is.
    EXPECT_EQ(OutcomeOf(operation, "unseen"), "verified") << operation.dump(1);
}

TEST(Verified, BothViewsOfAGoodInstanceAreKept) {
    const support::TempDir folder("direct-probes");
    Controller controller({"--direct-probes-file=" + DirectProbesFile(folder, "good", "http://127.0.0.1:1")});
    const auto pulsed = StartInstance(controller, "good");
    ASSERT_TRUE(HasCountedTenants(controller.As("nora.none"), "good")) << pulsed->Log();
    // Now that it is known where it listens.
    DirectProbesFile(folder, "good", pulsed->Url());
    controller.Restart();
    EXPECT_TRUE(api_test::Eventually([&] { return controller.IsConnected("good"); }));
    const Json token =
        pulsed->As("root")
            .Post("/api/security/tokens", {{"name", "canary of the controller"},
                                           {"scopes", {"monitoring:read", "settings:read", "settings:write"}}})
            .Expect(200)
            .Body();
    support::WriteFile(folder / "canary", token.value("token", "") + "\n");
    const Json operation = controller.Await(Kill(controller));
    EXPECT_EQ(OutcomeOf(operation, "good"), "verified")
        << operation.dump(1) << controller.Audit("operation.not_verified");
    for (const char* name : {"probes", "ui", "websocket"}) {
        const Json step = StepOf(operation, "good", name);
        EXPECT_EQ(step["evidence"]["instance"]["probed_by"], "instance") << step;
        EXPECT_EQ(step["evidence"]["controller"]["probed_by"], "controller") << step;
        EXPECT_EQ(step.dump().find(token.value("token", "x")), std::string::npos) << "a credential is no evidence";
    }
}

TEST(Verified, AnInstanceThatTheControllerCannotLookAtIsNotVerified) {
    const support::TempDir folder("direct-probes");
    const Controller controller(
        Impatient({"--direct-probes-file=" + DirectProbesFile(folder, "hidden", "http://127.0.0.1:1")}));
    const AcknowledgingInstance hidden(controller, "hidden", AllIsWell);
    const Json operation = controller.Await(Kill(controller));
    EXPECT_EQ(OutcomeOf(operation, "hidden"), "applied") << operation.dump(1);
    EXPECT_EQ(StepOf(operation, "hidden", "probes")["outcome"], "inconclusive");
    EXPECT_NE(WhyOf(operation, "hidden").find("could not read its credential"), std::string::npos);
}

}  // namespace
}  // namespace fleet_test
