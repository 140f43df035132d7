// A real pulsed that is asked to look at itself: what it says when it is as ordered, and when it is not.
#include <gtest/gtest.h>

#include <set>

#include "platform/base/clock.hpp"
#include "platform/json/json.hpp"
#include "tests/fleet/asking_controller.hpp"
#include "tests/pulse/harness.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

namespace wire = tenancy::wire;
using platform::Json;
using wire::ProbeKind;
using wire::ProbeOutcome;

constexpr const char* kInstance = "eu-1";

class Verification : public ::testing::Test {
protected:
    void Start(pulse_test::PulsedOptions options = {}) {
        support::WriteFile(folder_ / "token", controller_.Token());
        options.arguments = {"--instance=" + std::string(kInstance), "--controller-url=" + controller_.Url(),
                             "--enrolment-token-file=" + (folder_ / "token").string()};
        pulsed_ = std::make_unique<pulse_test::OwnPulsed>(std::move(options));
    }
    void Order(bool enabled) {
        ASSERT_TRUE(controller_.Order(kInstance, ++generation_, enabled)) << pulsed_->Log();
    }
    wire::VerifyRequest Request(bool enabled) const {
        wire::VerifyRequest request;
        request.operation = "op_played";
        request.generation = generation_;
        request.enabled = enabled;
        request.ordered_ms_ago = 50;
        request.baseline = baseline_;
        return request;
    }
    wire::Evidence Verify(const wire::VerifyRequest& request) {
        const auto evidence = controller_.Verify(request);
        EXPECT_TRUE(evidence) << pulsed_->Log();
        return evidence.value_or(wire::Evidence{});
    }
    wire::Evidence Verify(bool enabled) {
        return Verify(Request(enabled));
    }
    /// As a controller would have it from the time before the order.
    void TakeBaseline(bool enabled) {
        const Json data = EvidenceOf(Verify(enabled), ProbeKind::kData);
        ASSERT_TRUE(data.contains("tenants")) << data;
        baseline_ = wire::TenantDigest{data["tenants"]["count"], data["tenants"]["digest"]};
    }

    static const wire::ProbeStep* Step(const wire::Evidence& evidence, ProbeKind kind) {
        for (const wire::ProbeStep& step : evidence.steps) {
            if (step.step == kind) {
                return &step;
            }
        }
        return nullptr;
    }
    static Json EvidenceOf(const wire::Evidence& evidence, ProbeKind kind) {
        const wire::ProbeStep* const step = Step(evidence, kind);
        EXPECT_NE(step, nullptr);
        return step == nullptr ? Json() : Json::parse(step->evidence);
    }
    static void ExpectAll(const wire::Evidence& evidence, std::set<ProbeKind> due) {
        for (const wire::ProbeStep& step : evidence.steps) {
            EXPECT_EQ(due.erase(step.step), 1U) << platform::EnumText(step.step);
            EXPECT_EQ(step.outcome, ProbeOutcome::kPassed)
                << platform::EnumText(step.step) << ": " << step.detail << "\n"
                << step.evidence;
        }
        EXPECT_TRUE(due.empty());
    }
    static void ExpectFailed(const wire::Evidence& evidence, ProbeKind kind, const std::string& naming) {
        const wire::ProbeStep* const step = Step(evidence, kind);
        ASSERT_NE(step, nullptr) << platform::EnumText(kind);
        EXPECT_EQ(step->outcome, ProbeOutcome::kFailed) << step->detail;
        EXPECT_NE(step->detail.find(naming), std::string::npos) << step->detail;
    }

    const support::TempDir folder_{"verification"};
    AskingController controller_;
    std::unique_ptr<pulse_test::OwnPulsed> pulsed_;
    std::int64_t generation_ = 0;
    std::optional<wire::TenantDigest> baseline_;
};

const std::set<ProbeKind> kHot{ProbeKind::kValue, ProbeKind::kProbes, ProbeKind::kUi, ProbeKind::kWebsocket,
                               ProbeKind::kData};

TEST_F(Verification, PassesWhenTheInstanceDoesAsOrderedOffAndOn) {
    Start();
    Order(true);
    TakeBaseline(true);
    Order(false);
    const platform::Stopwatch watch;
    const wire::Evidence off = Verify(false);
    RecordProperty("milliseconds", static_cast<int>(watch.Elapsed().count() / 1000));
    ExpectAll(off, kHot);
    const Json probes = EvidenceOf(off, ProbeKind::kProbes);
    EXPECT_EQ(probes["probed_by"], "instance");
    int refused = 0;
    for (const Json& check : probes["checks"]) {
        refused += check["got"] == "501 feature_disabled" ? 1 : 0;
    }
    EXPECT_EQ(refused, 19 + 4) << "every route, and a tenant selected by header, cookie, other header and token";
    Order(true);
    ExpectAll(Verify(true), kHot);
}

TEST_F(Verification, NamesEveryStepThatIsNotAsOrdered) {
    Start();
    Order(true);
    TakeBaseline(true);
    // The controller believes that it was switched off.
    const wire::Evidence evidence = Verify(false);
    ExpectFailed(evidence, ProbeKind::kValue, "expected off, got on");
    ExpectFailed(evidence, ProbeKind::kProbes, "GET /api/orgs (canary): expected 501 feature_disabled, got 200");
    ExpectFailed(evidence, ProbeKind::kUi, "/assets/organizations/main.js");
    ExpectFailed(evidence, ProbeKind::kWebsocket, "expected 501 feature_disabled, got 403");
    wire::VerifyRequest later = Request(true);
    later.generation = 9;
    ExpectFailed(Verify(later), ProbeKind::kValue, "expected 9, got 1");
}

