// Keys and credentials are replaced while the fleet runs: nobody loses touch, and nothing older is good any more.
#include <thread>

#include "tests/fleet/fleet_world.hpp"
#include "tests/fleet/key_world.hpp"
#include "tests/fleet/knocking.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

std::string ControlFile(const pulse_test::OwnPulsed& pulsed, const std::string& name) {
    return pulsed.DataDir() + "/control/" + name;
}

TEST(KeyRotation, TheFleetFollowsAndTheOldKeyIsGone) {
    Controller controller;
    const auto pulsed = StartInstance(controller, "eu-1");
    const std::string before = support::ReadFile(ControlFile(*pulsed, "controller-key.pem"));
    ASSERT_TRUE(controller.Await(controller.KillAll()).value("complete", false));
    controller.As("ada.admin")
        .Post("/v1/signing-keys:rotate", {{"reason", "once a year"}})
        .ExpectProblem(409, "conflict.state")
        .Mentioning("next-key");
    const std::string next = MakeNextKey(controller);
    EXPECT_EQ(MakeNextKey(controller), next) << "one at a time";
    controller.As("otto.operator").Post("/v1/signing-keys:rotate", {{"reason", "once a year"}}).Expect(403);
    RotateKey(controller);
    EXPECT_EQ(Keys(controller).value("key", ""), next);
    ASSERT_TRUE(Eventually([&] { return IsRotated(controller); })) << Keys(controller).dump() << pulsed->Log();
    EXPECT_NE(support::ReadFile(ControlFile(*pulsed, "controller-key.pem")), before);
    // The generation goes on: an order by the new key, before and after the controller starts again with it.
    EXPECT_TRUE(controller.Await(controller.SwitchOnAll()).value("complete", false));
    EXPECT_EQ(TenantsAnswer(*pulsed), 200);
    controller.Restart();
    EXPECT_FALSE(std::filesystem::exists(controller.Server().DataDir() + "/signing.key.next"));
    ASSERT_TRUE(Eventually([&] { return controller.IsConnected("eu-1"); }));
    EXPECT_TRUE(controller.Await(controller.KillAll()).value("complete", false));
    EXPECT_EQ(TenantsAnswer(*pulsed), 501);
    EXPECT_EQ(controller.Instance("eu-1")["state"].value("rejected", -1), 0) << "no order was signed by a wrong key";
    EXPECT_EQ(controller.Audit("key.hand_over").front().value("actor", ""), "ada.admin");
    EXPECT_EQ(controller.Audit("key.pinned").size(), 1U);
    EXPECT_EQ(controller.Audit("key.retire").size(), 1U);
}

TEST(KeyRotation, WhoWasAwayIsLedToTheNewestKey) {
    Controller controller;
    const auto here = StartInstance(controller, "here");
    const auto away = StartInstance(controller, "away");
    ASSERT_EQ(away->Stop(), 0);
    MakeNextKey(controller);
    RotateKey(controller);
    ASSERT_TRUE(Eventually([&] { return Keys(controller)["handovers"].back().value("behind", 0) == 1; }));
    const Json killed = controller.Await(controller.KillAll());
    EXPECT_EQ(OutcomeOf(killed, "here"), "applied");
    EXPECT_FALSE(IsRotated(controller)) << "the old key is needed for the one that is away";
    // A token made now names the new key, one more instance begins with it.
    const auto late = StartInstance(controller, "late");
    away->Start();
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(controller.Await(killed["id"]), "away") == "applied"; }));
    EXPECT_TRUE(Eventually([&] { return IsRotated(controller); })) << Keys(controller).dump();
    EXPECT_EQ(TenantsAnswer(*away), 501);
    EXPECT_EQ(TenantsAnswer(*late), 501);
    EXPECT_EQ(controller.Instance("away")["state"].value("rejected", -1), 0);
}

