// A controller that monitors real pulseds: its file, the instances, and what it says of them.
#pragma once

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/fleet/fleet_world.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {

inline std::string TenantToken(pulse_test::OwnPulsed& pulsed, const std::string& org) {
    return pulsed.As("alice")
        .In(org)
        .Post("/api/security/tokens",
              {{"name", "canary of " + org}, {"scopes", {"monitoring:read", "monitoring:write"}}})
        .Expect(200)
        .Body()
        .value("token", "");
}

/// The file of monitored instances, which a controller is given before there are any.
class MonitoringFile {
public:
    MonitoringFile() {
        support::WriteFile(Path(), "instances: []\n");
        for (const char* token : {"acme", "globex"}) {
            support::WriteFile(folder_ / token, "none yet");
        }
    }
    std::string Path() const {
        return (folder_ / "monitoring.yaml").string();
    }
    std::vector<std::string> Arguments(std::vector<std::string> more = {}) const {
        std::vector<std::string> all{"--monitoring-file=" + Path(), "--monitoring-interval=500ms",
                                     "--monitoring-alert-after=0s", "--monitoring-alert-ends=1s",
                                     "--monitoring-canary-interval=500ms"};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    void Replace(const std::string& text) const {
        support::WriteFile(folder_ / "next", text);
        std::filesystem::rename(folder_ / "next", Path());
    }
    std::string Canary(const std::string& url) const {
        return "    canary: {url: '" + url + "', tenant: acme, token_file: " + (folder_ / "acme").string() +
               ", other_tenant: globex, other_token_file: " + (folder_ / "globex").string() + "}\n";
    }
    /// A file beside it.
    std::string Put(const std::string& name, const std::string& text) const {
        support::WriteFile(folder_ / name, text);
        return (folder_ / name).string();
    }
    static std::string Metrics(const std::string& url) {
        return "    metrics_url: " + url + "\n";
    }
    void Watch(const std::string& instance, const std::string& what) const {
        Replace("instances:\n  - instance: " + instance + "\n" + what);
    }
    void TakeTokens(pulse_test::OwnPulsed& pulsed) const {
        for (const char* org : {"acme", "globex"}) {
            support::WriteFile(folder_ / org, TenantToken(pulsed, org));
        }
    }

private:
    const support::TempDir folder_{"monitoring"};
};

inline std::unique_ptr<pulse_test::OwnPulsed> StartMonitored(const Controller& controller, const std::string& name,
                                                             const std::string& leak = {}) {
    static const support::TempDir tokens("monitored-tokens");
    pulse_test::PulsedOptions options;
    options.people = "few_people.json";
    options.arguments = {"--instance=" + name, "--controller-url=" + controller.FleetUrl(),
                         "--enrolment-token-file=" + controller.EnrolInto((tokens / (name + ".token")).string(), name)};
    if (!leak.empty()) {
        options.program = "leaking_pulsed";
        options.environment["LETS_EVERYBODY_IN"] = leak;
    }
    auto pulsed = std::make_unique<pulse_test::OwnPulsed>(std::move(options));
    EXPECT_TRUE(api_test::Eventually([&] { return controller.IsConnected(name); })) << pulsed->Log();
    return pulsed;
}

inline std::string MetricsUrl(const pulse_test::OwnPulsed& pulsed) {
    std::string port = support::ReadFile(std::filesystem::path(pulsed.DataDir()).parent_path() / "metrics-port");
    port.erase(std::remove(port.begin(), port.end(), '\n'), port.end());
    return "http://127.0.0.1:" + port + "/metrics";
}

inline std::vector<Json> Alerts(const Controller& controller, const std::string& query = "?standing=false") {
    return controller.As("nora.none").All("/v1/alerts" + query);
}

/// The newest of the trigger; an empty object when there is none.
inline Json AlertOf(const Controller& controller, const std::string& trigger,
                    const std::string& query = "?standing=false") {
    for (const Json& alert : Alerts(controller, query)) {
        if (alert.value("trigger", "") == trigger) {
            return alert;
        }
    }
    return Json::object();
}

inline bool Stands(const Controller& controller, const std::string& trigger) {
    return AlertOf(controller, trigger, "?standing=true").value("state", "") == "firing";
}

}  // namespace fleet_test