TEST_F(Verification, OfAnInstanceWhoseEnvironmentSaysOffNeverPassesAsOn) {
    pulse_test::PulsedOptions options;
    options.multi_tenant = "no";
    Start(std::move(options));
    Order(true);
    const wire::Evidence evidence = Verify(true);
    ExpectFailed(evidence, ProbeKind::kValue, "expected on, got off");
    ExpectFailed(evidence, ProbeKind::kProbes, "expected 200, got 501 feature_disabled");
}

TEST_F(Verification, OfAnInstanceWithoutALicenceSaysSo) {
    pulse_test::PulsedOptions options;
    options.licence.clear();
    Start(std::move(options));
    Order(true);
    ExpectFailed(Verify(true), ProbeKind::kProbes, "no licence");
}

TEST_F(Verification, FindsRecordsThatChangedBehindTheSwitch) {
    Start();
    Order(true);
    TakeBaseline(true);
    Order(false);
    ExpectAll(Verify(false), kHot);
    pulsed_->Sql("UPDATE tenancy.orgs SET display_name = 'changed' WHERE id = 'globex'");
    ExpectFailed(Verify(false), ProbeKind::kData, "as when the switch had gone off");
    pulsed_->Sql("DELETE FROM tenancy.members WHERE org_id = 'acme' AND user_id = 'victor'");
    ExpectFailed(Verify(false), ProbeKind::kData, "expected at least");
}

TEST_F(Verification, KnowsWhatTenantsDidBeforeTheSwitchFromLoss) {
    Start();
    Order(true);
    TakeBaseline(true);
    pulsed_->As("alice").In("acme").Post("/api/customers", {{"name", "New Customer"}}).Expect(201);
    Order(false);
    const wire::Evidence evidence = Verify(false);
    ExpectAll(evidence, kHot);
    EXPECT_NE(Step(evidence, ProbeKind::kData)->detail.find("Tenants worked between"), std::string::npos);
}

TEST_F(Verification, OfARestartComparesTheStartWithTheOrder) {
    Start();
    Order(true);
    wire::VerifyRequest request = Request(true);
    request.mode = wire::ApplyMode::kRestart;
    request.previous_boot_id = "boot_before";
    request.ordered_ms_ago = 1;
    // As soon as it is older than the question can have been on its way.
    EXPECT_TRUE(pulse_test::Eventually(
        [&] { return Step(Verify(request), ProbeKind::kRestart)->outcome == ProbeOutcome::kFailed; }));
    ExpectFailed(Verify(request), ProbeKind::kRestart, "start of the process");
    request.ordered_ms_ago = 10LL * 60 * 60 * 1000;
    const wire::Evidence evidence = Verify(request);
    EXPECT_EQ(Step(evidence, ProbeKind::kRestart)->outcome, ProbeOutcome::kPassed);
    request.previous_boot_id = EvidenceOf(evidence, ProbeKind::kRestart)["facts"]["boot_id"];
    ExpectFailed(Verify(request), ProbeKind::kRestart, "boot id");
}

TEST_F(Verification, LeavesNothingBehindButItsNameInTheAuditLog) {
    pulse_test::PulsedOptions options;
    options.licence = R"({"capabilities":["multi_tenant","audit_logging"],"subscription_state":"active"})";
    Start(std::move(options));
    Order(true);
    const wire::Evidence on = Verify(true);
    Order(false);
    const wire::Evidence off = Verify(false);
    Order(true);
    const auto root = pulsed_->As("root");
    for (const auto& log : {root, pulsed_->As("alice").In("acme")}) {
        const Json events = log.Get("/api/audit?event=canary_made").Expect(200).Body()["events"];
        ASSERT_EQ(events.size(), 1U) << events;
        EXPECT_NE(events[0]["details"].dump().find("monitoring:read"), std::string::npos) << events;
    }
    EXPECT_EQ(root.Get("/api/orgs").Expect(200).Body().size(),
              pulsed_->As("root").Get("/api/orgs").Expect(200).Body().size());
    EXPECT_EQ(pulsed_->As("alice").Get("/api/orgs/acme").Expect(200).Body()["members"].size(), 4U);
    EXPECT_EQ(root.Get("/api/security/tokens").Expect(200).Text().find("anary"), std::string::npos);
    // No bytes of tenants in what goes to the controller.
    for (const wire::Evidence& evidence : {on, off}) {
        for (const wire::ProbeStep& step : evidence.steps) {
            EXPECT_EQ(step.evidence.find("alice"), std::string::npos) << step.evidence;
        }
    }
    EXPECT_EQ(pulsed_->Metrics().find("pulse_tenant_spoof_attempts_total{source=\"header\"} 1"), std::string::npos);
}

TEST_F(Verification, WatchesWithTheCountersOfTheProcess) {
    Start();
    Order(false);
    wire::VerifyRequest watch = Request(false);
    watch.purpose = wire::VerifyPurpose::kWatch;
    const wire::Evidence first = Verify(watch);
    ASSERT_TRUE(first.sample) << first.steps.front().detail;
    EXPECT_TRUE(first.sample->default_org_ok);
    EXPECT_EQ(first.sample->errors_5xx, 0);
    pulsed_->As("root").Get("/api/orgs").Expect(501);
    pulsed_->As("root").Get("/api/orgs").Expect(501);
    const wire::Evidence second = Verify(watch);
    ASSERT_TRUE(second.sample);
    EXPECT_EQ(second.sample->errors_501, first.sample->errors_501 + 2);
    EXPECT_EQ(second.sample->errors_5xx, 0) << "501 is no server error";
    EXPECT_GT(second.sample->requests, first.sample->requests);
    EXPECT_EQ(Step(second, ProbeKind::kWatch)->outcome, ProbeOutcome::kPassed);
}

}  // namespace
}  // namespace fleet_test
