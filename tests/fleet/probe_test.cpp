// The checklist against an instance that misbehaves: each fault is found by the step that it concerns and named; what
// cannot be told is inconclusive; nothing hangs, and nothing secret becomes evidence.
#include <gtest/gtest.h>

#include "platform/base/clock.hpp"
#include "platform/json/json.hpp"
#include "tests/fleet/misbehaving_pulse.hpp"

namespace fleet_test {
namespace {

namespace probe = tenancy::probe;
namespace wire = tenancy::wire;
using platform::HttpRequest;
using platform::HttpResponse;
using wire::ProbeKind;
using wire::ProbeOutcome;

class Probes : public ::testing::Test {
protected:
    std::vector<wire::ProbeStep> Look(const probe::Target& target) const {
        return probe::ProbeFromOutside(target, probe::Expectation{});
    }
    std::vector<wire::ProbeStep> Look() const {
        return Look(pulse_.Target());
    }
    /// All pass but `kind`, which says `naming`.
    void ExpectOnly(ProbeKind kind, ProbeOutcome outcome, const std::string& naming) const {
        for (const wire::ProbeStep& step : Look()) {
            const bool is_it = step.step == kind;
            EXPECT_EQ(step.outcome, is_it ? outcome : ProbeOutcome::kPassed)
                << platform::EnumText(step.step) << ": " << step.detail << "\n"
                << step.evidence;
            if (is_it) {
                EXPECT_NE(step.detail.find(naming), std::string::npos) << step.detail;
            }
        }
    }
    static wire::ProbeStep Find(const std::vector<wire::ProbeStep>& steps, ProbeKind kind) {
        for (const wire::ProbeStep& step : steps) {
            if (step.step == kind) {
                return step;
            }
        }
        ADD_FAILURE() << platform::EnumText(kind) << " is missing";
        return {};
    }