TEST(KeyRotation, KillsGivenWhileTheKeyIsHandedOverAreTakenByEverybody) {
    Controller controller;
    std::vector<std::unique_ptr<pulse_test::OwnPulsed>> fleet;
    for (const char* name : {"eu-1", "eu-2", "eu-3"}) {
        fleet.push_back(StartInstance(controller, name));
    }
    MakeNextKey(controller);
    std::thread killing([&] {
        for (int i = 0; i < 20; ++i) {
            controller.KillAll();
        }
    });
    RotateKey(controller);
    killing.join();
    EXPECT_TRUE(Eventually([&] { return IsRotated(controller); })) << Keys(controller).dump();
    EXPECT_TRUE(controller.Await(controller.KillAll()).value("complete", false));
    for (const auto& pulsed : fleet) {
        EXPECT_EQ(TenantsAnswer(*pulsed), 501);
        EXPECT_EQ(pulsed->Log().find("forged"), std::string::npos)
            << "behind the hand-over nothing is signed by the older key; " << pulsed->Log();
    }
}

TEST(CredentialRotation, TheOldOneIsGoodUntilTheNewOneWasUsed) {
    Controller controller;
    const auto pulsed = StartInstance(controller, "eu-1");
    const std::string path = ControlFile(*pulsed, "channel-credential");
    const std::string before = support::ReadFile(path);
    controller.As("otto.operator")
        .Post("/v1/instances/eu-1:rotate-credential", {{"reason", "a laptop was lost"}})
        .Expect(200);
    ASSERT_TRUE(Eventually([&] { return support::ReadFile(path) != before; })) << pulsed->Log();
    ASSERT_TRUE(Eventually([&] { return controller.IsConnected("eu-1"); }));
    EXPECT_TRUE(Eventually([&] { return KnockStatus(controller, before) == 401; })) << "the old one is revoked";
    EXPECT_EQ(controller.Audit("credential.rotate").front().value("actor", ""), "otto.operator");
    EXPECT_EQ(controller.Audit("credential.register").size(), 1U);
    EXPECT_EQ(controller.Audit("credential.replace").size(), 1U);
    EXPECT_TRUE(controller.Await(controller.KillAll()).value("complete", false));
    EXPECT_FALSE(std::filesystem::exists(path + ".successor"));

    // As if it had been killed when the new one was used and not yet written over the old one.
    const std::string after = support::ReadFile(path);
    ASSERT_EQ(pulsed->Stop(), 0);
    std::filesystem::rename(path, path + ".successor");
    support::WriteFile(path, before);
    pulsed->Start();
    EXPECT_TRUE(Eventually([&] { return controller.IsConnected("eu-1"); })) << pulsed->Log();
    EXPECT_TRUE(Eventually([&] { return support::ReadFile(path) == after; }));
}

TEST(CredentialRotation, OneThatIsRevokedMeanwhileLeavesNothingGood) {
    Controller controller;
    const auto pulsed = StartInstance(controller, "eu-1");
    const std::string path = ControlFile(*pulsed, "channel-credential");
    const std::string before = support::ReadFile(path);
    SignalInstance(*pulsed, SIGSTOP);
    controller.As("otto.operator").Post("/v1/instances/eu-1:rotate-credential", {{"reason", "the plan"}}).Expect(200);
    controller.As("otto.operator").Post("/v1/instances/eu-1:revoke", {{"reason", "stolen"}}).Expect(200);
    SignalInstance(*pulsed, SIGCONT);
    EXPECT_TRUE(Eventually([&] { return pulsed->Log().find("controller.refuses") != std::string::npos; }));
    EXPECT_EQ(KnockStatus(controller, before), 401);
    EXPECT_FALSE(controller.Instance("eu-1").value("has_credential", true));
    controller.As("otto.operator")
        .Post("/v1/instances/eu-1:rotate-credential", {{"reason", "again"}})
        .ExpectProblem(409, "conflict.state");
}

TEST(CredentialRotation, HappensByItselfWhenACredentialIsOld) {
    Controller controller({}, true);
    const auto pulsed = StartInstance(controller, "eu-1");
    const std::string path = ControlFile(*pulsed, "channel-credential");
    const std::string before = support::ReadFile(path);
    controller.As("otto.operator").Post("/v1/clock/advance", {{"by", "91d"}}).Expect(200);
    EXPECT_TRUE(Eventually([&] { return support::ReadFile(path) != before; })) << pulsed->Log();
    EXPECT_EQ(controller.Audit("credential.rotate").front().value("actor", ""), "portcullisd");
}

}  // namespace
}  // namespace fleet_test
