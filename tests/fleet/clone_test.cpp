// Two processes with one identity at one controller: the newer of two connections ends the older, so the controller
// hears one of them at a time. None is called verified while the other may come back; who was started anew, or came
// back after a cut, is not taken for two.
#include <csignal>
#include <filesystem>
#include <set>

#include "tests/fleet/fleet_world.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

/// A controller, and the process that was let in as eu-1.
class Clones : public testing::Test {
protected:
    Clones() : one_(StartInstance(controller_, "eu-1")) {
        EXPECT_TRUE(HasCountedTenants(controller_.As("nora.none"), "eu-1")) << one_->Log();
    }

    /// Another process with a copy of what makes `one_` the instance, as from a copy of the machine. Not running.
    std::unique_ptr<pulse_test::OwnPulsed> Clone() {
        support::WriteFile(tokens_ / "none.token", "of no use");
        pulse_test::PulsedOptions options;
        options.people = "few_people.json";
        options.arguments = {"--instance=eu-1", "--controller-url=" + controller_.FleetUrl(),
                             "--enrolment-token-file=" + (tokens_ / "none.token").string()};
        auto other = std::make_unique<pulse_test::OwnPulsed>(std::move(options));
        EXPECT_EQ(other->Stop(), 0);
        const auto control = [](const pulse_test::OwnPulsed& pulsed) {
            return std::filesystem::path(pulsed.DataDir()) / "control";
        };
        std::filesystem::remove_all(control(*other));
        std::filesystem::copy(control(*one_), control(*other), std::filesystem::copy_options::recursive);
        return other;
    }
    std::string BootId() const {
        return controller_.Instance("eu-1")["state"].value("boot_id", "");
    }
    /// Starts it; true when the controller has heard it in the other's place.
    bool TakesThePlace(pulse_test::OwnPulsed& process) {
        const std::string before = BootId();
        process.Start();
        return Eventually([&] { return BootId() != before; });
    }
    std::string Kill() const {
        const auto reply = controller_.As("otto.operator")
                               .Post("/v1/kill-switch/multi-tenant", {{"enabled", false},
                                                                      {"scope", {{"all", true}}},
                                                                      {"reason", "isolation of tenants is in doubt"},
                                                                      {"verify", true},
                                                                      {"watch_for", "0s"}});
        reply.Expect(202);
        return reply.Id();
    }
    Json Shown(const std::string& operation) {
        const auto reply = controller_.As("nora.none").Get("/v1/operations/" + operation);
        Json shown = reply.Status() == 200 ? reply.Body() : Json::object();
        claimed_.insert(OutcomeOf(shown, "eu-1"));
        return shown;
    }
    bool Becomes(const std::string& operation, const std::string& outcome, const std::string& why = {}) {
        return Eventually([&] {
            const Json shown = Shown(operation);
            return OutcomeOf(shown, "eu-1") == outcome && WhyOf(shown, "eu-1").find(why) != std::string::npos;
        });
    }

    Controller controller_;
    const support::TempDir tokens_{"clones"};
    std::unique_ptr<pulse_test::OwnPulsed> one_;
    std::set<std::string> claimed_;  // of eu-1, whenever it was looked at
};

TEST_F(Clones, WhoTookThePlaceOfALivingProcessIsNotCalledVerified) {
    const auto other = Clone();
    SignalInstance(*one_, SIGSTOP);  // alive, and it cannot come back yet
    ASSERT_TRUE(TakesThePlace(*other)) << other->Log();
    const std::string kill = Kill();
    EXPECT_TRUE(Becomes(kill, "applied", "another process was connected under its name"))
        << Shown(kill).dump(1) << other->Log();
    EXPECT_TRUE(controller_.Audit("operation.verified").empty()) << "nobody knows whose answer it was";
    SignalInstance(*one_, SIGCONT);
    EXPECT_TRUE(Becomes(kill, "failed", "Two processes")) << Shown(kill).dump(1);
    EXPECT_FALSE(claimed_.contains("verified"));
}

TEST_F(Clones, WhatWasVerifiedOnTheWordOfTheOtherIsTakenBack) {
    const auto other = Clone();
    const std::string kill = Kill();
    ASSERT_TRUE(Becomes(kill, "verified")) << Shown(kill).dump(1) << one_->Log();
    SignalInstance(*one_, SIGSTOP);
    claimed_.clear();
    ASSERT_TRUE(TakesThePlace(*other)) << other->Log();
    // It has the order by now, and says so; that the other one stood the verification proves nothing of this one.
    EXPECT_TRUE(Becomes(kill, "applied", "another process was connected under its name"))
        << Shown(kill).dump(1) << other->Log();
    EXPECT_FALSE(claimed_.contains("verified"));
    // The other one ends without a word: what is left is one process, as behind a restart.
    SignalInstance(*one_, SIGKILL);
    EXPECT_TRUE(Becomes(kill, "verified")) << Shown(kill).dump(1);
}

TEST_F(Clones, AProcessThatWasStartedAnewIsNone) {
    SignalInstance(*one_, SIGKILL);
    static_cast<void>(one_->Stop());
    ASSERT_TRUE(TakesThePlace(*one_)) << one_->Log();
    ASSERT_TRUE(HasCountedTenants(controller_.As("nora.none"), "eu-1")) << one_->Log();
    const std::string kill = Kill();
    const Json ended = controller_.Await(kill);
    EXPECT_EQ(OutcomeOf(ended, "eu-1"), "verified") << ended.dump(1) << one_->Log();
    EXPECT_EQ(one_->Stop(), 0);
    ASSERT_TRUE(TakesThePlace(*one_)) << one_->Log();
    EXPECT_EQ(OutcomeOf(Shown(kill), "eu-1"), "verified") << Shown(kill).dump(1);
    EXPECT_EQ(controller_.Server().Log().find("fleet.replaced"), std::string::npos);
}

}  // namespace
}  // namespace fleet_test