    MisbehavingPulse pulse_;
};

TEST_F(Probes, PassOnOneThatIsOff) {
    const auto steps = Look();
    ASSERT_EQ(steps.size(), 3U);
    for (const wire::ProbeStep& step : steps) {
        EXPECT_EQ(step.outcome, ProbeOutcome::kPassed) << step.detail << "\n" << step.evidence;
        EXPECT_EQ(platform::Json::parse(step.evidence)["probed_by"], "controller");
        EXPECT_EQ(step.evidence.find(pulse_.Target().canary), std::string::npos) << "the canary is no evidence";
    }
}

TEST_F(Probes, FindOneThatSaysOffAndStillListsOrganizations) {
    pulse_.At("/api/orgs",
              [](const HttpRequest&) { return JsonText(200, R"([{"id":"acme","displayName":"Acme Secret"}])"); });
    ExpectOnly(ProbeKind::kProbes, ProbeOutcome::kFailed,
               "GET /api/orgs (canary): expected 501 feature_disabled, got 200");
    EXPECT_EQ(Find(Look(), ProbeKind::kProbes).evidence.find("Acme Secret"), std::string::npos)
        << "what tenants have is not for the controller";
}

TEST_F(Probes, FindASingleRouteThatWasForgotten) {
    pulse_.At("/api/orgs/portcullis-probe/shares/incoming/none",
              [](const HttpRequest&) { return JsonText(404, R"({"error":"Not found","code":"not_found"})"); });
    ExpectOnly(ProbeKind::kProbes, ProbeOutcome::kFailed, "DELETE /api/orgs/portcullis-probe/shares/incoming/none");
}

TEST_F(Probes, FindATenantThatCanStillBeSelected) {
    pulse_.At("/api/alerts/active", [](const HttpRequest&) { return JsonText(200, "[]"); });
    ExpectOnly(ProbeKind::kProbes, ProbeOutcome::kFailed, "X-Pulse-Org-ID: acme");
}

TEST_F(Probes, FindADefaultOrganizationThatWentAlong) {
    pulse_.At("/api/alerts/active", [this](const HttpRequest& request) {
        return SelectsTenant(request) ? pulse_.Good(request) : JsonText(501, R"({"error":"feature_disabled"})");
    });
    ExpectOnly(ProbeKind::kProbes, ProbeOutcome::kFailed,
               "GET /api/alerts/active (canary): expected 200, got 501 feature_disabled");
}

TEST_F(Probes, FindOtherRefusalsThanTheRightOne) {
    pulse_.At("/api/orgs", [](const HttpRequest&) { return JsonText(501, R"({"error":"not_implemented"})"); });
    ExpectOnly(ProbeKind::kProbes, ProbeOutcome::kFailed, "got 501 not_implemented");
}

TEST_F(Probes, FindAServerThatFails) {
    pulse_.At("/api/health", [](const HttpRequest&) { return HttpResponse{503, {}, "down", {}}; });
    ExpectOnly(ProbeKind::kProbes, ProbeOutcome::kFailed, "GET /api/health: expected 200, got 503");
}

TEST_F(Probes, FollowNoRedirect) {
    pulse_.At("/api/orgs", [](const HttpRequest&) {
        return HttpResponse{302, {{"Location", "http://elsewhere.example/off"}}, {}, {}};
    });
    ExpectOnly(ProbeKind::kProbes, ProbeOutcome::kFailed, "got 302 to http://elsewhere.example/off");
}

TEST_F(Probes, ReadNoMoreThanTheyMust) {
    pulse_.At("/api/orgs", [](const HttpRequest&) { return JsonText(501, std::string(std::size_t{4} << 20U, ' ')); });
    ExpectOnly(ProbeKind::kProbes, ProbeOutcome::kFailed, "got an answer of more than 262144 bytes");
}

TEST_F(Probes, FindASwitcherLeftInThePage) {
    pulse_.At("/",
              [](const HttpRequest&) { return Html("<title>Pulse</title><select id=\"org-switcher\"></select>"); });
    const auto step = Find(Look(), ProbeKind::kUi);
    EXPECT_EQ(step.outcome, ProbeOutcome::kFailed);
    EXPECT_NE(step.detail.find("org-switcher"), std::string::npos) << step.detail;
}

TEST_F(Probes, FindWordsInAScriptOfThePage) {
    pulse_.At("/assets/console.js", [](const HttpRequest&) {
        return HttpResponse{200, {{"Content-Type", "text/javascript"}}, "menu('Organization settings')", {}};
    });
    ExpectOnly(ProbeKind::kUi, ProbeOutcome::kFailed, "GET /assets/console.js");
}

TEST_F(Probes, FindAPageThatIsToldToDrawASwitcher) {
    pulse_.At("/api/ui/session", [](const HttpRequest&) {
        return JsonText(200, R"({"signedIn":true,"extensions":["/assets/organizations/main.js"],"organizations":[]})");
    });
    ExpectOnly(ProbeKind::kUi, ProbeOutcome::kFailed, "GET /api/ui/session");
}

TEST_F(Probes, FindAPageThatABrowserWithACookieCannotLoad) {
    const auto refuses = [this](const HttpRequest& request) {
        return SelectsTenant(request) ? JsonText(501, R"({"error":"feature_disabled"})") : pulse_.Good(request);
    };
    pulse_.At("/", refuses);
    ExpectOnly(ProbeKind::kUi, ProbeOutcome::kFailed, "Cookie: pulse_org_id=acme");
}

TEST_F(Probes, NameTheKnownDefectOfAnUnmodifiedPulse) {
    pulse_.At("/", [this](const HttpRequest& request) {
        return SelectsTenant(request) ? JsonText(501, R"({"error":"feature_disabled"})") : pulse_.Good(request);
    });
    probe::Target target = pulse_.Target();
    target.surface = probe::Surface::kPulse;
    const auto step = Find(Look(target), ProbeKind::kUi);
    EXPECT_EQ(step.outcome, ProbeOutcome::kPassed) << step.detail << step.evidence;
    EXPECT_NE(step.detail.find("Known defect of Pulse"), std::string::npos) << step.detail;
}

TEST_F(Probes, CannotTellWhatALicensedUnmodifiedPulseShows) {
    pulse_.At("/api/license/runtime-capabilities",
              [](const HttpRequest&) { return JsonText(200, R"({"capabilities":["multi_tenant"]})"); });
    probe::Target target = pulse_.Target();
    target.surface = probe::Surface::kPulse;
    const auto step = Find(Look(target), ProbeKind::kUi);
    EXPECT_EQ(step.outcome, ProbeOutcome::kInconclusive);
    EXPECT_NE(step.detail.find("goes by the licence"), std::string::npos) << step.detail;
}

TEST_F(Probes, FindAWebSocketThatTakesATenant) {
    pulse_.At("/ws", pulse_.TakesEverySocket());
    ExpectOnly(ProbeKind::kWebsocket, ProbeOutcome::kFailed,
               "X-Pulse-Org-ID: acme): expected 501 feature_disabled, got 101");
}

TEST_F(Probes, FindAWebSocketThatRefusesTheDefaultOrganization) {
    pulse_.At("/ws", [](const HttpRequest&) { return JsonText(501, R"({"error":"feature_disabled"})"); });
    ExpectOnly(ProbeKind::kWebsocket, ProbeOutcome::kFailed, "WebSocket /ws (canary): expected 101, got 501");
}

TEST_F(Probes, EndInTimeWhenNobodyAnswers) {
    for (const char* path : {"/api/health", "/api/orgs", "/", "/ws", "/api/alerts/active"}) {
        pulse_.At(path, pulse_.Silence());
    }
    probe::Target target = pulse_.Target();
    target.request_timeout = std::chrono::milliseconds(200);
    target.deadline = std::chrono::milliseconds(1'000);
    const platform::Stopwatch watch;
    for (const wire::ProbeStep& step : Look(target)) {
        EXPECT_EQ(step.outcome, ProbeOutcome::kInconclusive) << platform::EnumText(step.step) << ": " << step.detail;
    }
    EXPECT_LT(watch.Elapsed(), std::chrono::seconds(15));
    EXPECT_NE(Find(Look(target), ProbeKind::kProbes).detail.find("within 200 ms"), std::string::npos);
}

TEST_F(Probes, AreInconclusiveWhereNobodyListens) {
    probe::Target target = pulse_.Target();
    target.base_url = "http://127.0.0.1:1";
    for (const wire::ProbeStep& step : Look(target)) {
        EXPECT_EQ(step.outcome, ProbeOutcome::kInconclusive) << step.detail;
    }
}

TEST_F(Probes, AreInconclusiveWithoutATenantOrACredential) {
    probe::Target target = pulse_.Target();
    target.tenants = probe::Tenants::kUnknown;
    EXPECT_EQ(Find(Look(target), ProbeKind::kProbes).outcome, ProbeOutcome::kInconclusive);
    target = pulse_.Target();
    target.canary.clear();
    for (const wire::ProbeStep& step : Look(target)) {
        EXPECT_EQ(step.outcome, ProbeOutcome::kInconclusive) << step.detail;
    }
}

TEST_F(Probes, OfACanaryThatMayNotWriteJudgeWhatItMayAsk) {
    for (const char* path : {"/api/orgs", "/api/orgs/portcullis-probe"}) {
        pulse_.At(path, [this](const HttpRequest& request) {
            return request.method == "GET" ? pulse_.Good(request) : JsonText(403, R"({"error":"missing_scope"})");
        });
    }
    ExpectOnly(ProbeKind::kProbes, ProbeOutcome::kFailed, "got 403 missing_scope");
    probe::Target target = pulse_.Target();
    target.canary_may_write = false;
    const auto step = Find(Look(target), ProbeKind::kProbes);
    EXPECT_EQ(step.outcome, ProbeOutcome::kPassed) << step.detail;
    EXPECT_NE(step.detail.find("3 writing routes refused it"), std::string::npos) << step.detail;
}

TEST_F(Probes, WatchCountsWithoutFiveOhOneAndNeedsCounters) {
    pulse_.At("/metrics", [](const HttpRequest&) {
        return HttpResponse{200,
                            {},
                            "pulse_http_requests_total{status=\"200\"} 20\n"
                            "pulse_http_requests_total{status=\"500\"} 3\n"
                            "pulse_http_requests_total{status=\"501\"} 7\n",
                            {}};
    });
    const auto watched = probe::Sample(pulse_.Target());
    EXPECT_EQ(watched.step.outcome, ProbeOutcome::kPassed) << watched.step.detail;
    ASSERT_TRUE(watched.sample);
    EXPECT_EQ(watched.sample->requests, 30);
    EXPECT_EQ(watched.sample->errors_5xx, 3);
    EXPECT_EQ(watched.sample->errors_501, 7);
    EXPECT_TRUE(watched.sample->default_org_ok);
    probe::Target blind = pulse_.Target();
    blind.metrics_url.clear();
    EXPECT_FALSE(probe::Sample(blind).sample);
    EXPECT_EQ(probe::Sample(blind).step.outcome, ProbeOutcome::kInconclusive);
}

TEST_F(Probes, WatchSeesADefaultOrganizationThatIsNotWell) {
    pulse_.At("/api/alerts/active", [](const HttpRequest&) { return HttpResponse{500, {}, {}, {}}; });
    const auto watched = probe::Sample(pulse_.Target());
    EXPECT_EQ(watched.step.outcome, ProbeOutcome::kFailed);
    ASSERT_TRUE(watched.sample);
    EXPECT_FALSE(watched.sample->default_org_ok);
}

/// What the default organization and acme are served as their features; 501 for acme: an empty text.
class FeatureProbes : public Probes {
protected:
    void Serve(const std::string& everybody, const std::string& acme) {
        pulse_.At("/api/features", [=](const HttpRequest& request) {
            if (!SelectsTenant(request)) {
                return JsonText(200, everybody);
            }
            return acme.empty() ? JsonText(501, R"({"error":"feature_disabled"})") : JsonText(200, acme);
        });
    }
    ProbeOutcome Ask(std::vector<std::string> acme, probe::TenantsAre tenants = probe::TenantsAre::kServed) {
        const std::string canary = pulse_.Target().canary;
        const auto step = probe::ProbeFeatures(pulse_.Target(),
                                               {{"default", canary, {}}, {"acme", canary, std::move(acme)}}, tenants);
        EXPECT_EQ(step.evidence.find(canary), std::string::npos);
        detail_ = step.detail;
        return step.outcome;
    }
    static constexpr const char* kNone = R"({"flags":[]})";
    static constexpr const char* kOne = R"({"flags":["A"]})";
    std::string detail_;
};

TEST_F(FeatureProbes, PassWhereEachIsServedWhatIsForIt) {
    Serve(kNone, kOne);
    EXPECT_EQ(Ask({"A"}), ProbeOutcome::kPassed) << detail_;
}

TEST_F(FeatureProbes, FindAFlagTooManyAndAFlagThatIsMissing) {
    Serve(kNone, kOne);
    EXPECT_EQ(Ask({}), ProbeOutcome::kFailed);
    EXPECT_NE(detail_.find("A on, not as ordered"), std::string::npos) << detail_;
    EXPECT_EQ(Ask({"A", "B"}), ProbeOutcome::kFailed);
    EXPECT_NE(detail_.find("B not on"), std::string::npos) << detail_;
}

TEST_F(FeatureProbes, FindAFlagThatTheDefaultOrganizationIsServed) {
    Serve(kOne, kNone);
    EXPECT_EQ(Ask({}), ProbeOutcome::kFailed) << detail_;
}

TEST_F(FeatureProbes, TakeNoAnswerForAListThatIsNone) {
    Serve(kNone, R"({"flags":"A"})");
    EXPECT_EQ(Ask({"A"}), ProbeOutcome::kFailed);
    EXPECT_NE(detail_.find("no list of flags"), std::string::npos) << detail_;
}

TEST_F(FeatureProbes, KnowThatNothingIsOnWhereTenantsAreSwitchedOff) {
    Serve(kNone, "");
    EXPECT_EQ(Ask({"A"}, probe::TenantsAre::kSwitchedOff), ProbeOutcome::kPassed) << detail_;
    EXPECT_EQ(Ask({}, probe::TenantsAre::kServed), ProbeOutcome::kPassed) << detail_;
    EXPECT_EQ(Ask({"A"}, probe::TenantsAre::kServed), ProbeOutcome::kFailed) << detail_;
    EXPECT_EQ(Ask({"A"}, probe::TenantsAre::kNotKnown), ProbeOutcome::kInconclusive) << detail_;
}

TEST_F(FeatureProbes, FindATenantThatIsServedWhileTenantsAreSwitchedOff) {
    Serve(kNone, kOne);
    EXPECT_EQ(Ask({"A"}, probe::TenantsAre::kSwitchedOff), ProbeOutcome::kFailed) << detail_;
}

TEST_F(FeatureProbes, AreInconclusiveWhereNobodyAnswers) {
    probe::Target target = pulse_.Target();
    target.base_url = "http://127.0.0.1:1";
    EXPECT_EQ(probe::ProbeFeatures(target, {{"default", target.canary, {}}}, probe::TenantsAre::kServed).outcome,
              ProbeOutcome::kInconclusive);
}

}  // namespace
}  // namespace fleet_test
