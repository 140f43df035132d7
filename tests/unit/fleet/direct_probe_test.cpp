// The controller's own view beside the instance's, and the file that says whom it looks at.
#include "controller/fleet/direct_probe.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include "controller/daemon/direct_probe_config.hpp"
#include "platform/base/clock.hpp"
#include "platform/httpd/server.hpp"
#include "platform/json/json.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

namespace wire = tenancy::wire;
using wire::ProbeKind;
using wire::ProbeOutcome;

wire::ProbeStep Step(ProbeKind kind, ProbeOutcome outcome, const std::string& detail) {
    return {kind, outcome, platform::Time{}, detail, R"({"probed_by":"instance"})"};
}

wire::Evidence Said(ProbeOutcome outcome) {
    wire::Evidence evidence;
    evidence.request = "vr_1";
    evidence.steps = {Step(ProbeKind::kValue, ProbeOutcome::kPassed, "off"),
                      Step(ProbeKind::kProbes, outcome, "as it says")};
    return evidence;
}

TEST(ControllersView, LetsTheWorseOutcomeCount) {
    using enum ProbeOutcome;
    for (const auto& [said, seen, both] :
         {std::tuple(kPassed, kPassed, kPassed), std::tuple(kPassed, kFailed, kFailed),
          std::tuple(kFailed, kPassed, kFailed), std::tuple(kPassed, kInconclusive, kInconclusive),
          std::tuple(kInconclusive, kPassed, kInconclusive), std::tuple(kInconclusive, kFailed, kFailed),
          std::tuple(kFailed, kInconclusive, kFailed)}) {
        const auto whole = fleet::WithControllersView(Said(said), {Step(ProbeKind::kProbes, seen, "as seen")});
        ASSERT_EQ(whole.steps.size(), 2U);
        EXPECT_EQ(whole.steps[0], Said(said).steps[0]) << "what cannot be seen from outside stays";
        EXPECT_EQ(whole.steps[1].outcome, both) << whole.steps[1].detail;
        const auto evidence = platform::Json::parse(whole.steps[1].evidence);
        EXPECT_TRUE(evidence.contains("instance") && evidence.contains("controller")) << evidence;
    }
    const auto caught =
        fleet::WithControllersView(Said(kPassed), {Step(ProbeKind::kProbes, kFailed, "expected 501, got 200")});
    EXPECT_EQ(caught.steps[1].detail, "As the controller sees it: expected 501, got 200");
}

TEST(ControllersView, DoesNotStandInForWhatTheInstanceDoesNotSay) {
    const auto whole =
        fleet::WithControllersView(Said(ProbeOutcome::kPassed), {Step(ProbeKind::kUi, ProbeOutcome::kPassed, "fine")});
    ASSERT_EQ(whole.steps.size(), 3U);
    EXPECT_EQ(whole.steps[2].outcome, ProbeOutcome::kInconclusive);
}

TEST(ControllersView, IsNotGivenForQuestionsThatWereNotAskedHere) {
    fleet::DirectTarget target;
    target.instance = *policy::InstanceId::Parse("eu-1");
    fleet::DirectProbes probes({target}, [](std::string_view) {});
    EXPECT_TRUE(probes.Covers(target.instance));
    EXPECT_FALSE(probes.Covers(*policy::InstanceId::Parse("eu-2")));
    bool done = false;
    probes.Complete(target.instance, Said(ProbeOutcome::kPassed), [&](const wire::Evidence&) { done = true; });
    EXPECT_FALSE(done);
    // In a watch the controller's own sample is nothing for the instance's to wait for.
    wire::VerifyRequest watch;
    watch.request = "vr_1";
    watch.purpose = wire::VerifyPurpose::kWatch;
    probes.Begin(target.instance, watch);
    probes.Complete(target.instance, Said(ProbeOutcome::kPassed),
                    [&](const wire::Evidence& evidence) { done = evidence == Said(ProbeOutcome::kPassed); });
    EXPECT_TRUE(done);
}

/// An instance whose default organization is well, and that answers whoever selects a tenant as it likes.
class Selective {
public:
    enum class Does { kRefuse, kServe, kHangUp };

    Selective() : server_({}, [this](const platform::HttpRequest& request) { return Answer(request); }) {
        server_.Start();
    }
    std::string Url() const {
        return "http://127.0.0.1:" + std::to_string(server_.Port());
    }
    std::atomic<Does> does{Does::kRefuse};
    std::atomic<int> selected{0};

private:
    platform::HttpResponse Answer(const platform::HttpRequest& request) {
        platform::HttpResponse response;
        response.headers = {{"Content-Type", "application/json"}};
        response.body = "[]";
        if (request.Header("x-pulse-org-id") == "acme") {
            ++selected;
            if (does == Does::kHangUp) {
                response.take_over = [](platform::UpgradedConnection) {};  // closed without a word
            } else if (does == Does::kRefuse) {
                response.status = 501;
                response.body = R"({"error":"feature_disabled","code":"feature_disabled"})";
            }
        }
        return response;
    }

    platform::HttpServer server_;
};

