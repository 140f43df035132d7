// What an instance says of its tenants counts, whenever it says it.
#include "tenancy/wire/inventory.hpp"
#include "platform/base/clock.hpp"
#include "platform/crypto/crypto.hpp"
#include "tenancy/wire/channel.hpp"
#include "tests/fleet/knocking.hpp"

namespace fleet_test {
namespace {

namespace wire = tenancy::wire;

constexpr std::chrono::seconds kInventoryPatience{60};

/// The next message of that kind; the others are passed over.
template <typename Message>
std::optional<Message> Await(platform::WsClient& client) {
    const platform::Deadline deadline(kInventoryPatience);
    while (!deadline.Passed()) {
        const auto text = client.Receive(std::chrono::duration_cast<std::chrono::milliseconds>(deadline.Remaining()));
        if (!text) {
            return std::nullopt;
        }
        const auto message = wire::DecodeControllerMessage(*text);
        if (message && std::holds_alternative<Message>(*message)) {
            return std::get<Message>(*message);
        }
    }
    return std::nullopt;
}

/// What the controller compares the instance with after a kill, by the question it asks.
std::optional<wire::TenantDigest> BaselineOfAKill(const Controller& controller, platform::WsClient& client) {
    controller.As("otto.operator")
        .Post("/v1/kill-switch/multi-tenant",
              {{"enabled", false}, {"scope", {{"all", true}}}, {"reason", "isolation of tenants is in doubt"}})
        .Expect(202);
    const auto order = Await<wire::Order>(client);
    if (!order) {
        ADD_FAILURE() << "no order came";
        return std::nullopt;
    }
    wire::Report report;
    report.boot_id = "boot_played";
    report.process_started_at = report.sent_at = platform::SystemNow();
    report.program = "played";
    report.generation = order->generation;
    client.Send(wire::EncodeReport(report));
    const auto question = Await<wire::VerifyRequest>(client);
    if (!question) {
        ADD_FAILURE() << "no question came";
        return std::nullopt;
    }
    return question->baseline;
}

TEST(Inventory, ThatOvertakesTheFirstReportIsWhatIsComparedWithAfterAnOrder) {
    const Controller controller;
    auto client = Knock(controller, SecretFor(controller, "eu-1"), platform::Sha256Hex("its credential"));
    ASSERT_TRUE(client);
    const wire::TenantRecords tenants{2, std::string(64, 'a')};
    client->Send(wire::EncodeInventory({{"acme", "default"}, tenants, {}, platform::SystemNow()}));
    // Another is let in meanwhile: what came first is worked on.
    const std::string another = SecretFor(controller, "eu-2");
    client->Send(PlainReport());
    ASSERT_TRUE(api_test::Eventually([&] { return controller.IsConnected("eu-1"); }));
    std::optional<wire::TenantDigest> baseline;
    EXPECT_TRUE(api_test::Eventually([&] {
        baseline = BaselineOfAKill(controller, *client);
        return baseline.has_value();
    }));
    ASSERT_TRUE(baseline);
    EXPECT_EQ(baseline->count, tenants.count);
    EXPECT_EQ(baseline->digest, tenants.digest);
}

}  // namespace
}  // namespace fleet_test
