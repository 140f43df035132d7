// Who is let in, and who not any more.
#include "platform/ws/client.hpp"
#include "tests/fleet/fleet_world.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;

constexpr const char* kHash = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
constexpr const char* kOtherHash = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

platform::Expected<platform::WsClient, platform::WsError> Dial(const Controller& controller,
                                                               const std::string& authorization,
                                                               const std::string& hash = {}) {
    platform::WsClientOptions options;
    options.url = controller.FleetUrl() + "/fleet/v1/channel";
    if (!authorization.empty()) {
        options.headers.emplace_back("Authorization", "Bearer " + authorization);
    }
    if (!hash.empty()) {
        options.headers.emplace_back("Portcullis-New-Credential", hash);
    }
    return platform::WsClient::Connect(std::move(options));
}

int StatusOf(const Controller& controller, const std::string& authorization, const std::string& hash = {}) {
    const auto client = Dial(controller, authorization, hash);
    return client ? 101 : client.error().status;
}

/// Without the fingerprint that stands behind the dot.
std::string TokenFor(const Controller& controller, const std::string& instance) {
    const support::TempDir folder("token");
    const std::string file = controller.EnrolInto((folder / "token").string(), instance);
    const std::string token = support::ReadFile(file);
    return token.substr(0, token.find('.'));
}

TEST(Membership, ATokenIsExchangedOnce) {
    Controller controller;
    const std::string token = TokenFor(controller, "eu-1");
    EXPECT_EQ(StatusOf(controller, token), 400) << "it is exchanged for a credential, which is missing";
    EXPECT_EQ(StatusOf(controller, token, kHash), 101);
    EXPECT_EQ(StatusOf(controller, token, kOtherHash), 401);
    EXPECT_EQ(StatusOf(controller, token, kHash), 101) << "who was cut off may ask again";
    EXPECT_EQ(StatusOf(controller, ""), 401);
    EXPECT_EQ(StatusOf(controller, "pci_" + std::string(43, 'A')), 401);
    EXPECT_EQ(StatusOf(controller, controller.Server().Token("ada.admin")), 401) << "people are no instances";
    EXPECT_EQ(controller.Audit("instance.join").size(), 1U);
}

TEST(Membership, ARevokedCredentialIsCutOffAtOnce) {
    Controller controller;
    const auto pulsed = StartInstance(controller, "eu-1");
    controller.As("otto.operator").Post("/v1/instances/eu-1:revoke", {{"reason", "stolen"}}).Expect(200);
    EXPECT_TRUE(Eventually([&] { return !controller.IsConnected("eu-1"); })) << controller.Server().Log();
    EXPECT_TRUE(Eventually([&] { return pulsed->Log().find("controller.refuses") != std::string::npos; }));
    EXPECT_EQ(TenantsAnswer(*pulsed), 200) << "losing the controller changes nothing";
    EXPECT_FALSE(controller.Instance("eu-1").value("has_credential", true));
    controller.As("otto.operator")
        .Post("/v1/instances/eu-1:revoke", {{"reason", "again"}})
        .ExpectProblem(409, "conflict.state");
}

TEST(Membership, ARetiredInstanceGetsNoOrders) {
    Controller controller;
    const auto pulsed = StartInstance(controller, "eu-1");
    controller.As("otto.operator").Post("/v1/instances/eu-1:retire", {{"reason", "replaced"}}).Expect(200);
    EXPECT_TRUE(controller.As("nora.none").All("/v1/instances").empty());
    const Json killed = controller.Await(controller.KillAll());
    EXPECT_TRUE(killed["instances"].empty());
    EXPECT_EQ(TenantsAnswer(*pulsed), 200);
}

TEST(Membership, WhoJoinsLaterFindsTheFleetsOrder) {
    Controller controller;
    const std::string operation = controller.KillAll();
    const auto pulsed = StartInstance(controller, "late");
    EXPECT_TRUE(Eventually([&] { return OutcomeOf(controller.Await(operation), "late") == "applied"; }));
    EXPECT_EQ(TenantsAnswer(*pulsed), 501);
}

TEST(Membership, WhoSendsWhatIsNoReportIsCutOff) {
    Controller controller;
    auto client = Dial(controller, TokenFor(controller, "eu-1"), kHash);
    ASSERT_TRUE(client);
    EXPECT_NE(client->Receive(std::chrono::seconds(10))->find("welcome"), std::string::npos);
    client->Send(std::string(R"({"type":"report","generation":"all of them"})"));
    const auto closed = client->AwaitClosed(std::chrono::seconds(10));
    ASSERT_TRUE(closed);
    EXPECT_EQ(closed->code, platform::ws_code::kPolicy);
}

TEST(Membership, ANewerConnectionTakesThePlace) {
    Controller controller;
    const std::string token = TokenFor(controller, "eu-1");
    auto first = Dial(controller, token, kHash);
    ASSERT_TRUE(first);
    auto second = Dial(controller, token, kHash);
    ASSERT_TRUE(second);
    const auto closed = first->AwaitClosed(std::chrono::seconds(10));
    ASSERT_TRUE(closed);
    EXPECT_EQ(closed->code, platform::ws_code::kPolicy);
    EXPECT_FALSE(second->Closed());
}

}  // namespace
}  // namespace fleet_test
