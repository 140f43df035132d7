// What a stolen credential is good for, and what somebody can do who has none.
#include <algorithm>
#include <mutex>
#include <thread>

#include "platform/base/clock.hpp"
#include "platform/crypto/crypto.hpp"
#include "tenancy/wire/channel.hpp"
#include "tenancy/wire/control_document.hpp"
#include "tests/fleet/knocking.hpp"

namespace fleet_test {
namespace {

using api_test::Eventually;
using std::chrono::seconds;

constexpr seconds kSoon{10};

std::string CredentialOf(char letter) {
    return std::string(tenancy::wire::kCredentialPrefix) + platform::Base64UrlEncode(std::string(32, letter));
}

/// Lets a played instance in and leaves again.
std::string LetIn(const Controller& controller, const std::string& instance, char letter) {
    const std::string credential = CredentialOf(letter);
    EXPECT_EQ(KnockStatus(controller, SecretFor(controller, instance), platform::Sha256Hex(credential)), 101);
    return credential;
}

/// What it is sent until an order comes.
std::optional<tenancy::wire::ControlDocument> AwaitOrder(platform::WsClient& client) {
    for (;;) {
        const auto text = client.Receive(kSoon);
        if (!text) {
            return std::nullopt;
        }
        const auto message = tenancy::wire::DecodeControllerMessage(*text);
        const auto* order = message ? std::get_if<tenancy::wire::Order>(&*message) : nullptr;
        if (order != nullptr) {
            const auto document = tenancy::wire::DecodeControlDocument(order->document);
            return document ? std::optional(*document) : std::nullopt;
        }
    }
}

TEST(StolenCredential, OpensNothingOfTheApi) {
    Controller controller;
    const std::string credential = LetIn(controller, "eu-1", 'a');
    const api_test::Caller thief(controller.Server().Url(), credential);
    for (const char* path : {"/v1/whoami", "/v1/instances", "/v1/instances/eu-1", "/v1/releases", "/v1/operations",
                             "/v1/tenants", "/v1/audit", "/v1/signing-keys", "/v1/principals"}) {
        EXPECT_EQ(thief.Get(path).Status(), 401) << path;
    }
    EXPECT_EQ(thief
                  .Post("/v1/kill-switch/multi-tenant",
                        {{"enabled", false}, {"scope", {{"all", true}}}, {"reason", "because I can"}})
                  .Status(),
              401);
    EXPECT_EQ(thief.Post("/v1/enrolments", {{"instance", "mine"}}).Status(), 401);
}

TEST(StolenCredential, GetsTheOrdersOfItsOwnInstanceOnly) {
    Controller controller;
    const std::string one = LetIn(controller, "eu-1", 'a');
    LetIn(controller, "eu-2", 'b');
    controller.Order(false, {{"instances", {"eu-2"}}});
    const std::string own = controller.Order(false, {{"instances", {"eu-1"}}});
    auto client = Knock(controller, one);
    ASSERT_TRUE(client) << client.error().message;
    client->Send(PlainReport());
    const auto order = AwaitOrder(*client);
    ASSERT_TRUE(order);
    EXPECT_EQ(order->instance, "eu-1");
    EXPECT_EQ(order->operation, own);
}

TEST(StolenCredential, CannotSpeakForAnother) {
    Controller controller;
    const std::string one = LetIn(controller, "eu-1", 'a');
    LetIn(controller, "eu-2", 'b');
    const std::string operation = controller.KillAll();
    auto client = Knock(controller, one);
    ASSERT_TRUE(client);
    // Who reports is told by the credential; a report that names somebody is none.
    std::string forged = PlainReport("boot_forged", 1);
    client->Send(forged.insert(1, R"("instance":"eu-2",)"));
    const auto closed = client->AwaitClosed(kSoon);
    ASSERT_TRUE(closed);
    EXPECT_EQ(closed->code, platform::ws_code::kPolicy);
    // Nor does what it says of a generation touch anybody else.
    auto again = Knock(controller, one);
    ASSERT_TRUE(again);
    tenancy::wire::Report report;
    report.boot_id = "boot_1";
    report.process_started_at = platform::SystemNow();
    report.sent_at = platform::SystemNow();
    report.program = "played";
    report.generation = 1;
    again->Send(tenancy::wire::EncodeReport(report));
    EXPECT_TRUE(Eventually([&] { return controller.IsConnected("eu-1"); }));
    EXPECT_FALSE(controller.IsConnected("eu-2"));
    EXPECT_NE(OutcomeOf(controller.Await(operation), "eu-2"), "applied");
}

TEST(Enrolment, ATokenThatHasExpiredLetsNobodyIn) {
    Controller controller({}, true);
    const std::string token = SecretFor(controller, "eu-1");
    controller.As("otto.operator").Post("/v1/clock/advance", {{"by", "61m"}}).Expect(200);
    EXPECT_EQ(KnockStatus(controller, token, platform::Sha256Hex("x")), 401);
    EXPECT_EQ(controller.As("nora.none").Get("/v1/instances/eu-1").Status(), 404) << "nothing came of it";
}

TEST(Enrolment, IsNotGoodForTwoInstancesAtOnce) {
    Controller controller;
    const std::string token = SecretFor(controller, "eu-1");
    std::vector<int> statuses;
    {
        std::mutex mutex;
        std::vector<std::jthread> claimants;
        for (int n = 0; n < 8; ++n) {
            claimants.emplace_back([&, n] {
                const int status = KnockStatus(controller, token, platform::Sha256Hex(std::to_string(n)));
                const std::lock_guard lock(mutex);
                statuses.push_back(status);
            });
        }
    }
    EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 101), 1);
    EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 401), 7);
}

