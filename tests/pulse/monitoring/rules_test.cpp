// The rules that ship are what promtool takes, and fire where they say.
#include <filesystem>

#include "tests/pulse/harness.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

const std::string kRules = PORTCULLIS_SOURCE_DIR "/monitoring/pulse.rules.yml";

TEST(Rules, AreTakenByPrometheus) {
    const auto checked = support::RunToEnd({"promtool", "check", "rules", kRules});
    EXPECT_EQ(checked.exit_code, 0) << checked.output << checked.error;
    EXPECT_NE(checked.output.find("SUCCESS"), std::string::npos) << checked.output;
}

TEST(Rules, FireAtTheirThresholdsAndNotBelow) {
    const auto tested = support::RunToEnd(
        {"promtool", "test", "rules", PORTCULLIS_SOURCE_DIR "/tests/pulse/monitoring/pulse.rules.test.yml"});
    EXPECT_EQ(tested.exit_code, 0) << tested.output << tested.error;
}

TEST(Rules, HaveATestForEachAlert) {
    const std::string rules = support::ReadFile(kRules);
    const std::string tests = support::ReadFile(PORTCULLIS_SOURCE_DIR "/tests/pulse/monitoring/pulse.rules.test.yml");
    constexpr std::string_view kAlert = "- alert: ";
    int alerts = 0;
    for (auto at = rules.find(kAlert); at != std::string::npos; at = rules.find(kAlert, at + 1)) {
        const auto begin = at + kAlert.size();
        const std::string name = rules.substr(begin, rules.find('\n', begin) - begin);
        EXPECT_NE(tests.find("alertname: " + name + "\n        exp_alerts:\n"), std::string::npos)
            << name << " is never seen firing";
        ++alerts;
    }
    EXPECT_GE(alerts, 18);
}

TEST(Rules, AndAllMetricsAreDescribedToOperators) {
    const std::string page = support::ReadFile(PORTCULLIS_SOURCE_DIR "/docs/monitoring.md");
    const std::string shown = pulse_test::Shared().Metrics();
    constexpr std::string_view kType = "# TYPE pulse_";
    for (auto at = shown.find(kType); at != std::string::npos; at = shown.find(kType, at + 1)) {
        const auto begin = at + std::string_view("# TYPE ").size();
        const std::string name = shown.substr(begin, shown.find(' ', begin) - begin);
        EXPECT_NE(page.find("`" + name + "`"), std::string::npos) << name << " is not in docs/monitoring.md";
    }
    const std::string rules = support::ReadFile(kRules);
    constexpr std::string_view kAlert = "- alert: ";
    for (auto at = rules.find(kAlert); at != std::string::npos; at = rules.find(kAlert, at + 1)) {
        const auto begin = at + kAlert.size();
        const std::string name = rules.substr(begin, rules.find('\n', begin) - begin);
        EXPECT_NE(page.find("`" + name + "`"), std::string::npos) << name << " is not in docs/monitoring.md";
    }
}

/// Whoever writes a query with a metric that pulsed does not have gets silence, not an error.
TEST(Rules, AskForMetricsThatPulsedHas) {
    const std::string rules = support::ReadFile(kRules);
    pulse_test::Anonymous().Get("/api/health").Expect(200);  // answers are measured from the first one on
    const std::string known = pulse_test::Shared().Metrics();
    for (auto at = rules.find("pulse_"); at != std::string::npos; at = rules.find("pulse_", at + 1)) {
        if (at > 0 && rules[at - 1] == ':') {
            continue;  // the name of a recorded series
        }
        std::string name = rules.substr(at, rules.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", at) - at);
        if (name.ends_with("_bucket")) {
            name.resize(name.size() - 7);
        }
        EXPECT_NE(known.find("# TYPE " + name + " "), std::string::npos) << name;
    }
}

}  // namespace