TEST(ControllersWatch, TakesNoAnswerForAGapAndNotForAGoodSample) {
    const support::TempDir folder("direct-probes");
    support::WriteFile(folder / "canary", "canary-of-the-test");
    Selective pulse;
    fleet::DirectTarget target;
    target.instance = *policy::InstanceId::Parse("eu-1");
    target.at.base_url = pulse.Url();
    target.at.tenant = "acme";
    target.at.tenants = tenancy::probe::Tenants::kSome;
    target.canary_file = (folder / "canary").string();
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<fleet::WatchLook> looks;
    fleet::DirectProbes probes({target}, [](std::string_view error) { ADD_FAILURE() << error; });
    const auto sample = [&](Selective::Does does) {
        pulse.does = does;
        wire::VerifyRequest watch;
        watch.request = "vr_1";
        watch.purpose = wire::VerifyPurpose::kWatch;
        probes.Begin(target.instance, watch, {}, [&](const fleet::WatchLook& look) {
            const std::lock_guard lock(mutex);
            looks.push_back(look);
            changed.notify_all();
        });
    };
    const auto await = [&](std::size_t count) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, std::chrono::seconds(60), [&] { return looks.size() >= count; });
    };
    sample(Selective::Does::kRefuse);
    ASSERT_TRUE(await(1));
    EXPECT_EQ(looks[0].as_ordered, true) << looks[0].detail;
    const int selected = pulse.selected;
    sample(Selective::Does::kHangUp);
    const platform::Deadline deadline(std::chrono::seconds(60));
    while (pulse.selected == selected && !deadline.Passed()) {
        std::unique_lock lock(mutex);
        changed.wait_for(lock, std::chrono::milliseconds(10), [] { return false; });
    }
    sample(Selective::Does::kServe);  // looked at behind the one before
    ASSERT_TRUE(await(2));
    ASSERT_EQ(looks.size(), 2U) << "of what nobody saw nothing is said";
    EXPECT_EQ(looks[1].as_ordered, false);
}

TEST(DirectProbesFile, IsReadWhole) {
    const support::TempDir folder("direct-probes");
    const std::string path = (folder / "probes.yaml").string();
    support::WriteFile(
        path,
        "instances:\n"
        "  - {instance: eu-1, url: 'https://pulse.example:8443', canary_token_file: /c/1, tenant: acme,\n"
        "     tenant_token_file: /c/2, surface: pulse, canary_may_write: true}\n"
        "  - {instance: eu-2, url: 'http://10.0.0.2', canary_token_file: /c/3, metrics_url: "
        "'http://10.0.0.2:9091/metrics',\n"
        "     more_tenants: [{tenant: acme, tenant_token_file: /c/4}, {tenant: globex, tenant_token_file: /c/5}]}\n");
    const auto targets = controller::daemon::ReadDirectProbes(path);
    ASSERT_EQ(targets.size(), 2U);
    EXPECT_EQ(targets[0].instance.Text(), "eu-1");
    EXPECT_EQ(targets[0].at.base_url, "https://pulse.example:8443");
    EXPECT_EQ(targets[0].at.surface, tenancy::probe::Surface::kPulse);
    EXPECT_EQ(targets[0].at.tenants, tenancy::probe::Tenants::kSome);
    EXPECT_TRUE(targets[0].at.canary_may_write);
    EXPECT_EQ(targets[0].tenant_canary_file, "/c/2");
    EXPECT_EQ(targets[1].at.tenants, tenancy::probe::Tenants::kUnknown);
    EXPECT_FALSE(targets[1].at.canary_may_write);
    EXPECT_EQ(targets[1].at.metrics_url, "http://10.0.0.2:9091/metrics");
    using Tenant = std::pair<std::string, std::string>;
    EXPECT_EQ(targets[1].feature_tenants, (std::vector<Tenant>{{"acme", "/c/4"}, {"globex", "/c/5"}}));
    EXPECT_EQ(targets[0].at.metrics_url, "");
}

TEST(DirectProbesFile, IsRefusedWithAllThatIsWrongWithIt) {
    const support::TempDir folder("direct-probes");
    const std::string path = (folder / "probes.yaml").string();
    support::WriteFile(
        path,
        "instances:\n"
        "  - {instance: 'a b', url: 'https://user@host/path', canary_token_file: /c/1, tenant: default}\n"
        "  - {instance: eu-2, url: 'ftp://host', tenant_token_file: /c/2, surface: other, more: 1}\n"
        "  - {instance: eu-2, url: 'http://host', canary_token_file: /c/3, metrics_url: nowhere,\n"
        "     more_tenants: [{tenant: default, tenant_token_file: /c/4}, {tenant: x}]}\n");
    try {
        controller::daemon::ReadDirectProbes(path);
        FAIL() << "was taken";
    } catch (const std::runtime_error& error) {
        const std::string text = error.what();
        for (const char* part :
             {"/instances/0/instance", "/instances/0/url", "/instances/0/tenant", "/instances/1/url",
              "/instances/1/canary_token_file", "/instances/1/tenant_token_file", "/instances/1/surface",
              "/instances/1/more", "/instances/2/instance", "listed twice", "/instances/2/metrics_url",
              "/instances/2/more_tenants/0/tenant", "/instances/2/more_tenants/1/tenant_token_file"}) {
            EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
        }
    }
    EXPECT_THROW(controller::daemon::ReadDirectProbes((folder / "none").string()), std::runtime_error);
}

}  // namespace
}  // namespace fleet_test