TEST(Enrolment, NamesThatDifferInCaseOnlyAreOneInstance) {
    Controller controller;
    const std::string credential = LetIn(controller, "eu-1", 'a');
    EXPECT_EQ(KnockStatus(controller, SecretFor(controller, "EU-1"), platform::Sha256Hex("x")), 409);
    EXPECT_EQ(KnockStatus(controller, credential), 101) << "the one that is there stays";
}

TEST(Enrolment, ASecondInstanceOfTheSameNameEndsTheFirst) {
    Controller controller;
    const auto first = StartInstance(controller, "eu-1");
    const std::string boot = controller.Instance("eu-1")["state"].value("boot_id", "");
    const auto second = StartInstance(controller, "eu-1");
    EXPECT_TRUE(Eventually([&] { return first->Log().find("controller.refuses") != std::string::npos; }))
        << first->Log();
    EXPECT_TRUE(Eventually([&] { return controller.Instance("eu-1")["state"].value("boot_id", "") != boot; }));
    EXPECT_TRUE(controller.Await(controller.KillAll()).value("complete", false));
    EXPECT_EQ(TenantsAnswer(*second), 501);
    EXPECT_EQ(TenantsAnswer(*first), 200) << "who is not in the fleet is not killed, and not counted as killed";
    EXPECT_EQ(controller.As("nora.none").All("/v1/instances").size(), 1U);
}

TEST(Limits, GuessingIsSlowedDownAndKeepsNobodyElseOut) {
    Controller controller;
    const std::string credential = LetIn(controller, "eu-1", 'a');
    int slowed = 0;
    for (int n = 0; n < 60; ++n) {
        const auto refused = Knock(controller, CredentialOf('z'));
        ASSERT_FALSE(refused);
        ASSERT_TRUE(refused.error().status == 401 || refused.error().status == 429) << refused.error().message;
        slowed += refused.error().status == 429 ? 1 : 0;
    }
    EXPECT_GT(slowed, 10);
    EXPECT_EQ(KnockStatus(controller, credential), 101) << "from the same address";
}

TEST(Limits, TwoProcessesWithOneCredentialDoNotFlapForEver) {
    Controller controller;
    const std::string credential = LetIn(controller, "eu-1", 'a');
    int opened = 0;
    int waits = 0;
    for (int n = 0; n < 40; ++n) {
        const int status = KnockStatus(controller, credential);
        opened += status == 101 ? 1 : 0;
        waits += status == 429 ? 1 : 0;
    }
    EXPECT_LT(opened, 25);
    EXPECT_EQ(opened + waits, 40);
    EXPECT_NE(controller.Server().Log().find("fleet.flapping"), std::string::npos) << "it is said which instance it is";
}

TEST(Limits, WhoSendsTooMuchOrTooOftenIsCutOff) {
    Controller controller;
    const std::string credential = LetIn(controller, "eu-1", 'a');
    auto large = Knock(controller, credential);
    ASSERT_TRUE(large);
    large->Send(std::string(1024 * 1024, 'x'));
    const auto too_big = large->AwaitClosed(kSoon);
    ASSERT_TRUE(too_big);
    // The word about it may be lost behind what was sent and not read.
    EXPECT_TRUE(too_big->code == platform::ws_code::kTooBig || too_big->code == platform::ws_code::kNoGoodbye)
        << too_big->code;
    auto often = Knock(controller, credential);
    ASSERT_TRUE(often);
    for (int n = 0; n < 400; ++n) {
        often->Send(PlainReport());
    }
    const auto too_often = often->AwaitClosed(kSoon);
    ASSERT_TRUE(too_often);
    EXPECT_EQ(too_often->code, platform::ws_code::kPolicy);
}

}  // namespace
}  // namespace fleet_test
