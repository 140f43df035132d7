// Orders of mode restart for several real pulseds: in batches, all at once, and stopped by the one that cannot restart.
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "platform/base/time.hpp"
#include "tests/fleet/restarting.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

constexpr const char* kRestarted = "daemon.restart_ordered";

std::size_t TimesSaid(const std::string& text, std::string_view what) {
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) {
        ++count;
    }
    return count;
}

/// Instances that restart, by name, and the processes that were there at first.
class Rollers {
public:
    Rollers(const Controller& controller, const std::vector<std::string>& names) : controller_(controller) {
        for (const std::string& name : names) {
            fleet_[name] = std::make_unique<Restartable>(controller, name);
            boots_[name] = BootId(controller, name);
        }
        for (const std::string& name : names) {
            EXPECT_TRUE(HasCountedTenants(controller.As("nora.none"), name)) << (*fleet_[name])->Log();
        }
    }
    Restartable& operator[](const std::string& name) {
        return *fleet_.at(name);
    }
    /// Another process than at first, started again for the one order; off.
    void ExpectRestartedOnce(const std::string& name) {
        Restartable& one = *fleet_.at(name);
        EXPECT_NE(BootId(controller_, name), boots_[name]) << name;
        EXPECT_EQ(TimesSaid(one->Log(), kRestarted), 1U) << name << one->Log();
        EXPECT_EQ(one.Tenants(), 501) << name;
    }
    /// The process from the beginning, which was ordered nothing; on.
    void ExpectUntouched(const std::string& name) {
        Restartable& one = *fleet_.at(name);
        const Json shown = controller_.Instance(name);
        EXPECT_EQ(BootId(controller_, name), boots_[name]) << name;
        EXPECT_FALSE(shown.contains("order")) << shown.dump();
        EXPECT_EQ(shown["state"].value("generation", -1), 0) << shown.dump();
        EXPECT_EQ(TimesSaid(one->Log(), kRestarted), 0U) << name << one->Log();
        EXPECT_EQ(one.Tenants(), 200) << name;
    }

private:
    const Controller& controller_;
    std::map<std::string, std::unique_ptr<Restartable>> fleet_;
    std::map<std::string, std::string> boots_;
};

std::string RestartAll(const Controller& controller, const Json& more) {
    Json order{{"enabled", false},
               {"scope", {{"all", true}}},
               {"reason", "isolation of tenants is in doubt"},
               {"mode", "restart"},
               {"watch_for", "0s"}};
    order.update(more);
    const auto reply = controller.As("otto.operator").Post("/v1/kill-switch/multi-tenant", order);
    reply.Expect(202);
    return reply.Id();
}

/// When it does not run any more.
Json AwaitEnd(const Controller& controller, const std::string& operation) {
    Json shown;
    EXPECT_TRUE(Eventually([&] {
        shown = controller.As("nora.none").Get("/v1/operations/" + operation).Expect(200).Body();
        return shown.value("finished", false);
    })) << shown.dump(1);
    return shown;
}

platform::Time TimeIn(const Json& json, const char* field) {
    const auto time = platform::ParseTime(json.value(field, ""));
    EXPECT_TRUE(time) << field << " in " << json.dump();
    return time.value_or(platform::Time{});
}

/// Verified, the step restart among the others, by another process that began behind its order.
void ExpectProven(const Json& operation, const std::string& name) {
    const Json part = PartOf(operation, name);
    EXPECT_EQ(part.value("outcome", ""), "verified") << part.dump(1);
    EXPECT_NE(part["process"].value("boot_id", ""), part["process_before"].value("boot_id", "")) << part.dump(1);
    EXPECT_GT(TimeIn(part["process"], "began_at"), TimeIn(part, "ordered_at")) << part.dump(1);
    bool proven = false;
    for (const Json& step : part.value("steps", Json::array())) {
        proven = proven || (step.value("step", "") == "restart" && step.value("outcome", "") == "passed");
    }
    EXPECT_TRUE(proven) << part.dump(1);
}

TEST(RollingRestart, TheNextBatchIsOrderedWhenTheOneBeforeIsProven) {
    Controller controller({"--fleet-verify-patience=10m"});
    const std::vector<std::string> names{"eu-1", "eu-2", "eu-3"};
    Rollers fleet(controller, names);
    const Json ended = AwaitEnd(controller, RestartAll(controller, {{"batch_size", 1}, {"stop_on_failure", true}}));
    EXPECT_EQ(ended["status"], "done") << ended.dump(1);
    EXPECT_TRUE(ended.value("complete", false)) << ended.dump(1);
    for (std::size_t i = 0; i < names.size(); ++i) {
        ExpectProven(ended, names[i]);
        fleet.ExpectRestartedOnce(names[i]);
        EXPECT_EQ(PartOf(ended, names[i]).value("batch", 0U), i + 1);
        if (i > 0) {
            EXPECT_GT(TimeIn(PartOf(ended, names[i]), "ordered_at"),
                      TimeIn(PartOf(ended, names[i - 1])["process"], "began_at"))
                << "one is back before the next one goes; " << ended.dump(1);
        }
    }
}

TEST(RollingRestart, OneThatDoesNotRestartStopsItAndTheRestIsNotTouched) {
    Controller controller(std::vector<std::string>{"--fleet-verify-patience=10m", "--fleet-restart-patience=60s"});
    Rollers fleet(controller, {"eu-1", "eu-2", "eu-3", "eu-4"});
    // It cannot note that it restarts, so it does not.
    std::filesystem::create_directories(fleet["eu-2"]->DataDir() + "/control/control-restart/inside");
    const std::string operation = RestartAll(controller, {{"batch_size", 2}, {"stop_on_failure", true}});
    const Json halted = AwaitEnd(controller, operation);
    EXPECT_EQ(halted["status"], "halted") << halted.dump(1);
    EXPECT_EQ(halted["halt"]["batch"], 1) << halted.dump(1);
    EXPECT_EQ(halted["halt"]["instances"], Json::array({"eu-2"})) << halted.dump(1);
    EXPECT_FALSE(halted.value("complete", true));
    ExpectProven(halted, "eu-1");
    fleet.ExpectRestartedOnce("eu-1");
    EXPECT_EQ(OutcomeOf(halted, "eu-2"), "failed") << halted.dump(1);
    EXPECT_NE(WhyOf(halted, "eu-2").find("did not restart"), std::string::npos) << WhyOf(halted, "eu-2");
    EXPECT_EQ(fleet["eu-2"].Tenants(), 501) << "off holds all the same";
    for (const char* left : {"eu-3", "eu-4"}) {
        EXPECT_EQ(OutcomeOf(halted, left), "waiting") << halted.dump(1);
        fleet.ExpectUntouched(left);
    }
    EXPECT_EQ(controller.Audit("operation.halted").size(), 1U);
}

TEST(RollingRestart, WithoutBatchesAllRestartAtOnce) {
    Controller controller({"--fleet-verify-patience=10m"});
    const std::vector<std::string> names{"eu-1", "eu-2", "eu-3"};
    Rollers fleet(controller, names);
    const Json ended = AwaitEnd(controller, RestartAll(controller, Json::object()));
    EXPECT_TRUE(ended.value("complete", false)) << ended.dump(1);
    for (const std::string& name : names) {
        ExpectProven(ended, name);
        fleet.ExpectRestartedOnce(name);
        EXPECT_EQ(PartOf(ended, name).value("batch", 0), 1);
    }
}

}  // namespace
}  // namespace fleet_test
